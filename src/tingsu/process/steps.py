"""What a step of the process is, as data: who, from where to where, under which guards, with which fields and timers.

One declaration drives the action, the buttons, the dialog, the API schema, the diagram in the docs and the tests.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeVar

from django.utils.functional import Promise

from tingsu.kernel.errors import Unmet

Label = str | Promise
FieldKind = Literal[
    "text", "longtext", "bool", "choice", "choices", "number", "date", "datetime", "hour", "money", "member", "unit", "party",
    "files", "rows",
]  # fmt: skip
Options = tuple[tuple[str, Label], ...]
Values = dict[str, Any]
"""What a step was given, cleaned, by the names of its fields."""
OptionProvider = Callable[[Any], Options]
"""Called with the thing, or None outside of one; says what may be chosen now."""
Guard = Callable[[Any, "Step", Values | None], list[Unmet]]
"""(thing, step, values) → unmet conditions, each with its code and sentence; the engine adds the guard's name.

Values are None when only the button is asked for: a condition on the values themselves is then taken as met.
"""
Effect = Callable[[Any, Values], None]
"""(thing, values): what a step does beside moving the state. Runs in the open transaction, before the event."""
First = Callable[[Any, Any], Values]
"""(actor, thing) → what the form holds before anybody typed: present raw values, never a guess of ours."""
Named = TypeVar("Named", bound=Callable[..., Any])


@dataclass(frozen=True, kw_only=True)
class Field:
    """One value that a step asks for. Text is sealed into the event's texts; everything else is code data."""

    name: str
    label: Label
    kind: FieldKind = "text"
    required: bool = False
    options: Options | OptionProvider | str = ()
    """Fixed options, the function that provides them, or its name where its app cannot be imported (`options_from`)."""
    limit: int = 0
    """Most characters of a text, most rows of a table; 0 takes the kind's own limit."""
    help: Label = ""
    rows: tuple["Field", ...] = ()
    sealed: bool = False
    """A code that tells something of a person: it goes into the ledger like a text, sealed and erasable."""
    when: tuple[str, str] | None = None
    """(other field, value, or several with | between them): asked for only then, and only then required."""
    past: bool = False
    """An instant or date that cannot lie in the future."""
    future: bool = False
    asked_if: Callable[[Any], bool] | None = None
    """Stands in a form only while this holds of the thing, or once it was refused; programs may always send it."""
    keeps: bool = False
    """Left out, it leaves what stands there: the values of the step then do not name it. Named and empty, it empties."""

    def is_asked_by(self, value: Any) -> bool:
        """Is it asked for where the other field of `when` has this value?"""
        return self.when is None or value in self.when[1].split("|")

    @property
    def source(self) -> str:
        """The public name of the provider of its options; empty for fixed options and none."""
        return "" if isinstance(self.options, tuple) else name_of(self.options)


@dataclass(frozen=True, kw_only=True)
class Reason:
    """A field for a reason, beside the text: there at once, or as soon as a date beside it is later than it may be."""

    field: str
    codes: tuple[str, ...]
    """Of the unmet conditions that ask for it."""
    now: Callable[[Any], bool]
    """Is the reason owed whatever is written? (the opened thing)"""
    of: str
    """The field of the date that may bring it."""
    after: Callable[[Any], datetime | None]
    """The latest date that needs no reason; None where no date does. (the opened thing)"""


@dataclass(frozen=True, kw_only=True)
class Composed:
    """A step that is taken by writing: a way of the composer of a page, beside its dialog."""

    mode: str
    """The name of the way, in forms and drafts."""
    label: Label
    icon: str
    key: str
    """The letter that opens it (keyboard map)."""
    text: str
    """The field that takes what is written."""
    asks: tuple[tuple[str, Any], ...] = ()
    """Other fields that it shows, each with what stands there first: a value, or a function of the thing."""
    reasons: tuple["Reason", ...] = ()
    """Fields that ask why, only where a condition of the step will ask."""
    fixed: tuple[tuple[str, Any], ...] = ()
    """Values that this way implies."""
    sends: bool = False
    """It reaches somebody outside: the version looked at is compared, and the letter may be taken back."""
    files: str = ""
    """The field that takes files sent along; empty for a way without files."""


@dataclass(frozen=True, kw_only=True)
class Before:
    """A step that another one takes first, in the same form and the same transaction, while the thing lacks it."""

    step: str
    needed: Callable[[Any], bool]
    settles: tuple[str, ...]
    """Names of the guards of the later step that it meets."""


@dataclass(frozen=True, kw_only=True)
class InTheCall:
    """A step that the registration form takes along, as a part of that form."""

    title: Label
    hint: Label
    """What is done, and what is taken from the record where nothing is typed."""
    from_record: tuple[str, ...]
    """Fields that the record answers where they are left empty (`Step.first`)."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """A transition (P…) or an event without change of state (E…) of process.md."""

    id: str
    name: str
    label: Label
    """A verb: what the button says."""
    event: str
    """The kind of event that this step records (kernel/events.py), in the past tense."""
    sources: tuple[str, ...]
    target: str | None = None
    who: tuple[str, ...] = ()
    """Roles of RL-1 and case roles (owner, investigator, offered, …); any of them."""
    guards: tuple[Guard | str, ...] = ()
    """Conditions, in the order in which they are told: functions, or the name of one whose app cannot be imported."""
    effect: Effect | None = None
    first: First | None = None
    fields: tuple[Field, ...] = ()
    starts: tuple[str, ...] = ()
    may_start: tuple[str, ...] = ()
    """Timers that the effect starts under a condition of its own."""
    stops: tuple[str, ...] = ()
    may_stop: tuple[str, ...] = ()
    """Timers that the effect ends under a condition of its own."""
    cancels: tuple[str, ...] = ()
    cancels_rest: bool = False
    """Whatever else still runs ends with this step, after the effect."""
    shortens: tuple[str, ...] = ()
    """Timers whose rest the effect may make shorter: what they waited for is there."""
    extends: tuple[str, ...] = ()
    """Timers whose limit the effect may extend, where the line they were made from allows it."""
    clause: str = ""
    reaches_complainant: bool = False
    """The page asks before doing it."""
    main: bool = False
    """A step forward, offered as the solid button."""
    main_while: Callable[[Any], bool] | None = None
    """A step forward only while this holds of the thing: of its parts too, such as a draft that waits."""
    belongs: Callable[[Any], bool] | None = None
    """A step only of those opened things of which this holds: elsewhere it is not told as impossible either."""
    offered: bool = False
    """Always a button of its own while it is possible: the other answer to what is asked."""
    hint: Callable[[Any, Any], str] | None = None
    """(actor, thing) → a sentence above its form; empty for none."""
    beside: tuple[str, ...] = ("matter",)
    """Names of the panels of the thing's page that whoever fills in the form reads beside it."""
    before: "Before | None" = None
    at_receipt: Label = ""
    """What the button of the registration form says that goes on to it in the same call; empty for no such button."""
    in_the_call: "InTheCall | None" = None
    """Its part of the registration form, which then takes it together with the registration: one page, one transaction."""
    guide: Label = ""
    """What is to be done and what it needs, in a sentence, for whoever has this step as the next one."""
    key: str = ""
    """Its letter on the keyboard map."""
    on_rows: bool = False
    """Its letter works on the row of a list too."""
    composed: Composed | None = None
    several: bool = False
    """May be taken on several things at once, from their list."""
    back: Callable[[Values, Any], tuple[str, Values] | None] | None = None
    """The counter-step that takes it back within seconds: (values, thing before) → (step, values), or None."""
    decides: bool = False
    """Decides about right or wrong, money or the end of the case: closed to AI and, unless said otherwise, to programs (AI-04)."""
    of_body: bool = False
    """A decision of the complaint handling body (assignment, grade, verdict, solution): nobody outside takes it (OG-02)."""
    door: bool = True
    """May be taken through `take_step`; False for steps with an action of their own (register)."""

    @property
    def is_transition(self) -> bool:
        return self.target is not None

    @property
    def guard_names(self) -> tuple[str, ...]:
        """The guards as people, programs and tests know them."""
        return tuple(name_of(one) for one in self.guards)

    def field(self, name: str) -> Field:
        return next(field for field in self.fields if field.name == name)


def guard(name: str) -> Callable[[Named], Named]:
    """Name a guard as people and programs know it (G6); without this it has its function's name."""
    return _named(name)


def asks_who(guard: Named) -> Named:
    """Mark a guard that speaks of the person who acts, not of what is still missing: what waits for people asks it too, so
    that nothing is put before somebody who is then refused.
    """
    guard.asks_who = True  # type: ignore[attr-defined]
    return guard


def options(name: str) -> Callable[[Named], Named]:
    """Name a provider of options; without this it has its function's name."""
    return _named(name)


def _named(name: str) -> Callable[[Named], Named]:
    def decorate(function: Named) -> Named:
        function.public_name = name  # type: ignore[attr-defined]
        return function

    return decorate


def name_of(part: Callable[..., Any] | str) -> str:
    """The public name of a guard or a provider of options."""
    return part if isinstance(part, str) else str(getattr(part, "public_name", "") or part.__name__)


_options: dict[str, OptionProvider] = {}


def options_from(name: str) -> Callable[[OptionProvider], OptionProvider]:
    """Register a provider of options under a name, for steps of apps below or beside its own."""

    def register(function: OptionProvider) -> OptionProvider:
        if name in _options:
            raise RuntimeError(f"options {name} have two owners")
        _options[name] = options(name)(function)
        return function

    return register


def options_of(field: Field, complaint: Any = None) -> Options:
    """What may be chosen now."""
    if isinstance(field.options, tuple):
        return field.options
    provider = _options[field.options] if isinstance(field.options, str) else field.options
    return provider(complaint)


def option_providers() -> frozenset[str]:
    return frozenset(_options)
