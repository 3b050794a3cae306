"""What a micro-enterprise looks at in its monthly review for bad trends (SZ F.8): how many, what came back, where it goes. The note of the duty says
what is to become better (ME-09).
"""

from typing import Any

from django.utils.translation import gettext as _

from tingsu.evaluation import trends
from tingsu.evaluation.duties import MICRO
from tingsu.evaluation.spans import Span
from tingsu.governance import monthly
from tingsu.kernel.actor import Actor

MONTHS = 6


def shown(actor: Actor, entry: Any) -> dict[str, Any] | None:
    """Six months up to that of the duty: received, closed, repeats; what grew in its month. Twenty queries, whatever the number."""
    first = entry.speaks_of
    if entry.codes.get("duty") != MICRO or first is None:
        return None
    months, day = [], first
    for _place in range(MONTHS):
        months.append({**monthly.figures_of(day), "month": f"{day:%Y-%m}"})
        day = Span(day, "monthly").before().first
    here, before = months[0], months[1]
    return {
        "months": months, "trend": _trend(here, before), "grown": trends.grown(Span(first, "monthly")),
    }  # fmt: skip


def _trend(here: dict[str, Any], before: dict[str, Any]) -> str:
    """The month beside the one before, in a sentence."""
    more = here["received"] - before["received"]
    if not here["received"] and not before["received"]:
        return _("No complaint in this month or the one before.")
    if more > 0:
        return _("%(more)s more than in the month before.") % {"more": more}
    if more < 0:
        return _("%(less)s fewer than in the month before.") % {"less": -more}
    return _("As many as in the month before.")
