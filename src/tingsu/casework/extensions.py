"""Extensions of the limit for a decision, as its explanation and the case page tell them."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tingsu.casework.models import LimitExtension
from tingsu.clocks.models import Promise
from tingsu.clocks.timers import Extension
from tingsu.complaints.models import Complaint
from tingsu.complaints.registry import Panel, panel
from tingsu.kernel.actor import Actor
from tingsu.letters.deliveries import STATES
from tingsu.letters.models import Letter
from tingsu.people import queries as people


def extensions_of(promise: Promise) -> list[Extension]:
    """Each extension of a limit that was allowed, oldest first: why, by whom, and how its letter stands."""
    rows = list(
        LimitExtension.objects.filter(promise_id=promise.pk, state=LimitExtension.State.ALLOWED).order_by("step")
    )
    letters = {
        letter.intent: str(STATES[letter.state][0])
        for letter in Letter.objects.filter(stream_id=promise.stream_id, intent__startswith="extension:")
    }
    return [
        Extension(
            at=row.decided_at or row.asked_at,
            before=row.due_before,
            after=row.due_after,
            asked_by=people.staff_identity(row.asked_by),
            allowed_by=people.staff_identity(row.decided_by),
            reason=row.covered("reason"),
            told_by=letters.get(f"extension:{row.pk}", _("no letter")),
        )
        for row in rows
    ]


def extension_context(actor: Actor, complaint: Complaint) -> dict[str, Any] | None:
    """What was asked for and why, who decides, and what was decided; the newest first."""
    rows = sorted(LimitExtension.of(complaint), key=lambda row: row.asked_at, reverse=True)
    if not rows:
        return None
    shown = [
        {
            "row": row,
            "asker": people.staff_identity(row.asked_by),
            "decider": people.staff_identity(row.decided_by),
            **{name: row.covered(name) for name in ("reason", "told", "remark")},
        }
        for row in rows
    ]
    return {"extensions": shown, "note": rows[0].get_state_display()}


panel(
    Panel(
        name="extension", title=gettext_lazy("Extension of the limit"), template="casework/extension.html", context=extension_context, order=37,
    )
)  # fmt: skip
