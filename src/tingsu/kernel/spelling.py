"""How what people type is made plain, once, at every door: pages, programs, imports, letters (docs/input.md).

Two depths. `tidy` is for what is kept: it takes away what nobody can see or what turns a page around, and loses no sign
that says something. `fold` is for what is compared and read as a code or number: wide and narrow, large and small signs
become one. Both give the same when given their own result again.
"""

import re
import unicodedata

DASHES = "‐‑‒–—―−⁃﹘﹣－"
_DASH = re.compile(f"[{DASHES}]")
_DIGIT = re.compile(r"[^\D0-9]")
_SHAPING = re.compile("[\u200c-\u200f\u061c\ufe00-\ufe0f\U000e0100-\U000e01ef\u180b-\u180d\u180f]")
"""Joiners, direction marks and selectors of pictures: they say nothing of a code or a number."""
_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_SPACES = re.compile("[\x1f\xa0\u1680\u2000-\u200a\u202f\u205f]")
_RUN = re.compile(r"\s+")
_ODD = re.compile(
    "[^\t\n -~\u00a1-\u00ac\u00ae-\u02ff\u3000-\u3029\u3030-\u3098\u309b-\u3163\u3400-\u4dbf\u4e00-\u9fff\uff01-\uff9f]"
)
"""What needs a closer look; Chinese and Latin text has none of it."""
_SIGN = "!-~\u00a1-\u00ac\u00ae-\u02ff\u3001-\u3029\u3030-\u303f\u3041-\u3096\u309b-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uff01-\uff9f"
_TIDY_LINE = re.compile(f"[{_SIGN}]+(?: [{_SIGN}]+)*")
_TIDY_LINES = re.compile(f"[{_SIGN}](?:[{_SIGN} \n\t]*[{_SIGN}])?")
"""What is tidy already, as nearly everything is that people type: nothing of it needs a closer look."""
_HIDDEN = frozenset(
    map(chr, (0xAD, 0x34F, 0x17B4, 0x17B5, 0x180E, 0x200B, *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF,
              *range(0xFDD0, 0xFDF0), *range(0xFFF9, 0xFFFC), *range(0x1D173, 0x1D17B), 0xE0001))
)  # fmt: skip
"""Signs of no width and no meaning in a line of text, and those that turn its direction around."""
_MARKS = frozenset("\u200e\u200f\u061c")
"""Direction marks: they mean something only beside writing that runs from right to left."""
_JOINERS = frozenset("\u200c\u200d")
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters without a picture."""
_COMPATIBLE = re.compile("([\uf900-\ufaff\U0002f800-\U0002fa1f]+)")
_FLAG = "\U0001f3f4"


def tidy(text: str, *, lines: bool = False) -> str:
    """What is kept of a text: no invisible signs, no turned direction, no control signs; ends bare. Signs of two places
    become one (NFC). Of one line, every run of blanks is one blank; with `lines` they stay as typed.
    """
    if (_TIDY_LINES if lines else _TIDY_LINE).fullmatch(text):
        return text
    text = _SPACES.sub(" ", _BREAKS.sub("\n", text))
    if not lines:
        text = _RUN.sub(" ", text)
    if _ODD.search(text):
        text = _composed(_seen(text))
        if not lines:
            text = _RUN.sub(" ", text)
    text = text.strip()
    return text if shows(text) else ""


def shows(text: str) -> bool:
    """Is there anything to see? Blanks, invisible signs and marks without a letter are nothing."""
    return any(sign not in _BLANK and (unicodedata.category(sign)[0] not in "ZCM" or _other(sign)) for sign in text)


def fold(text: str) -> str:
    """One spelling for all that look alike: NFKC, small letters, plain digits, one blank, one dash; nothing invisible."""
    plain = tidy(text)
    if plain.isascii():
        return plain.lower()
    plain = _DASH.sub("-", plain)
    for _again in range(2):  # small letters of composed signs may want composing once more
        plain = unicodedata.normalize("NFKC", _DIGIT.sub(_digit, plain)).casefold()
    plain = unicodedata.normalize("NFKC", plain)
    return tidy(_DASH.sub("-", _SHAPING.sub("", plain)))


def says_no_number(text: str) -> bool:
    """Does it hold signs that only look like digits (², ½, ①)? Folded they would make another number."""
    return not text.isascii() and any(unicodedata.category(sign) == "No" for sign in text)


def _digit(found: re.Match[str]) -> str:
    return str(unicodedata.decimal(found[0]))


def _other(sign: str) -> bool:
    """Private signs are shown by somebody's fonts; half of a pair is refused in words by whoever keeps the text."""
    return unicodedata.category(sign) in {"Co", "Cs"}


def _selector(sign: str) -> bool:
    """Chooses between pictures of the sign before it."""
    return "\ufe00" <= sign <= "\ufe0f" or "\U000e0100" <= sign <= "\U000e01ef" or sign in "\u180b\u180c\u180d\u180f"


def _tag(sign: str) -> bool:
    return "\U000e0020" <= sign <= "\U000e007f"


def _seen(text: str) -> str:
    """The text without what cannot be seen. Joiners, selectors and tags stay where they shape the sign beside them."""
    leftward = any(unicodedata.bidirectional(sign) in {"R", "AL", "AN"} for sign in text)
    kept: list[str] = []
    for place, sign in enumerate(text):
        if sign in _HIDDEN or (sign in _MARKS and not leftward):
            continue
        if (unicodedata.category(sign) == "Cc" and sign not in "\n\t") or ord(sign) & 0xFFFE == 0xFFFE:
            continue
        before = kept[-1] if kept else " "
        if _selector(sign) and (_selector(before) or not shows(before)):
            continue
        if _tag(sign) and not (before == _FLAG or _tag(before)):
            continue
        if sign in _JOINERS and not (_joins(before) and _joins(_following(text, place))):
            continue
        kept.append(sign)
    return "".join(kept)


def _following(text: str, place: int) -> str:
    """The next sign that stays, or a blank."""
    return next((sign for sign in text[place + 1 : place + 4] if sign not in _HIDDEN), " ")


def _joins(sign: str) -> bool:
    """A sign that joiners shape: pictures, and the scripts of Arabia, India and their neighbours."""
    kind = unicodedata.category(sign)
    if kind == "So" or "\U0001f3fb" <= sign <= "\U0001f3ff" or _selector(sign):
        return True
    return kind[0] in "LM" and ("\u0590" <= sign <= "\u10ff" or "\u1200" <= sign <= "\u1cff")


def _composed(text: str) -> str:
    """NFC, except that the second places of Chinese characters stay: names are written with them."""
    return "".join(
        part if place % 2 else unicodedata.normalize("NFC", part) for place, part in enumerate(_COMPATIBLE.split(text))
    )


def cut(line: str, most: int) -> str:
    """As much of a line as fits, for a title: cut between words where there are any, and visibly."""
    if len(line) <= most:
        return line
    begun = line[: most - 1]
    inside = all(sign.isascii() and not sign.isspace() for sign in line[most - 2 : most])
    if inside and " " in begun[most // 3 :]:
        begun = begun.rsplit(" ", 1)[0]
    return begun.rstrip(" ,，、;；。.") + "…"
