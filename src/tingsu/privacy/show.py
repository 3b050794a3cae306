"""Showing personal data: every door gets parties and texts of a complaint from here, never from the rows (invariant 6).

Each function is told its `door`, and what is `known` of the people in the case: their values are masked in whatever was written.
"""

import json
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from django.utils.functional import Promise

from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.crypto import Erased
from tingsu.privacy.dialling import dialled
from tingsu.privacy.fields import FIELD_LABELS, TABLE, Rule, Sight, may_reveal, party_fields, sight
from tingsu.privacy.masking import NOBODY, Known, known_values, mask, mask_organisation, mask_text, phone_tail
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
    telephone: bool = False
    """A number that somebody can be called under, opened for this reader."""

    @property
    def dial(self) -> str:
        """The address that calls it, where it is open; empty else."""
        return dialled(self.value) if self.telephone else ""

    @property
    def masked(self) -> bool:
        return self.sight in {Sight.MASKED, Sight.COVERED} and bool(self.value)

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


def show_party(actor: Actor, party: PersonalRow, door: str, *, windows: Windows | None = None) -> PartyView:
    """One party as the actor sees it through a door. Runs one query for open windows unless they are given."""
    own = _own(actor, party)
    opened = open_windows(actor, [party.pk]) if windows is None else windows
    if getattr(party, "erased_at", None) is not None:
        return PartyView(party.pk, party.role, party.kind, erased=True)
    fields: dict[str, Shown] = {}
    searched = any(
        getattr(party, name, None) and sight(actor, party.role, name, door=door, own=own) is Sight.COVERED
        for name in party_fields()
    )
    seen = Seen(actor, door, own, opened, known_of([party]) if searched else NOBODY)
    try:
        for name in party_fields():
            if getattr(party, name, None) and (shown := _field(seen, party.role, name, party)):
                fields[name] = shown
        short = _short(actor, party, fields)
    except Erased:
        return PartyView(party.pk, party.role, party.kind, erased=True)
    return PartyView(party.pk, party.role, party.kind, fields=fields, short=short)


def show_parties(actor: Actor, parties: Iterable[PersonalRow], door: str) -> list[PartyView]:
    """Several parties with one query for open windows."""
    rows = list(parties)
    windows = open_windows(actor, [party.pk for party in rows])
    return [show_party(actor, party, door, windows=windows) for party in rows]


def known_of(parties: Iterable[PersonalRow]) -> Known:
    """What is known of some people, by which the texts about their case are searched; nothing of those erased."""
    people = [party for party in parties if getattr(party, "erased_at", None) is None]
    if not people:
        return NOBODY
    return known_values(_opened(people, NAMES), lambda: _opened(people, NUMBERS))


def _opened(people: Iterable[PersonalRow], fields: tuple[str, ...]) -> Iterator[dict[str, str]]:
    for party in people:
        with suppress(Erased):
            yield {"kind": party.kind} | {name: party.text(name) for name in fields if getattr(party, name, None)}
            for line in former_values(party):
                yield {"kind": party.kind} | {name: line[name] for name in fields if line.get(name)}


def former_values(party: PersonalRow) -> list[dict[str, str]]:
    """What stood of this person before each correction, by field, the oldest first: older texts still say it. Raises Erased."""
    return json.loads(party.text(FORMER)) if getattr(party, FORMER, None) else []


Knows = Callable[[Collection[uuid.UUID]], Mapping[uuid.UUID, Known]]
_knows: list[Knows] = []


def declare_known(knows: Knows) -> None:
    """Say who is known to stand in some things, by their ids; things of others are left out. Asked where only ids are at hand."""
    _knows.append(knows)


def known_about(thing_id: uuid.UUID | None) -> Known:
    """The values of the people in a thing. A query or two."""
    return known_about_each([thing_id]).get(thing_id, NOBODY) if thing_id is not None else NOBODY


def known_about_each(thing_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Known]:
    """The same of several things: one query for all of a kind, none without things."""
    return {pk: known for knows in _knows for pk, known in knows(thing_ids).items()} if thing_ids else {}


NAMES, NUMBERS = ("name",), ("phone", "fax", "email", "address", "postcode")
SEARCHED = (*NAMES, *NUMBERS)
FORMER = "former"


@dataclass(frozen=True)
class Seen:
    """Who looks through which door, and what they may recognise or have opened."""

    actor: Actor
    door: str
    own: bool
    windows: Windows
    known: Known


def show_field(
    actor: Actor,
    complaint: SealedCase,
    name: str,
    door: str,
    *,
    known: Known,
    own: bool = False,
    windows: Windows | None = None,
) -> Shown:
    """One sealed text of a complaint (description, order number, …) as the actor sees it. `own`: a complainant's own case."""
    opened = windows
    if opened is None:
        closed = door == "page" and sight(actor, "complaint", name, door=door, own=own) in {Sight.MASKED, Sight.COVERED}
        opened = open_windows(actor, [complaint.pk]) if closed else {}
    try:
        shown = _field(Seen(actor, door, own, opened, known), "complaint", name, complaint)
    except Erased:
        return Shown(name, FIELD_LABELS.get(name, name), "", Sight.NEVER, erased=True)
    return shown or Shown(name, FIELD_LABELS.get(name, name), "", Sight.NEVER)


def show_text(actor: Actor, subject: str, name: str, text: str, door: str, *, known: Known, own: bool = False) -> str:
    """A free text that its owner has already opened (a note, a letter, a demand) as the actor may see it; "" for never."""
    return _seen_as(sight(actor, subject, name, door=door, own=own), TABLE.get((subject, name)), text, known)


def show_kept(
    actor: Actor, place: tuple[str, str], kept_as: str, row_id: uuid.UUID, text: str, windows: Windows, *, known: Known
) -> Shown:
    """A text about a person that its owner keeps in one row and has already opened, on the page, with its way to be revealed.

    `place`: subject and field of the privacy table. `kept_as`: what the row calls it, by which windows are told apart.
    """
    subject, name = place
    seen = sight(actor, subject, name, door="page")
    label = FIELD_LABELS.get(name, name)
    if seen is Sight.NEVER or not text:
        return Shown(kept_as, label, "", Sight.NEVER)
    until, opens = windows.get((row_id, kept_as)), may_reveal(actor, subject, name)
    if seen is Sight.CLEAR or (until is not None and opens):
        return Shown(kept_as, label, text, Sight.CLEAR, revealed_until=until, telephone=_is_telephone(place, until))
    masked = _seen_as(seen, TABLE[subject, name], text, known)
    if seen is Sight.COVERED and masked == text:
        return Shown(kept_as, label, text, Sight.CLEAR)
    return Shown(kept_as, label, masked, seen, may_reveal=opens and masked != text)


def _seen_as(seen: Sight, rule: Rule | None, text: str, known: Known) -> str:
    if rule is None or seen is Sight.NEVER:
        return ""
    if seen is Sight.CLEAR:
        return text
    return mask_text(text, known) if seen is Sight.COVERED or rule.mask == "text" else mask(rule.mask, text)


def _field(seen: Seen, subject: str, name: str, row: Any) -> Shown | None:
    how = sight(seen.actor, subject, name, door=seen.door, own=seen.own)
    if how is Sight.NEVER:
        return None
    label = FIELD_LABELS.get(name, name)
    value = row.text(name)
    until = seen.windows.get((row.pk, name)) if seen.door == "page" else None
    if how is Sight.CLEAR or (until is not None and may_reveal(seen.actor, subject, name)):
        return Shown(
            name, label, value, Sight.CLEAR, revealed_until=until, telephone=_is_telephone((subject, name), until)
        )
    rule = TABLE[subject, name]
    if rule.mask == "name" and getattr(row, "kind", "") == "organisation":
        rule = replace(rule, mask="organisation")
    masked = _seen_as(how, rule, value, seen.known)
    if how is Sight.COVERED and masked == value:
        return Shown(name, label, value, Sight.CLEAR)
    opens = seen.door == "page" and masked != value and may_reveal(seen.actor, subject, name)
    return Shown(name, label, masked, how, may_reveal=opens)


def _is_telephone(place: tuple[str, str], until: datetime | None) -> bool:
    """Was a telephone number opened? One that stands open anyway was not asked for, and is no link."""
    return until is not None and TABLE[place].mask == "phone"


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
