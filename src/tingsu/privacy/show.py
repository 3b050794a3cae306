"""Showing personal data: every door gets parties and texts of a complaint from here, never from the rows (invariant 6)."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from django.utils.functional import Promise

from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.crypto import Erased
from tingsu.privacy.fields import FIELD_LABELS, TABLE, Sight, may_reveal, party_fields, sight
from tingsu.privacy.masking import mask, mask_organisation, phone_tail
from tingsu.privacy.models import Reveal


class PersonalRow(Protocol):
    """A party: fields sealed under a key of its own, opened by `text(field)`."""

    pk: uuid.UUID
    role: str
    kind: str

    def text(self, field: str) -> str: ...


class SealedCase(Protocol):
    """A complaint: texts sealed under its stream's key, opened by `text(name)`."""

    pk: uuid.UUID

    def text(self, name: str) -> str: ...


@dataclass(frozen=True)
class Shown:
    """One field as one viewer sees it."""

    name: str
    label: str | Promise
    value: str
    sight: Sight
    may_reveal: bool = False
    revealed_until: datetime | None = None
    erased: bool = False

    @property
    def masked(self) -> bool:
        return self.sight is Sight.MASKED and bool(self.value)

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True)
class PartyView:
    """A party as one viewer sees it. `fields` holds what is there, in order; empty and hidden ones are left out."""

    id: uuid.UUID
    role: str
    kind: str
    erased: bool = False
    fields: dict[str, Shown] = field(default_factory=dict)
    short: str = ""
    """Masked name and the last four digits: "陈** 2210"."""

    def value(self, name: str) -> str:
        return self.fields[name].value if name in self.fields else ""

    @property
    def name(self) -> str:
        return self.value("name")

    @property
    def phone(self) -> str:
        return self.value("phone")

    @property
    def email(self) -> str:
        return self.value("email")

    @property
    def address(self) -> str:
        return self.value("address")

    @property
    def postcode(self) -> str:
        return self.value("postcode")

    @property
    def fax(self) -> str:
        return self.value("fax")

    @property
    def masked(self) -> bool:
        return any(shown.masked for shown in self.fields.values())

    @property
    def revealed_until(self) -> datetime | None:
        return max((shown.revealed_until for shown in self.fields.values() if shown.revealed_until), default=None)


Windows = dict[tuple[uuid.UUID, str], datetime]


def open_windows(actor: Actor, subject_ids: Iterable[uuid.UUID]) -> Windows:
    """The fields of these parties and complaints that are open to the actor now, with their end. One query."""
    if actor.kind != "member" or actor.id is None:
        return {}
    rows = Reveal.objects.filter(member_id=actor.id, party_id__in=list(subject_ids), until__gt=now())
    found: Windows = {}
    for row in rows:
        place = (row.party_id, row.field)
        found[place] = max(row.until, found.get(place, row.until))
    return found


def show_party(actor: Actor, party: PersonalRow, door: str = "page", *, windows: Windows | None = None) -> PartyView:
    """One party as the actor sees it through a door. Runs one query for open windows unless they are given."""
    own = _own(actor, party)
    opened = open_windows(actor, [party.pk]) if windows is None else windows
    if getattr(party, "erased_at", None) is not None:
        return PartyView(party.pk, party.role, party.kind, erased=True)
    fields: dict[str, Shown] = {}
    try:
        for name in party_fields():
            if getattr(party, name, None) and (shown := _field(actor, party.role, name, party, door, own, opened)):
                fields[name] = shown
        short = _short(actor, party, fields)
    except Erased:
        return PartyView(party.pk, party.role, party.kind, erased=True)
    return PartyView(party.pk, party.role, party.kind, fields=fields, short=short)


def show_parties(actor: Actor, parties: Iterable[PersonalRow], door: str = "page") -> list[PartyView]:
    """Several parties with one query for open windows."""
    rows = list(parties)
    windows = open_windows(actor, [party.pk for party in rows])
    return [show_party(actor, party, door, windows=windows) for party in rows]


def show_field(
    actor: Actor,
    complaint: SealedCase,
    name: str,
    door: str = "page",
    *,
    own: bool = False,
    windows: Windows | None = None,
) -> Shown:
    """One sealed text of a complaint (description, order number, …) as the actor sees it. `own`: a complainant's own case."""
    opened = windows
    if opened is None:
        masked = door == "page" and sight(actor, "complaint", name, own=own) is Sight.MASKED
        opened = open_windows(actor, [complaint.pk]) if masked else {}
    try:
        shown = _field(actor, "complaint", name, complaint, door, own, opened)
    except Erased:
        return Shown(name, FIELD_LABELS.get(name, name), "", Sight.NEVER, erased=True)
    return shown or Shown(name, FIELD_LABELS.get(name, name), "", Sight.NEVER)


def show_text(actor: Actor, subject: str, name: str, text: str, door: str = "page", *, own: bool = False) -> str:
    """A free text that its owner has already opened (a note, a letter, a demand) as the actor may see it; "" for never."""
    seen = sight(actor, subject, name, door=door, own=own)
    if seen is Sight.NEVER:
        return ""
    return mask(TABLE[subject, name].mask, text) if seen is Sight.MASKED else text


def show_kept(
    actor: Actor, place: tuple[str, str], kept_as: str, row_id: uuid.UUID, text: str, windows: Windows
) -> Shown:
    """A text about a person that its owner keeps in one row and has already opened, on the page, with its way to be revealed.

    `place`: subject and field of the privacy table. `kept_as`: what the row calls it, by which windows are told apart.
    """
    subject, name = place
    seen = sight(actor, subject, name)
    label = FIELD_LABELS.get(name, name)
    if seen is Sight.NEVER or not text:
        return Shown(kept_as, label, "", Sight.NEVER)
    until, opens = windows.get((row_id, kept_as)), may_reveal(actor, subject, name)
    if seen is Sight.CLEAR or (until is not None and opens):
        return Shown(kept_as, label, text, Sight.CLEAR, revealed_until=until)
    masked = mask(TABLE[subject, name].mask, text)
    return Shown(kept_as, label, masked, Sight.MASKED, may_reveal=opens and masked != text)


def _field(actor: Actor, subject: str, name: str, row: Any, door: str, own: bool, windows: Windows) -> Shown | None:
    seen = sight(actor, subject, name, door=door, own=own)
    if seen is Sight.NEVER:
        return None
    label = FIELD_LABELS.get(name, name)
    value = row.text(name)
    until = windows.get((row.pk, name)) if door == "page" else None
    if seen is Sight.CLEAR or (until is not None and may_reveal(actor, subject, name)):
        return Shown(name, label, value, Sight.CLEAR, revealed_until=until)
    rule = TABLE[subject, name].mask
    if rule == "name" and getattr(row, "kind", "") == "organisation":
        rule = "organisation"
    masked = mask(rule, value)
    return Shown(
        name,
        label,
        masked,
        Sight.MASKED,
        may_reveal=door == "page" and masked != value and may_reveal(actor, subject, name),
    )


def _own(actor: Actor, party: PersonalRow) -> bool:
    """Is the data about the actor? A complainant's agent also stands for the complainant."""
    if actor.kind not in {"complainant", "respondent"}:
        return False
    if actor.id == party.pk:
        return True
    return actor.kind == "complainant" and party.role in {"complainant", "agent", "contact"}


def _short(actor: Actor, party: PersonalRow, fields: dict[str, Shown]) -> str:
    if "name" not in fields:
        return ""
    clear = party.text("name")
    masked = mask_organisation(clear) if party.kind == "organisation" else mask("name", clear)
    tail = phone_tail(party.text("phone")) if "phone" in fields else ""
    return " ".join(part for part in (masked, tail) if part)
