"""The joint risk assessment with those functions that the marked risks concern: E11 (CO-06)."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.casework.models import RiskAssessment
from tingsu.casework.options import _people, ids
from tingsu.casework.steps.tasks import WORKING
from tingsu.complaints.case import Case
from tingsu.complaints.joining import join
from tingsu.complaints.models import Complaint
from tingsu.kernel.errors import Unmet
from tingsu.kernel.fields import in_language
from tingsu.kernel.punctuation import listed
from tingsu.people import alone
from tingsu.people import queries as people
from tingsu.people.models import Unit
from tingsu.process.registry import shared_guard
from tingsu.process.steps import Field, Options, Step, Values

TIMER = "joint_assessment"
ASSESSOR_ROLES = ("function", "supervisor", "mgmt_rep", "coach")
FUNCTIONS_FOR = {
    "litigation": ("legal",),
    "penalty": ("legal", "compliance", "public_affairs"),
    "opinion": ("pr", "legal"),
}
"""Codes of functional departments that each escalation risk concerns (CO-06)."""


def functions_for(marks: Iterable[str]) -> list[Unit]:
    """The functions that these risks concern; all of them where the firm has none by these names."""
    wanted = {code for mark in marks for code in FUNCTIONS_FOR.get(mark, ())}
    found = people.units(kind=Unit.Kind.FUNCTION)
    return [unit for unit in found if unit.code in wanted] or found


def uncovered(complaint: Complaint) -> set[str]:
    """Marked risks that no joint assessment covers yet."""
    covered = {mark for row in RiskAssessment.of(complaint) for mark in row.risk_marks}
    return set(complaint.risk_marks) - covered


def assessors(complaint: Any) -> Options:
    """Who takes part in a joint risk assessment: functions and leaders of the centre."""
    return _people(people.active_members(roles=ASSESSOR_ROLES))


def those_concerned_take_part(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """For each marked risk somebody of a function that it concerns takes part, as far as anybody works there."""
    if values is None:
        return []
    chosen, unmet = set(ids(values["participants"])), []
    for mark in case.complaint.risk_marks:
        units = functions_for([mark])
        there = {member.pk for unit in units for member in people.active_members(unit=unit.pk)}
        if there and not there & chosen:
            names = listed(in_language(unit.name) for unit in units)
            unmet.append(
                Unmet(
                    "function_missing",
                    _("somebody of %(units)s takes part where this risk is marked"),
                    value_of="participants",
                    units=names,
                )
            )
    return unmet[:1]


def assess_risk(case: Case, values: Values) -> None:
    """The joint risk assessment covers the escalation risks marked at this moment (CO-06, TR-19)."""
    row = RiskAssessment(
        complaint=case.complaint, participants=values["participants"], risk_marks=case.complaint.risk_marks,
        assessed_by=case.actor.id, assessed_at=case.at,
    )  # fmt: skip
    row.seal_all(**{name: values[name] for name in ("law", "severity", "choices", "decision")})
    row.save(force_insert=True)
    case.fact("risk_assessment", row.pk)
    case.end(TIMER)
    for member_id in ids(values["participants"]):
        join(case, "function", member_id=member_id)
    case.tell(ids(values["participants"]), "case.risk_assessed")


def assessment_owed(complaint: Complaint) -> bool:
    return bool(uncovered(complaint))


ASSESS_RISK = Step(
    id="E11",
    name="assess_risk",
    event="complaint.risk_assessed",
    label=_("Joint risk assessment"),
    sources=WORKING,
    who=("owner", "supervisor", "function"),
    guards=(those_concerned_take_part,),
    may_stop=(TIMER,),
    clause="ISC 8.3.3",
    effect=assess_risk,
    beside=("risk", "matter"),
    fields=(
        Field(name="law", label=_("Law concerned"), kind="longtext", required=True),
        Field(name="severity", label=_("Severity"), kind="longtext", required=True),
        Field(name="choices", label=_("Options weighed"), kind="longtext", required=True),
        Field(name="decision", label=_("Decision"), kind="longtext", required=True),
        Field(name="participants", label=_("Taking part"), kind="choices", options=assessors, required=True),
    ),
)


def call_functions(case: Case) -> list[uuid.UUID]:
    """The functions that the marked risks concern see the case from now on and are told once; gives those newly called."""
    from tingsu.complaints.joining import tell_unit
    from tingsu.complaints.models import CaseMember

    here = set(CaseMember.objects.filter(complaint=case.complaint, role="function").values_list("unit_id", flat=True))
    called = [unit.pk for unit in functions_for(uncovered(case.complaint)) if unit.pk not in here]
    for unit_id in called:
        join(case, "function", unit_id=unit_id)
        tell_unit(case, unit_id, "case.risk_joint")
    return called


@shared_guard("risk_assessed")
def risk_assessed(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """Every marked escalation risk has been assessed jointly (CO-06). One who works alone is warned."""
    if not uncovered(case.complaint) or alone.warned(case, "not_assessed"):
        return []
    return [Unmet("not_assessed", _("the joint risk assessment for the marked escalation risks is not complete"))]


STEPS = (ASSESS_RISK,)
