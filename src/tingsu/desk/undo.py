"""Small things are taken back within ten seconds by a counter-step with its own event; nothing leaves the ledger."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from tingsu.complaints.models import Complaint
from tingsu.kernel.clock import now
from tingsu.process.steps import Step

KEPT = "desk_undo_step"
WITHIN = timedelta(seconds=15)
"""Ten seconds to decide, and some for the way."""


def offer(request: HttpRequest, before: Complaint, step: Step, values: dict[str, Any]) -> None:
    """Say that a step was taken, with a way back where the step offers one. `before` is the case as it was."""
    counter = step.back(values, before) if step.back else None
    tags = ""
    if counter:
        request.session[KEPT] = {"at": now().isoformat(), "number": before.number, "step": counter}
        tags = f"undo={reverse('desk:undo_step', args=[before.number])}"
    messages.success(request, _("Done: %(step)s") % {"step": step.label}, extra_tags=tags)


def take(request: HttpRequest, number: str) -> tuple[str, dict[str, str]] | None:
    """The counter-step that this person may still take on this case; once, and not after its time."""
    kept = request.session.get(KEPT)
    if not kept or kept["number"] != number:
        return None
    del request.session[KEPT]
    if now() - datetime.fromisoformat(kept["at"]) > WITHIN:
        return None
    step, values = kept["step"]
    return step, values
