"""Options the complaint's own steps offer: who can receive a case."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext, pgettext

from tingsu.complaints import lists, routing
from tingsu.complaints.naming import declare_names
from tingsu.kernel.fields import in_language
from tingsu.people import queries as people
from tingsu.people.models import Member, Unit
from tingsu.people.roles import StaffLevel
from tingsu.process.steps import Options, options_from

RECEIVING_ROLES = ("frontline", "specialist", "coach", "supervisor", "mgmt_rep")
RECEIVING_KINDS = (Unit.Kind.INVESTIGATION, Unit.Kind.HANDLING, Unit.Kind.CENTRE, Unit.Kind.INTAKE)


@options_from("receiving_units")
def receiving_units(complaint: Any) -> Options:
    return tuple((str(unit.pk), in_language(unit.name)) for unit in people.units() if unit.kind in RECEIVING_KINDS)


@options_from("receiving_members")
def receiving_members(complaint: Any) -> Options:
    """Who can receive a case, each with the staff level, and said so when not on duty (AS-02, AS-16)."""
    return tuple((str(member.pk), candidate_words(member)) for member in people.active_members(roles=RECEIVING_ROLES))


def candidate_words(member: Member) -> str:
    """A colleague among others to choose from: work identity, number, level, absence."""
    level = people.staff_level_of(member.pk)
    words = [in_language(member.alias), member.staff_number]
    if level:
        words.append(str(StaffLevel(level).label))
    if member.readiness:
        words.append(str(member.get_readiness_display()))
    if not member.on_duty:
        words.append(pgettext("colleague", "absent"))
    return " · ".join(words)


@options_from("departments")
def departments(complaint: Any) -> Options:
    """Business departments; the one responsible for this complaint first, and said so (AS-05)."""
    found = [(str(unit.pk), in_language(unit.name)) for unit in people.units(kind=Unit.Kind.DEPARTMENT)]
    responsible = _responsible(complaint) if complaint is not None else ""
    named = [
        (code, gettext("%(unit)s (responsible)") % {"unit": name}) if code == responsible else (code, name)
        for code, name in found
    ]
    return tuple(sorted(named, key=lambda option: option[0] != responsible))


def _responsible(complaint: Any) -> str:
    """The department that was named, else whom the table would name now."""
    if complaint.department_id is not None:
        return str(complaint.department_id)
    unit = routing.responsible(complaint)
    return str(unit.pk) if unit else ""


@options_from("all_units")
def all_units(complaint: Any) -> Options:
    return tuple((str(unit.pk), in_language(unit.name)) for unit in people.units())


def _words(one: lists.OpenList) -> Callable[[Any], dict[str, str]]:
    return lambda complaint: {code: str(word) for code, word in lists.words(one).items()}


for _one in lists.LISTS:
    declare_names(_words(_one), _one.key)  # an entry that was dropped keeps its word in the history
