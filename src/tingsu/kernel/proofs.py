"""What shows that a clause is met, declared by the app that has it (`proofs.py`), drawn by the conformity view (MS-29).

Entries of registers need no declaration here: a register says itself which clauses they prove. Everything else does: rules in force,
figures, documents, duties, posts. A source answers for the organisation we act for, in a number of queries that does not grow with it.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from tingsu.kernel import rulebooks
from tingsu.kernel.clock import local_date
from tingsu.kernel.organisations import current_organisation

Label = str | Promise


class Holds(StrEnum):
    """How a proof stands on a day."""

    VALID = "valid"
    ENDING = "ending"
    """It holds, and ends within two months."""
    UNDECIDED = "undecided"
    """It is there, and nobody here has decided on it yet."""
    EXPIRED = "expired"
    MISSING = "missing"


@dataclass(frozen=True, kw_only=True)
class Proof:
    """One proof, or many of one sort told together."""

    clauses: tuple[str, ...]
    """Clauses as they are cited, such as CTS 9.2 or ISC 9.1.1.2."""
    sort: str
    """records, document, rule, figure, duty, post: what its sign and its source say."""
    what: Label
    words: Label = ""
    """What there is of it, in a few words: a version, a share, a number."""
    count: int | None = None
    on: date | None = None
    """The day it speaks of; of many the newest."""
    until: date | None = None
    """The last day on which it holds."""
    holds: Holds = Holds.VALID
    gap: Label = ""
    """What is missing, and what mends it, in a sentence; said while it does not hold."""
    url: str = ""
    """Where it is looked at, and mended."""
    key: str = ""
    """Of rules their kind: by it they are confirmed as they are shipped."""


Source = Callable[[date], Iterable[Proof]]
"""(the day of the organisation) → its proofs as they stand on that day."""
_sources: dict[str, Source] = {}
_spoken_for: set[str] = set()


def declare(name: str, source: Source, *, instead_of: Collection[str] = ()) -> None:
    """Add a source of proofs; it speaks instead of the registers that it names. Raises RuntimeError for a name used twice."""
    if name in _sources:
        raise RuntimeError(f"two sources of proofs are called {name}")
    _sources[name] = source
    _spoken_for.update(instead_of)


def spoken_for() -> frozenset[str]:
    """Registers whose entries are told by a source of its own."""
    return frozenset(_spoken_for)


def sources() -> dict[str, Source]:
    """Every source by name."""
    return dict(_sources)


@dataclass(frozen=True)
class Gathered:
    """Entries of a register that name no clause themselves, and the clauses under which a pack holds them."""

    clauses: tuple[str, ...]
    states: frozenset[str]
    """In which states they show something."""


_gathered: dict[str, Gathered] = {}


def gathers(register: str, clauses: tuple[str, ...], states: Collection[str]) -> None:
    """Say under which clauses entries of a register go into an evidence pack, where its entries do not name clauses."""
    _gathered[register] = Gathered(clauses, frozenset(states))


def gathered() -> dict[str, Gathered]:
    """Register → how its entries go into a pack."""
    return dict(_gathered)


_rules: dict[str, tuple[tuple[str, ...], str]] = {}
_confirmed: list[Callable[[], Collection[str]]] = []


def rule(kind: str, clauses: str, page: str) -> None:
    """Say which clauses a rulebook in force shows, and the name of the address where it is published."""
    _rules[kind] = (tuple(clauses.split("; ")), page)


def ruled() -> dict[str, tuple[tuple[str, ...], str]]:
    """Kind of rulebook → the clauses that it shows, and the name of its page."""
    return dict(_rules)


def confirmed_by(known: Callable[[], Collection[str]]) -> None:
    """Say which rulebooks the firm has confirmed as they are shipped. One app."""
    _confirmed.append(known)


def rules_in_force(day: date) -> Iterable[Proof]:
    """Rulebooks: published by the firm, or confirmed as shipped. What nobody here has decided shows nothing yet."""
    agreed = {kind for known in _confirmed for kind in known()}
    for kind, (clauses, page) in _rules.items():
        known, found = rulebooks.kinds()[kind], rulebooks.in_force(kind)
        since = found.valid_from and local_date(found.valid_from, current_organisation().time_zone)
        mine = found.version > 0 or kind in agreed
        yield Proof(
            clauses=clauses, sort="rule", what=known.label, on=since, url=reverse(page), holds=Holds.VALID if mine else Holds.UNDECIDED,
            words=format_lazy("V{}", found.version) if found.version else _("as shipped"), key=kind,
            gap="" if mine else format_lazy(
                _("“{rules}” stand as they were shipped: publish a version of your own, or confirm them as they are."), rules=known.label
            ),
        )  # fmt: skip


declare("rules", rules_in_force)
