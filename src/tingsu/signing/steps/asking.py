"""Asking for a signature by a link that opens once (E41), taking it back (E42), a refusal to sign (E43), the signature (E44)."""

import uuid

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.complaints.case import Case
from tingsu.complaints.models import Complaint, Party
from tingsu.complaints.paperwork import as_wanted
from tingsu.complaints.steps.common import STAFF
from tingsu.complaints.terms import State
from tingsu.kernel.errors import NotFound, Unmet
from tingsu.kernel.links import public
from tingsu.letters import outbox
from tingsu.process.steps import Field, Options, Step, Values
from tingsu.signing import actions, documents, links
from tingsu.signing.models import SigningLink

SIDES = (
    ("complainant", pgettext_lazy("party", "Complainant")),
    ("respondent", _("The respondent's side")),
)
NOT_ARCHIVED = tuple(state for state in State if state != State.ARCHIVED)
WHO = (*STAFF, "owner", "has_mediated")


def receiver(complaint: Complaint, key: str, side: str) -> Party | None:
    """To whom a link for a side of a document goes: the complainant, an agent where one stands for them, the respondent."""
    one = documents.document(complaint, key)
    signer = next((known for known in one.signers if known.side == side), None)
    rows = [party for party in documents.parties_of(complaint) if signer and party.role in signer.parties]
    reached = [
        party for party in rows if party.erased_at is None and outbox.channel_for(party, "signature_asked") != "portal"
    ]
    return next((party for party in reached if party.role == "agent"), next(iter(reached), None))


def can_be_sent(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """A link leaves by letter alone, to an address of the party: whoever has none signs on the screen."""
    if values is None:
        return []
    if not public("/"):
        return [
            Unmet(
                "no_public_address",
                _("this installation has no address that others reach; have it signed on the screen"),
            )
        ]
    party = receiver(case.complaint, values["document"], values["side"])
    if party is not None and not (case.complaint.anonymous and party.role != "respondent"):
        return []
    return [
        Unmet(
            "no_address",
            _("nothing can be sent to this side; have it signed on the screen, or on the own page of the case"),
        )
    ]


def not_signed_yet(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """What a side has signed as it stands now needs no second signature."""
    if values is None:
        return []
    one = documents.document(case.complaint, values["document"])
    known = documents.versions(case.complaint, one)
    if not known or not any(
        row.side == values["side"] and row.way in actions.WAYS
        for row in documents.signatures(case.complaint, known[-1])
    ):
        return []
    content = documents.written(documents.parts_to_sign(case.complaint, one))
    return (
        [Unmet("signed", _("this side has signed it as it stands"))] if documents.matching(known[-1], content) else []
    )


def ask_to_sign(case: Case, values: Values) -> None:
    """E41: a new link leaves by letter; the one before it for the same place opens nothing any more."""
    complaint = case.complaint
    one = documents.document(complaint, values["document"])
    party = receiver(complaint, one.key, values["side"])
    if party is None:
        raise NotFound
    for old in open_links(complaint):
        if (old.document, old.item, old.side) == (one.paper.code, one.item, values["side"]):
            end(old, case)
    token = links.new_token()
    row = SigningLink(
        complaint=complaint, document=one.paper.code, item=one.item, side=values["side"], party_id=party.pk,
        token=links.index_of(token), asked_by=case.actor.id, asked_at=case.at, expires_at=case.at + links.VALID_FOR,
    )  # fmt: skip
    row.save(force_insert=True)
    case.fact("link", row.pk)
    case.fact("party", party.pk)
    letter = outbox.queue_letter(
        case.chain, complaint=complaint, party=party, template="signature_asked", intent=f"signature_asked:{row.pk}",
        values={"sign_link": links.address(token), "document": _title(complaint, one), "valid_until": row.expires_at}, at=case.at,
    )  # fmt: skip
    case.fact("letter", letter.pk)


def _title(complaint: Complaint, one: documents.Document) -> str:
    """The document as its receiver reads its name."""
    with as_wanted(complaint.language):
        return str(one.paper.title)


def open_links(complaint: Complaint) -> list[SigningLink]:
    """Links that may still lead to a signature."""
    return [row for row in SigningLink.of(complaint) if row.used_at is None and row.ended_at is None]


def signing_links(complaint: Complaint | None) -> Options:
    """Each by its document and side."""
    if complaint is None:
        return ()
    named = dict(documents.signable_documents(complaint))
    sides = dict(SIDES)
    return tuple(
        (str(row.pk), f"{named.get(f'{row.document}:{row.item}', '')} · {sides.get(row.side, '')}")
        for row in open_links(complaint)
    )


def end(row: SigningLink, case: Case) -> None:
    row.ended_at = case.at
    row.save(update_fields=["ended_at"])


def take_back(case: Case, values: Values) -> None:
    """E42: the link opens nothing from now on, nor does the page that it opened."""
    wanted = uuid.UUID(str(values["link"]))
    row = next((one for one in open_links(case.complaint) if one.pk == wanted), None)
    if row is None:
        raise NotFound
    end(row, case)


def some_link_open(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    return [] if open_links(case.complaint) else [Unmet("no_link", _("no link for a signature is open"))]


def side_of_document(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """Not every side signs every document."""
    if values is None:
        return []
    one = documents.document(case.complaint, values["document"])
    if any(known.side == values["side"] for known in one.signers):
        return []
    return [Unmet("not_signed_by", _("this side does not sign this document"))]


def note_refusal(case: Case, values: Values) -> None:
    """E43: who will not sign is noted with the reason; for the acceptance form this confirms the record (RG-18)."""
    actions.refuse(case, documents.document(case.complaint, values["document"]), values["side"], values["reason"])


DOCUMENT = Field(
    name="document", label=_("Document"), kind="choice", options=documents.signable_documents, required=True
)
SIDE = Field(name="side", label=_("Side"), kind="choice", options=SIDES, required=True)

ASK_TO_SIGN = Step(
    id="E41",
    name="ask_to_sign",
    event="complaint.signature_asked",
    label=_("Ask for a signature by a link"),
    sources=NOT_ARCHIVED,
    who=WHO,
    guards=(side_of_document, can_be_sent, not_signed_yet),
    clause="RG-05; RG-18; MD-06",
    reaches_complainant=True,
    effect=ask_to_sign,
    fields=(DOCUMENT, SIDE),
)

TAKE_BACK_LINK = Step(
    id="E42",
    name="take_back_signing_link",
    event="complaint.signing_link_ended",
    label=_("Take back a link for a signature"),
    sources=tuple(State),
    who=WHO,
    guards=(some_link_open,),
    clause="RG-05; MD-06",
    effect=take_back,
    fields=(Field(name="link", label=_("Link"), kind="choice", options=signing_links, required=True),),
)

NOTE_NO_SIGNATURE = Step(
    id="E43",
    name="note_no_signature",
    event="complaint.signature_refused",
    label=_("Note that a side will not sign"),
    sources=NOT_ARCHIVED,
    who=WHO,
    guards=(side_of_document,),
    clause="ISC 9.6.2; MD-06",
    effect=note_refusal,
    fields=(DOCUMENT, SIDE, Field(name="reason", label=_("Reason"), kind="longtext", limit=1000, required=True)),
)

SIGN_DOCUMENT = Step(
    id="E44",
    name="sign_document",
    event="complaint.document_signed",
    label=_("Sign a document"),
    sources=NOT_ARCHIVED,
    who=(*WHO, "complainant", "agent", "respondent"),
    clause="SZ B.5; ISC 9.6.2; MD-06",
    door=False,
)

STEPS = (ASK_TO_SIGN, TAKE_BACK_LINK, NOTE_NO_SIGNATURE, SIGN_DOCUMENT)
