"""The on-call roster as a rulebook: who is called first when a case cannot wait, and how long they have to confirm (AS-10)."""

import re
import uuid
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.calendars.arithmetic import Calendar, is_working_day
from tingsu.calendars.queries import calendar_in_force
from tingsu.clocks.places import region_of
from tingsu.kernel import rulebooks
from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError
from tingsu.people import queries as people
from tingsu.people.roles import CENTRE_ROLES

KIND = "on_call"
DAYS = {"all": _("Every day"), "working": _("Working days"), "off": _("Weekends and holidays")}
LINE_KEYS = frozenset({"member", "days", "from", "to", "first_on", "last_on"})
TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00")
MOST_LINES = 200
LONGEST_MINUTES = 60


def shipped() -> dict[str, Any]:
    """Version 0: five minutes to confirm, and nobody on the roster: the supervisors are called."""
    return {"confirm_minutes": 5, "roster": []}


def check(body: dict[str, Any]) -> None:
    """Each line names a colleague who sees every case, days, hours and, if wanted, a period. Raises InvalidInput."""
    errors: dict[str, TingsuError] = {}
    minutes, lines = body.get("confirm_minutes"), body.get("roster")
    if not isinstance(minutes, int) or isinstance(minutes, bool) or not 1 <= minutes <= LONGEST_MINUTES:
        errors["confirm_minutes"] = InvalidValue(
            _("Enter from 1 to %(most)s minutes for confirming."), most=LONGEST_MINUTES
        )
    if not isinstance(lines, list) or len(lines) > MOST_LINES or not all(isinstance(line, dict) for line in lines):
        errors["roster"] = InvalidValue(code="rows")
    else:
        known = set(members_by_number())
        for place, line in enumerate(lines, 1):
            if problem := _problem_of(line, place, known):
                errors["roster"] = problem
                break
    if errors:
        raise InvalidInput(errors)


def _problem_of(line: dict[str, Any], place: int, known: set[str]) -> InvalidValue | None:
    if set(line) - LINE_KEYS or line.get("days") not in DAYS:
        return InvalidValue(code="rows")
    if line.get("member") not in known:
        return InvalidValue(_("Line %(place)s: choose a colleague who works in the centre."), place=place)
    start, end = str(line.get("from", "")), str(line.get("to", ""))
    if not TIME.fullmatch(start) or not TIME.fullmatch(end) or start == end or start == "24:00":
        return InvalidValue(_("Line %(place)s: enter hours such as 08:00 to 20:00, or 00:00 to 24:00."), place=place)
    try:
        first, last = (date.fromisoformat(line[name]) if line.get(name) else None for name in ("first_on", "last_on"))
    except (TypeError, ValueError):
        return InvalidValue(_("Line %(place)s: enter days such as 2026-03-05, or leave them empty."), place=place)
    if first and last and last < first:
        return InvalidValue(_("Line %(place)s: the last day lies before the first."), place=place)
    return None


def members_by_number() -> dict[str, uuid.UUID]:
    """Those who may stand on the roster: colleagues of the centre, who see every case."""
    return {member.staff_number: member.pk for member in people.active_members(roles=CENTRE_ROLES)}


def covers(line: dict[str, Any], at: datetime, calendar: Calendar) -> bool:
    """Is the line's person on call at this instant? A shift that ends past midnight belongs to the day it began. Pure."""
    local = at.astimezone(calendar.zone)
    clock, day = f"{local:%H:%M}", local.date()
    if line["from"] < line["to"]:
        return line["from"] <= clock < line["to"] and _on(line, day, calendar)
    return (clock >= line["from"] and _on(line, day, calendar)) or (
        clock < line["to"] and _on(line, day - timedelta(days=1), calendar)
    )


def _on(line: dict[str, Any], day: date, calendar: Calendar) -> bool:
    if line.get("first_on") and day < date.fromisoformat(line["first_on"]):
        return False
    if line.get("last_on") and day > date.fromisoformat(line["last_on"]):
        return False
    found: bool = line["days"] == "all" or (line["days"] == "working") == is_working_day(day, calendar)
    return found


def gaps(
    lines: Sequence[dict[str, Any]],
    start: datetime,
    end: datetime,
    calendar: Calendar,
    by: Callable[[dict[str, Any]], Calendar] | None = None,
) -> list[tuple[datetime, datetime]]:
    """The stretches between two instants in which no line covers anybody, in their order (IN-06); `by` names the calendar of a line. Pure."""
    calendars = [by(line) if by else calendar for line in lines]
    edges = {start, end}
    for zone in {calendar.zone, *(one.zone for one in calendars)}:
        day = start.astimezone(zone).date() - timedelta(days=1)
        while day <= end.astimezone(zone).date() + timedelta(days=1):
            clocks = {"00:00", *(line[name] for line in lines for name in ("from", "to"))} - {"24:00"}
            edges |= {datetime.combine(day, time.fromisoformat(clock), zone) for clock in clocks}
            day += timedelta(days=1)
    found: list[tuple[datetime, datetime]] = []
    moments = sorted(edge for edge in edges if start <= edge <= end)
    for first, last in pairwise(moments):
        if any(covers(line, first, one) for line, one in zip(lines, calendars, strict=True)):
            continue
        if found and found[-1][1] == first:
            found[-1] = (found[-1][0], last)
        else:
            found.append((first, last))
    return found


def gaps_ahead(at: datetime, days: int = 7) -> list[tuple[datetime, datetime]]:
    """When nobody who works here stands on the roster in the next days; hours of the organisation."""
    rules, calendar, known = rulebooks.in_force(KIND, at), calendar_in_force(at), members_by_number()
    lines = [line for line in rules.body["roster"] if line["member"] in known]
    return gaps(lines, at, at + timedelta(days=days), calendar, lambda line: _calendar_of(known[line["member"]], at))


def called_at(at: datetime) -> tuple[int, list[list[uuid.UUID]]]:
    """The version of the roster and who is called in turn: one after the other, at the end all supervisors together."""
    rules, known = rulebooks.in_force(KIND, at), members_by_number()
    numbers = [
        line["member"]
        for line in rules.body["roster"]
        if line["member"] in known and covers(line, at, _calendar_of(known[line["member"]], at))
    ]
    turns = [[known[number]] for number in dict.fromkeys(numbers)]
    return rules.version, [*turns, *_leaders()]


def _calendar_of(member_id: uuid.UUID, at: datetime) -> Calendar:
    """By whose working days and clock somebody stands on the roster: those of their unit's region, else the main ones (SL-02)."""
    return calendar_in_force(at, region=region_of(member_id, ""))


def _leaders() -> Sequence[list[uuid.UUID]]:
    for roles in (("supervisor",), ("mgmt_rep",), ("top_mgmt",)):
        if found := [member.pk for member in people.active_members(roles=roles)]:
            return [found]
    return []


def minutes_of(version: int) -> timedelta:
    """How long each one has to confirm, under the version an alert was raised under."""
    return timedelta(minutes=rulebooks.version_of(KIND, version).body["confirm_minutes"])
