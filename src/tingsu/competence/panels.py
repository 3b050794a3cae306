"""What the case page shows of competence: a case of somebody under guidance names the senior who supervises it (PE-12)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.complaints.models import Complaint
from tingsu.complaints.registry import Panel, panel
from tingsu.complaints.terms import OPEN_STATES
from tingsu.kernel.actor import Actor
from tingsu.people import queries as people
from tingsu.people.readiness import senior_of


def guidance(actor: Actor, complaint: Complaint) -> dict[str, Any] | None:
    """Of an open case whose owner does not work alone. No query while the directory is fresh."""
    owner = people.member_or_none(complaint.owner_id)
    if owner is None or not owner.readiness or complaint.state not in OPEN_STATES:
        return None
    senior = senior_of(owner)
    return {
        "owner": people.staff_identity(owner.pk), "readiness": owner.get_readiness_display(),
        "senior": people.staff_identity(senior.pk) if senior else "",
    }  # fmt: skip


panel(
    Panel(name="guidance", title=_("Work under guidance"), template="competence/panel.html", context=guidance, order=20)
)
