"""The way from a case into its investigation room, and what was asked or released there."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from tingsu.complaints.models import Complaint
from tingsu.complaints.registry import Panel, panel
from tingsu.inquiry import room, scope
from tingsu.inquiry.models import Release
from tingsu.inquiry.steps.releases import RELEASERS
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.punctuation import listed
from tingsu.people import queries as people


def context(actor: Actor, complaint: Complaint) -> dict[str, Any] | None:
    """Own queries, and for whoever releases those of everybody. No query of its own beside the rows of the case."""
    if not room.may_open(actor, complaint):
        return None
    at = now()
    rows = [row for row in Release.of(complaint) if row.member_id == actor.id or actor.has_role(*RELEASERS)]
    waiting = sum(row.state == Release.State.ASKED for row in rows)
    return {
        "address": reverse("inquiry:room", args=[complaint.number]),
        "parts": listed(str(scope.PARTS[part]) for part in scope.parts_for(actor, complaint)),
        "releases": [_shown(row, at) for row in reversed(rows)],
        "note": ngettext("%(n)s query waits", "%(n)s queries wait", waiting) % {"n": waiting} if waiting else "",
    }


def _shown(row: Release, at: Any) -> dict[str, Any]:
    over = row.state == Release.State.RELEASED and not row.is_open(at)
    return {
        "row": row,
        "who": people.staff_identity(row.member_id),
        "parts": listed(str(scope.OUTSIDE[part]) for part in row.parts),
        "reason": row.covered("reason"),
        "answer": row.covered("answer"),
        "decider": people.staff_identity(row.decided_by),
        "state": _("Time is over") if over else row.get_state_display(),
        "open": row.is_open(at),
    }


panel(Panel(name="room", title=_("Investigation room"), template="inquiry/panel.html", context=context, order=33))
