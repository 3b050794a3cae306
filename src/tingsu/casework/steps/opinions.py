"""Opinions of functions and outside bodies, and the joint risk assessment: E11."""

import uuid
from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.casework.joining import join, tell_unit
from tingsu.casework.models import FunctionOpinion, RiskAssessment
from tingsu.casework.options import _people, _units, ids
from tingsu.casework.steps.tasks import WORKING, _chosen
from tingsu.complaints.case import Case
from tingsu.complaints.models import Complaint
from tingsu.kernel.errors import NotFound, Unmet
from tingsu.people import alone
from tingsu.people import queries as people
from tingsu.people.models import Unit
from tingsu.process.registry import shared_guard
from tingsu.process.steps import Field, Options, Step, Values

ASSESSOR_ROLES = ("function", "supervisor", "mgmt_rep", "coach")


def functions(complaint: Any) -> Options:
    return _units(Unit.Kind.FUNCTION)


def opinions(complaint: Any) -> Options:
    """Requests for an opinion that are still open."""
    if complaint is None:
        return ()
    return tuple(
        (str(opinion.pk), people.unit_name(opinion.unit_id) if opinion.unit_id else opinion.covered("body"))
        for opinion in FunctionOpinion.of(complaint, state=FunctionOpinion.State.OPEN)
    )


def assessors(complaint: Any) -> Options:
    """Who takes part in a joint risk assessment: functions and leaders of the centre."""
    return _people(people.active_members(roles=ASSESSOR_ROLES))


def ask_opinion(case: Case, values: Values) -> None:
    """E11: a function's or an outside body's opinion; the function sees the case from now on (CO-05, CO-08)."""
    outside = values["kind"] == FunctionOpinion.Kind.OUTSIDE
    opinion = FunctionOpinion(
        complaint=case.complaint, kind=values["kind"], unit_id=None if outside else values["unit"],
        necessary=bool(values["necessary"]), asked_by=case.actor.id, asked_at=case.at,
    )  # fmt: skip
    opinion.seal_all(question=values["question"], body=values["body"] if outside else "")
    opinion.save(force_insert=True)
    case.fact("opinion", opinion.pk)
    if opinion.unit_id:
        join(case, "function", unit_id=opinion.unit_id)
        tell_unit(case, opinion.unit_id, "case.opinion_asked")


ASK_OPINION = Step(
    id="E11",
    name="ask_opinion",
    event="complaint.opinion_asked",
    label=_("Ask a function or outside expert"),
    sources=WORKING,
    who=("owner", "supervisor"),
    clause="ISC 8.3.3, 9.2.5, 9.2.6",
    effect=ask_opinion,
    fields=(
        Field(
            name="kind",
            label=_("Kind"),
            kind="choice",
            required=True,
            options=(("function", _("Functional department")), ("outside", _("Outside expert or authority"))),
        ),
        Field(
            name="unit", label=_("Function"), kind="unit", options=functions, when=("kind", "function"), required=True
        ),
        Field(name="body", label=_("Outside body"), when=("kind", "outside"), required=True),
        Field(name="question", label=_("Question"), kind="longtext", required=True),
        Field(name="necessary", label=_("Nothing may be concluded before the answer"), kind="bool"),
    ),
)


def opinion_open(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """A function answers for itself; the owner enters what an outside body said (CO-08)."""
    for opinion in FunctionOpinion.of(case.complaint, state=FunctionOpinion.State.OPEN):
        if values is not None and opinion.pk != _chosen(values, "opinion"):
            continue
        outside = opinion.kind == FunctionOpinion.Kind.OUTSIDE and case.actor.id == case.complaint.owner_id
        if outside or (opinion.unit_id and opinion.unit_id in case.actor.unit_ids):
            return []
    return [Unmet("no_opinion", _("no opinion is asked of you here"))]


def give_opinion(case: Case, values: Values) -> None:
    opinion = next(iter(FunctionOpinion.of(case.complaint, pk=uuid.UUID(values["opinion"]))), None)
    if opinion is None:
        raise NotFound
    opinion.state = FunctionOpinion.State.DECLINED if values["declined"] else FunctionOpinion.State.GIVEN
    opinion.seal("content", values["content"])
    opinion.given_by, opinion.given_at = case.actor.id, case.at
    opinion.save(update_fields=["state", "content", "given_by", "given_at"])
    case.fact("unit", opinion.unit_id)
    case.tell([case.complaint.owner_id], "case.opinion_given")


def an_opinion_waits(complaint: Complaint) -> bool:
    return bool(FunctionOpinion.of(complaint, state=FunctionOpinion.State.OPEN))


GIVE_OPINION = Step(
    id="E11",
    name="give_opinion",
    event="complaint.opinion_given",
    label=_("Give the opinion"),
    sources=WORKING,
    who=("opinion_unit", "owner"),
    guards=(opinion_open,),
    main=True,
    guide=_("Answer the question put to your function before its limit; the case waits for it."),
    main_while=an_opinion_waits,
    clause="ISC 9.2.5",
    effect=give_opinion,
    fields=(
        Field(name="opinion", label=_("Request"), kind="choice", options=opinions, required=True),
        Field(name="declined", label=_("Declined"), kind="bool"),
        Field(name="content", label=_("Opinion or reason"), kind="longtext", required=True),
    ),
)


def assess_risk(case: Case, values: Values) -> None:
    """The joint risk assessment covers the escalation risks marked at this moment (CO-06, TR-19)."""
    row = RiskAssessment(
        complaint=case.complaint, participants=values["participants"], risk_marks=case.complaint.risk_marks,
        assessed_by=case.actor.id, assessed_at=case.at,
    )  # fmt: skip
    row.seal_all(**{name: values[name] for name in ("law", "severity", "choices", "decision")})
    row.save(force_insert=True)
    case.fact("risk_assessment", row.pk)
    for member_id in ids(values["participants"]):
        join(case, "function", member_id=member_id)
    case.tell(ids(values["participants"]), "case.risk_assessed")


ASSESS_RISK = Step(
    id="E11",
    name="assess_risk",
    event="complaint.risk_assessed",
    label=_("Joint risk assessment"),
    sources=WORKING,
    who=("owner", "supervisor", "function"),
    clause="ISC 8.3.3",
    effect=assess_risk,
    fields=(
        Field(name="law", label=_("Law concerned"), kind="longtext", required=True),
        Field(name="severity", label=_("Severity"), kind="longtext", required=True),
        Field(name="choices", label=_("Options weighed"), kind="longtext", required=True),
        Field(name="decision", label=_("Decision"), kind="longtext", required=True),
        Field(name="participants", label=_("Taking part"), kind="choices", options=assessors, required=True),
    ),
)


@shared_guard("risk_assessed")
def risk_assessed(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """Every marked escalation risk has been assessed jointly (CO-06). One who works alone is warned."""
    marks = set(case.complaint.risk_marks)
    if not marks:
        return []
    covered: set[str] = set()
    for assessed in RiskAssessment.of(case.complaint):
        covered.update(assessed.risk_marks)
    if marks <= covered or alone.warned(case, "not_assessed"):
        return []
    return [Unmet("not_assessed", _("the joint risk assessment for the marked escalation risks is not complete"))]


STEPS = (ASK_OPINION, GIVE_OPINION, ASSESS_RISK)
