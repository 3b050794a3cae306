"""What the case page shows of knowledge: what fits this case, with its wording to put into the letter, and a search."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tingsu.complaints.access import steps_for
from tingsu.complaints.covering import known_in
from tingsu.complaints.models import Complaint
from tingsu.complaints.registry import Panel, panel
from tingsu.complaints.step_guides import guides_for
from tingsu.complaints.terms import State
from tingsu.kernel.actor import Actor
from tingsu.knowledge import queries
from tingsu.people.access import Can, may
from tingsu.triage.panels import script_of

OVER = frozenset({State.CLOSED, State.ARCHIVED})


def lines(actor: Actor, complaint: Complaint, pieces: list[queries.Piece]) -> list[dict[str, Any]]:
    """Entries as the panel shows them; a wording comes filled in from the case, and none while an emergency script governs it (TR-16)."""
    worded = any(one.all_texts.get("wording") for one in pieces) and script_of(complaint) is None
    known = known_in(complaint) if worded else None
    return [
        {
            "piece": one, "wording": queries.wording_for(one, complaint, known) if known is not None and complaint.state not in OVER else "",
            "use_url": reverse("knowledge:use", args=[one.number]),
        }
        for one in pieces
    ]  # fmt: skip


def context(actor: Actor, complaint: Complaint) -> dict[str, Any] | None:
    """The panel fetches what fits by itself, once the page stands: the page asks no question for it."""
    if not may(actor, Can.DESK):
        return None
    return {
        "number": complaint.number, "closed": complaint.state in OVER, "find_url": reverse("knowledge:find", args=[complaint.number]),
        "learn_url": reverse("knowledge:learn", args=[complaint.number]),
    }  # fmt: skip


def beside(actor: Actor, complaint: Complaint) -> dict[str, Any]:
    """What fits the case and the steps that this person can take now, and the operation guides of these steps (DI-06). Three queries."""
    steps = {step.name: step.label for step in steps_for(actor, complaint)}
    guides = [{"guide": one, "steps": [steps[name] for name in one.steps]} for one in guides_for(actor, steps)]
    return {"lines": lines(actor, complaint, queries.fitting(complaint, list(steps))), "guides": guides}


panel(
    Panel(name="knowledge", title=_("Knowledge and guides"), template="knowledge/panel.html", context=context, order=15)
)
