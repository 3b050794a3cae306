"""Passing a case on to who handles it: P03."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.complaints.case import Case
from tingsu.complaints.guards import grade_general
from tingsu.complaints.handover import below_level, offer
from tingsu.complaints.models import Complaint
from tingsu.complaints.options import receiving_members, receiving_units
from tingsu.complaints.terms import State
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import Unmet
from tingsu.people import queries as people
from tingsu.people.models import Unit
from tingsu.process.steps import Field, Step, Values
from tingsu.triage.guards import graded


def high_enough(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """Nobody is offered what they could not accept: the person, or somebody of the group, has the level (AS-02)."""
    if values is None:
        return []
    return below_level(case.complaint, case.complaint.required_level, values["member"], values["unit"])


def pass_on(case: Case, values: Values) -> None:
    """P03: the assignment is offered; the owner stays until somebody accepts (AS-01). What is passed on is pushed too."""
    if case.complaint.pushed_at is None:
        case.set("pushed_at", case.at)
    offer(case, values["unit"], values["member"])


def usual_unit(actor: Actor, complaint: Complaint) -> dict[str, Any]:
    """The investigation group, where there is just one."""
    groups = people.units(kind=Unit.Kind.INVESTIGATION)
    return {"unit": str(groups[0].pk)} if len(groups) == 1 else {}


PASS_ON = Step(
    id="P03",
    name="pass_on",
    of_body=True,
    event="complaint.passed_on",
    label=_("Pass on"),
    sources=(State.REGISTERED,),
    target=State.ROUTING,
    who=("frontline", "specialist", "supervisor"),
    guards=(graded, grade_general, high_enough),
    main=True,
    clause="ISC 8.3; SVC 3.2.1; SZ 4(2).5",
    effect=pass_on,
    first=usual_unit,
    fields=(
        Field(name="unit", label=_("Department or group"), kind="unit", options=receiving_units, required=True),
        Field(name="member", label=_("Person"), kind="member", options=receiving_members),
        Field(name="note", label=_("Handover note"), kind="longtext"),
    ),
)


STEPS = (PASS_ON,)
