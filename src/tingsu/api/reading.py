"""What programs are shown of a complaint; personal fields as `privacy` says for the door `api`."""

from collections.abc import Callable
from operator import attrgetter
from typing import Any

from tingsu.api.schemas import IN_DETAIL, IN_LIST, PERSON
from tingsu.clocks.models import Promise
from tingsu.complaints.access import ways_to
from tingsu.complaints.case_rows import reading, rows_of
from tingsu.complaints.covering import covered, known_in, people_of
from tingsu.complaints.fields import CaseField
from tingsu.complaints.fields.reading import visible
from tingsu.complaints.filters import Filters, narrowed
from tingsu.complaints.models import Complaint, Demand, Party
from tingsu.kernel.actor import Actor
from tingsu.kernel.crypto import Erased
from tingsu.pages.pager import Piece, page_of
from tingsu.privacy.fields import Sight, sight
from tingsu.privacy.masking import Known
from tingsu.privacy.show import PartyView, known_of, show_parties, show_text

CODES = tuple(one.stored for one in IN_LIST if one.personal is None and not one.free)
"""What every reader is given as it stands."""
_codes = attrgetter(*CODES)
ORDER = ("-received_at", "-pk")


def outline(actor: Actor, complaint: Complaint, known: Known | None = None) -> dict[str, Any]:
    """The fields of a list: no text, no person. A list gives what it has read of the people of its cases as `known`."""
    with reading(complaint):
        plain = dict(zip(CODES, _codes(complaint), strict=True))
        plain |= {one.stored: _coded(actor, complaint, one, known) for one in IN_LIST if one.stored not in plain}
    return plain | {"public_stage": str(complaint.public_stage), "risk": complaint.risk}


def promises_of(complaint: Complaint) -> list[Promise]:
    return list(Promise.objects.filter(stream_id=complaint.pk).order_by("started_at", "kind", "pk"))


def detail(actor: Actor, complaint: Complaint) -> dict[str, Any]:
    """One complaint with texts, parties and promises."""
    with reading(complaint):
        return _detail(actor, complaint, rows_of(Party, complaint))


def _detail(actor: Actor, complaint: Complaint, rows: list[Party]) -> dict[str, Any]:
    return {
        **outline(actor, complaint),
        **{one.stored: _own(actor, complaint, one) for one in IN_DETAIL},
        "demands": [
            {
                "id": demand.pk,
                "kind": demand.kind,
                "amount": demand.amount_fen,
                "detail": _text(actor, complaint, ("demand", "detail"), demand.text),
            }
            for demand in rows_of(Demand, complaint)
        ],
        "parties": [
            _party(actor, row, view) for row, view in zip(rows, show_parties(actor, rows, door="api"), strict=True)
        ],
        "promises": promises_of(complaint),
    }


def _own(actor: Actor, complaint: Complaint, one: CaseField) -> Any:
    """A field of the complaint's own row: a text as privacy shows it, a code whole or not at all."""
    if one.sealed:
        return _text(actor, complaint, ("complaint", one.stored), complaint.text, one.stored)
    return _coded(actor, complaint, one)


def _coded(actor: Actor, complaint: Complaint, one: CaseField, known: Known | None = None) -> Any:
    """A plain field: a code as it is; what somebody typed without what points to people, for those without the right."""
    value = getattr(complaint, one.stored) if visible(actor, one, door="api") else ""
    if not (one.free and value and isinstance(value, str)):
        return value
    trusted = sight(actor, "complaint", "description", door="api") is Sight.CLEAR
    return value if trusted else covered(complaint, value, known)


def _party(actor: Actor, row: Party, view: PartyView) -> dict[str, Any]:
    """One party: masked texts, and the codes that this program may see."""
    found: dict[str, Any] = {"id": row.pk}
    for one in PERSON:
        if one.sealed:
            found[one.stored] = view.value(one.stored)
        else:
            found[one.stored] = getattr(row, one.stored) if visible(actor, one, door="api") and not view.erased else ""
    return found | {"kind": row.kind, "role": row.role}


def _text(
    actor: Actor, complaint: Complaint, place: tuple[str, str], opened: Callable[..., str], *arguments: str
) -> str:
    """A text as this program may read it; empty once it has been erased."""
    try:
        return show_text(actor, *place, opened(*arguments), "api", known=known_in(complaint))
    except Erased:
        return ""


def list_page(actor: Actor, filters: Filters, after: str, limit: int) -> dict[str, Any]:
    """Newest received first, by key: the cost does not grow with the archive (invariant 13). Raises UnknownPage."""
    ways = [narrowed(one, filters) for one in ways_to(actor, Complaint.objects.all())]
    pieces = [Piece(rows=one, order=ORDER) for one in ways] if len(ways) > 1 else []
    page = page_of(Complaint.objects.all() if pieces else ways[0], ORDER, after, limit, pieces)
    people = people_of(page.rows)
    return {
        "items": [outline(actor, one, known_of(people[one.pk])) for one in page.rows],
        "next": page.following or None,
    }
