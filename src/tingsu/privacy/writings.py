"""How else a Chinese name is written: in traditional characters and in pinyin (PS-06). Pure functions.

A text is compared in simplified characters, sign by sign, so nothing moves. Pinyin is made from the name that a case knows, with every
reading that a character has, and looked for where a text holds Latin letters; what is an English word as well is a name only where
it is written as one. Other spellings of names abroad (Cantonese, Wade-Giles) and initials are not made.
"""

import os
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, islice, product

HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
MOST = 32
"""So many ways to read one name are tried: three characters with three readings each would be 27."""
SHORTEST = 4
"""A whole name of fewer letters (Wu E) is not looked for."""
_TONES = {0x304: None, 0x301: None, 0x30C: None, 0x300: None}
_U_WITH_DOTS = "u\u0308"
_TWO_SYLLABLES = """
    along anti banding bane base being bide biden binding busan cache cane cede chain chaining chama chengdu chile china chine
    chongqing cite citing congo cuba cuban dalian dame dance danger data dating debian deer dense dine dining dubai ending fade
    fame fane fuzhou gain gaining game gaming genre guam guangdong guangzhou guide guiding guise guru haiti hale handing hangzhou
    hebei henan hence huawei human hunan jiangsu jiangxi jilin jinan june junta lade laden lake landing lane lending liege line
    linen liner lingo lining loan longan luge lumen made maiden main maine maize male mali manga mango mare mate mating media
    median mega mice mile mini mining minting mite mixing mode more moshi name naming nanjing nasa nile nine ningbo open panda
    pane panting penda piano pine pinyin piping pole puma qingdao queen range renting rice ripen rise risen rite route routing
    rule ruling sale same sane sedan semi shade shading shale shame shandong shanghai shanxi share shenyang shenzhen shine shining
    shire shunting side siding site siting size sudan suite sunken suzhou taipei taiwan taken taming tanning taping tianjin tide
    tie tier tile tiling time tinge tuna wade waning wanting weibo wenzhou woman women wuhan wuxi xiamen yale yangzhou yemen
    yunnan zhejiang zhuhai
"""
_WORDS = frozenset(_TWO_SYLLABLES.split())
"""Words and places that are two syllables of pinyin too."""
_ONE_SYLLABLE = """
    a an ban bang can cha dang de die en fan fang gang gun ha hang he hen hun la lan le lie long ma man me men mi na nan pa pan
    pang pen pie pin ping ran rang run sang sha she shun song sun ta tan tang tie wan wo you yuan
"""
_SYLLABLES = frozenset(_ONE_SYLLABLE.split())
"""Words that are one syllable."""


@cache
def _simplify() -> Callable[[str], str]:
    """Read when it is first needed, as the readings are: most commands look at no text."""
    from opencc import OpenCC

    simplify: Callable[[str], str] = OpenCC("t2s").convert
    return simplify


class Simplified(dict[int, "int | str"]):
    """A table for `str.translate`: some signs as they are given, each traditional character as its simplified one."""

    def __missing__(self, code: int) -> int | str:
        sign = chr(code)
        plain = _simplify()(sign) if HAN.match(sign) else sign
        self[code] = plain if len(plain) == 1 else code
        return self[code]


def without_accents(sign: str) -> str:
    """Latin letters without the signs above and below them, as tones of pinyin are written; other signs unchanged."""
    if not ("\u00c0" <= sign <= "\u024f" or "\u1e00" <= sign <= "\u1eff"):
        return sign
    return "".join(one for one in unicodedata.normalize("NFKD", sign) if not unicodedata.combining(one))


@cache
def _characters() -> Mapping[int, str]:
    """The readings of single characters, without the phrases, which take twenty times the memory."""
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "true")
    from pypinyin.constants import PINYIN_DICT

    found: Mapping[int, str] = PINYIN_DICT
    return found


@cache
def readings(character: str) -> tuple[str, ...]:
    """How a character is read, without tones, the usual way first: 单 → dan, chan, shan; 吕 → lv, lu, lyu."""
    found: dict[str, None] = {}
    for told in _characters().get(ord(character), "").split(","):
        plain = unicodedata.normalize("NFD", told).translate(_TONES)
        for letter in ("v", "u", "yu") if _U_WITH_DOTS in plain else ("",):
            found.setdefault(plain.replace(_U_WITH_DOTS, letter))
    return tuple(one for one in found if one.isascii() and one.isalpha())


@dataclass(frozen=True)
class Spelt:
    """A name in pinyin."""

    syllables: tuple[str, ...]
    surname: int = 0
    """So many syllables at its beginning are the surname: a comma may stand behind them."""
    alone: bool = False
    """The given name by itself."""


def in_pinyin(surname: str, given: str) -> Iterator[Spelt]:
    """A name in each order in which it is written. Nothing where a character has no reading known here."""
    ways = [readings(character) for character in surname + given]
    for way in islice(product(*ways), MOST):
        first, last = way[: len(surname)], way[len(surname) :]
        if len("".join(way)) >= SHORTEST:
            yield Spelt(first + last, surname=len(first))
            yield Spelt(last + first)
        if len(last) > 1 and len("".join(last)) >= SHORTEST:
            yield Spelt(last, alone=True)


_CUTS = re.compile(r"[^A-Za-z]+")
_BETWEEN = re.compile(r"[ \t.\-_'*·’]{1,2}")
"""What people put between the parts of a name."""


def is_a_name(told: str, name: Spelt) -> bool:
    """Is this piece of a text the name, or are they words that happen to be spelt so?

    Written as names are, with a capital for each part, it always is. Else an English word is none, nor are English words in a row
    (he man), nor what is cut elsewhere than between syllables or by the end of a sentence.
    """
    words = _CUTS.split(told)
    if len(words) == 1:
        camel = len(re.findall(r"[A-Z][a-z]+", told)) > 1
        return camel or len(name.syllables) > 2 or told.lower() not in _WORDS
    ends = list(accumulate(len(syllable) for syllable in name.syllables))
    behind = ends[name.surname - 1] if name.surname else 0
    letters = all(len(word) == 1 for word in words)
    for at, cut in zip(accumulate(len(word) for word in words), _CUTS.findall(told), strict=False):
        if not (letters or at in ends) or not (_BETWEEN.fullmatch(cut) or (cut in {", ", ","} and at == behind)):
            return False
    return all(word[0].isupper() for word in words) or not all(word.lower() in _SYLLABLES for word in words)
