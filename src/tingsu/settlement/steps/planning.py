"""What cannot be solved at once is planned: the measure, the day, help until then; the complainant is told (E45; RM-11)."""

from typing import Any

from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tingsu.complaints.actions import time_zone
from tingsu.complaints.case import Case
from tingsu.complaints.models import Complaint
from tingsu.complaints.steps.common import LATE_REASON, MEANS, lateness_explained
from tingsu.complaints.steps.contact import usual_means
from tingsu.complaints.telling import complainant_of
from tingsu.complaints.terms import State
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import Unmet
from tingsu.letters import outbox
from tingsu.pages.words import day_words
from tingsu.process.steps import Field, Step, Values
from tingsu.process.values import refuse_placeholders
from tingsu.settlement import queries
from tingsu.settlement.models import SolutionPlan
from tingsu.settlement.solutions import told_of_result
from tingsu.settlement.workplace import end_of_day

TIMER = "planned_solution"
BY_LETTER = frozenset({"sms", "email", "portal"})


def move_explained(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """A day that was given moves later only with a reason, and the complainant reads it."""
    plan = queries.plan_in_force(case.complaint)
    if values is None or plan is None or values["by"] <= plan.due_on or values["moved"]:
        return []
    return [Unmet("plan_moved", _("say why the day given earlier moves; the complainant is told"), value_of="moved")]


def plan_solution(case: Case, values: Values) -> None:
    """E45: feedback too, so that the limits for it begin again; the planned day is a promise of its own."""
    refuse_placeholders(measure=values["measure"], interim=values["interim"])
    if before := queries.plan_in_force(case.complaint):
        before.replaced_at = case.at
        before.save(update_fields=["replaced_at"])
    plan = SolutionPlan(complaint=case.complaint, due_on=values["by"], made_by=case.actor.id, made_at=case.at)
    plan.seal_all(measure=values["measure"], interim=values["interim"], why=values["why"])
    plan.save(force_insert=True)
    case.start(TIMER, due_at=end_of_day(values["by"], time_zone()))
    told_of_result(case)
    case.fact("plan", plan.pk)
    if values["means"] not in BY_LETTER or (party := complainant_of(case.complaint)) is None:
        return
    with translation.override(case.complaint.language):
        lines = [gettext("What we plan: %(measure)s") % {"measure": values["measure"]}]
        if values["interim"]:
            lines.append(gettext("Until then: %(interim)s") % {"interim": values["interim"]})
        lines.append(gettext("You have our solution by %(day)s.") % {"day": day_words(values["by"])})
        lines.append(gettext("Why not at once: %(why)s") % {"why": values["why"]})
    outbox.queue_letter(
        case.chain, complaint=case.complaint, party=party, template="feedback", intent=f"plan:{case.event_id}",
        values={
            "content": "\n".join(lines), "next_at": "", "progress": "", "handler": case.complaint.owner_id, "moved": values["moved"],
            "_files": [],
        },
        at=case.at, channel=values["means"],
    )  # fmt: skip


def as_planned(actor: Actor, complaint: Complaint) -> dict[str, Any]:
    """The plan that stands, to be changed; the means by which the complaint came."""
    found: dict[str, Any] = {"means": usual_means(complaint)}
    if (plan := queries.plan_in_force(complaint)) is None:
        return found
    return found | {
        "measure": plan.for_form("measure"), "interim": plan.for_form("interim"), "why": plan.for_form("why"), "by": plan.due_on
    }  # fmt: skip


PLAN_SOLUTION = Step(
    id="E45",
    name="plan_solution",
    event="complaint.solution_planned",
    label=_("Tell what is planned"),
    sources=(State.REGISTERED, State.PRE_PLAN, State.ROUTING, State.INVESTIGATING, State.HANDLING),
    who=("owner",),
    guards=(move_explained, lateness_explained),
    stops=("first_reply", "progress_feedback", "promised_date", "urgent_response", "dedicated_contact"),
    starts=("progress_feedback", TIMER),
    reaches_complainant=True,
    beside=("matter", "remedies"),
    clause="SZ 6(7); CTS 8.5",
    effect=plan_solution,
    first=as_planned,
    fields=(
        Field(name="measure", label=_("What we plan"), kind="longtext", limit=1000, required=True),
        Field(name="by", label=_("Solution by"), kind="date", future=True, required=True),
        Field(
            name="interim", label=_("Help until then"), kind="longtext", limit=1000, required=True,
            help=_("Such as a device on loan, or part of the money; say so where none is needed."),
        ),
        Field(name="why", label=_("Why not at once"), kind="longtext", limit=1000, required=True),
        Field(name="means", label=_("By what means"), kind="choice", options=MEANS, required=True),
        Field(name="moved", label=_("Why the earlier day moves"), limit=500, asked_if=lambda complaint: _has_plan(complaint)),
        LATE_REASON,
    ),
)  # fmt: skip


def _has_plan(complaint: Any) -> bool:
    return isinstance(complaint, Complaint) and queries.plan_in_force(complaint) is not None


STEPS = (PLAN_SOLUTION,)
