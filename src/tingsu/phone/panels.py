"""The calls of a case, on its page (RG-19)."""

from typing import Any

from django.utils.translation import pgettext_lazy

from tingsu.complaints.models import Complaint
from tingsu.complaints.registry import Panel, panel
from tingsu.complaints.terms import Mode
from tingsu.kernel.actor import Actor
from tingsu.phone.calls import calls_of
from tingsu.phone.rules import dialling
from tingsu.privacy.dialling import declare_dialling


def context(actor: Actor, complaint: Complaint) -> dict[str, Any] | None:
    """Its calls. A case that came by telephone says that none is linked; others say nothing."""
    found = calls_of(actor, complaint)
    if not found and complaint.mode != Mode.PHONE:
        return None
    return {"calls": found}


panel(
    Panel(name="calls", title=pgettext_lazy("panel", "Calls"), template="phone/panel.html", context=context, order=34)
)
declare_dialling(dialling)
