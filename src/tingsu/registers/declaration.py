"""What a register is, as data: fields, life cycle, dates, who, and how it reads. Everything else follows from it.

An app declares its registers in `registers.py`; `declare` adds their events, timers and kind of thing to the catalogues.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.clocks import timers
from tingsu.clocks.timers import TimerKind
from tingsu.kernel import events, kinds
from tingsu.kernel.actor import Actor
from tingsu.kernel.events import EventKind
from tingsu.kernel.kinds import Label
from tingsu.people import queries as people
from tingsu.people.roles import Role
from tingsu.privacy.fields import TABLE
from tingsu.process.steps import Effect, Field, Guard, Step

if TYPE_CHECKING:
    from tingsu.kernel.models import Event

OWNER, OPENER, UNIT, INVOLVED = "owner", "opener", "unit", "involved"
"""Roles on one entry, beside those of RL-1: who answers for it, who opened it, whoever works in its department or has a part in it."""
EVERYONE = "*"
"""In the place of a member's id in what an entry involves: all who work here, where the register says so (`offered`)."""
NEW = ""
"""The state before there is an entry."""
LEADERS = (Role.SUPERVISOR, Role.MGMT_REP, Role.TOP_MGMT)
CHECKERS = (Role.QA, Role.AUDITOR)
FILTERED = frozenset({"choice", "choices", "bool", "member", "unit", "text"})
"""Kinds of fields that lists filter by; of a text (the name of a supplier) the index holds a fingerprint only."""
WHOLE_STATES = ("unfinished", "finished")
"""What lists ask beside the states of a register: all that are open, all that have ended."""
REGISTER_SCOPES = frozenset({"registers:read", "registers:write"})
EVERYBODY = tuple(role for role in Role.values if role != Role.AI_AGENT)


Older = Callable[["Event", dict[str, Any], dict[str, Any], set[tuple[str, str]]], None]
"""(event of version 1, columns, codes, links): what it tells of them, where it says no old → new."""


class Faulty(RuntimeError):
    """A declaration that contradicts itself: a defect, found at start."""


@dataclass(frozen=True)
class State:
    """A stage of an entry's life. `tone`: plain, soon, late, done."""

    code: str
    label: Label
    tone: str = "plain"
    open: bool = True
    final: bool = False
    """It takes nothing more: no comment, no file, no link."""
    lives: bool = False
    """Nothing waits in it, and yet it has not ended: its time of keeping does not run (the file of somebody who works here)."""
    rests: bool = False
    """Open, because it is in use and its dates run, but nobody has to do anything: it does not stand in *My work*."""


@dataclass(frozen=True, kw_only=True)
class Do:
    """A step on an entry. Fields are named by the register's; a star after a name makes it required here."""

    name: str
    label: Label
    """A verb: what the button says."""
    event: str
    """What happened, in the past tense: the end of the event's name."""
    did: Label
    """The same in words that follow somebody's name."""
    sources: tuple[str, ...]
    target: str | None = None
    who: tuple[str, ...] = (OWNER, *LEADERS)
    not_by: tuple[str, ...] = ()
    """Steps (or "open") whose taker may not take this one: approval is by another person."""
    asks: tuple[str, ...] = ()
    guards: tuple[Guard, ...] = ()
    before: Callable[[Actor, Any, dict[str, Any]], dict[str, Any]] | None = None
    """An action of its own that goes first and can be repeated without harm (registering a complaint), once everything
    that the step asks is there: (actor, entry, values) → more values for the effect."""
    effect: Effect | None = None
    starts: tuple[str, ...] = ()
    may_start: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()
    may_stop: tuple[str, ...] = ()
    tells: tuple[str, ...] = ()
    """Who gets a notice: owner, opener, or roles."""
    tone: str = "plain"
    icon: str = "circle-dot"
    clause: str = ""
    main: bool = True
    key: str = ""
    """The key that opens its form on the page of an entry."""
    begins: Mapping[str, str | None] = field(default_factory=dict)
    """What its form begins with, beside what the entry holds; None: with nothing, because each time is a deed of its own."""


@dataclass(frozen=True, kw_only=True)
class AtOnce:
    """A step that one key takes on the page of an entry, because everything it asks is known: `values` say what, `label` shows it."""

    step: str
    key: str
    label: Label
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Due:
    """A date field whose day becomes a promise as soon as it is filled in; `stops` of a step ends it."""

    field: str
    timer: str
    label: Label
    stops: Label
    source: str = ""
    ours: bool = True


@dataclass(frozen=True, kw_only=True)
class Recurs:
    """What returns (RL-6), by names of fields: how often, counted from which day, and where the next day stands.

    `timer` belongs to the `Due` of `next_on`; each occurrence is a promise of it. After the steps in `after` the next one
    begins, and whenever one is missed.
    """

    interval: str
    counts_from: str
    next_on: str
    timer: str
    after: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Register:
    """One register of the management system."""

    name: str
    one: Label
    many: Label
    hint: Label
    """What it is for: the help above the list."""
    prefix: str
    """Numbers are formed as PREFIX-2026-001."""
    fields: tuple[Field, ...]
    title: str
    """The text by which lists name an entry."""
    form: tuple[str, ...]
    """What is asked when one is opened; a star makes it required."""
    states: tuple[State, ...]
    steps: tuple[Do, ...]
    readers: tuple[str, ...] = (*LEADERS, *CHECKERS)
    """Roles that see every entry; the others see those they own, opened, or that concern their department."""
    openers: tuple[str, ...] = EVERYBODY
    columns: tuple[str, ...] = ()
    """Fields shown in the list beside number, title, state, owner and next date."""
    filters: tuple[str, ...] = ()
    """Fields of codes by which the list is filtered and counted, each from an index."""
    sought: tuple[str, ...] = ()
    """Those of the filters by which somebody looks for one entry, such as a number of another body: counted for nobody."""
    owner: str = ""
    """The field with the member who answers for it; without one whoever opened it."""
    unit: str = ""
    """The field with the department it concerns."""
    graded: str = ""
    """The choice that says how grave it is: limits and levels of the ladder may ask it (`severity`)."""
    speaks_of: str = ""
    """The field with the date an entry speaks of, when it is evidence for clauses; never the day of upload."""
    expires: str = ""
    """The field with the date on which it ends to be evidence."""
    clauses: Callable[[Mapping[str, Any]], tuple[str, ...]] = lambda codes: ()
    """Clauses that an entry with these codes is evidence for."""
    involves: Callable[[Mapping[str, Any]], tuple[str, ...]] = lambda codes: ()
    """Ids of members who have a part in an entry with these codes: they see it, and find it in *My work*."""
    offered: bool = False
    """`involves` may name `EVERYONE`: an entry that all who work here may read, such as a document in force."""
    keeps: Callable[[Mapping[str, Any]], int] | None = None
    """Years for which an entry with these codes is kept at least once it has ended, whatever the rule for its register says."""
    dues: tuple[Due, ...] = ()
    recurs: Recurs | None = None
    timers: tuple[TimerKind, ...] = ()
    passing: tuple[str, ...] = ()
    """Fields that only the event of a step keeps: they say nothing of the entry as it stands."""
    personal: Mapping[str, str] = field(default_factory=dict)
    """Text fields about a person → their place in the privacy table, such as caller_phone → contact.phone."""
    of_the_firm: frozenset[str] = frozenset()
    """Texts that the firm itself publishes inside and that are about no person, such as a procedure with a hotline in it: whoever
    sees the entry reads them as they are written.
    """
    tells_of_cases: Callable[[Mapping[str, Any]], bool] | None = None
    """Which entries, by their codes, tell of handled complaints: also what is of the firm is read masked in them."""
    persons_in_files: bool = False
    """Its files are lists of persons, which end with the entry's time of keeping."""
    on_open: Effect | None = None
    opening: Mapping[str, Any] = field(default_factory=dict)
    """More of the step that opens one: `starts`, `may_start`, `guards`."""
    icon: str = "list-details"
    group: str = "system"
    """Of the navigation; empty where another page leads to its list."""
    chapter: str = ""
    """Of the page of all registers, where the group is system (see `kernel.kinds.Place`)."""
    order: int = 100
    extra_events: tuple[EventKind, ...] = ()
    before: Mapping[str, Older] = field(default_factory=dict)
    """Events that were recorded before it was a register, by the end of their name → how such a one is folded."""
    list_template: str = ""
    """A part of its own above the list, for a special register, with what `list_context` gives."""
    list_context: Callable[[Actor], dict[str, Any]] | None = None
    entry_template: str = ""
    """A part of its own on the page of an entry, for a special register, with what `entry_context` gives."""
    entry_context: Callable[[Actor, Any], dict[str, Any]] | None = None
    own_part: frozenset[str] = frozenset()
    """Fields that `entry_template` shows in its own way: they do not stand on the page twice, and nobody but who sees every entry
    reads them as they are kept."""
    reads_as: Mapping[str, Callable[[str], str]] = field(default_factory=dict)
    """Texts that are written with marks of their own, and how they read without them in the history of the page."""
    alone_in: tuple[str, ...] = ()
    """States in which only its owner sees an entry, whatever the role of the others: work that must not know of other work."""
    at_once: Callable[[Actor, Any], list[AtOnce]] | None = None
    """(actor, entry) → steps that one key takes on its page."""
    one_by_one: str = ""
    """The state whose entries are decided one after the other: a step taken at once leads to the one that waits longest."""
    withholds: Callable[[Actor, Any], frozenset[str]] | None = None
    """(actor, entry) → fields whose texts this person reads through no door, whatever the role: answers to questions that they get."""
    offers: Callable[[Actor, Any], list[tuple[Label, str]]] | None = None
    """(actor, entry) → files that this person may fetch from its page: words and address."""
    leaving: Callable[[Any], dict[str, Any]] | None = None
    """(entry) → its codes as programs and exported lists have them, where some of them stay in the centre (MO-13)."""

    @cached_property
    def by_name(self) -> dict[str, Field]:
        """Its fields by name."""
        return {one.name: one for one in self.fields}

    @cached_property
    def state_by_code(self) -> dict[str, State]:
        """Its states by code."""
        return {one.code: one for one in self.states}

    @cached_property
    def open_states(self) -> tuple[str, ...]:
        """States in which something is still to be done."""
        return tuple(one.code for one in self.states if one.open)

    @cached_property
    def unended_states(self) -> tuple[str, ...]:
        """States from which no time of keeping is counted: open ones, and those that live on."""
        return tuple(one.code for one in self.states if one.open or one.lives)

    @cached_property
    def waiting_states(self) -> tuple[str, ...]:
        """Those of them in which somebody has to do it."""
        return tuple(one.code for one in self.states if one.open and not one.rests)

    @cached_property
    def opens(self) -> Step:
        """The step that makes an entry; its last field is never asked for twice."""
        more = dict(self.opening)
        return Step(
            id="open",
            name="open",
            label=pgettext_lazy("new entry", "Open"),
            event=f"{self.name}.opened",
            sources=(NEW,),
            target=self.states[0].code,
            who=self.openers,
            fields=self.asked(self.form),
            may_start=(*(due.timer for due in self.dues), *more.pop("may_start", ())),
            main=True,
            **more,
        )

    @cached_property
    def process(self) -> dict[str, Step]:
        """Its steps as the engine takes them, by name."""
        return {one.name: self._step(one) for one in self.steps}

    def do_named(self, name: str) -> Do:
        """A step as it was declared. Raises StopIteration."""
        return next(one for one in self.steps if one.name == name)

    def _step(self, do: Do) -> Step:
        from tingsu.registers.guards import done_by_another

        guards = (*do.guards, *((done_by_another(do.not_by),) if do.not_by else ()))
        return Step(
            id=do.name,
            name=do.name,
            label=do.label,
            event=f"{self.name}.{do.event}",
            sources=do.sources,
            target=do.target,
            who=do.who,
            guards=guards,
            effect=do.effect,
            fields=self.asked(do.asks),
            starts=do.starts,
            may_start=(*do.may_start, *(due.timer for due in self.dues)),
            stops=do.stops,
            may_stop=do.may_stop,
            clause=do.clause,
            main=do.main,
        )

    def asked(self, names: Collection[str]) -> tuple[Field, ...]:
        """Its fields by names, starred ones required."""
        found = []
        for name in names:
            one = self.by_name.get(name.rstrip("*"))
            if one is None:
                raise Faulty(f"the register {self.name} asks for {name}, which is none of its fields")
            one = replace(one, help=one.help or self._purpose(one.name))
            found.append(replace(one, required=True) if name.endswith("*") else one)
        return tuple(found)

    def _purpose(self, name: str) -> Label:
        """What a field about a person is asked for, as the form says beside it; what has no purpose is not asked (PS-05)."""
        place = self.personal.get(name)
        if place is None:
            return ""
        subject, _dot, field_name = place.partition(".")
        rule = TABLE.get((subject, field_name))
        if rule is None:
            raise Faulty(f"the register {self.name} asks {name} of a person, but the privacy table knows no {place}")
        return format_lazy("{}{}", _("What for: "), rule.purpose)

    def step_of(self, event: str) -> Step | None:
        """The step that records an event of this kind."""
        if event == self.opens.event:
            return self.opens
        return next((step for step in self.process.values() if step.event == event), None)

    def sees_all(self, actor: Actor) -> bool:
        """Does the actor see every entry? Programs see what a member with their roles sees on the page."""
        if actor.kind == "system":
            return True
        return reads_registers(actor) and actor.has_role(*self.readers) and not people.of_supplier(actor)

    def visible(self, actor: Actor, rows: Any) -> Any:
        """Those of some entries that the actor may see."""
        return rows.filter(self.sees(actor), register=self.name)

    def sees(self, actor: Actor, at: str = "") -> Q:
        """The condition by which the actor sees an entry of this register; `at` leads to it from rows of another table.

        For rows that are few already: no index answers all of it, so lists walk each way by itself (`registers.parts`).
        """
        mine = Q(**{f"{at}owner_id": actor.id})
        shared = ~Q(**{f"{at}state__in": self.alone_in}) if self.alone_in else Q()
        if self.sees_all(actor):
            return shared | mine if self.alone_in and actor.kind != "system" else Q()
        if not reads_registers(actor):
            return Q(**{f"{at}pk__in": []})
        others = Q(**{f"{at}opened_by": actor.id}) | Q(**{f"{at}unit_id__in": actor.unit_ids})
        return mine | (shared & (others | Q(_involved(actor, self, f"{at}pk"))))


def reads_registers(actor: Actor) -> bool:
    """Members, and programs whose token holds a scope of registers."""
    return actor.kind == "member" or (actor.kind == "token" and bool(REGISTER_SCOPES & actor.scopes))


def _involved(actor: Actor, register: Register, entry: str) -> Exists:
    """Has a member a part in the entry of this row? Asked of one row after the other, however much the member has a part in."""
    from tingsu.registers.models import EntryFacet

    who = [str(actor.id), EVERYONE] if register.offered else [str(actor.id)]
    return Exists(
        EntryFacet.objects.filter(entry=OuterRef(entry), register=register.name, name=INVOLVED, value__in=who)
    )


_registers: dict[str, Register] = {}


def registers() -> dict[str, Register]:
    """Every declared register by name."""
    return dict(_registers)


def register_named(name: str) -> Register | None:
    """The register of this name, if an app declares it."""
    return _registers.get(name)


def declare(register: Register) -> None:
    """Add a register with its events, timers and kind of thing. Raises Faulty for a declaration that contradicts itself."""
    from tingsu.registers.contradictions import check
    from tingsu.registers.derived import events_of, kind_of, timer_of

    check(register, _registers.values())
    _registers[register.name] = register
    events.declare(*events_of(register), *register.extra_events)
    timers.declare(*(timer_of(register, due) for due in register.dues), *register.timers)
    kinds.declare(kind_of(register))
