"""Telephone numbers as people type them: with or without 0, +86, brackets, dashes, an extension, several in one field.

What was typed is kept with its words and in its order, its signs in their plain form (`plain_telephones`); numbers are read from
it to check it and to find it again. A field of which a part cannot be read is refused as a whole: half a number reaches nobody.
"""

import re
import unicodedata
from dataclasses import dataclass

import phonenumbers

from tingsu.kernel.errors import InvalidValue
from tingsu.kernel.spelling import DASHES, fold, says_no_number

LEAST = 7
"""Digits of a person's number, without its area code. Service lines such as 95311 are shorter."""
MOST_IN_A_FIELD = 5
_RUN = re.compile(r"(?P<number>[+(]*\d(?:[\d\s()._·一ー~-]*\d)?\)?)"
                  r"(?:[\s,(]*(?P<mark>转|轉|分机|分機|内线|內線|extension|ext\.?|x|#|\*)\s*[:.]?\s*(?P<extension>\d{1,6})(?!\d)\)?)?")  # fmt: skip
_MOBILE = re.compile(r"1[3-9]\d{9}")
_MOBILE_MISTYPED = re.compile(r"1[3-9]\d{6,11}")
_WITH_AREA = re.compile(r"10\d{8}|2\d{9}|[3-9]\d{9,10}")
_NOBODY = re.compile(r"(?:00)?(?:86)?0?(?:10|2\d|[3-9]\d\d)0{7,8}")
"""An area with nothing but zeros behind it: what is typed to get past a field that asks for a number."""
_LOCAL = re.compile(r"[2-9]\d{6,7}")
_SERVICE = re.compile(r"1\d{2,4}|9[56]\d{1,6}|12\d{3,6}")
_BEHIND = re.compile(r"(?P<number>.*\d.*?)\s*(?:-(?P<dashed>\d{1,6})|\((?P<bracketed>\d{1,6})\))")
"""An extension behind a dash or in brackets: 0571-88880000-801, 0571-88880000(801)."""
_OR = re.compile(r"(?:或|和|、|,|/|or|and)\s*$")
"""Between two extensions of one number."""
_MESSAGED = frozenset({phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE})
_WORDS_FOLLOW = re.compile(r"\s?[a-z\u4e00-\u9fff:]")
_WIDE = re.compile(f"[０-９Ａ-Ｚａ-ｚ＋＃＊／．～\u3000{DASHES}]|[^\\D0-9]")
_LONG = re.compile(r"(?<=\d)[ー一](?=\d)")
_IN_BRACKETS = re.compile(r"（([\d\s+-]+)）")


@dataclass(frozen=True)
class Telephone:
    """One number: the digits by which it is known everywhere, and its extension."""

    digits: str
    """National without the 0 in the mainland, with the country's code elsewhere."""
    extension: str = ""

    @property
    def tail(self) -> str:
        """The last four digits of the number, by which people name it."""
        return self.digits[-4:]

    @property
    def takes_messages(self) -> bool:
        """Can a text message reach it? A landline never: nothing may be promised to arrive there."""
        if _MOBILE.fullmatch(self.digits):
            return True
        if _complete(self.digits) or _LOCAL.fullmatch(self.digits) or _SERVICE.fullmatch(self.digits):
            return False
        try:
            number = phonenumbers.parse(f"+{self.digits}")
        except phonenumbers.NumberParseException:
            return False
        return phonenumbers.number_type(number) in _MESSAGED


def holds_telephones(name: str) -> bool:
    """Is a field of this name one for telephone numbers? Every form, register and program names them alike."""
    return name.endswith("phone") or name == "fax"


def plain_telephones(typed: str) -> str:
    """A telephone field as it is kept and shown to everybody: wide digits, dashes and brackets around digits in their plain form,
    words and order as they were typed. The same when given its own result again.
    """
    if typed.isascii():
        return typed
    return _IN_BRACKETS.sub(r"(\1)", _LONG.sub("-", _WIDE.sub(_plain_sign, typed)))


def _plain_sign(found: re.Match[str]) -> str:
    return "-" if found[0] in DASHES else unicodedata.normalize("NFKC", str(unicodedata.decimal(found[0], found[0])))


def messaged(typed: str) -> str:
    """The first number of a field that takes text messages; empty where none does."""
    return next((one.digits for one in telephones_in(typed) if one.takes_messages), "")


def read_telephones(typed: str, *, least: int = LEAST) -> list[Telephone]:
    """Every number of a field, in its order, each once. Raises InvalidValue: `phone`, `mobile_digits` with what was counted,
    `no_contact` for digits that are nobody's.
    """
    if says_no_number(typed):
        raise InvalidValue(code="phone")
    text, found = fold(typed), dict[Telephone, None]()
    for run in _RUN.finditer(text):
        written = run["number"]
        digits = _digits(written)
        if len(digits) <= 2 and found and _WORDS_FOLLOW.match(text, run.end("number")):
            continue  # "9点后", "5楼" after a number are words
        if len(digits) <= 4 and found and text[: run.start()].rstrip().endswith("/") and not run["extension"]:
            last = list(found)[-1]
            found[Telephone(last.digits[: -len(digits)] + digits)] = None  # 88886666/67
            continue
        if (
            found
            and (last := list(found)[-1]).extension
            and len(digits) <= 6
            and _OR.search(text[: run.start()].rstrip())
        ):
            found[Telephone(last.digits, digits)] = None  # 转801或802
            continue
        for one in _numbers_of(written, least):
            found[Telephone(one.digits, run["extension"] or one.extension)] = None
    if not found or len(found) > MOST_IN_A_FIELD:
        raise InvalidValue(code="phone")
    return list(found)


def telephones_in(typed: str) -> list[Telephone]:
    """The numbers of a field, or what digits it has: never an error, for look-ups."""
    try:
        return read_telephones(typed, least=3)
    except InvalidValue:
        digits = _digits(fold(typed))
        bare = digits[2:] if digits.startswith("86") and len(digits) == 13 else digits
        return [Telephone(bare)] if bare else []


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _numbers_of(written: str, least: int) -> list[Telephone]:
    """The numbers of one run of digits and what stands between them: usually one. Raises the refusal of the whole run."""
    try:
        return [_number(written, least)]
    except InvalidValue as refused:
        if apart := _split(written.split(), least):
            return apart
        if behind := _BEHIND.fullmatch(written):
            try:
                extension = behind["dashed"] or behind["bracketed"]
                return [Telephone(_number(behind["number"], LEAST).digits, extension)]
            except InvalidValue:
                pass
        raise refused from None


def _split(parts: list[str], least: int) -> list[Telephone]:
    """Several numbers with nothing but blanks between them: the fewest groups that are all complete numbers."""
    if not 2 <= len(parts) <= 12:
        return []
    for first in range(len(parts) - 1, 0, -1):
        try:
            head = _number(" ".join(parts[:first]), max(least, LEAST))
        except InvalidValue:
            continue
        rest = parts[first:]
        try:
            return [head, _number(" ".join(rest), max(least, LEAST))]
        except InvalidValue:
            if others := _split(rest, least):
                return [head, *others]
    return []


def _number(written: str, least: int) -> Telephone:
    digits = _digits(written)
    if len(digits) >= 4 and (len(set(digits.removeprefix("0"))) <= 1 or _NOBODY.fullmatch(digits)):
        raise InvalidValue(code="no_contact")
    if written.lstrip("(").startswith("+"):
        return _from_abroad(digits)
    if digits.startswith("00"):
        return _from_abroad(digits[2:])
    if 12 <= len(digits) <= 14 and digits.startswith("86") and (home := _complete(digits[2:].removeprefix("0"))):
        return home
    national = digits.removeprefix("0")
    if home := _complete(national):
        return home
    if not digits.startswith("0"):
        if _LOCAL.fullmatch(digits):
            return Telephone(digits)
        if least < LEAST and len(digits) >= least and _SERVICE.fullmatch(digits):
            return Telephone(digits)
    if _MOBILE_MISTYPED.fullmatch(national):
        raise InvalidValue(code="mobile_digits", count=len(national))
    raise InvalidValue(code="phone")


def _complete(national: str) -> Telephone | None:
    """A mainland number that can be called from anywhere in the country."""
    if _MOBILE.fullmatch(national):
        return Telephone(national)
    return Telephone(national) if _WITH_AREA.fullmatch(national) else None


def _from_abroad(digits: str) -> Telephone:
    """A number with its country's code."""
    if digits.startswith("86"):
        national = digits[2:].removeprefix("0")
        if home := _complete(national):
            return home
        if _MOBILE_MISTYPED.fullmatch(national):
            raise InvalidValue(code="mobile_digits", count=len(national))
        raise InvalidValue(code="phone")
    try:
        number = phonenumbers.parse(f"+{digits}")
    except phonenumbers.NumberParseException as error:
        raise InvalidValue(code="phone") from error
    if not phonenumbers.is_possible_number(number):
        raise InvalidValue(code="phone")
    return Telephone(f"{number.country_code}{number.national_number}")
