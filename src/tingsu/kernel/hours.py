"""The time of day of an event as people know it: to the minute, about, or as a part of the day (RG-08).

Kept as a short code that says how exact it is: `14:30` to the minute, `~14:30` about, `afternoon` the part of the day alone.
"""

import re

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tingsu.kernel.errors import InvalidValue
from tingsu.kernel.spelling import fold, says_no_number

PARTS: tuple[tuple[str, str | Promise], ...] = (
    ("small_hours", pgettext_lazy("time of day", "Small hours")),
    ("morning", pgettext_lazy("time of day", "Morning")),
    ("midday", pgettext_lazy("time of day", "Midday")),
    ("afternoon", pgettext_lazy("time of day", "Afternoon")),
    ("evening", pgettext_lazy("time of day", "Evening")),
)
"""Parts of the day, in their order."""
_BEGINS = (("small_hours", 0), ("morning", 6), ("midday", 12), ("afternoon", 14), ("evening", 18))
LENGTH = 12
"""Signs of the longest code."""
LONGEST = 40
"""Signs that somebody may type."""

_WORDS = {
    "small_hours": (
        "凌晨",
        "半夜",
        "后半夜",
        "午夜",
        "子夜",
        "midnight",
        "at midnight",
        "small hours",
        "in the small hours",
        "small_hours",
        "at dawn",
        "dawn",
    ),
    "morning": ("早上", "早晨", "清晨", "上午", "早", "morning", "in the morning"),
    "midday": ("中午", "正午", "midday", "noon", "at noon", "at midday"),
    "afternoon": ("下午", "午后", "afternoon", "in the afternoon"),
    "evening": ("晚上", "傍晚", "夜里", "夜间", "深夜", "晚间", "晚", "evening", "in the evening", "night", "at night"),
}
_PART_OF = {word: part for part, words in _WORDS.items() for word in words} | {
    "am": "am", "a.m.": "am", "a.m": "am", "pm": "pm", "p.m.": "pm", "p.m": "pm",
}  # fmt: skip
_HALVES = {
    "small_hours": range(6), "morning": range(4, 13), "midday": range(10, 15), "afternoon": range(12, 20), "evening": range(16, 24),
    "am": range(12), "pm": range(12, 24),
}  # fmt: skip
"""Hours that may be meant beside each word."""
_AFTER_MIDNIGHT = {
    **dict.fromkeys(("晚上", "晚间", "晚"), 4), **dict.fromkeys(("夜里", "夜间", "深夜", "night", "at night"), 6),
    **dict.fromkeys(("半夜", "午夜", "子夜", "midnight", "at midnight"), 10), **dict.fromkeys(("凌晨", "后半夜"), 12),
}  # fmt: skip
"""Words for a night that begins before midnight and ends after it: below this hour they mean the hours after, and twelve is midnight."""
_LATE = frozenset({"midday", "afternoon", "evening", "pm"})
"""Words after which a small number is counted from noon."""
_ANY = "|".join(sorted(map(re.escape, _PART_OF), key=len, reverse=True))
_NUMBER = r"\d{1,2}|[零〇一二两三四五六七八九十]{1,3}"
_TYPED = re.compile(
    rf"(?P<about>~|约|大约|大概|差不多|about |around |approx\.? |ca\.? |c\. )? ?"
    rf"(?P<before>{_ANY})?(?: ?大约| ?约)? ?"
    rf"(?:(?P<hour>{_NUMBER}) ?(?:(?:[:.h时点點](?P<past>钟|整|半|一刻|三刻|多|来钟)?) ?(?:(?P<minute>{_NUMBER}) ?分?)?)?(?P<on>钟|整)?"
    rf"|(?P<run>[0-2]\d[0-5]\d))?(?(minute)(?::[0-5]\d)?) ?(?:o'clock)? ?(?P<after>{_ANY})? ?(?P<loose>左右|前后|多|许|or so)?"
)
_DIGITS = {sign: number for number, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_PAST = {"半": 30, "一刻": 15, "三刻": 45}


def read_hour(typed: str) -> str:
    """The code of a time of day as somebody typed or said it: 14:30, 下午两点半左右, about 3 pm, 晚上, 1430. Raises InvalidValue.

    An hour without minutes is about that hour, for nobody who says “two o'clock” speaks of the minute; 两点整 and 14:00 are exact.
    """
    plain = "" if len(typed) > LONGEST or says_no_number(typed) else fold(typed)
    found = _TYPED.fullmatch(plain)
    if not plain or found is None:
        raise InvalidValue(code="hour")
    word = found["before"] or found["after"] or ""
    part = _PART_OF.get(word, "")
    if found["before"] and found["after"]:
        raise InvalidValue(code="hour")
    if found["hour"] is None and found["run"] is None:
        if part in dict(PARTS):
            return part
        raise InvalidValue(code="hour")
    hour, minute = _clock(found, plain)
    if hour == 24 and minute == 0 and (not part or word in _AFTER_MIDNIGHT):
        hour = 0
    if part:
        hour = _by_part(hour, word, part)
    if hour > 23 or minute > 59:
        raise InvalidValue(code="hour")
    exact = found["minute"] is not None or found["run"] is not None or "整" in (found["past"], found["on"])
    exact = exact or found["past"] in _PAST
    loose = found["about"] or found["loose"] or found["past"] in {"多", "来钟"} or "约" in plain
    return f"{hour:02d}:{minute:02d}" if exact and not loose else f"~{hour:02d}:{minute:02d}"


def _clock(found: re.Match[str], plain: str) -> tuple[int, int]:
    if found["run"] is not None:
        return int(found["run"][:2]), int(found["run"][2:])
    bare = not (found["before"] or found["after"]) and found["past"] is None and found["minute"] is None
    if bare and not re.search(r"[:.h时点點]|o'clock", plain):
        raise InvalidValue(code="hour")  # a number alone may be anything
    return _count(found["hour"]), _PAST.get(found["past"] or "", 0) or _count(found["minute"] or "0")


def _count(typed: str) -> int:
    """A number of at most two digits, also in Chinese. Raises InvalidValue."""
    if typed.isascii():
        return int(typed)
    tens, ten, ones = typed.partition("十")
    try:
        if not ten:
            return int("".join(str(_DIGITS[sign]) for sign in typed))
        return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)
    except KeyError as error:
        raise InvalidValue(code="hour") from error


def _by_part(hour: int, word: str, part: str) -> int:
    """The hour of 24 that is meant beside a word for the part of the day. Raises InvalidValue where the two disagree."""
    if word in _AFTER_MIDNIGHT and (hour == 12 or hour < min(_AFTER_MIDNIGHT[word], 6)):
        return hour % 12
    if word in _AFTER_MIDNIGHT and part == "small_hours" and _AFTER_MIDNIGHT[word] <= hour < 12:
        return hour + 12
    forenoon = part == "midday" and hour >= _HALVES["midday"].start
    meant = hour + 12 if part in _LATE and hour < 12 and not forenoon else hour
    if part == "am" and hour == 12:
        meant = 0
    if meant not in _HALVES[part]:
        raise InvalidValue(code="hour")
    return meant


def part_of(code: str) -> str:
    """The part of the day that a code lies in; empty for none."""
    if code in dict(PARTS) or not code:
        return code
    hour = int(code.removeprefix("~")[:2])
    return [part for part, begins in _BEGINS if begins <= hour][-1]


def hour_words(code: str) -> str:
    """A code in the reader's language, with how exact it is."""
    if code.startswith("~"):
        return _("about %(time)s") % {"time": code[1:]}
    return str(dict(PARTS).get(code, code))


def minutes_of(code: str) -> int | None:
    """The minute of the day that a code names, about or exactly; None for a part of the day."""
    plain = code.removeprefix("~")
    return int(plain[:2]) * 60 + int(plain[3:]) if plain[:1].isdigit() else None
