"""What a step of the process is, as data: who, from where to where, under which guards, with which fields and timers.

One declaration drives the action, the buttons, the dialog, the API schema, the diagram in the docs and the tests.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.functional import Promise

Label = str | Promise
FieldKind = Literal[
    "text", "longtext", "bool", "choice", "choices", "number", "date", "datetime", "money", "member", "unit", "party",
    "files", "rows",
]  # fmt: skip
Options = tuple[tuple[str, Label], ...]


@dataclass(frozen=True, kw_only=True)
class Field:
    """One value that a step asks for. Text is sealed into the event's texts; everything else is code data."""

    name: str
    label: Label
    kind: FieldKind = "text"
    required: bool = False
    options: Options | str = ()
    """Fixed options, or the name of a registered provider (`options_from`)."""
    limit: int = 0
    """Most characters of a text, most rows of a table; 0 takes the kind's own limit."""
    help: Label = ""
    rows: tuple["Field", ...] = ()
    when: tuple[str, str] | None = None
    """(other field, value): asked for only then, and only then required."""
    past: bool = False
    """An instant or date that cannot lie in the future."""
    future: bool = False


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
    guards: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()
    starts: tuple[str, ...] = ()
    may_start: tuple[str, ...] = ()
    """Timers that the effect starts under a condition of its own."""
    stops: tuple[str, ...] = ()
    may_stop: tuple[str, ...] = ()
    """Timers that the effect ends under a condition of its own."""
    cancels: tuple[str, ...] = ()
    shortens: tuple[str, ...] = ()
    """Timers whose rest the effect may make shorter: what they waited for is there."""
    clause: str = ""
    reaches_complainant: bool = False
    """The page asks before doing it."""
    main: bool = False
    """A step forward, offered as the solid button."""
    door: bool = True
    """May be taken through `take_step`; False for steps with an action of their own (register)."""

    @property
    def is_transition(self) -> bool:
        return self.target is not None

    def field(self, name: str) -> Field:
        return next(field for field in self.fields if field.name == name)


OptionProvider = Callable[[Any], Options]
_options: dict[str, OptionProvider] = {}


def options_from(name: str) -> Callable[[OptionProvider], OptionProvider]:
    """Register a provider of options, called with the complaint (or None outside a case)."""

    def register(function: OptionProvider) -> OptionProvider:
        if name in _options:
            raise RuntimeError(f"options {name} have two owners")
        _options[name] = function
        return function

    return register


def options_of(field: Field, complaint: Any = None) -> Options:
    if isinstance(field.options, str):
        return _options[field.options](complaint)
    return field.options


def option_providers() -> frozenset[str]:
    return frozenset(_options)
