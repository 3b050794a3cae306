"""What the steps of casework offer to choose from."""

import uuid
from typing import Any

from django.utils.translation import gettext as _

from tingsu.casework.models import DepartmentTask, FunctionOpinion
from tingsu.casework.rules import mediator_level
from tingsu.kernel.fields import in_language
from tingsu.people import queries as people
from tingsu.people.models import Unit
from tingsu.people.roles import MediatorLevel
from tingsu.process.steps import Options, options_from

ASSESSOR_ROLES = ("function", "supervisor", "mgmt_rep", "coach")


def _units(kind: str) -> Options:
    return tuple((str(unit.pk), in_language(unit.name)) for unit in people.units(kind=kind))


@options_from("departments")
def departments(complaint: Any) -> Options:
    """Business departments; the one responsible for this kind of problem first (AS-05)."""
    found = _units(Unit.Kind.DEPARTMENT)
    if complaint is None:
        return found
    responsible = {str(unit.pk) for unit in people.units_for_topic(complaint.problem_type)}
    return tuple(sorted(found, key=lambda option: option[0] not in responsible))


@options_from("functions")
def functions(complaint: Any) -> Options:
    return _units(Unit.Kind.FUNCTION)


@options_from("tasks")
def tasks(complaint: Any) -> Options:
    """Every task of the case, newest last; guards say which of them a step may take."""
    if complaint is None:
        return ()
    return tuple(
        (
            str(task.pk),
            _("%(unit)s · %(kind)s · %(state)s")
            % {
                "unit": people.unit_name(task.unit_id),
                "kind": task.get_kind_display(),
                "state": task.get_state_display(),
            },
        )
        for task in DepartmentTask.of(complaint)
    )


@options_from("opinions")
def opinions(complaint: Any) -> Options:
    """Requests for an opinion that are still open."""
    if complaint is None:
        return ()
    return tuple(
        (str(opinion.pk), people.unit_name(opinion.unit_id) if opinion.unit_id else opinion.shown("body"))
        for opinion in FunctionOpinion.of(complaint, state=FunctionOpinion.State.OPEN)
    )


def _people(members: Any) -> Options:
    return tuple((str(member.pk), f"{in_language(member.alias)} · {member.staff_number}") for member in members)


@options_from("assessors")
def assessors(complaint: Any) -> Options:
    """Who takes part in a joint risk assessment: functions and leaders of the centre."""
    return _people(people.active_members(roles=ASSESSOR_ROLES))


@options_from("mediators")
def mediators(complaint: Any) -> Options:
    """Members with a mediator's level, and the level."""
    names = dict(MediatorLevel.choices)
    found = {post.member_id for post in people.posts_now() if post.mediator_level}
    return tuple(
        (str(member.pk), f"{in_language(member.alias)} · {names[mediator_level(member.pk)]}")
        for member in people.active_members()
        if member.pk in found
    )


def ids(codes: list[str]) -> list[uuid.UUID]:
    """Chosen members or units as ids; `choices` keeps them as texts."""
    return [uuid.UUID(code) for code in codes]
