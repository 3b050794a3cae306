"""How personal data looks when it is masked (PS-06, RG-08): enough to recognise, too little to use. Pure functions."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from tingsu.kernel.spelling import fold
from tingsu.kernel.telephones import telephones_in
from tingsu.privacy.spotting import Found, Look, Value, key_of, recognised, spotted
from tingsu.privacy.writings import HAN, in_pinyin

Kept = TypeVar("Kept")
STARS = "**"
NOBODY_SIGN = "××"
"""Stands for whoever or whatever was taken out of a text that tells of nobody any more."""
_COMPOUND = """
    欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶
    太叔 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马 公西 颛孙 壤驷 公良
    漆雕 乐正 宰父 谷梁 拓跋 夹谷 轩辕 令狐 段干 百里 呼延 东郭 南门 羊舌 微生 公户 公玉 公仪 梁丘 公仲
    公上 公门 公山 公坚 左丘 公伯 西门 公祖 第五 公乘 贯丘 公皙 南荣 东里 东宫 仲长 子书 子桑 即墨 达奚
    褚师
"""
COMPOUND_SURNAMES = frozenset(_COMPOUND.split())
_REGION = re.compile(r"^(.{0,12}?(?:自治区|特别行政区|省))?(.{0,12}?(?:自治州|地区|盟|市))?")


def mask_name(value: str) -> str:
    """陈晓雨 → 陈**, 欧阳锋 → 欧阳**, Maria Lopez → M**; one sign stands for itself and no more."""
    text = value.strip()
    if not text:
        return ""
    if HAN.match(text):
        return text[: _surname(key_of(text))] + STARS
    return text[0] + STARS


def mask_organisation(value: str) -> str:
    """深圳市某某商贸有限公司 → 深圳**公司: the place and the form of the firm."""
    text = value.strip()
    if len(text) <= 4:
        return mask_name(text)
    return text[:2] + STARS + text[-2:]


def _numbers_in(value: str) -> list[str]:
    """Each number of a field, without its extension; the field itself where it is one plain number."""
    if not value or (len(value) <= 11 and value.isdigit()):
        return [value]
    found = telephones_in(value)
    if len(found) < 2 and not (found and found[0].extension):
        return [value]
    return [f"0{one.digits}" if len(one.digits) >= 9 and one.digits[0] != "1" else one.digits for one in found]


def mask_phone(value: str) -> str:
    """13800002210 → 138 **** 2210; shorter numbers keep the last two digits. Of several numbers each; of an extension nothing."""
    numbers = _numbers_in(value)
    return _mask_one(value) if numbers == [value] else " / ".join(map(_mask_one, numbers))


def _mask_one(value: str) -> str:
    digits = re.sub(r"\D", "", fold(value))
    if not digits:
        return ""
    if len(digits) == 11 and digits[0] == "1":
        return f"{digits[:3]} **** {digits[-4:]}"
    prefix = f"+{digits[:2]} " if value.strip().startswith("+") else ""
    if len(digits) >= 10:
        return f"{prefix}**** {digits[-4:]}"
    return f"{prefix}**** {digits[-2:]}" if len(digits) > 4 else "****"


def phone_tail(value: str) -> str:
    """The last four digits, with which a caller is recognised."""
    digits = re.sub(r"\D", "", _numbers_in(value)[0])
    return digits[-4:] if len(digits) >= 8 else ""


def mask_email(value: str) -> str:
    """chen.xy@example.com → c***@e***.com"""
    name, at, domain = value.strip().partition("@")
    if not at:
        return "***"
    host, _dot, ending = domain.rpartition(".")
    return f"{name[:1]}***@{host[:1]}***.{ending}" if host else f"{name[:1]}***@***"


def mask_address(value: str) -> str:
    """广东省深圳市南山区某路 1 号 → 广东省深圳市****: province and city only."""
    text = value.strip()
    found = _REGION.match(text)
    kept = found.group(0) if found else ""
    if kept and len(kept) < len(text):
        return f"{kept}****"
    return "****" if text else ""


def mask_id_number(value: str) -> str:
    """440300199001011234 → 4****************4"""
    text = value.strip()
    return f"{text[0]}{'*' * (len(text) - 2)}{text[-1]}" if len(text) > 4 else "*" * len(text)


def mask_tail(value: str) -> str:
    """Order numbers and the like: the last four signs."""
    text = value.strip()
    return f"****{text[-4:]}" if len(text) > 6 else "****" if text else ""


def mask_whole(value: str) -> str:
    return "****" if value.strip() else ""


class Once(Generic[Kept]):
    """What is found out when it is first asked for, and kept."""

    __slots__ = ("_find", "_kept")

    def __init__(self, find: Callable[[], Kept]) -> None:
        self._find: Callable[[], Kept] | None = find

    def __call__(self) -> Kept:
        if self._find is not None:
            self._kept, self._find = self._find(), None
        return self._kept


@dataclass(frozen=True)
class Known:
    """The values of the people in one case, which no free text of it may tell to those without the right (PS-06)."""

    values: tuple[Value, ...] = ()
    numbers: Callable[[], "Known"] | None = None
    """Numbers and addresses, opened when a text holds what could be one: most lines of a list do not."""

    spelt: Callable[[], tuple[Value, ...]] | None = None
    """Chinese names in pinyin, made when a text holds Latin letters."""

    def for_text(self, look: Look) -> tuple[Value, ...]:
        """The values that this text could tell."""
        found = self.values
        if self.numbers is not None and look.may_tell_a_number():
            found += self.numbers().values
        if self.spelt is not None and look.may_be_spelt():
            found += self.spelt()
        return found


NOBODY = Known()


def together(parts: Iterable[Known]) -> Known:
    """What is known of the people of several things: of an entry and of the cases it is linked with."""
    known = [one for one in parts if one.values or one.numbers]
    if len(known) < 2:
        return known[0] if known else NOBODY

    def numbers() -> Known:
        return Known(tuple(value for one in known if one.numbers is not None for value in one.numbers().values))

    values = sorted({value.key: value for one in known for value in one.values}.values(), key=lambda one: -len(one.key))
    spelt = [one.spelt for one in known if one.spelt is not None]
    return Known(
        tuple(values),
        numbers if any(one.numbers for one in known) else None,
        Once(lambda: tuple(value for names in spelt for value in names())) if spelt else None,
    )


def known_values(
    persons: Iterable[Mapping[str, str]], numbers: Callable[[], Iterable[Mapping[str, str]]] | None = None
) -> Known:
    """What is known of some persons: their names, numbers, addresses by field, and `kind` of each (person, organisation).

    `numbers` gives the same persons with fields that are opened only for a text that could tell them.
    """
    found: dict[str, Value] = {}
    chinese: dict[str, None] = {}
    for person in persons:
        for value in _values(person):
            found.setdefault(value.key, value)
            if value.kind == "name" and HAN.match(value.key):
                chinese.setdefault(value.key)
    return Known(
        _longest_first(found),
        Once(lambda: known_values(numbers())) if numbers is not None else None,
        Once(lambda: _spelt(chinese)) if chinese else None,
    )


def _longest_first(found: Mapping[str, Value]) -> tuple[Value, ...]:
    if len(found) < 2:
        return tuple(found.values())
    return tuple(sorted(found.values(), key=lambda value: -len(value.key)))


def _spelt(names: Iterable[str]) -> tuple[Value, ...]:
    """Chinese names, simplified, as values in pinyin: surname first and last, and the given name alone."""
    found: dict[str, Value] = {}
    for name in names:
        kept = _surname(name)
        for spelt in in_pinyin(name[:kept], name[kept:]) if 2 <= len(name) <= kept + 3 else ():
            told = " ".join(syllable.capitalize() for syllable in spelt.syllables)
            key = "".join(spelt.syllables)
            found.setdefault(key, Value(key, "name", told, exact=True, capital=spelt.alone, spelt=spelt))
    return _longest_first(found)


def _surname(name: str) -> int:
    """How many characters of a simplified name are the surname."""
    return 2 if len(name) > 2 and name[:2] in COMPOUND_SURNAMES else 1


def _values(person: Mapping[str, str]) -> Iterator[Value]:
    if name := person.get("name", "").strip():
        yield from _names(name, "organisation" if person.get("kind") == "organisation" else "name")
    for field in ("phone", "fax"):
        for number in _numbers_in(person.get(field, "")):
            key = key_of(number).removeprefix("0086")
            key = key[2:] if len(key) == 13 and key.startswith("86") else key
            if len(key) >= 5:
                yield Value(key, "phone", number, exact=len(key) < 8)
                if key.startswith("0") and len(key) >= 10:
                    yield Value(key[-8 if len(key) >= 11 else -7 :], "phone", number, exact=True)
    if len(key := key_of(person.get("email", ""))) >= 5:
        yield Value(key, "email", person["email"], exact=True)
    address = person.get("address", "").strip()
    if len(key_of(address)) >= 4:
        yield Value(key_of(address), "address", address)
        kept = _REGION.match(address)
        rest = key_of(address[kept.end() :]) if kept else ""
        if len(rest) >= 4:
            yield Value(rest, "whole", address)
    if len(key := key_of(person.get("postcode", ""))) >= 5:
        yield Value(key, "postcode", person["postcode"], exact=True)


def _names(name: str, kind: str) -> Iterator[Value]:
    """The whole name; of a Chinese one the given name, of a Latin one each of its longer parts, too."""
    key = key_of(name)
    if len(key) < 2:
        return
    latin = key.isascii()
    yield Value(key, kind, name, exact=latin)
    if kind == "organisation":
        return
    if latin:
        parts = [part for part in re.split(r"[^\w]+", name) if len(part) >= 3]
        yield from (Value(key_of(part), kind, part, exact=True, capital=True) for part in parts if len(parts) > 1)
    elif HAN.match(key) and (len(key) in {3, 4} or (len(key) == 5 and key[:2] in COMPOUND_SURNAMES)):
        given = key[_surname(key) :]
        if len(given) >= 2:
            yield Value(given, "whole", given)


def mask_text(value: str, known: Known = NOBODY) -> str:
    """Free text with what points to a person masked inside it, whatever its spelling; the story stays.

    Found by their shape: telephone, identity, passport and bank card numbers, e-mail addresses, plates, street addresses, names
    in chat programs. `known`: the values of the people in the case, found as they are.
    """
    return _replaced(value, known, lambda one: mask(one.kind, one.plain))


def mask_known(value: str, known: Known) -> str:
    """Only the values of these people masked: what somebody is given of the own data, in which others stand."""
    values = (
        *known.values,
        *(known.numbers().values if known.numbers is not None else ()),
        *(known.spelt() if known.spelt is not None else ()),
    )
    return _put(value, recognised(value, values), lambda one: mask(one.kind, one.plain))


def without_persons(value: str, known: Known = NOBODY) -> str:
    """The same with nothing left in their place: what may be cut into search words."""
    return _replaced(value, known, lambda _one: " ")


def of_nobody(value: str, known: Known = NOBODY) -> str:
    """A text that tells of nobody any more, and still reads as a story: a sign in the place of whatever points to a person."""
    return _replaced(value, known, lambda _one: NOBODY_SIGN)


def _replaced(value: str, known: Known, put: Callable[[Found], str]) -> str:
    if not value:
        return value
    look = Look(value)
    return _put(value, spotted(look, known.for_text(look)), put)


def _put(value: str, found: list[Found], put: Callable[[Found], str]) -> str:
    if not found:
        return value
    parts, last = [], 0
    for one in found:
        parts += [value[last : one.start], put(one)]
        last = one.end
    return "".join([*parts, value[last:]])


MASKS: dict[str, Callable[[str], str]] = {
    "name": mask_name,
    "organisation": mask_organisation,
    "phone": mask_phone,
    "fax": mask_phone,
    "email": mask_email,
    "address": mask_address,
    "postcode": mask_whole,
    "id_number": mask_id_number,
    "order_number": mask_tail,
    "event_place": mask_address,
    "text": mask_text,
}


def mask(field: str, value: str) -> str:
    """A value masked by the rule of its field; free text fields are masked inside, unknown fields as a whole."""
    return MASKS.get(field, mask_whole)(value)


def short_name(name: str, phone: str = "", *, organisation: bool = False) -> str:
    """How the queue shows a person: "陈** 2210"."""
    masked = mask_organisation(name) if organisation else mask_name(name)
    return " ".join(part for part in (masked, phone_tail(phone)) if part)
