"""The catalogue of events: every kind of thing that may stand in the ledger, declared once by the app that records it.

An event's kind is a name in the past tense (`complaint.graded`). Its declaration says how it reads and looks, for whom it
is, which personal data it carries and how that is erased, and how bodies of older versions are read. `record` refuses a
kind that nobody declared; timeline, follow-up page, API and `verify` read the catalogue and keep no lists of their own.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise

if TYPE_CHECKING:
    from tingsu.kernel.models import Event

Label = str | Promise
UpCaster = Callable[[dict[str, Any]], dict[str, Any]]
_NAME = re.compile(r"[a-z_]+\.[a-z_]+")


class Audience(StrEnum):
    """Who may read of an event on a page of theirs."""

    STAFF = "staff"
    COMPLAINANT = "complainant"
    RESPONDENT = "respondent"


class Personal(StrEnum):
    """What personal data an event carries, and how it is erased (PS-17)."""

    NONE = "none"
    """Codes, ids and old → new of codes: nothing to erase. `record` refuses texts."""
    TEXTS = "texts"
    """What people wrote, sealed beside the event under the stream's key: erased with text and salt, or with the key."""


class Group(StrEnum):
    """The part of a history that an event belongs to: the tabs of a timeline."""

    TALK = "talk"
    """Between us and the other side."""
    INSIDE = "inside"
    """Among ourselves; its texts are masked as notes."""
    CLOCKS = "clocks"
    OTHER = "other"


class Undeclared(RuntimeError):
    """Code recorded a kind of event that no app declared, or texts that its declaration does not name: a defect."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """How an event reads to the other side of a case (AK-06, AK-11)."""

    title: Label | Callable[[Mapping[str, Any]], Label]
    """Fixed, or made from what was chosen."""
    text: str = ""
    """The written text that is shown with it; "" shows none."""
    more: Callable[[Mapping[str, Any], Mapping[str, str]], list[str]] | None = None
    """Further lines, from what was chosen and what was written."""
    theirs: bool = False
    """Said by them rather than by us: shown only to those who said it themselves."""
    note: Label = ""
    """What the present stage says from then on, until it ends."""
    answers: bool = False
    """It answers the whole complaint: shown by itself while the answer is talked about."""
    files: str = ""
    """The chosen value that names files which go with it; "" for none."""
    party: str = ""
    """The chosen value that names whose words they are, whoever recorded them; "" for whoever acted."""

    def title_of(self, values: Mapping[str, Any]) -> str:
        """The title of one event."""
        return str(self.title(values) if callable(self.title) else self.title)


@dataclass(frozen=True, kw_only=True)
class EventKind:
    """One kind of event. `words` follow somebody's name ("gave feedback"); with `alone` they are a whole sentence."""

    name: str
    words: Label
    fills: Callable[[Mapping[str, Any]], Mapping[str, str]] | None = None
    """What stands in the places %(…)s of the words, from the body of an event."""
    alone: bool = False
    """A sentence of its own when the system did it: its name before the words would add nothing."""
    tone: str = "plain"
    icon: str = "circle-dot"
    group: Group = Group.OTHER
    audience: frozenset[Audience] = frozenset({Audience.STAFF})
    shows: Sequence[tuple[str, Label]] = ()
    """Of what was written and chosen only these texts, each with words before it; all of it where nothing is named."""
    told: Told | None = None
    """Needed as soon as the complainant or the respondent is among the audience."""
    personal: Personal = Personal.NONE
    version: int = 1
    upcasts: Mapping[int, UpCaster] = field(default_factory=dict)
    """From version n of the body to n + 1, for each n below `version`."""

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise Undeclared(f"{self.name!r} is no name of an event: thing.happened")
        if (self.audience - {Audience.STAFF}) and self.told is None:
            raise Undeclared(f"{self.name} is for {sorted(self.audience)} but does not say how it reads to them")
        if set(self.upcasts) != set(range(1, self.version)):
            raise Undeclared(f"{self.name} has version {self.version} but no way there from every older one")


_catalogue: dict[str, EventKind] = {}


def declare(*kinds: EventKind) -> None:
    """Add kinds of events to the catalogue, once each, when the app loads. Raises Undeclared."""
    for kind in kinds:
        if kind.name in _catalogue:
            raise Undeclared(f"event {kind.name} has two owners")
        _catalogue[kind.name] = kind


def event_kind(name: str) -> EventKind:
    """The declaration of a kind. Raises Undeclared."""
    try:
        return _catalogue[name]
    except KeyError:
        raise Undeclared(f"no app declares the event {name}") from None


def event_kinds() -> dict[str, EventKind]:
    """The whole catalogue by name."""
    return dict(sorted(_catalogue.items()))


def kinds_in(group: Group) -> list[str]:
    """The names of the kinds of one group."""
    return [kind.name for kind in _catalogue.values() if kind.group is group]


def kinds_for(audience: Audience) -> list[str]:
    """The names of the kinds that an audience may read of."""
    return [kind.name for kind in _catalogue.values() if audience in kind.audience]


def words_of(event: "Event") -> str:
    """What happened, in the reader's language; never a raw code. Raises Undeclared."""
    kind = event_kind(event.kind)
    words = str(kind.words)
    return words % kind.fills(body_of(event)) if kind.fills else words


def body_of(event: "Event") -> dict[str, Any]:
    """What an event says, in the form of today: bodies of older versions go through the up-casters. Raises Undeclared."""
    kind = event_kind(event.kind)
    body: dict[str, Any] = event.data
    for version in range(event.v, kind.version):
        body = kind.upcasts[version](body)
    return body
