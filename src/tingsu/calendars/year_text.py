"""Reading the days of one year from pasted text (SL-02: editable per year).

Two ways of writing are understood, and may be mixed:

*   lines: a date or a stretch of dates, 休 or 班 (off / work), the holiday:
    `2027-02-05~2027-02-12 休 春节`, `2027-02-14 班 春节`, `2027-12-25 off Christmas Day`
*   the State Council's notice as it is published:
    `二、春节：1月28日（农历除夕、周二）至2月4日（农历正月初七、周二）放假调休，共8天。1月26日（周日）上班。`
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from tingsu.calendars.body import year_problems
from tingsu.calendars.china import NAMES
from tingsu.calendars.errors import YearNotReadable
from tingsu.calendars.notice_text import (
    LONGEST_STRETCH,
    NotUnderstood,
    days_of_item,
    is_frame,
    is_item,
    items_of,
    longer,
)
from tingsu.kernel.errors import too_long
from tingsu.kernel.spelling import tidy

OFF_WORDS = frozenset({"休", "休息", "放假", "off", "holiday"})
WORK_WORDS = frozenset({"班", "上班", "补班", "work", "workday"})
LONGEST_TEXT = 20_000

LINE = re.compile(
    r"^(?P<first>\d{4}-\d{1,2}-\d{1,2})(?:\s*(?:~|～|至|to)\s*(?P<last>\d{4}-\d{1,2}-\d{1,2}))?"
    r"[\s,，;；\t]+(?P<word>[^\s,，;；]+)(?:[\s,，;；\t]+(?P<name>.+))?$"
)
_SPELLED = re.compile(r"(\d{4})[年/.](\d{1,2})[月/.](\d{1,2})日?")


def read_year(text: str, year: int, *, source: str) -> dict[str, Any]:
    """The days off and make-up workdays of ``year`` written in ``text``. Raises YearNotReadable with a sentence per bad line."""
    return read_years(text, year, source=source)[year]


def read_years(text: str, year: int, *, source: str, known: dict[str, Any] | None = None) -> dict[int, dict[str, Any]]:
    """The same for each year that the text names: an item of a notice may reach over New Year, a line may not.

    A notice that only lengthens a holiday changes what is `known` of the year.
    """
    if len(text) > LONGEST_TEXT:
        raise YearNotReadable(
            [_("The text is longer than the holidays of a year can be."), str(too_long(text, LONGEST_TEXT))]
        )
    days_off: dict[date, dict[str, str]] = {}
    make_up: dict[date, dict[str, str]] = {}
    problems: list[str] = []
    told = [
        one for one in items_of(tidy(text, lines=True).split("\n")) if not (one[1].startswith("#") or is_frame(one[1]))
    ]
    if known and told and all(longer(line, 1) for _number, line in told):
        for into, kind in ((days_off, "days_off"), (make_up, "make_up_days")):
            into.update({date.fromisoformat(day["on"]): day["name"] for day in known[kind]})
    for number, line in told:
        try:
            if _lengthened(line, year, days_off, make_up):
                continue
            for on, works, name in _days_of_line(line, year):
                into, other = (make_up, days_off) if works else (days_off, make_up)
                if on in other or on in into:
                    problems.append(
                        _("Line %(number)s: %(on)s is already listed.") % {"number": number, "on": on.isoformat()}
                    )
                into[on] = name
        except ValueError as error:
            problems.append(_sentence(error, number, line))
    years = {
        one: {"source": source, "days_off": _listed(days_off, one), "make_up_days": _listed(make_up, one)}
        for one in sorted({year, *(on.year for on in (*days_off, *make_up))})
    }
    problems = problems or list(year_problems(str(year), years[year]))
    for on in (*days_off, *make_up):
        if abs(on.year - year) > 1:
            problems.append(_("%(on)s does not lie in %(year)s.") % {"on": on.isoformat(), "year": year})
    if problems:
        raise YearNotReadable(problems)
    return years


def _lengthened(
    line: str, year: int, days_off: dict[date, dict[str, str]], make_up: dict[date, dict[str, str]]
) -> bool:
    """A later notice that lengthens a holiday of this text: its days are off, also those that were to be worked.

    Raises NotUnderstood where the holiday does not stand here, or where last day and return to work contradict each other.
    """
    if (told := longer(line, year)) is None:
        return False
    name = _name(told.name)
    days = [on for on, known in days_off.items() if known == name]
    if not days:
        raise NotUnderstood(
            line,
            _("This lengthens %(name)s, whose days do not stand here. Put the notice that is lengthened above it.")
            % {"name": told.name},
        )
    last = max(days)
    if not timedelta() < told.last - last <= timedelta(days=LONGEST_STRETCH):
        raise NotUnderstood(line)
    if told.back is not None and told.back != told.last + timedelta(days=1):
        raise NotUnderstood(line, _("Work begins again on another day than the one after the last day off."))
    for on in _stretch(last + timedelta(days=1), told.last):
        make_up.pop(on, None)
        days_off[on] = name
    if told.back is not None and told.back.weekday() >= 5:
        make_up[told.back] = name
    return True


def _sentence(error: ValueError, number: int, line: str) -> str:
    """Which line, and which part of it."""
    if isinstance(error, NotUnderstood) and error.sentence:
        return _("Line %(number)s: %(why)s") % {"number": number, "why": error.sentence}
    part = error.part if isinstance(error, NotUnderstood) else line
    return _("Line %(number)s cannot be read: “%(line)s”. Write for example 2027-10-01 off National Day.") % {
        "number": number, "line": re.sub(r"<.>", "", part)[:60],
    }  # fmt: skip


def write_year(days: dict[str, Any]) -> str:
    """The days of a year as lines that `read_year` understands."""
    lines = [(item["on"], "休", item["name"]) for item in days["days_off"]]
    lines += [(item["on"], "班", item["name"]) for item in days["make_up_days"]]
    return "\n".join(
        f"{on} {word} {name.get('zh-Hans') or name.get('en', '')}".strip()
        for on, word, name in sorted(lines, key=lambda line: line[0])
    )


def _listed(days: dict[date, dict[str, str]], year: int) -> list[dict[str, Any]]:
    return [{"on": on.isoformat(), "name": name} for on, name in sorted(days.items()) if on.year == year]


def _days_of_line(line: str, year: int) -> Iterator[tuple[date, bool, dict[str, str]]]:
    if match := LINE.match(_SPELLED.sub(r"\1-\2-\3", line)):
        word = match["word"].lower()
        if word not in OFF_WORDS | WORK_WORDS:
            raise ValueError(line)
        first = _date(*match["first"].split("-"))
        last = _date(*match["last"].split("-")) if match["last"] else first
        for on in _stretch(first, last):
            if on.year != year:
                raise NotUnderstood(line, _("%(on)s does not lie in %(year)s.") % {"on": on.isoformat(), "year": year})
            yield on, word in WORK_WORDS, _name(match["name"] or "")
        return
    if not is_item(line):
        raise ValueError(line)
    for on, works, name in days_of_item(line, year):
        yield on, works, _name(name)


def _date(year: int | str, month: int | str, day: int | str) -> date:
    return date(int(year), int(month), int(day))


def _stretch(first: date, last: date) -> Iterator[date]:
    if not timedelta() <= last - first <= timedelta(days=LONGEST_STRETCH):
        raise ValueError(first, last)
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)


def _name(text: str) -> dict[str, str]:
    """The holiday's name in both languages where it is a known Chinese one, else as it was written."""
    text = text.strip()
    for name in NAMES.values():
        if text and text in (name["zh-Hans"], f"{name['zh-Hans']}节", name["en"]):
            return dict(name)
    parts = [part for part in re.split(r"[、和]", text) if part]
    if len(parts) > 1:
        names = [_name(part) for part in parts]
        return {"zh-Hans": "、".join(n["zh-Hans"] for n in names), "en": " / ".join(n["en"] for n in names)}
    return {"zh-Hans": text, "en": text}
