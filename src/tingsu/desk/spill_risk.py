"""The risk that a complaint is raised outside, on the case page of whoever handles it (XR-06)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.complaints.models import Complaint
from tingsu.complaints.registry import Panel, panel
from tingsu.desk.timeline import outline_of
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.outside.risk import risk_of
from tingsu.people.roles import CENTRE_ROLES, Role

READERS = (*CENTRE_ROLES, Role.TOP_MGMT)
STYLES = {"high": "late", "medium": "soon", "low": "plain"}


def context(actor: Actor, complaint: Complaint) -> dict[str, Any] | None:
    """The figure with its reasons, for the centre. No query beside that of the outline of the history."""
    if not actor.has_role(*READERS):
        return None
    found = risk_of(complaint, outline_of(complaint).kinds, now())
    return {"risk": found, "style": STYLES[found.level]} if found else None


def declare() -> None:
    """Declare the panel once, when apps load."""
    panel(
        Panel(
            name="spill_risk",
            title=_("Risk of spill-over"),
            template="desk/panels/spill_risk.html",
            context=context,
            order=34,
        )
    )
