"""Signing a document of a case: one transaction, one event, whoever signs and by whichever door (RG-05, RG-18, MD-06)."""

import base64
import hashlib
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tingsu.complaints import access
from tingsu.complaints.case import Case, open_case
from tingsu.complaints.case_rows import reading
from tingsu.complaints.models import Complaint, Party
from tingsu.complaints.paperwork import Signed, Signer
from tingsu.complaints.process import PROCESS
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, InvalidValue, NotAllowed, TingsuError, Unmet, too_long
from tingsu.kernel.spelling import shows, tidy
from tingsu.signing import documents, links
from tingsu.signing.documents import Document
from tingsu.signing.ink import read_ink
from tingsu.signing.models import Signature, SignedPiece, SigningLink

NAME_LIMIT = 60
SIGNED = ("way", "signed_at", "link_id", "party_id", "member_id", "witness_id", "ink", "name")
WAYS = (Signature.Way.DRAWN, Signature.Way.TYPED)


class ChangedWhileReading(TingsuError):
    code, status = "document_changed", 409
    sentence = _("The document was changed while it was being read. Read it once more, then sign.")


class SignedAlready(TingsuError):
    code, status = "signed_already", 409
    sentence = _("This side has signed this version already.")


@dataclass(frozen=True, kw_only=True)
class Signing:
    """What a person hands in: which document as which side, how, and which content they read."""

    document: str
    side: str
    way: str
    name: str
    intent: bool
    """I have read it and sign it."""
    mark: str
    """`documents.mark_of` what stood on the page."""
    drawing: str = field(default="", repr=False)
    """Data address of a PNG."""
    link_id: uuid.UUID | None = None


def may_be_signed(complaint: Complaint) -> bool:
    """Does the case stand where its documents are signed?"""
    return complaint.state in PROCESS["sign_document"].sources


def sign(*, actor: Actor, complaint_id: uuid.UUID, given: Signing) -> Signature:
    """Put a signature below a document. The party itself signs, or a colleague lends the screen, or a colleague signs as a side.

    Raises NotFound, NotAllowed (a program signs for nobody; not this person's side), InvalidInput, ChangedWhileReading,
    SignedAlready, links.LinkEnded. Writes nothing when it raises.
    """
    if actor.kind not in {"member", "complainant", "respondent"}:
        raise NotAllowed(_("A program signs for nobody: people sign on the screen or by a link."))
    name, png = _checked(given)
    at = now()
    with transaction.atomic(durable=True):
        case = open_case(actor, complaint_id, at)
        complaint = case.complaint
        with reading(complaint):
            access.check_visible(actor, complaint)
            if not may_be_signed(complaint):
                raise ConditionsUnmet([Unmet("archived", _("the case is archived and its file is locked"))])
            one = documents.document(complaint, given.document)
            signer = one.signer(given.side)
            party, member, witness = _who(actor, complaint, signer)
            link = _link(given, one, party)
            content = documents.written(documents.parts_to_sign(complaint, one))
        if given.mark != documents.mark_of(content):
            raise ChangedWhileReading
        version = documents.pinned(complaint, one, content, at)
        before = next((row for row in documents.signatures(complaint, version) if row.side == given.side), None)
        if before is not None and before.way in WAYS:
            raise SignedAlready
        # Who signs after all has not refused: the same row says so, and the history keeps the refusal.
        row = before or Signature(complaint=complaint, version=version, side=given.side)
        row.version = version
        row.way, row.signed_at, row.link_id = given.way, at, link.pk if link else None
        row.party_id, row.member_id, row.witness_id = party, member, witness
        row.ink = hashlib.sha256(png).hexdigest() if png else ""
        row.seal("name", name)
        row.save(force_insert=before is None, update_fields=SIGNED if before else None)
        if png:
            piece = SignedPiece(id=row.pk, complaint=complaint)
            piece.seal(base64.b64encode(png).decode())
            piece.save(force_insert=True)
        if link is not None:
            link.used_at = at
            link.save(update_fields=["used_at"])
        _means(case, one, row)
        case.record("complaint.document_signed", _body(row, one))
        case.tell([complaint.owner_id], "case.document_signed", document=one.paper.code)
        case.finish()
    return row


def refuse(case: Case, one: Document, side: str, reason: str) -> None:
    """A side will not sign: noted below the version that it was shown, in the open transaction of a step (RG-18)."""
    content = documents.written(documents.parts_to_sign(case.complaint, one))
    version = documents.pinned(case.complaint, one, content, case.at)
    if any(row.side == side for row in documents.signatures(case.complaint, version)):
        raise SignedAlready
    row = Signature(
        complaint=case.complaint, version=version, side=side, way=Signature.Way.REFUSED, signed_at=case.at,
        witness_id=case.actor.id,
    )  # fmt: skip
    row.seal("reason", reason)
    row.save(force_insert=True)
    _means(case, one, row)
    for name, value in _body(row, one).items():
        case.fact(name, value)


def _body(row: Signature, one: Document) -> dict[str, Any]:
    """What the ledger keeps: codes, ids and digests."""
    version = row.version
    return {
        "document": one.paper.code, "item": one.item, "version": version.number, "digest": version.digest, "side": row.side,
        "way": row.way, "signature": row.pk, "ink": row.ink, "party": row.party_id, "link": row.link_id,
    }  # fmt: skip


def _means(case: Case, one: Document, row: Signature) -> None:
    if one.paper.on_signed is not None:
        one.paper.on_signed(case, Signed(side=row.side, way=row.way, at=row.signed_at))


def _checked(given: Signing) -> tuple[str, bytes]:
    """The name and the strokes. Raises InvalidInput."""
    wrong: dict[str, TingsuError] = {}
    name, png = tidy(given.name), b""
    if not shows(name):
        wrong["name"] = InvalidValue(_("Type your name as you sign it."), code="required")
    elif len(name) > NAME_LIMIT:
        wrong["name"] = too_long(name, NAME_LIMIT)
    if given.way not in WAYS:
        wrong["way"] = InvalidValue(code="choice")
    if not given.intent:
        wrong["intent"] = InvalidValue(_("Tick that you have read the document and sign it."), code="required")
    if given.way == Signature.Way.DRAWN:
        try:
            png = read_ink(given.drawing)
        except InvalidValue as error:
            wrong["drawing"] = error
    if wrong:
        raise InvalidInput(wrong)
    return name, png


def _who(
    actor: Actor, complaint: Complaint, signer: Signer
) -> tuple[uuid.UUID | None, uuid.UUID | None, uuid.UUID | None]:
    """Party, colleague and witness of a signature. Raises NotAllowed."""
    if actor.kind != "member":
        party = next((one for one in _parties(complaint, signer) if one.pk == actor.id), None)
        if party is None:
            raise NotAllowed(_("This place is for somebody else to sign."))
        return party.pk, None, None
    if not access.may_take(actor, complaint, PROCESS["sign_document"]):
        raise NotAllowed
    if signer.member is not None:
        if not signer.member(actor):
            raise NotAllowed(_("This place is for somebody else to sign."))
        return None, actor.id, None
    parties = _parties(complaint, signer)
    return (parties[0].pk if parties else None), None, actor.id


def _parties(complaint: Complaint, signer: Signer) -> list[Party]:
    """The parties who may sign as a side, the complainant before an agent."""
    rows = [one for one in documents.parties_of(complaint) if one.role in signer.parties and one.erased_at is None]
    return sorted(rows, key=lambda one: (one.role == "agent", one.pk))


def _link(given: Signing, one: Document, party: uuid.UUID | None) -> SigningLink | None:
    """The link by which somebody came, still good for this document and this person. Raises links.LinkEnded."""
    if given.link_id is None:
        return None
    row = SigningLink.objects.select_for_update().filter(pk=given.link_id).first()
    if row is None or (row.document, row.item, row.side, row.party_id) != (one.paper.code, one.item, given.side, party):
        raise links.LinkEnded
    links.check(row, opened=True)
    return row
