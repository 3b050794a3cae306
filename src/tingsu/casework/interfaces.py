"""How the centre reaches each department: whom to ask, about what, in which hours, and how long each kind of request may take (CO-04)."""

import re
import uuid
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from tingsu.calendars.arithmetic import add_working_hours, is_working_day
from tingsu.clocks.conditions import Facts
from tingsu.clocks.places import calendar_of_unit
from tingsu.clocks.planning import plan
from tingsu.clocks.queries import policy_in_force
from tingsu.clocks.timers import timer
from tingsu.complaints import lists, routing
from tingsu.complaints.case import Case
from tingsu.kernel import rulebooks
from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError
from tingsu.kernel.fields import in_language
from tingsu.kernel.punctuation import listed
from tingsu.people import queries as people
from tingsu.people.models import Member, Unit

KIND = "departments"
ASKED = (Unit.Kind.DEPARTMENT, Unit.Kind.FUNCTION)
"""Units that are asked for something; the groups of the centre hand cases over instead."""
DAYS = {"working": pgettext_lazy("service hours", "Working days"), "all": pgettext_lazy("service hours", "Every day")}
LIMITS = {
    "facts": gettext_lazy("Facts and material"),
    "technical": gettext_lazy("Technical check"),
    "measure": gettext_lazy("Carry out a measure"),
    "opinion": gettext_lazy("Opinion"),
}
"""Kinds of requests for which a department agrees a time of its own, in working hours; without one the policy's holds."""
KEYS = frozenset({"unit", "contact", "deputy", "asked", "days", "from", "to", *LIMITS})
TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00")
LONGEST_HOURS = 400
LONGEST_TEXT = 300
MOST_LINES = 200


@lru_cache(maxsize=1)
def shipped() -> dict[str, Any]:
    """Version 0: no department has agreed anything; heads are asked and the time-limit policy holds. Treat as read-only."""
    return {"lines": []}


def check(body: dict[str, Any]) -> None:
    """Each line names a department once, people who work in it, hours, and times of at most 400 working hours. Raises InvalidInput."""
    lines = body.get("lines")
    if not isinstance(lines, list) or len(lines) > MOST_LINES or not all(isinstance(line, dict) for line in lines):
        raise InvalidInput({"lines": InvalidValue(code="rows")})
    units = {unit.code: unit for unit in people.units(kind=ASKED)}
    errors: dict[str, TingsuError] = {}
    seen: set[str] = set()
    for place, line in enumerate(lines, 1):
        for name, problem in _problems(line, units, seen).items():
            errors[f"lines.{place}.{name}"] = problem
        seen.add(str(line.get("unit")))
    if errors:
        raise InvalidInput(errors)


def _problems(line: dict[str, Any], units: Mapping[str, Unit], seen: set[str]) -> dict[str, TingsuError]:
    found: dict[str, TingsuError] = {}
    if set(line) - KEYS:
        return {"unit": InvalidValue(code="rows")}
    code = line.get("unit")
    unit = units.get(code) if isinstance(code, str) else None
    if unit is None:
        return {"unit": InvalidValue(code="choice")}
    if code in seen:
        found["unit"] = InvalidValue(gettext_lazy("This department has a line already."), code="twice")
    there = {member.staff_number for member in people.active_members(unit=unit.pk)}
    for name in ("contact", "deputy"):
        who = line.get(name) or ""
        if (who or name == "contact") and who not in there:
            found[name] = InvalidValue(gettext_lazy("Choose somebody who works in this department."), code="not_there")
    if line.get("deputy") and line.get("deputy") == line.get("contact"):
        found["deputy"] = InvalidValue(gettext_lazy("The deputy is somebody else."), code="same")
    if line.get("days") not in DAYS:
        found["days"] = InvalidValue(code="choice")
    start, end = (str(line.get(name, "")) for name in ("from", "to"))
    if not (TIME.fullmatch(start) and TIME.fullmatch(end) and start < end):
        found["from"] = InvalidValue(gettext_lazy("Enter hours of one day, such as 09:00 to 18:00."), code="hours")
    asked = line.get("asked", "")
    if not isinstance(asked, str) or len(asked) > LONGEST_TEXT:
        found["asked"] = InvalidValue(gettext_lazy("At most %(most)s characters."), most=LONGEST_TEXT)
    for name in LIMITS:
        hours = line.get(name)
        if hours in (None, ""):
            continue
        if not isinstance(hours, int) or isinstance(hours, bool) or not 1 <= hours <= LONGEST_HOURS:
            found[name] = InvalidValue(
                gettext_lazy("Enter from 1 to %(most)s working hours, or leave it empty."), most=LONGEST_HOURS
            )
    return found


def register() -> None:
    """Declare the kind; called once when the app loads."""
    rulebooks.register_kind(KIND, gettext_lazy("Interfaces of the departments"), shipped, check)


def interface_of(unit_id: uuid.UUID | None, at: datetime | None = None) -> Mapping[str, Any]:
    """What was agreed with a department; empty where nothing was."""
    unit = people.unit_or_none(unit_id)
    lines = rulebooks.in_force(KIND, at).body["lines"]
    return next((line for line in lines if unit is not None and line["unit"] == unit.code), {})


def _works_there(number: str, unit_id: uuid.UUID) -> Member | None:
    """The member with this staff number, as long as he works in the department."""
    return next((one for one in people.active_members(unit=unit_id) if one.staff_number == number), None)


def contacts_of(unit_id: uuid.UUID) -> list[Member]:
    """Contact person and deputy, as far as they still work there; the heads where nobody was named."""
    line = interface_of(unit_id)
    named = [_works_there(line[name], unit_id) for name in ("contact", "deputy") if line.get(name)]
    return [one for one in named if one is not None] or people.heads_of(unit_id)


def asked_first(unit_id: uuid.UUID) -> uuid.UUID | None:
    """Who answers for a request: the first of the contacts who is on duty, or just the first."""
    contacts = contacts_of(unit_id)
    return next((one.pk for one in contacts if one.on_duty), contacts[0].pk if contacts else None)


def agreed_end(case: Case, unit_id: uuid.UUID, kind: str, timer_name: str) -> datetime | None:
    """When a department's own agreed time for this kind of request ends; None where the policy decides.

    What cannot wait does not: where the policy gives this case less than any other (a report, an infringement), the earlier
    of both ends counts, so that no agreement makes "at once" longer (CO-02).
    """
    hours = interface_of(unit_id, case.at).get(kind)
    if not hours:
        return None
    calendar, policy = calendar_of_unit(unit_id, case.at), policy_in_force(case.at)
    agreed = add_working_hours(case.at, hours, calendar)
    own, general = (
        plan(timer(timer_name), start=case.at, facts=facts, policy=policy, calendar=calendar).due_at
        for facts in (case.policy_facts(), Facts())
    )
    return None if own < general and own <= agreed else agreed


def hours_words(line: Mapping[str, Any]) -> str:
    """The service hours of a department in words."""
    return f"{DAYS.get(line.get('days', ''), '')} {line.get('from', '')}–{line.get('to', '')}" if line else ""


def is_open(line: Mapping[str, Any], at: datetime, unit_id: uuid.UUID | None = None) -> bool:
    """Does the department work at this instant? Without agreed hours nobody can say that it does not."""
    if not line:
        return True
    calendar = calendar_of_unit(unit_id, at)
    local = at.astimezone(calendar.zone)
    works = line["days"] == "all" or is_working_day(local.date(), calendar)
    return bool(works and line["from"] <= f"{local:%H:%M}" < line["to"])


def contact_words(unit_id: uuid.UUID) -> str:
    """Whom to ask in a department and when: "Agent Lin (4001), else Agent Xu (4002) · working days 09:00–18:00"."""
    names = [people.staff_identity(one.pk) for one in contacts_of(unit_id)[:2]]
    if not names:
        return ""
    who = gettext("%(contact)s, else %(deputy)s") % {"contact": names[0], "deputy": names[1]} if names[1:] else names[0]
    return " · ".join(filter(None, (who, hours_words(interface_of(unit_id)))))


def handing_over(unit_id: uuid.UUID | None, at: datetime) -> str:
    """The sentence above the form that asks a department: whom it reaches, and that nobody works there now."""
    line = interface_of(unit_id, at)
    if unit_id is None or not line:
        return ""
    words = gettext("%(unit)s: %(contact)s.") % {"unit": people.unit_name(unit_id), "contact": contact_words(unit_id)}
    if line.get("asked"):
        words += " " + gettext("Ask it about: %(topics)s.") % {"topics": line["asked"].rstrip("。.")}
    if not is_open(line, at, unit_id):
        words += " " + gettext("It is outside its service hours now.")
    return words


def shown(body: Mapping[str, Any]) -> dict[str, Any]:
    """The departments of a version, each with its people, topics, hours and times; what was typed wrong is shown as typed."""
    units = {unit.code: unit for unit in people.units(kind=ASKED)}
    topics = lists.words(lists.PROBLEM_TYPE)
    numbers = {member.staff_number: member.pk for member in people.active_members()}
    cards = []
    for line in body.get("lines", ()):
        unit = units.get(str(line.get("unit")))
        people_named = [line.get(name) or "" for name in ("contact", "deputy")]
        cards.append(
            {
                "name": in_language(unit.name) if unit else line.get("unit"),
                "contacts": listed(
                    people.staff_identity(numbers[one]) if one in numbers else one for one in people_named if one
                ),
                "hours": hours_words(line),
                "asked": line.get("asked"),
                "topics": listed(str(topics.get(code, code)) for code in unit.topics) if unit else "",
                "limits": [(label, line[name]) for name, label in LIMITS.items() if line.get(name)],
            }
        )
    return {"interfaces": cards}


def gaps() -> list[str]:
    """What nobody can be asked about, departments without an interface, and contacts who have left (CO-04)."""
    names = lists.words(lists.PROBLEM_TYPE)
    lines = {line["unit"]: line for line in rulebooks.in_force(KIND).body["lines"]}
    units = people.units(kind=ASKED)
    found = [
        gettext("No department answers for: %(topic)s") % {"topic": names[code]}
        for code in routing.topics_without_department()
    ]
    missing = [in_language(unit.name) for unit in units if unit.code not in lines]
    if missing:
        found.append(gettext("Without an interface: %(units)s") % {"units": listed(missing)})
    for unit in units:
        line = lines.get(unit.code, {})
        gone = [
            line[name] for name in ("contact", "deputy") if line.get(name) and not _works_there(line[name], unit.pk)
        ]
        if gone:
            found.append(
                gettext("%(unit)s: %(numbers)s no longer works there")
                % {"unit": in_language(unit.name), "numbers": listed(gone)}
            )
    return found
