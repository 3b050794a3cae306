"""Passing a case on to who handles it: P03; the business department responsible: E33."""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tingsu.complaints import routing
from tingsu.complaints.case import Case
from tingsu.complaints.guards import grade_general
from tingsu.complaints.handover import below_level, offer
from tingsu.complaints.independence import stands_in_the_way
from tingsu.complaints.models import Complaint
from tingsu.complaints.options import departments, receiving_members, receiving_units
from tingsu.complaints.proposing import proposal_for
from tingsu.complaints.steps.common import STAFF
from tingsu.complaints.terms import OPEN_STATES, ChosenBy, State
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import Unmet
from tingsu.people import queries as people
from tingsu.people.models import Unit
from tingsu.process.steps import Field, Step, Values
from tingsu.triage.guards import graded


def high_enough(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """Nobody is offered what they could not accept: the person, or somebody of the group, has the level (AS-02), and is independent
    of the matter (IV-03).
    """
    if values is None:
        return []
    too_low = below_level(case.complaint, case.complaint.required_level, values["member"], values["unit"])
    return too_low + stands_in_the_way(case.complaint, values["member"])


def pass_on(case: Case, values: Values) -> None:
    """P03: the assignment is offered; the owner stays until somebody accepts (AS-01). What is passed on is pushed too."""
    if case.complaint.pushed_at is None:
        case.set("pushed_at", case.at)
    offer(case, values["unit"], values["member"])


def usual_unit(actor: Actor, complaint: Complaint) -> dict[str, Any]:
    """The investigation group, where there is just one, and who of it should take the case (AS-06)."""
    groups = people.units(kind=Unit.Kind.INVESTIGATION)
    if len(groups) != 1:
        return {}
    best = proposal_for(complaint, groups[0].pk).best
    return {"unit": str(groups[0].pk)} | ({"member": str(best.id)} if best else {})


def whom_and_where(actor: Actor, complaint: Complaint) -> str:
    """Who of the group is proposed and why; which business department answers for the matter (AS-05, AS-06)."""
    groups = people.units(kind=Unit.Kind.INVESTIGATION)
    name = people.unit_name(complaint.department_id)
    said = [proposal_for(complaint, groups[0].pk).words] if len(groups) == 1 else []
    return " ".join([*said, *([gettext("Department responsible: %(unit)s") % {"unit": name}] if name else [])])


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
    guide=_("Pass the case to the group that handles it, or solve it at once if the complainant agrees now."),
    clause="ISC 8.3; SVC 3.2.1; SZ 4(2).5",
    effect=pass_on,
    first=usual_unit,
    hint=whom_and_where,
    fields=(
        Field(name="unit", label=_("Department or group"), kind="unit", options=receiving_units, required=True),
        Field(name="member", label=_("Person"), kind="member", options=receiving_members),
        Field(name="note", label=_("Handover note"), kind="longtext"),
    ),
)


def another_department(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    if values is None or values["department"] != case.complaint.department_id:
        return []
    return [Unmet("same_department", _("this department is responsible already"), value_of="department")]


def change_department(case: Case, values: Values) -> None:
    """E33: a person sends the matter to another department than the table says, with a reason (AS-05)."""
    case.set("department_id", values["department"])
    case.set("department_by", str(ChosenBy.HAND))


CHANGE_DEPARTMENT = Step(
    id="E33",
    name="change_department",
    event="complaint.department_changed",
    label=_("Change the department responsible"),
    sources=OPEN_STATES,
    who=(*STAFF, "owner"),
    guards=(routing.stays_ruled, another_department),
    clause="SVC 3.2.1; ISC 8.3.2",
    effect=change_department,
    fields=(
        Field(name="department", label=_("Department responsible"), kind="unit", options=departments, required=True),
        Field(name="reason", label=_("Reason"), kind="longtext", limit=500, required=True),
    ),
)


STEPS = (PASS_ON, CHANGE_DEPARTMENT)
