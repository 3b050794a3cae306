"""The three first moments of a complaint (第一时间受理、调查、反馈), and what a colleague did first: measured from receipt (SL-20, OG-19)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from tingsu.complaints import lists, terms
from tingsu.complaints.models import Complaint
from tingsu.complaints.registry import Panel, panel
from tingsu.kernel.actor import Actor
from tingsu.kernel.models import Event

FIRST_MOMENT = _("to be answered at the first moment")


@dataclass(frozen=True)
class Moment:
    """One of them: when it was, and how long after receipt; None while it has not come."""

    name: str
    label: LazyText
    at: datetime | None
    took: timedelta | None


COLUMNS: tuple[tuple[str, LazyText], ...] = (
    ("acknowledged_at", _("Receipt to acceptance told")),
    ("investigated_at", _("Receipt to investigation begun")),
    ("first_reply_at", _("Receipt to first reply with content")),
    ("first_action_at", _("Receipt to first action of a colleague")),
)


def moments_of(complaint: Complaint) -> list[Moment]:
    """In their order; a complaint that reached us before it was typed in is measured from receipt all the same."""
    found = []
    for name, label in COLUMNS:
        at = getattr(complaint, name)
        found.append(Moment(name, label, at, at - complaint.received_at if at else None))
    return found


def at_the_first_moment(complaint: Complaint) -> bool:
    """Reports, and infringements of intellectual property: departments answer these at once (SL-12, ISC 8.3.2)."""
    return complaint.kind == terms.Kind.REPORT or lists.topic_of(complaint) == terms.ProblemType.IP


def moments_context(actor: Actor, complaint: Complaint) -> dict[str, Any]:
    return {"moments": moments_of(complaint)}


panel(
    Panel(
        name="moments", title=_("First moments"), template="complaints/moments.html", context=moments_context, order=84
    )
)


def told_by(events: Sequence[Event]) -> dict[str, datetime | None]:
    """What a history says of the moments that follow from it, in its order."""
    own = (
        one.at
        for one in events
        if one.actor_kind == "member" and one.kind.startswith("complaint.") and "step" in one.body
    )
    begun = (one.at for one in events if one.body.get("set", {}).get("state", ["", ""])[1] == terms.State.INVESTIGATING)
    return {"first_action_at": next(own, None), "investigated_at": next(begun, None)}
