"""The documents that every case has from its registration on: registration form and acceptance form (RC-11, RG-18, CA-49)."""

import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tingsu.complaints import form_b, recorded_words
from tingsu.complaints.access import party_actor
from tingsu.complaints.case import Case
from tingsu.complaints.case_rows import reading, rows_of
from tingsu.complaints.fields import CATALOGUE, case_field
from tingsu.complaints.models import Complaint, Demand, Party
from tingsu.complaints.openings import READERS, access_record
from tingsu.complaints.paperwork import STAFF, Content, NotYet, Paper, Reader, Signed, Signer, Text, declare
from tingsu.complaints.terms import PartyRole
from tingsu.files.models import StoredFile
from tingsu.kernel.actor import Actor
from tingsu.kernel.crypto import Erased
from tingsu.pages.pdf import Part, in_full, instant
from tingsu.people.queries import alias_of

WITH_THE_PERSON = STAFF | {"complainant"}
SVC_COLUMNS: dict[str, Text] = {
    "number": gettext_lazy("Complaint number"), "time": gettext_lazy("Received at"), "channel": pgettext_lazy("form", "How it came"),
    "type": gettext_lazy("Problem type"), "scene": gettext_lazy("Service scene"), "name": gettext_lazy("Complainant"),
    "contact": gettext_lazy("Telephone and e-mail"), "event": gettext_lazy("Time of the event"), "place": gettext_lazy("Place of the event"),
    "step": gettext_lazy("Service step involved"), "course": gettext_lazy("Description of the problem"),
    "demand": gettext_lazy("What is asked for"), "evidence": gettext_lazy("Evidence, received"),
}  # fmt: skip
"""The acceptance register of SVC 3.1.2: its columns in their order."""


def acceptance_lines(reader: Reader) -> dict[str, str]:
    """What the acceptance register says of one complaint, by column: made from the fields that name the column."""
    return {column: _told(reader, column) or "–" for column in SVC_COLUMNS}


def register_rows(actor: Actor, complaints: Sequence[Complaint]) -> list[list[str]]:
    """Lines of the acceptance register for a page of cases, masked as whatever leaves in bulk. Three queries for all of them."""
    ids = [one.pk for one in complaints]
    tables: dict[type[Any], dict[uuid.UUID, list[Any]]] = {Party: {}, Demand: {}}
    for model, found in tables.items():
        for row in model.objects.filter(complaint_id__in=ids).order_by("id"):
            found.setdefault(row.complaint_id, []).append(row)
    files: dict[uuid.UUID | None, list[StoredFile]] = {}
    for file in StoredFile.objects.filter(stream_id__in=ids).select_related("stream").order_by("received_at", "id"):
        files.setdefault(file.stream_id, []).append(file)
    lines = []
    for complaint in complaints:
        with reading(complaint) as read:
            for model, found in tables.items():
                read.rows[model] = found.get(complaint.pk, [])
                for row in read.rows[model]:
                    row.complaint = complaint
            read.note(recorded_words.FILES, files.get(complaint.pk, []))
            reader = Reader(actor=actor, complaint=complaint, windows={}, door="export")
            lines.append(list(acceptance_lines(reader).values()))
    return lines


def _told(reader: Reader, column: str) -> str:
    complaint = reader.complaint
    if column == "name":
        view = recorded_words.person(reader, PartyRole.COMPLAINANT)
        return _("Anonymous") if complaint.anonymous else (view.name if view else "")
    if column == "demand":
        own_words = recorded_words.words_of(reader, case_field("remedy_text"))
        return "\n".join(filter(None, [*recorded_words.demands(reader), own_words]))
    if column == "evidence":
        return "\n".join(recorded_words.file_words(reader, file) for file in recorded_words.files(reader))
    fields = [one for one in CATALOGUE if one.svc == column and one.stored]
    words = [recorded_words.words_of(reader, one) for one in fields]
    return " · ".join(dict.fromkeys(filter(None, words)))


def acceptance(reader: Reader) -> Content:
    """The acceptance form (投诉受理单) as the complainant signs it: that it agrees with what was said (ISC 9.6.2)."""
    complaint = reader.complaint
    confirmed = [
        (
            _("How it was confirmed"),
            recorded_words.words_of(reader, case_field("signed_by"))
            or (_("confirmed without a signature") if complaint.record_confirmed_at else _("not yet signed")),
        )
    ]
    if complaint.record_confirmed_at:
        confirmed.append((_("Confirmed at"), instant(complaint.record_confirmed_at)))
    read, agreed = acceptance_body(reader, with_code=reader.own)
    signs = [_("Signature of the complainant"), _("Received by")]
    return Content(parts=[read, replace(agreed, facts=confirmed, signs=signs)])


def acceptance_body(reader: Reader, *, with_code: bool) -> list[Part]:
    """The record to be read, and the sentence that is signed below it. The follow-up code stands on the own copy alone (CA-58)."""
    complaint, lines = reader.complaint, acceptance_lines(reader)
    facts = [(str(label), lines[column]) for column, label in SVC_COLUMNS.items()]
    facts.insert(2, (_("Received by"), alias_of(complaint.first_owner_id) or "–"))
    if with_code and complaint.code:
        with suppress(Erased):
            facts.insert(1, (_("Follow-up code"), complaint.text("code")))
    if complaint.content_by == "complainant":
        facts.append(
            (str(case_field("content_by").field.label), recorded_words.words_of(reader, case_field("content_by")))
        )
    if complaint.expected_reply_at:
        facts.append((_("Reply expected by"), instant(complaint.expected_reply_at)))
    agreed = _("I have read what stands above, or it was read to me. It agrees with what I said.")
    return [Part(facts=in_full(facts)), Part(heading=_("Confirmation"), texts=[agreed])]


def own_reader(complaint: Complaint) -> Reader:
    """The case as its complainant reads it: what they sign is their own copy, whoever makes it."""
    party = next(iter(rows_of(Party, complaint, role=PartyRole.COMPLAINANT)), None)
    if party is None:
        raise NotYet(why=_("nobody is entered as the complainant"))
    return Reader(
        actor=party_actor(party, complaint.organisation_id), complaint=complaint, windows={}, own=True, kept=True
    )


def form_signers(complaint: Complaint, item: str) -> list[Signer]:
    """The complainant or the agent, and whoever received the complaint (RG-05)."""
    received = {complaint.first_owner_id, complaint.owner_id} - {None}
    return [
        Signer(
            side="complainant",
            words=PartyRole.COMPLAINANT.label,
            parties=frozenset({PartyRole.COMPLAINANT, PartyRole.AGENT}),
        ),
        Signer(side="receiver", words=gettext_lazy("Received by"), member=lambda actor: actor.id in received),
    ]


def form_signed(case: Case, signed: Signed) -> None:
    """The complainant's signature is the one of section 5 of the form (RG-05)."""
    if signed.side != "complainant":
        return
    known = {"drawn": "image", "typed": "online", "refused": "refused"}[signed.way]
    case.complaint.signed_by, case.complaint.signed_at = known, None if known == "refused" else signed.at
    case.also_save("signed_by")
    case.also_save("signed_at")


def acceptance_signed(case: Case, signed: Signed) -> None:
    """Signed or refused, the record is confirmed: the investigation may begin (RG-18)."""
    form_signed(case, signed)
    if signed.side == "complainant" and case.complaint.record_confirmed_at is None:
        case.set("record_confirmed_at", signed.at)


def registration(reader: Reader) -> Content:
    """The registration form, filled."""
    return Content(parts=form_b.filled_parts(reader))


declare(
    Paper(
        code="registration_form",
        to_party=True,
        title=gettext_lazy("Complaint registration form"),
        hint=gettext_lazy("What was registered, in the six sections of Annex B."),
        content=registration,
        order=10,
        readers=WITH_THE_PERSON,
        to_sign=lambda complaint, item: form_b.parts_to_sign(own_reader(complaint)),
        signers=form_signers,
        on_signed=form_signed,
    )
)
declare(
    Paper(
        code="access_record",
        title=gettext_lazy("Access record"),
        hint=gettext_lazy("Who opened, copied or printed what of the case, when, and what for."),
        content=access_record,
        order=85,
        roles=READERS,
        bulk=False,
    )
)
declare(
    Paper(
        code="acceptance_form",
        to_party=True,
        title=gettext_lazy("Acceptance form"),
        hint=gettext_lazy("For a visit: the record to read, to confirm and to sign."),
        content=acceptance,
        order=20,
        readers=WITH_THE_PERSON,
        to_sign=lambda complaint, item: acceptance_body(own_reader(complaint), with_code=False),
        signers=lambda complaint, item: form_signers(complaint, item)[:1],
        on_signed=acceptance_signed,
    )
)
