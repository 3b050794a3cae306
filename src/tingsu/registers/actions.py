"""Every write on entries: open, take a step, comment, add files, link. Each is one transaction with an event."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.files import store
from tingsu.kernel import kinds
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, InvalidValue, NotAllowed, NotFound, too_long
from tingsu.kernel.ledger import Chain, open_chain
from tingsu.kernel.models import Event, Stream
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.rows import writing
from tingsu.kernel.spelling import tidy
from tingsu.privacy.actions import Place, open_window
from tingsu.privacy.masking import Known
from tingsu.process.engine import carry_out, check_position, unmet_conditions
from tingsu.process.steps import Step
from tingsu.process.values import clean
from tingsu.registers import circles, recurrence
from tingsu.registers import entry as entries
from tingsu.registers.covering import forget_people, meet, people_of
from tingsu.registers.declaration import INVOLVED, OPENER, OWNER, UNIT, Do, Register
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.models import Entry, EntryLink
from tingsu.registers.saying import Said

COMMENT_LIMIT = 4000
LATELY = 100
LINKS: dict[str, Any] = {
    "about": _("is about"),
    "cause": _("caused by"),
    "evidence": _("is evidence for"),
    "follows": _("follows from"),
    "became": _("became"),
    "proved": _("is proved by"),
    "includes": pgettext_lazy("link", "counts among its own"),
    "holds": pgettext_lazy("link", "keeps from disposal"),
    "related": _("related to"),
}
"""Types of links, read from the entry to the other thing."""
LINKS_BACK: dict[str, Any] = {
    "about": _("is the subject of"),
    "cause": _("led to"),
    "evidence": _("is proved by"),
    "follows": _("was followed by"),
    "became": _("comes from"),
    "proved": pgettext_lazy("link", "proves"),
    "includes": pgettext_lazy("link", "belongs to"),
    "holds": pgettext_lazy("link", "is kept from disposal by"),
    "related": _("related to"),
}
"""The same, read from the other thing to the entry."""
BY_STEPS = frozenset({"became", "proved", "includes", "holds"})
"""Links that a step makes and takes away, because more than the link follows from it; nobody does so by hand."""
BY_HAND = {kind: words for kind, words in LINKS.items() if kind not in BY_STEPS}


@dataclass(frozen=True, kw_only=True)
class Link:
    """A link to be made together with an entry."""

    other_id: uuid.UUID
    kind: str = "about"
    people: Known | None = None
    """Who stands in the other thing, where whoever links has just made it: it need not be looked for, nor asked about its people."""


@dataclass(frozen=True, kw_only=True)
class Opening:
    """What an entry is opened with."""

    values: Mapping[str, Any]
    links: Iterable[Link] = field(default_factory=tuple)
    id: uuid.UUID | None = None
    """Named beforehand by rules, so that the same cause opens it once."""
    at: datetime | None = None
    """When it was opened, where that is not now: received earlier, or told by the demo."""
    allowed: bool = False
    """Opened by a step of another thing, which has asked who may."""
    said: Mapping[str, Said] = field(default_factory=dict)
    """Texts that the rule itself writes, by field: each reader reads them in the own language."""


def open_entry(*, actor: Actor, register: Register, opening: Opening) -> Entry:
    """Open an entry. Raises NotAllowed, InvalidInput, ConditionsUnmet, NotFound (a link)."""
    with transaction.atomic(durable=True):
        return begin_entry(actor=actor, register=register, opening=opening).entry


def begin_entry(*, actor: Actor, register: Register, opening: Opening) -> OpenedEntry:
    """The same inside an open transaction, for rules and other actions; everything of it is written."""
    at = opening.at or now()
    chain = open_chain(register.name, opening.id)
    made = entries.new_entry(register, chain, actor, at)
    made.allowed = opening.allowed

    def effect(opened: OpenedEntry, values: dict[str, Any]) -> None:
        opened.keep(register.opens, values)
        for name, sentence in opening.said.items():
            opened.say(name, sentence)
        if opened.entry.owner_id is None and actor.kind in {"member", "token"} and actor.id:
            opened.own(actor.id)  # with what the form's dates have begun
        if register.on_open:
            register.on_open(opened, values)
        # Last, because everybody who opens one this year waits for this row.
        opened.numbered(entries.number(register, at))

    step = replace(register.opens, effect=effect)
    words = {name: sentence.first_words() for name, sentence in opening.said.items()}
    carry_out(made, step, {**opening.values, **words}, version=None, zone=zone())
    for link in opening.links:
        _link_at_opening(made, link)
    with writing() as rows:
        rows.add(made.begin())
    made.follow_up()
    return made


def take_step(
    *,
    actor: Actor,
    entry: Entry,
    register: Register,
    step: str,
    values: Mapping[str, Any] | None = None,
    version: int | None = None,
) -> Entry:
    """Take one step of an entry's life. Raises NotFound, NotAllowed, InvalidInput, ChangedMeanwhile, ConditionsUnmet."""
    taken = step_named(register, step, entry)
    do = next(one for one in register.steps if one.name == step)
    more = _before(do, taken, actor, register, entry, values or {}) if do.before else {}
    with transaction.atomic(durable=True):
        opened = entries.locked_entry(register, actor, entry.pk, now())
        check_visible(actor, register, opened.entry)
        _carry(opened, taken, do, values or {}, version, more)
        opened.finish()
        opened.follow_up()
    return opened.entry


def _before(
    do: Do, step: Step, actor: Actor, register: Register, entry: Entry, raw: Mapping[str, Any]
) -> dict[str, Any]:
    """The action that goes first, once nothing would refuse the step itself."""
    looked = OpenedEntry(register, Chain(entry.stream), entry, actor, now(), [])
    check_visible(actor, register, entry)
    check_position(looked, step)
    cleaned = clean(step, raw, complaint=entry, zone=zone())
    if unmet := unmet_conditions(looked, step, cleaned):
        raise ConditionsUnmet(unmet)
    assert do.before is not None  # noqa: S101 asked by the caller
    return do.before(actor, entry, cleaned)


def _carry(
    opened: OpenedEntry, step: Step, do: Do, values: Mapping[str, Any], version: int | None, more: Mapping[str, Any]
) -> None:
    def effect(thing: OpenedEntry, cleaned: dict[str, Any]) -> None:
        thing.name_choices(step, cleaned)
        thing.keep(step, cleaned)
        if do.effect:
            do.effect(thing, {**cleaned, **more})
        recurrence.follow(thing, step)
        thing.tell_those(do)

    carry_out(opened, replace(step, effect=effect), values, version=version, zone=zone())


def follow(
    *,
    actor: Actor,
    entry_id: uuid.UUID,
    register: Register,
    step: str,
    values: Mapping[str, Any] | None = None,
    more: Mapping[str, Any] | None = None,
) -> None:
    """A step that follows from the action of another thing, which has asked who may, in its open transaction.

    `more` is what the action that goes first (`before`) would have found. Raises InvalidInput, ConditionsUnmet.
    """
    do = next(one for one in register.steps if one.name == step)
    opened = entries.locked_entry(register, actor, entry_id, now())
    opened.allowed = True
    _carry(opened, step_named(register, step, opened.entry), do, values or {}, None, dict(more or {}))
    opened.finish()
    opened.follow_up()


def step_named(register: Register, name: str, entry: Entry) -> Step:
    """A step of a register as it is taken on one entry. Raises NotFound.

    A field that hangs on another one (`when`) is asked, and kept, by what the entry holds where the step does not ask for that other.
    """
    step = register.process.get(name)
    if step is None:
        raise NotFound
    asked = {one.name for one in step.fields}
    fitting = [
        one
        for one in step.fields
        if one.when is None or one.when[0] in asked or one.is_asked_by(entry.codes.get(one.when[0]))
    ]
    fields = tuple(one if one.when is None or one.when[0] in asked else replace(one, when=None) for one in fitting)
    return replace(step, fields=fields)


def check_visible(actor: Actor, register: Register, entry: Entry) -> None:
    """Raises NotFound: what one may not see does not exist."""
    if not register.visible(actor, Entry.objects.filter(pk=entry.pk)).exists():
        raise NotFound


def comment(*, actor: Actor, register: Register, entry: Entry, text: str, key: str = "") -> None:
    """Write something down beside an entry. Raises NotFound, NotAllowed, InvalidInput.

    `key` names a program's request: a second try of the same one writes nothing more.
    """
    check_visible(actor, register, entry)
    check_may_write(actor, register, entry)
    words = tidy(text, lines=True)
    if not words or "\x00" in text:
        raise InvalidInput({"comment": InvalidValue(code="nul" if "\x00" in text else "required")})
    if len(words) > COMMENT_LIMIT:
        raise InvalidInput({"comment": too_long(words, COMMENT_LIMIT)})
    with transaction.atomic(durable=True):
        opened = _opened(actor, register, entry)
        kind = f"{register.name}.commented"
        if key and _written_for(entry, kind, key):
            return
        opened.record(kind, {"request": key} if key else {}, {"comment": words})
        opened.finish()


def _written_for(entry: Entry, kind: str, key: str) -> bool:
    """Did this request write already? A repeat comes soon: the last events of the kind answer."""
    last = Event.objects.filter(stream_id=entry.pk, kind=kind).order_by("-seq")[:LATELY]
    return any(event.body.get("request") == key for event in last)


def add_files(*, actor: Actor, register: Register, entry: Entry, file_ids: Iterable[uuid.UUID]) -> None:
    """Make uploaded files part of an entry. Raises NotFound, NotAllowed, InvalidInput when there are none."""
    ids = list(file_ids)
    if not ids:
        raise InvalidInput({"files": InvalidValue(code="required")})
    with transaction.atomic(durable=True):
        opened = _opened(actor, register, entry)
        store.attach(ids, entry.pk, opened.at, actor=actor)
        opened.record(f"{register.name}.file_added", {"files": ids})
        opened.finish()


def link_entry(*, actor: Actor, register: Register, entry: Entry, number: str, kind: str) -> None:
    """Link an entry with anything that has a number the actor can see. Raises NotFound, NotAllowed, InvalidInput."""
    check_visible(actor, register, entry)
    check_may_write(actor, register, entry)
    found = kinds.find_number(actor, number)
    if found is None or found.id == entry.pk:
        raise InvalidInput({"number": InvalidValue(_("Nothing that you may see has this number."), code="choice")})
    if kind not in BY_HAND:
        raise InvalidInput({"kind": InvalidValue(code="choice")})
    with transaction.atomic(durable=True):
        opened = _opened(actor, register, entry)
        if circles.would_close(entry.pk, found.id, kind):
            sentence = _("That would be a circle: what you name comes from this entry already.")
            raise InvalidInput({"number": InvalidValue(sentence, code="circle")})
        link_opened(opened, found.id, kind)
        if opened.chain.events:
            opened.finish()


def unlink_entry(*, actor: Actor, register: Register, entry: Entry, link_id: uuid.UUID) -> None:
    """Take a link away again; both histories keep that it stood. Raises NotFound, NotAllowed."""
    with transaction.atomic(durable=True):
        opened = _opened(actor, register, entry)
        link = EntryLink.objects.filter(pk=link_id, entry=entry, kind__in=BY_HAND).first()
        if link is None:
            raise NotFound
        unlink_alone(opened, link.other_id, link.kind)
        opened.finish()


def reveal(*, actor: Actor, register: Register, entry: Entry, field: str, purpose: str) -> str:
    """A text in the clear, and open to this member for five minutes (PS-06).

    Raises NotFound for what is no text of the entry, RevealNotAllowed, PurposeNeeded, NothingToReveal.
    """
    check_visible(actor, register, entry)
    one = register.by_name.get(field)
    if field not in register.personal and (one is None or one.kind not in {"text", "longtext"}):
        raise NotFound
    subject, _dot, name = register.personal.get(field, "history.note").partition(".")
    place = Place(subject=subject, name=name, row_id=entry.pk, kept_as=field)

    def read() -> str:
        return entry.written().get(field, "")

    return open_window(actor=actor, stream_id=entry.pk, place=place, purpose=purpose, read=read)


def _link_at_opening(opened: OpenedEntry, link: Link) -> None:
    if link.people is None:
        if not Stream.objects.filter(pk=link.other_id).exists():
            raise NotFound
        link_opened(opened, link.other_id, link.kind)
        return
    _write_link(opened, link.other_id, link.kind)
    meet(opened.entry, link.people)
    _tell_link(opened, link.other_id, link.kind)


def link_opened(opened: OpenedEntry, other_id: uuid.UUID, kind: str) -> None:
    """A link made by a step's effect: its event stands beside the step's own. The caller finishes the action."""
    if _row_made(opened, other_id, kind):
        _tell_link(opened, other_id, kind)


def _tell_link(opened: OpenedEntry, other_id: uuid.UUID, kind: str) -> None:
    data = {"other": other_id, "kind": kind}
    opened.chain.record(f"{opened.register.name}.linked", actor=opened.actor, at=opened.at, data=data)


def _write_link(opened: OpenedEntry, other_id: uuid.UUID, kind: str) -> None:
    with writing() as rows:
        rows.add([
            EntryLink(entry=opened.entry, other_id=other_id, kind=kind, made_by=opened.actor.id, made_at=opened.at)
        ])  # fmt: skip


def link_alone(opened: OpenedEntry, other_id: uuid.UUID, kind: str) -> bool:
    """A link as an action of its own: its event says whatever else changed with it. False when it stands already."""
    made = _row_made(opened, other_id, kind)
    if made:
        opened.record(f"{opened.register.name}.linked", {"other": other_id, "kind": kind})
    return made


def unlink_alone(opened: OpenedEntry, other_id: uuid.UUID, kind: str) -> bool:
    """The same the other way; False when there is no such link."""
    gone, _rows = EntryLink.objects.filter(entry=opened.entry, other_id=other_id, kind=kind).delete()
    if gone:
        opened.record(f"{opened.register.name}.unlinked", {"other": other_id, "kind": kind})
    return bool(gone)


def _row_made(opened: OpenedEntry, other_id: uuid.UUID, kind: str) -> bool:
    if EntryLink.objects.filter(entry=opened.entry, other_id=other_id, kind=kind).exists():
        return False
    _write_link(opened, other_id, kind)
    forget_people(opened.entry)
    if opened.fresh_row:
        return True  # its words are written when it stands
    if people_of(opened.entry) and (texts := opened.kept or opened.entry.written_or_none()):
        entries.write_words(opened.register, opened.entry, texts)  # the people of that case are no search words
    return True


def _opened(actor: Actor, register: Register, entry: Entry) -> OpenedEntry:
    opened = entries.locked_entry(register, actor, entry.pk, now())
    check_visible(actor, register, opened.entry)
    check_may_write(actor, register, opened.entry)
    return opened


def check_may_write(actor: Actor, register: Register, entry: Entry) -> None:
    """Raises NotAllowed unless the actor may write beside an entry."""
    if not may_write(actor, register, entry):
        raise NotAllowed


def may_write(actor: Actor, register: Register, entry: Entry) -> bool:
    """Whoever may take any step of an entry may also write beside it, until it takes nothing more."""
    who = tuple({role for step in register.process.values() for role in step.who})
    state = register.state_by_code.get(entry.state)
    return not (state and state.final) and entries.holds(actor, register, entry, (*who, OWNER, OPENER, UNIT, INVOLVED))


def zone() -> str:
    """The organisation's time zone, for dates and times that people type."""
    return current_organisation().time_zone
