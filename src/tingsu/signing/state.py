"""Where the signing of the documents of a case stands: for its page, for programs, for the page that signs (RG-05, MD-06)."""

from dataclasses import dataclass
from datetime import datetime

from tingsu.complaints.models import Complaint
from tingsu.complaints.paperwork import Text
from tingsu.kernel.clock import now
from tingsu.signing import documents, links
from tingsu.signing.documents import Document
from tingsu.signing.models import Signature, SignedVersion, SigningLink


@dataclass(frozen=True, kw_only=True)
class Place:
    """One side of a document: signed when and how, asked by which link, or neither."""

    side: str
    words: Text
    signature: Signature | None
    version: int
    link: SigningLink | None
    by_member: bool

    @property
    def state(self) -> str:
        """signed, refused, asked, or open."""
        if self.signature is not None:
            return "refused" if self.signature.way == Signature.Way.REFUSED else "signed"
        return "asked" if self.link is not None else "open"


@dataclass(frozen=True, kw_only=True)
class State:
    """A document with its places."""

    document: Document
    version: SignedVersion | None
    places: list[Place]

    @property
    def begun(self) -> bool:
        """Is there anything to tell of it?"""
        return any(place.state != "open" for place in self.places)

    @property
    def changed_at(self) -> datetime | None:
        """When its newest version was made."""
        return self.version.pinned_at if self.version else None


def states(complaint: Complaint) -> list[State]:
    """Every document that can be signed, with each side's newest signature. No query but those of the case's rows."""
    at = now()
    found = []
    for one in documents.documents(complaint):
        known = documents.versions(complaint, one)
        newest: dict[str, tuple[Signature, int]] = {}
        for version in known:
            newest |= {row.side: (row, version.number) for row in documents.signatures(complaint, version)}
        places = []
        for signer in one.signers:
            signature, number = newest.get(signer.side, (None, 0))
            link = next(
                (
                    row
                    for row in SigningLink.of(complaint, document=one.paper.code, item=one.item, side=signer.side)
                    if row.used_at is None and row.ended_at is None and _good(row, at)
                ),
                None,
            )
            places.append(
                Place(
                    side=signer.side, words=signer.words, signature=signature, version=number, link=link,
                    by_member=signer.member is not None,
                )
            )  # fmt: skip
        found.append(State(document=one, version=known[-1] if known else None, places=places))
    return found


def _good(row: SigningLink, at: datetime) -> bool:
    return row.opened_at + links.OPEN_FOR > at if row.opened_at else row.expires_at > at
