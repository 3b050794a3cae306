"""The signatures of a case for programs: who signed which document when, and which links are open. Never a drawing or a name (RG-05, MD-06).

Links are asked for and taken back by the steps `ask_to_sign` and `take_back_signing_link`; a link itself leaves by letter alone.
"""

import uuid
from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest

from tingsu.api.api import actor_of, api
from tingsu.api.schemas import Answer
from tingsu.complaints import access
from tingsu.complaints.case_rows import reading
from tingsu.people.access import Can, require
from tingsu.privacy.log import log_access
from tingsu.signing.state import Place, states


class LinkOut(Answer):
    """A link that may still lead to a signature. Instants are UTC."""

    id: uuid.UUID
    asked_at: datetime
    expires_at: datetime
    opened_at: datetime | None


class PlaceOut(Answer):
    """One side of a document. `way`: drawn, typed, refused, or empty; `ink` is the SHA-256 of the drawing."""

    side: str
    state: Literal["open", "asked", "signed", "refused"]
    way: str
    version: int
    signed_at: datetime | None
    ink: str
    link: LinkOut | None


class SignedOut(Answer):
    """A document that can be signed: its newest signed version with the hash of what was signed, and each side."""

    document: str
    item: str
    title: str
    version: int
    digest: str
    places: list[PlaceOut]


@api.get(
    "/complaints/{number}/signatures",
    response={200: list[SignedOut]},
    summary="The documents of a complaint that are signed, with each side",
)
def list_signatures(request: HttpRequest, number: str) -> Any:
    actor = actor_of(request)
    require(actor, Can.SEE_QUEUE)
    complaint = access.get_complaint(actor, number)
    log_access(actor, "opened", complaint.pk, field="signatures", door="api")
    with reading(complaint):
        return [
            {
                "document": one.document.paper.code, "item": one.document.item, "title": one.document.words,
                "version": one.version.number if one.version else 0, "digest": one.version.digest if one.version else "",
                "places": [_place(place) for place in one.places],
            }
            for one in states(complaint)
        ]  # fmt: skip


def _place(place: Place) -> dict[str, Any]:
    signature, link = place.signature, place.link
    return {
        "side": place.side,
        "state": place.state,
        "way": signature.way if signature else "",
        "version": place.version,
        "signed_at": signature.signed_at if signature else None,
        "ink": signature.ink if signature else "",
        "link": {
            "id": link.pk, "asked_at": link.asked_at, "expires_at": link.expires_at, "opened_at": link.opened_at,
        } if link else None,
    }  # fmt: skip
