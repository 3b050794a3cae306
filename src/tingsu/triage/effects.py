"""What the steps of triage do: assess, measure, report upward, plan (E04, E05, E18, P02, P06, P26)."""

import uuid
from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.clocks.models import Promise
from tingsu.complaints.case import Case
from tingsu.complaints.effects import categories_of, offer
from tingsu.complaints.terms import Grade, State, Urgency, WaitingOn
from tingsu.kernel import rulebooks
from tingsu.kernel.errors import InvalidInput, InvalidValue
from tingsu.letters.notices import notify
from tingsu.people import queries as people
from tingsu.people.roles import STAFF_RANK, StaffLevel
from tingsu.process.registry import effect
from tingsu.triage import classification, criteria, mass, queries, risk_rules
from tingsu.triage.event_steps import enter_event
from tingsu.triage.models import CRITERIA, Assessment, ImmediateMeasure, PrePlan, RiskReport

Values = dict[str, Any]
MARKS = ("major", "crisis", "difficult")


@effect("assess_and_grade")
def assess_and_grade(case: Case, values: Values) -> None:
    """E04: a person confirms what the rules proposed, or decides otherwise and says why (TR-05–TR-12, TR-17–TR-22)."""
    c = case.complaint
    suggestion, rules_version = queries.suggestion_for(c)
    proposed_high = Grade.HIGH_RISK in {suggestion.grade, c.suggested_grade} or bool(values["high_risk_reasons"])
    if proposed_high and values["grade"] == Grade.GENERAL and not values["reason"]:
        sentence = _(
            "The rules or the facts you marked point to high risk. Say why the complaint is general all the same."
        )
        raise InvalidInput({"reason": InvalidValue(sentence, code="required")})
    forced = (["high_risk"] if values["grade"] == Grade.HIGH_RISK else []) + list(values["urgent_topics"])
    urgency = Urgency.URGENT if forced else Urgency(values["urgency"])
    marks = {mark: getattr(c, mark) if values[mark] is None else values[mark] for mark in MARKS}
    row = Assessment(
        complaint=c, **{name: int(values[name]) for name in CRITERIA},
        **{name: bool(values[name]) for name in ("safety_issue", "immediate_action", "compensation_possible")},
        **{name: values[name] for name in ("problem_type", "object_type", "grade", "urgent_topics", "high_risk_reasons", "risk_marks")},
        **marks, urgency=urgency, urgency_forced_by=forced, suggestion=suggestion.as_data(), rules_version=rules_version,
        criteria_version=rulebooks.in_force(criteria.KIND).version,
        category_version=rulebooks.in_force(classification.KIND).version,
        assessed_by=case.actor.id, assessed_at=case.at,
    )  # fmt: skip
    row.seal_all(impact_text=values["impact_text"], reason=values["reason"])
    row.save(force_insert=True)
    case.fact("assessment", row.pk)
    case.fact("suggested", suggestion.as_data())
    case.fact("rules", {"risk": rules_version, "criteria": row.criteria_version, "categories": row.category_version})
    if forced and values["urgency"] == Urgency.NORMAL:
        case.fact("urgency_forced_by", forced)
    _write(case, values, urgency, marks, row.category_version)
    _start_limits(case)
    if "mass" in suggestion.high_risk_reasons:
        rules = rulebooks.version_of(risk_rules.KIND, rules_version).body
        mass.prompt_the_others(c, mass.burst_around(c, rules["mass"]))


def _write(case: Case, values: Values, urgency: str, marks: dict[str, bool], category_version: int) -> None:
    """The row takes what the person decided; the ledger keeps old and new (TR-20)."""
    c = case.complaint
    newly_urgent = urgency == Urgency.URGENT and c.urgency != Urgency.URGENT
    for name in ("problem_type", "object_type", "grade", "risk_marks"):
        case.set(name, values[name])
    case.set("urgency", str(urgency))
    for name, value in marks.items():
        case.set(name, value)
    if values["categories"]:
        case.set("categories", categories_of(values))
    case.set("category_version", category_version)
    case.set("required_level", required_level(c.grade, c.crisis, c.difficult or c.major, c.required_level))
    if newly_urgent:
        alert(case, "case.urgent")


def required_level(grade: str, crisis: bool, hard: bool, before: str = "") -> str:
    """Which staff level the case needs (AS-02, AS-09): coach for a crisis, expert for high risk and difficult ones.

    Once adopted with the pre-handling plan, a level is never lowered by a later assessment of a high-risk case.
    """
    needed = StaffLevel.COACH if crisis else StaffLevel.EXPERT if hard or grade == Grade.HIGH_RISK else ""
    if grade == Grade.HIGH_RISK and STAFF_RANK[before] > STAFF_RANK[needed]:
        return before
    return str(needed)


def _start_limits(case: Case) -> None:
    """T02 once urgent, T09 once high-risk; T04 for a complaint that was received as high-risk and found general."""
    c = case.complaint
    urgency_before = case.changes.get("urgency")
    if urgency_before and c.urgency == Urgency.URGENT and not case.running("urgent_response"):
        case.start("urgent_response")
    if c.state != State.REGISTERED:
        return
    if c.grade == Grade.HIGH_RISK and "grade" in case.changes and not case.running("high_risk_report"):
        case.start("high_risk_report")
    if c.grade == Grade.GENERAL:
        case.end("high_risk_report", Promise.Ending.CANCELLED)  # a supervisor lowered it before anything was reported
    if c.grade == Grade.GENERAL and not Promise.objects.filter(stream_id=c.pk, kind="handling_start").exists():
        case.start("handling_start", at=c.received_at)


def alert(case: Case, kind: str) -> None:
    """Tell owner and supervisors at once (TR-12, AS-10)."""
    told = [case.complaint.owner_id, *(member.pk for member in people.active_members(roles=("supervisor",)))]
    notify([one for one in told if one != case.actor.id], kind, case.complaint.pk, {"number": case.complaint.number})


@effect("immediate_measure")
def immediate_measure(case: Case, values: Values) -> None:
    """E05: what was done at once, and whether it helped (TR-13). T02 ends by the table."""
    row = ImmediateMeasure(
        complaint=case.complaint, effective=values["effective"] == "yes", taken_by=case.actor.id, taken_at=case.at
    )
    row.seal_all(measure=values["measure"], next_measure=values["next_measure"])
    row.save(force_insert=True)
    case.fact("measure", row.pk)


@effect("report_high_risk")
def report_high_risk(case: Case, values: Values) -> None:
    """P02: the report reaches its recipients with this transaction; T09 is kept, T10 starts by the table (SL-11)."""
    deliver_report(case, values)
    case.end("high_risk_report")
    if not Promise.objects.filter(stream_id=case.complaint.pk, kind="urgent_response").exists() and not case.running(
        "urgent_response"
    ):
        case.start("urgent_response")


def deliver_report(case: Case, values: Values) -> None:
    """Write the report and hand it to the people above. Raises InvalidInput when nobody but the reporter would get it."""
    recipients = [uuid.UUID(one) for one in values["recipients"]]
    if not set(recipients) - {case.actor.id}:
        raise InvalidInput(
            {"recipients": InvalidValue(_("Report to somebody above you, not only to yourself."), code="recipients")}
        )
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
    notify(recipients, "case.high_risk_report", case.complaint.pk, {"number": case.complaint.number})


@effect("draft_pre_plan")
def draft_pre_plan(case: Case, values: Values) -> None:
    """E18: a new version; an unadopted one before it is replaced, the one in force stays until the new one is adopted."""
    c = case.complaint
    PrePlan.objects.filter(complaint=c, state=PrePlan.State.DRAFT).update(state=PrePlan.State.REPLACED)
    row = PrePlan(
        complaint=c, version=PrePlan.objects.filter(complaint=c).count() + 1, required_level=values["required_level"],
        author_id=case.actor.id, written_at=case.at,
    )  # fmt: skip
    row.seal_all(**{name: values[name] for name in ("plan", "script", "containment", "containment_effect")})
    row.save(force_insert=True)
    case.fact("plan_version", row.version)
    case.fact("pre_plan", row.pk)


@effect("adopt_pre_plan")
def adopt_pre_plan(case: Case, values: Values) -> None:
    """P06: plan and script are in force; the level it names is required from now on; the case is offered (AS-09)."""
    c = case.complaint
    PrePlan.objects.filter(complaint=c, state=PrePlan.State.ADOPTED).update(state=PrePlan.State.REPLACED)
    plan = queries.draft_plan(c)
    if plan is None:
        raise RuntimeError("the guard pre_plan_complete let a missing plan pass")
    plan.state, plan.approver_id, plan.adopted_at = PrePlan.State.ADOPTED, case.actor.id, case.at
    plan.save(update_fields=["state", "approver_id", "adopted_at"])
    case.fact("pre_plan", plan.pk)
    case.set("required_level", required_level(c.grade, c.crisis, c.difficult or c.major, plan.required_level))
    offer(case, values["unit"], values["member"])


@effect("upgrade")
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
