"""The groups of the complaint handling centre: what waits in the queue of each, and which steps are its own (OG-07, SVC 2.2.2).

A step of a group is taken by its people, by whoever answers for the case, and by those who stand above the groups. A centre
without that group shares the step as the process table has it. Any of the centre may register: no complaint waits for a desk.
"""

from dataclasses import dataclass

from tingsu.complaints.terms import State
from tingsu.kernel.actor import Actor
from tingsu.people import queries as people
from tingsu.people.models import Unit
from tingsu.people.roles import Role

WORK_IN_GROUPS = frozenset({str(Role.FRONTLINE), str(Role.SPECIALIST)})
"""Roles whose holders work in a group; everybody above them works across all."""


@dataclass(frozen=True, kw_only=True)
class Group:
    """One group: its kind of unit, the states whose cases are its queue, the steps that are its own."""

    kind: str
    states: tuple[str, ...]
    steps: frozenset[str]


GROUPS = (
    Group(
        kind=Unit.Kind.INTAKE,
        states=(State.REGISTERED, State.PRE_PLAN, State.ROUTING),
        steps=frozenset({"complete_registration", "pass_on", "solve_directly"}),
    ),
    Group(kind=Unit.Kind.INVESTIGATION, states=(State.ROUTING, State.INVESTIGATING), steps=frozenset()),
    Group(
        kind=Unit.Kind.HANDLING,
        states=(
            State.ANSWERING,
            State.HANDLING,
            State.FEEDBACK,
            State.EXECUTING,
            State.EXTERNAL_ROUTE,
            State.EVALUATING,
        ),
        steps=frozenset({"notify_result"}),
    ),
)
"""Investigation has no step of its own here: finding is the investigator's, who accepted the case. Data analysis works on none; its
work is the monthly report (`governance.monthly`). Checking and closing are no group's own:
somebody else than who did the work takes them."""
_OF_STEP = {step: group.kind for group in GROUPS for step in group.steps}


def groups_of(actor: Actor) -> list[Group]:
    """The groups in which somebody works now, in the order of the process."""
    kinds = _kinds_of(actor)
    return [group for group in GROUPS if group.kind in kinds]


def _kinds_of(actor: Actor) -> set[str]:
    return {unit.kind for one in actor.unit_ids if (unit := people.unit_or_none(one)) is not None}


def allow(actor: Actor, step: str) -> bool:
    """Is the step of no group, of the actor's own, or of somebody who works across groups?"""
    kind = _OF_STEP.get(step)
    if kind is None or not actor.unit_ids or not actor.roles <= WORK_IN_GROUPS:
        return True
    kinds = _kinds_of(actor)
    return kind in kinds or Unit.Kind.CENTRE in kinds or not people.units(kind=kind)
