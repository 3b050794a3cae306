"""Reporting high risk upward, from acceptance or later: P02, P26."""

import uuid
from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.clocks.models import Promise
from tingsu.complaints.case import Case
from tingsu.complaints.models import Complaint
from tingsu.complaints.steps.common import STAFF
from tingsu.complaints.terms import Grade, State, Urgency, WaitingOn
from tingsu.kernel import rulebooks
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import InvalidInput, InvalidValue, Unmet
from tingsu.kernel.fields import in_language
from tingsu.people import alone
from tingsu.people import queries as people
from tingsu.process.steps import Field, Options, Step, Values
from tingsu.triage import risk_rules
from tingsu.triage.guards import graded
from tingsu.triage.levels import alert, required_level
from tingsu.triage.models import RiskReport
from tingsu.triage.steps.major_events import EVENT_FIELDS, enter_event


def configured() -> list[uuid.UUID]:
    """Whom the rules name for every report of high risk (TR-15)."""
    roles = risk_rules.reported_to(rulebooks.in_force(risk_rules.KIND).body)
    return [member.pk for member in people.active_members(roles=roles)]


def those_above(actor: Actor, complaint: Complaint) -> dict[str, Any]:
    """The report begins with whom the rules name; whoever reports may add others."""
    return {"recipients": [str(one) for one in configured() if one != actor.id]}


def report_recipients(complaint: Any) -> Options:
    """Who stands above: the high-risk report goes to them (TR-15)."""
    return tuple(
        (str(member.pk), f"{in_language(member.alias)} · {member.staff_number}")
        for member in people.active_members(roles=risk_rules.UPWARD)
    )


REPORT_FIELDS = (
    Field(name="facts", label=_("What is known"), kind="longtext", required=True),
    Field(name="source", label=_("Where it comes from"), required=True),
    Field(name="spread", label=_("How far it has spread"), required=True),
    Field(name="recipients", label=_("Report to"), kind="choices", options=report_recipients, required=True),
    *EVENT_FIELDS,
)


def grade_high_risk(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    if case.complaint.grade in {Grade.HIGH_RISK, ""}:
        return []  # an ungraded complaint is G1's to refuse
    return [Unmet("general", _("the complaint is graded general; only high-risk complaints are reported upward"))]


def report_high_risk(case: Case, values: Values) -> None:
    """P02: the report reaches its recipients with this transaction; T09 is kept, T10 starts by the table (SL-11)."""
    deliver_report(case, values)
    case.end("high_risk_report")
    if not Promise.objects.filter(stream_id=case.complaint.pk, kind="urgent_response").exists() and not case.running(
        "urgent_response"
    ):
        case.start("urgent_response")


def deliver_report(case: Case, values: Values) -> None:
    """Write the report and hand it to the people above, whom the rules name among them. Raises InvalidInput when nobody but the reporter would get it
    while somebody else is there (ME-11).
    """
    recipients = [uuid.UUID(one) for one in values["recipients"]]
    if not set(recipients) - {case.actor.id} and not alone.warned(case, "reported_to_oneself"):
        raise InvalidInput(
            {"recipients": InvalidValue(_("Report to somebody above you, not only to yourself."), code="recipients")}
        )
    recipients += [one for one in configured() if one not in {*recipients, case.actor.id}]
    row = RiskReport(
        complaint=case.complaint,
        recipients=[str(one) for one in recipients],
        reported_by=case.actor.id,
        delivered_at=case.at,
    )
    row.seal_all(facts=values["facts"], source=values["source"], spread=values["spread"])
    row.save(force_insert=True)
    case.fact("report", row.pk)
    enter_event(case, values, values["facts"])
    case.tell(recipients, "case.high_risk_report")


REPORT_HIGH_RISK = Step(
    id="P02",
    name="report_high_risk",
    event="complaint.high_risk_reported",
    label=_("Report high risk upward"),
    sources=(State.REGISTERED,),
    target=State.PRE_PLAN,
    who=(*STAFF, "system"),
    guards=(graded, grade_high_risk),
    effect=report_high_risk,
    first=those_above,
    fields=REPORT_FIELDS,
    starts=("pre_plan",),
    may_start=("urgent_response", "high_risk_report"),
    may_stop=("high_risk_report",),
    main=True,
    guide=_("Report the facts to those above at once; the pre-handling plan comes after it."),
    clause="ISC 8.2.2; CTS 8.2 b",
)


def still_general(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    if case.complaint.grade != Grade.HIGH_RISK:
        return []
    return [Unmet("already_high_risk", _("the complaint is already graded high-risk"))]


def upgrade(case: Case, values: Values) -> None:
    """P26: raised to high risk. Verdict, solution and opinions remain; an open offer is taken back; the report is delivered."""
    c = case.complaint
    case.set("grade", str(Grade.HIGH_RISK))
    case.set("urgency", str(Urgency.URGENT))
    case.set("required_level", required_level(c.grade, c.crisis, c.difficult or c.major, c.required_level))
    case.set("offered_unit_id", None)
    case.set("offered_member_id", None)
    case.wait_on(WaitingOn.US)
    case.start("high_risk_report")
    deliver_report(case, values)
    case.end("high_risk_report")
    if not case.running("urgent_response"):
        case.start("urgent_response")
    alert(case, "case.upgraded")


UPGRADE = Step(
    id="P26",
    name="upgrade",
    of_body=True,
    event="complaint.upgraded",
    label=_("Raise to high risk"),
    sources=(State.ROUTING, State.INVESTIGATING, State.ANSWERING, State.HANDLING, State.FEEDBACK, State.EXTERNAL_ROUTE),
    target=State.PRE_PLAN,
    who=(*STAFF, "system"),
    guards=(still_general,),
    starts=("pre_plan",),
    may_start=("urgent_response", "high_risk_report"),
    may_stop=("high_risk_report",),
    cancels=("investigation", "solution", "answer", "parties_opinion", "refusal_review"),
    clause="ISC 9.2.2, 8.2.2",
    effect=upgrade,
    first=those_above,
    fields=(Field(name="reason", label=_("Reason"), kind="longtext", required=True), *REPORT_FIELDS),
)


STEPS = (REPORT_HIGH_RISK, UPGRADE)
