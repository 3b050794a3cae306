"""Numbers of complaints in any spelling: "202611-XF-001", "2026 11 xf 1", "２０２６１１—ＸＦ—００１" are one number (RG-13)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from tingsu.complaints import lists
from tingsu.kernel.spelling import fold, says_no_number

_APART = r"[\s./_·:,一ー~-]*"
"""What may stand between the parts; 一 and ー are what a Chinese or Japanese keyboard gives for a dash."""
_BEGINNING = re.compile(rf"(\d{{6}}){_APART}(?:([A-Z]{{1,4}})({_APART}\d*))?")
_AROUND = "#№【】「」『』()[]<>《》\"'“”‘’。，、；：！？.,;:!? "
"""What people copy along with a piece of a number."""
_LABEL = re.compile(
    r"(?:您的|我的)?(?:投诉|受理|案件|登记)?(?:编号|单号|号码|号)[是为]?|(?:(?:COMPLAINT|CASE)\s*)?(?:NUMBER|NO)|COMPLAINT|CASE"
)
"""What stands before a number in our letters and on our pages, and is copied with it."""
_LOOK_ALIKES = str.maketrans("OIL", "011")
LONGEST = 60
MONTHS_BACK = 24


@dataclass(frozen=True)
class _Patterns:
    """How numbers look, by the letters that this organisation's problem types have."""

    number: re.Pattern[str]
    fragment: re.Pattern[str]
    found: re.Pattern[str]
    """In a text; № and No stand right before it."""


@lru_cache(maxsize=64)
def _made_for(letters: tuple[str, ...]) -> _Patterns:
    codes = "|".join(letters)
    number = rf"([0-9OIL]{{4}}){_APART}([0-9OIL]{{2}}){_APART}({codes}){_APART}([0-9OIL]{{1,9}})"
    return _Patterns(
        number=re.compile(number),
        fragment=re.compile(rf"(\d{{0,5}}){_APART}({codes}){_APART}(?=[OIL]*[0-9])([0-9OIL]{{1,9}})"),
        found=re.compile(rf"(?<![0-9]){number}(?![0-9A-Z])"),
    )


def _patterns() -> _Patterns:
    return _made_for(lists.all_letters())


def spelled(typed: str) -> str:
    """The number as it is kept, or "" for what is none. O and I among digits are read as 0 and 1."""
    if len(typed) > LONGEST or says_no_number(typed):
        return ""
    plain = _plain(typed).strip(_AROUND)
    if label := _LABEL.match(plain):
        plain = plain[label.end() :].strip(_AROUND)
    read = _patterns().number.fullmatch(plain)
    return _kept(read) if read else ""


def numbers_in(text: str) -> tuple[str, ...]:
    """Every number that stands in a text, in its order, each once."""
    return tuple(dict.fromkeys(_kept(read) for read in _patterns().found.finditer(_plain(text))))


def beginning(typed: str) -> str:
    """How a number begins that was typed in part ("202611 xf"), or "" for what begins none."""
    plain = _plain(typed)
    if len(typed) > LONGEST or says_no_number(typed):
        return ""
    if read := _patterns().number.fullmatch(plain):
        return _kept(read)
    part = _BEGINNING.fullmatch(plain)
    if part is None:
        return ""
    month, letters, rest = part.groups()
    if letters is None:
        return month
    serial = re.sub(r"\D", "", rest)
    return f"{month}-{letters}" + (f"-{serial}" if rest else "")


def of_fragment(typed: str, today: datetime) -> list[str]:
    """The numbers that "xf 234" or "11-XF-234" may stand for: of this month and the two years before it, the newest first."""
    plain = _plain(typed).strip(_AROUND)
    read = None if len(typed) > LONGEST or says_no_number(typed) else _patterns().fragment.fullmatch(plain)
    if read is None:
        return []
    serial = int(read[3].translate(_LOOK_ALIKES))
    return [f"{month}-{read[2]}-{serial:03d}" for month in _months(today) if month.endswith(read[1])]


def _months(today: datetime) -> Iterator[str]:
    year, month = today.year, today.month
    for _back in range(MONTHS_BACK + 1):
        yield f"{year:04d}{month:02d}"
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)


def _plain(typed: str) -> str:
    return fold(typed).upper()


def _kept(read: re.Match[str]) -> str:
    year, month, letters, serial = read.groups()
    digits = (part.translate(_LOOK_ALIKES) for part in (year + month, serial))
    month_part, serial_part = digits
    return f"{month_part}-{letters}-{int(serial_part):03d}"
