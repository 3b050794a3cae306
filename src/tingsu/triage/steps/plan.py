"""The pre-handling plan, its adoption, its return and its refusal: E18, P06."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.complaints.case import Case
from tingsu.complaints.covering import is_plain
from tingsu.complaints.handover import below_level, offer
from tingsu.complaints.independence import stands_in_the_way
from tingsu.complaints.models import Complaint
from tingsu.complaints.options import receiving_members, receiving_units
from tingsu.complaints.terms import State
from tingsu.kernel.actor import Actor
from tingsu.kernel.crypto import Erased
from tingsu.kernel.errors import Unmet
from tingsu.people import alone
from tingsu.process.steps import Field, Step, Values, asks_who
from tingsu.triage import queries
from tingsu.triage.guards import measure_missing
from tingsu.triage.levels import required_level
from tingsu.triage.models import PrePlan


def last_plan(actor: Actor, complaint: Complaint) -> dict[str, Any]:
    """The plan written last, to be changed; a text with personal data in it is not copied into a form."""
    before = PrePlan.of(complaint)
    if not before or before[-1].state == PrePlan.State.REFUSED:
        return {}
    values: dict[str, Any] = {"required_level": before[-1].required_level}
    for name in ("plan", "script", "containment", "containment_effect"):
        try:
            text = before[-1].text(name)
        except Erased:
            return {}
        if is_plain(complaint, text):
            values[name] = text
    return values


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


def no_plan_waits(complaint: Complaint) -> bool:
    return queries.draft_plan(complaint) is None


DRAFT_PRE_PLAN = Step(
    id="E18",
    name="draft_pre_plan",
    event="complaint.pre_plan_drafted",
    label=_("Write pre-handling plan"),
    sources=(State.PRE_PLAN,),
    who=("supervisor", "mgmt_rep", "specialist", "coach", "owner"),
    clause="ISC 8.2.2",
    main=True,
    guide=_("Write plan, reply script and containment; somebody else adopts them."),
    main_while=no_plan_waits,
    beside=("pre_plan", "assessment", "matter"),
    effect=draft_pre_plan,
    first=last_plan,
    fields=(
        Field(name="plan", label=_("Pre-handling plan"), kind="longtext", required=True),
        Field(name="script", label=_("Emergency reply script"), kind="longtext", required=True),
        Field(name="containment", label=_("Containment measures"), kind="longtext", required=True),
        Field(name="containment_effect", label=_("Effect of the measures"), kind="longtext"),
        Field(
            name="required_level",
            label=_("Required level"),
            kind="choice",
            required=True,
            options=(("expert", _("Service expert")), ("coach", _("Service coach"))),
        ),
    ),
)


def report_delivered(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    report = queries.latest_report(case.complaint)
    if report is not None and set(report.recipients) - {str(report.reported_by)}:
        return []
    if report is not None and alone.warned(case, "reported_to_oneself"):
        return []
    return [Unmet("not_reported", _("the report has not been delivered to anybody above"))]


def pre_plan_complete(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """Plan, script and containment are one record here: a draft is complete or does not exist (TR-15)."""
    unmet = measure_missing(case)
    if queries.draft_plan(case.complaint) is None:
        unmet.append(
            Unmet(
                "plan_missing",
                _("the pre-handling plan, emergency script and containment measures have not been written"),
            )
        )
    return unmet


@asks_who
def not_own_plan(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """Whoever wrote the plan neither puts it in force nor turns it back; one who works alone is only noted (ME-11)."""
    plan = queries.draft_plan(case.complaint)
    if plan is None or plan.author_id != case.actor.id or alone.warned(case, "own_work"):
        return []
    return [Unmet("own_plan", _("this plan is your own: somebody else decides on it"))]


def high_enough_for_the_plan(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """The level that the plan names holds already for whom the case is offered to, and nobody is offered what is about them (AS-09, IV-03)."""
    plan = queries.draft_plan(case.complaint) if values is not None else None
    if values is None or plan is None:
        return []
    level = _level_with(case.complaint, plan.required_level)
    too_low = below_level(case.complaint, level, values["member"], values["unit"])
    return too_low + stands_in_the_way(case.complaint, values["member"])


def _level_with(c: Complaint, planned: str) -> str:
    return required_level(c.grade, c.crisis, c.difficult or c.major, planned)


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
    case.set("required_level", _level_with(c, plan.required_level))
    offer(case, values["unit"], values["member"])


ADOPT_PRE_PLAN = Step(
    id="P06",
    name="adopt_pre_plan",
    of_body=True,
    event="complaint.pre_plan_adopted",
    label=_("Adopt pre-handling plan"),
    sources=(State.PRE_PLAN,),
    target=State.ROUTING,
    who=("supervisor", "mgmt_rep"),
    guards=(report_delivered, pre_plan_complete, not_own_plan, "G5", high_enough_for_the_plan),
    stops=("high_risk_report", "pre_plan"),
    main=True,
    guide=_("Check plan, script and containment, then put them in force or return them."),
    clause="ISC 8.2.2, 8.3.3",
    beside=("pre_plan", "matter"),
    effect=adopt_pre_plan,
    fields=(
        Field(name="unit", label=_("Department or group"), kind="unit", options=receiving_units, required=True),
        Field(name="member", label=_("Person"), kind="member", options=receiving_members),
        Field(name="note", label=_("Note"), kind="longtext"),
    ),
)


def plan_waits(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    if queries.draft_plan(case.complaint) is not None:
        return []
    return [Unmet("no_plan_waits", _("no pre-handling plan waits for a decision"))]


def return_pre_plan(case: Case, values: Values) -> None:
    """Back to its author to be changed; the limit for the plan runs on."""
    _turn_back(case, PrePlan.State.RETURNED)


def refuse_pre_plan(case: Case, values: Values) -> None:
    """The end of this plan: another one is written from the beginning; the limit for the plan runs on."""
    _turn_back(case, PrePlan.State.REFUSED)


def _turn_back(case: Case, state: str) -> None:
    plan = queries.draft_plan(case.complaint)
    if plan is None:
        raise RuntimeError("the guard plan_waits let a missing plan pass")
    plan.state = state
    plan.save(update_fields=["state"])
    case.fact("pre_plan", plan.pk)
    case.tell([plan.author_id], f"pre_plan.{state}")


RETURN_PRE_PLAN = Step(
    id="E18",
    name="return_pre_plan",
    of_body=True,
    event="complaint.pre_plan_returned",
    label=pgettext_lazy("plan", "Return the plan"),
    sources=(State.PRE_PLAN,),
    who=("supervisor", "mgmt_rep"),
    guards=(plan_waits, not_own_plan, "G5"),
    offered=True,
    clause="ISC 8.2.2",
    beside=("pre_plan", "matter"),
    effect=return_pre_plan,
    fields=(Field(name="reason", label=_("What must change"), kind="longtext", required=True),),
)


REFUSE_PRE_PLAN = Step(
    id="E18",
    name="refuse_pre_plan",
    of_body=True,
    event="complaint.pre_plan_refused",
    label=pgettext_lazy("plan", "Refuse the plan"),
    sources=(State.PRE_PLAN,),
    who=("supervisor", "mgmt_rep"),
    guards=(plan_waits, not_own_plan, "G5"),
    offered=True,
    clause="ISC 8.2.2",
    beside=("pre_plan", "matter"),
    effect=refuse_pre_plan,
    fields=(Field(name="reason", label=_("Why this is not the way"), kind="longtext", required=True),),
)


STEPS = (DRAFT_PRE_PLAN, ADOPT_PRE_PLAN, RETURN_PRE_PLAN, REFUSE_PRE_PLAN)
