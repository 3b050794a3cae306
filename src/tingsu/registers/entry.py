"""An entry opened for writing: fields, columns that follow from them, facets, words, promises."""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from tingsu.clocks.conditions import Facts
from tingsu.clocks.models import Promise
from tingsu.files import store
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import local
from tingsu.kernel.errors import NotAllowed
from tingsu.kernel.ledger import Chain, lock_chain, plain
from tingsu.kernel.numbers import next_serial
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.rows import writing
from tingsu.kernel.words import index_words
from tingsu.letters.notices import notices_for
from tingsu.people import queries as people
from tingsu.privacy.masking import without_persons
from tingsu.process.opened import Opened
from tingsu.process.steps import Field, Step, options_of
from tingsu.process.values import split
from tingsu.registers.covering import known_in
from tingsu.registers.declaration import INVOLVED, NEW, OPENER, OWNER, UNIT, Do, Register
from tingsu.registers.facets import write_facets
from tingsu.registers.models import Entry, EntryWords
from tingsu.registers.saying import SAID, Said, in_every_language
from tingsu.registers.serving import facts_of

LEDGER_FIELDS = (
    "register", "number", "state", "entered_at", "owner_id", "unit_id", "opened_by", "opened_at", "speaks_of", "expires_on",
)  # fmt: skip
NAMED = "named."
"""Before the name of a field: an event's text with what a choice was called when it was made."""
DUE_FIELDS = ("next_due_at", "next_due_kind", "next_due_started_at")


class OpenedEntry(Opened):
    """One entry inside one action."""

    ledger_fields = LEDGER_FIELDS

    def __init__(
        self, register: Register, chain: Chain, row: Entry, actor: Actor, at: datetime, promises: list[Promise]
    ) -> None:
        super().__init__(chain, row, actor, at, promises)
        self.register = register
        self.fresh_row = chain.fresh
        self.kept: dict[str, str] | None = None
        self.allowed = False
        """Whoever acts was asked already, by the step of another thing."""
        self._facets_moved = chain.fresh
        self._untold: list[tuple[list[Any], str]] = []

    def policy_facts(self) -> Facts:
        """What limits may ask of this entry."""
        return facts_of(self.register, self.entry)

    @property
    def entry(self) -> Entry:
        """The row of this entry."""
        row: Entry = self.row
        return row

    def may_take(self, step: Step) -> bool:
        """A role that the step names, held anywhere or on this entry; programs need the scope to write."""
        return self.allowed or holds(self.actor, self.register, self.entry, step.who)

    def not_for(self, step: Step) -> NotAllowed:
        """An entry is no case: the refusal names the kind of thing."""
        sentence = _("Your role on this entry (%(kind)s) does not allow “%(step)s”.")
        return NotAllowed(sentence, step=step.label, kind=self.register.one)

    def texts_now(self) -> dict[str, str]:
        """The entry's texts, opened once. Raises Erased."""
        if self.kept is None:
            self.kept = self.entry.written()
        return self.kept

    def holds(self, name: str) -> bool:
        """Does a field hold something?"""
        known = self.register.by_name[name]
        if known.kind in {"text", "longtext"}:
            return bool(self.texts_now().get(name))
        return bool(self.entry.codes.get(name))

    def put(self, name: str, value: Any) -> None:
        """Change a code of the entry; the event says old → new."""
        new, old = plain(value), self.entry.codes.get(name)
        if new in (None, "", []):
            new = None
        if old == new:
            return
        if new is None:
            self.entry.codes.pop(name, None)
        else:
            self.entry.codes[name] = new
        key = f"codes.{name}"
        self.changes[key] = [self.changes[key][0] if key in self.changes else old, new]
        self._facets_moved = True

    def write(self, name: str, text: str) -> None:
        """Change a text of the entry; the event keeps its own sealed copy of what a step asked."""
        said = self.entry.codes.get(SAID, {})
        stood = self.texts_now().get(name, "")
        if stood == text:
            return
        if name in said and text in in_every_language(said[name]):
            self.texts[name] = stood  # it came back as the reader saw it: the event keeps it as the entry does
            return
        if name in said:  # from now on these are somebody's own words
            self.put(SAID, {one: kept for one, kept in said.items() if one != name} or None)
        self.texts_now()[name] = text
        self._facets_moved = self._facets_moved or name in self.register.filters

    def say(self, name: str, said: Said | None) -> None:
        """Write a sentence of the system's own: kept in the organisation's language, read in each reader's; None takes it away."""
        self.write(name, said.first_words() if said else "")
        rest = {one: kept for one, kept in self.entry.codes.get(SAID, {}).items() if one != name}
        self.put(SAID, rest | ({name: said.kept()} if said else {}) or None)

    def keep(self, step: Step, values: Mapping[str, Any]) -> None:
        """Keep what a step was given: codes, texts, files, and the columns and dates that follow from them."""
        kept = [one for one in step.fields if one.name not in self.register.passing]
        codes, texts = split(replace(step, fields=tuple(kept)), dict(values))
        for one in kept:
            if one.kind in {"text", "longtext"}:
                if texts.get(one.name) or not self.fresh_row:
                    self.write(one.name, texts.get(one.name, ""))
            elif one.kind == "rows":
                for name in [name for name in self.texts_now() if name.startswith(f"{one.name}.")]:
                    del self.texts_now()[name]
                self.put(one.name, codes.get(one.name))
            elif one.kind == "files":
                if codes.get(one.name):
                    store.attach(codes[one.name], self.entry.pk, self.at, actor=self.actor)
                    self.put(one.name, [*self.entry.codes.get(one.name, []), *plain(codes[one.name])])
            else:
                self.put(one.name, codes.get(one.name))
        for name, text in texts.items():
            self.write(name, text)
        self._columns_of(values)
        self.entry.note_hand(step.name, str(self.actor.id) if self.actor.id else "", goes_on=not step.target)
        self.facts["hand"] = step.name

    def name_choices(self, step: Step, values: Mapping[str, Any]) -> None:
        """Keep beside the event what a line of this entry was called when it was chosen: the next step may change it."""
        fields = (
            step.fields if self.chain.stream.wrapped_key else ()
        )  # once erased, nothing is written about it any more
        for one in fields:
            code = values.get(one.name)
            if one.kind == "choice" and code and code not in dict(options_of(one)):
                self.texts[f"{NAMED}{one.name}"] = str(dict(options_of(one, self.entry))[code])

    def _columns_of(self, values: Mapping[str, Any]) -> None:
        known = self.register
        for column, name in (("speaks_of", known.speaks_of), ("expires_on", known.expires), ("unit_id", known.unit)):
            if name and name in values:
                self.set(column, values[name])
        if known.owner and values.get(known.owner) and values[known.owner] != self.entry.owner_id:
            self.give(values[known.owner])
        for due in known.dues:
            if values.get(due.field):
                self.start(due.timer, due_at=end_of(values[due.field]))

    def give(self, member_id: Any) -> None:
        """Somebody answers for it from now on, and hears of it."""
        self.own(member_id)
        if member_id != self.actor.id:
            self.tell([member_id], "given")

    def own(self, member_id: Any) -> None:
        """Pass it on, with every occurrence of what returns."""
        super().own(member_id)
        timer = self.register.recurs.timer if self.register.recurs else ""
        for promise in self.promises:
            if promise.is_open and promise.kind == timer and promise.owner_id != member_id:
                promise.owner_id = member_id
                if promise not in self._fresh:
                    self._touched[promise.pk] = promise

    def tell(self, member_ids: list[Any], what: str) -> None:
        """A notice in the open transaction; one that is being opened is told of as soon as it has a number."""
        if not self.entry.number:
            self._untold.append((member_ids, what))
            return
        data = {"number": self.entry.number}
        with writing() as rows:
            rows.add(notices_for(member_ids, f"{self.register.name}.{what}", self.entry.pk, data))

    def numbered(self, number: str) -> None:
        """It has its number now: whoever is to hear of it hears."""
        self.set("number", number)
        for member_ids, what in self._untold:
            self.tell(member_ids, what)
        self._untold = []

    def tell_those(self, do: Do) -> None:
        """Tell whom the step names: owner, opener, holders of roles; never the one who did it."""
        told: list[Any] = []
        for who in do.tells:
            if who == OWNER:
                told.append(self.entry.owner_id)
            elif who == OPENER:
                told.append(self.entry.opened_by)
            else:
                told += [member.pk for member in people.active_members(roles=(who,))]
        self.tell([one for one in told if one and one != self.actor.id], do.event)

    def record(self, kind: str, data: dict[str, Any] | None = None, texts: dict[str, str] | None = None) -> None:
        super().record(kind, data, texts)
        self._written = {name.partition(".")[0] for name in self._written}

    def refresh(self) -> tuple[str, ...]:
        """Lists sort by the next promise."""
        running = [promise for promise in self.promises if promise.is_open]
        first = min(running, key=lambda promise: (promise.due_at, promise.kind), default=None)
        self.entry.next_due_at = first.due_at if first else None
        self.entry.next_due_kind = first.kind if first else ""
        self.entry.next_due_started_at = first.started_at if first else None
        if self.kept is not None:
            self.entry.write(self.kept)
        return (*DUE_FIELDS, "texts", "hands")

    def follow_up(self) -> None:
        """Facets and words, once the row stands and it is linked with what it was opened about."""
        if self._facets_moved:
            texts = self.kept if self.kept is not None else self.entry.written_or_none() or {}
            write_facets(self.register, self.entry, texts, fresh=self.fresh_row)
        if self.kept is not None:
            write_words(self.register, self.entry, self.kept, fresh=self.fresh_row)
        self.fresh_row = False


def holds(actor: Actor, register: Register, entry: Entry, who: tuple[str, ...]) -> bool:
    """Does the actor hold one of these roles, anywhere or on this entry?"""
    if actor.kind == "token" and "registers:write" not in actor.scopes:
        return False
    if actor.kind == "system" or actor.has_role(*who):
        return True
    if actor.kind not in {"member", "token"} or actor.id is None:
        return False
    return (
        (OWNER in who and entry.owner_id == actor.id)
        or (OPENER in who and entry.opened_by == actor.id)
        or (INVOLVED in who and str(actor.id) in register.involves(entry.codes))
        or (UNIT in who and entry.unit_id is not None and entry.unit_id in actor.unit_ids)
    )


def new_entry(register: Register, chain: Chain, actor: Actor, at: datetime) -> OpenedEntry:
    """An entry that is not there yet; the opening step fills it in."""
    row = Entry(id=chain.stream.pk, organisation_id=chain.stream.organisation_id, stream=chain.stream, opened_at=at)
    made = OpenedEntry(register, chain, row, actor, at, [])
    row.state, row.register = NEW, ""
    made.set("register", register.name)
    made.changes["opened_at"] = [None, plain(at)]
    if actor.kind in {"member", "token"}:
        made.set("opened_by", actor.id)
    return made


def number(register: Register, at: datetime) -> str:
    """The next number of a register. Whoever opens one of the same year waits for this transaction."""
    year = local(at, current_organisation().time_zone).year
    return f"{register.prefix}-{year}-{next_serial(f'{register.name}:{year}'):03d}"


def locked_entry(register: Register, actor: Actor, pk: Any, at: datetime) -> OpenedEntry:
    """Lock the stream, then look (style §3). Raises NotFound."""
    chain = lock_chain(pk, register.name)
    row = Entry.objects.get(pk=pk)
    row.stream = chain.stream
    return OpenedEntry(register, chain, row, actor, at, list(Promise.objects.filter(stream_id=pk, ended_at=None)))


def end_of(day: date | str) -> datetime:
    """The last second of a day where the organisation is."""
    on = parse_date(day) if isinstance(day, str) else day
    assert on is not None  # noqa: S101 cleaned before
    zone = ZoneInfo(current_organisation().time_zone)
    return datetime.combine(on + timedelta(days=1), time(), zone) - timedelta(seconds=1)


def write_words(register: Register, entry: Entry, texts: Mapping[str, str], *, fresh: bool = False) -> None:
    """Make the entry findable by its words; those about persons are left out, and what points to one in any text."""
    unsaid = {*register.personal, *kept_from_readers(register, entry)}
    told = [text for name, text in texts.items() if name.partition(".")[0] not in unsaid]
    told += [words for kept in entry.codes.get(SAID, {}).values() for words in in_every_language(kept)]
    people = known_in(register, texts, entry)
    words = index_words(*(without_persons(text, people) for text in told))
    row = EntryWords(id=entry.pk, register=register.name, opened_at=entry.opened_at, words=words)
    if not fresh:
        EntryWords.objects.filter(pk=entry.pk).delete()
    with writing() as rows:
        rows.add([row])


def kept_from_readers(register: Register, entry: Entry) -> frozenset[str]:
    """Fields that somebody without any part in it does not read: a search that finds their words would tell them."""
    stranger = Actor(kind="member", id=uuid.UUID(int=0), organisation_id=entry.organisation_id, name="")
    return register.withholds(stranger, entry) if register.withholds else frozenset()


def kept_values(entry: Entry, fields: tuple[Field, ...], texts: Mapping[str, str]) -> dict[str, Any]:
    """What an entry holds, as the form of a step shows it again: raw values by field."""
    raw: dict[str, Any] = {}
    for one in fields:
        if one.kind in {"text", "longtext"}:
            raw[one.name] = texts.get(one.name, "")
        elif one.kind == "rows":
            lines = entry.codes.get(one.name, [])
            raw[one.name] = [
                {**line, **{i.name: texts.get(f"{one.name}.{place}.{i.name}", line.get(i.name, "")) for i in one.rows}}
                for place, line in enumerate(lines)
            ]
        elif one.kind != "files" and one.name in entry.codes:
            raw[one.name] = entry.codes[one.name]
    return raw
