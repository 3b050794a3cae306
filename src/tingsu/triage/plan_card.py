"""Everything that whoever decides on a pre-handling plan must see, on one card (TR-15)."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tingsu.clocks.queries import promises_of
from tingsu.complaints.covering import covered
from tingsu.complaints.models import Complaint
from tingsu.complaints.recorded import demand_words
from tingsu.complaints.registry import Panel, panel
from tingsu.complaints.waiting import is_for_person
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.ledger import texts_of
from tingsu.kernel.models import Event
from tingsu.people import queries as people
from tingsu.triage import queries
from tingsu.triage.models import PrePlan

TEXTS = ("plan", "script", "containment", "containment_effect")
NAMES = {
    "plan": pgettext_lazy("plan", "Plan"),
    "script": gettext_lazy("Emergency reply script"),
    "containment": gettext_lazy("Containment measures"),
    "containment_effect": gettext_lazy("Effect of the measures"),
}
LEVELS = {"expert": gettext_lazy("Service expert"), "coach": gettext_lazy("Service coach")}


def plan_context(actor: Actor, complaint: Complaint) -> dict[str, Any] | None:
    """The plan that waits, for those who may adopt it; None for everybody else."""
    plan = queries.draft_plan(complaint)
    if plan is None or not is_for_person(actor, complaint, "adopt_pre_plan", now()):
        return None
    report = queries.latest_report(complaint)
    running = [one.due_at for one in promises_of(complaint.pk) if one.is_open and one.kind == "pre_plan"]
    return {
        "plan": plan,
        "demands": demand_words(complaint),
        "texts": [(NAMES[name], text) for name in TEXTS if (text := plan.covered(name))],
        "level": LEVELS.get(plan.required_level, ""),
        "author": people.alias_of(plan.author_id),
        "reported_by": people.alias_of(report.reported_by) if report else "",
        "due": min(running, default=None),
        "changes": changes_since(complaint, plan),
        "number": complaint.number,
    }


TURNED_BACK = ("complaint.pre_plan_returned", "complaint.pre_plan_refused")


def last_plan_context(actor: Actor, complaint: Complaint) -> dict[str, Any] | None:
    """The plan written last, beside the forms that write the next one or decide on it; turned back, with what must change."""
    plan = next(reversed(PrePlan.of(complaint)), None)
    if plan is None:
        return None
    return {
        "plan": plan,
        "texts": [(NAMES[name], text) for name in TEXTS if (text := plan.covered(name))],
        "level": LEVELS.get(plan.required_level, ""),
        "author": people.alias_of(plan.author_id),
        "changes": changes_since(complaint, plan),
        "turned_back": _turned_back(complaint)
        if plan.state in {PrePlan.State.RETURNED, PrePlan.State.REFUSED}
        else None,
    }


def _turned_back(complaint: Complaint) -> dict[str, Any] | None:
    event = Event.objects.filter(stream_id=complaint.pk, kind__in=TURNED_BACK).order_by("-seq").first()
    if event is None:
        return None
    reason = texts_of([event]).get(event.pk, {}).get("reason", "")
    return {"who": people.alias_of(event.actor_id), "at": event.at, "reason": covered(complaint, reason)}


def changes_since(complaint: Complaint, plan: PrePlan) -> list[str]:
    """What is otherwise than in the version before; empty for a first one."""
    before = [one for one in PrePlan.of(complaint) if one.version < plan.version]
    if not before:
        return []
    found = [str(NAMES[name]) for name in TEXTS if plan.covered(name) != before[-1].covered(name)]
    if before[-1].required_level != plan.required_level:
        old, new = (LEVELS.get(one.required_level, one.required_level) for one in (before[-1], plan))
        found.append(f"{old} → {new}")
    return found or [_("Nothing: the words are the same.")]


panel(
    Panel(
        name="pre_plan", title=gettext_lazy("Pre-handling plan"), template="triage/plan_beside.html", context=last_plan_context,
        order=2, where="beside",
    )
)  # fmt: skip
panel(
    Panel(
        name="plan",
        title=gettext_lazy("A pre-handling plan waits for your decision"),
        template="triage/plan_card.html",
        context=plan_context,
        order=9,
        where="main",
    )
)
