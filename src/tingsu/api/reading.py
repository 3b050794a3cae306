"""What programs are shown of a complaint; personal fields as `privacy` says for the door `api`."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q

from tingsu.clocks.models import Promise
from tingsu.complaints.access import visible_to
from tingsu.complaints.case_rows import rows_of
from tingsu.complaints.models import Complaint, Demand, Party
from tingsu.kernel.actor import Actor
from tingsu.kernel.crypto import Erased
from tingsu.kernel.errors import InvalidInput, InvalidValue
from tingsu.kernel.typed import page_key, read_page_key
from tingsu.privacy.show import show_parties, show_text

PLAIN = (
    "id", "number", "version", "kind", "state", "grade", "urgency", "risk", "problem_type", "object_type", "mode", "channel",
    "product", "province", "verdict", "outcome", "anonymous", "repeated", "repeat_count", "escalation_level", "waiting_on",
    "owner_id", "received_at", "registered_at", "occurred_on", "next_due_at", "next_due_kind", "closed_at",
)  # fmt: skip
TEXTS = ("summary", "description", "additional_info", "remedy_text", "order_number", "event_place", "person_concerned")


def outline(complaint: Complaint) -> dict[str, Any]:
    """The fields of a list: no text, no person."""
    return {name: getattr(complaint, name) for name in PLAIN} | {"public_stage": str(complaint.public_stage)}


def promises_of(complaint: Complaint) -> list[Promise]:
    return list(Promise.objects.filter(stream_id=complaint.pk).order_by("started_at", "kind", "pk"))


def detail(actor: Actor, complaint: Complaint) -> dict[str, Any]:
    """One complaint with texts, parties and promises."""
    views = show_parties(actor, Party.objects.filter(complaint=complaint).order_by("pk"), door="api")
    return {
        **outline(complaint),
        **{name: _text(actor, "complaint", name, complaint.text, name) for name in TEXTS},
        "demands": [
            {
                "id": demand.pk,
                "kind": demand.kind,
                "amount": demand.amount_fen,
                "detail": _text(actor, "demand", "detail", demand.text),
            }
            for demand in rows_of(Demand, complaint)
        ],
        "parties": [
            {"id": v.id, "role": v.role, "kind": v.kind, "name": v.name, "phone": v.phone, "email": v.email}
            for v in views
        ],
        "promises": promises_of(complaint),
    }


def _text(actor: Actor, subject: str, name: str, opened: Callable[..., str], *arguments: str) -> str:
    """A text as this program may read it; empty once it has been erased."""
    try:
        return show_text(actor, subject, name, opened(*arguments), door="api")
    except Erased:
        return ""


def list_page(actor: Actor, filters: dict[str, Any], after: str, limit: int) -> dict[str, Any]:
    """Newest received first, by key: the cost does not grow with the archive (invariant 13). Raises InvalidInput (after)."""
    rows = visible_to(actor).filter(**{name: value for name, value in filters.items() if value})
    if after:
        key = read_page_key(after)
        if key is None:
            raise InvalidInput({"after": InvalidValue(code="choice")})
        at, last = key
        rows = rows.filter(Q(received_at__lt=at) | Q(received_at=at, pk__lt=last), received_at__lte=at)
    found = list(rows.order_by("-received_at", "-pk")[: limit + 1])
    more = page_key(found[limit - 1].received_at, found[limit - 1].pk) if len(found) > limit else None
    return {"items": [outline(one) for one in found[:limit]], "next": more}
