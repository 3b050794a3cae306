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


def offer(request: HttpRequest, complaint: Complaint, step: Step, values: dict[str, Any], waited_on: str) -> None:
    """Say that a step was taken, with a way back where the step is small: a link, whom the case waits on."""
    counter: tuple[str, dict[str, str]] | None = None
    if step.name == "link":
        counter = ("unlink", {"number": str(values.get("number", ""))})
    elif step.name == "set_waiting" and values.get("waiting_on") != waited_on:
        counter = ("set_waiting", {"waiting_on": waited_on})
    tags = ""
    if counter:
        request.session[KEPT] = {"at": now().isoformat(), "number": complaint.number, "step": counter}
        tags = f"undo={reverse('desk:undo_step', args=[complaint.number])}"
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
