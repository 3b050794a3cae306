"""The catalogue of kinds: whatever has a history is a kind of thing, declared once by the app that owns it (`kinds.py`).

A complaint, a nonconformity, a member, a set of rules: its declaration says where its row stands, how it is numbered and
named, who may see it, where it stands in the navigation, what its clocks ask, which notices it sends, who opens its files,
which personal data it carries and how that is erased, and how `verify` rebuilds it. Rooms that serve every kind (clocks,
files, access log, notices, search, `verify`, navigation) ask here; nothing is wired by hand. A part that is left unsaid is
an error at start, and a stream of a kind that nobody declared cannot be opened.
"""

import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from functools import cached_property, reduce
from itertools import chain
from operator import or_
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, QuerySet
from django.utils.functional import Promise

from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import NotFound
from tingsu.kernel.spelling import tidy
from tingsu.kernel.together import Asking, Reader, gathered

if TYPE_CHECKING:
    from django.http import HttpRequest

    from tingsu.kernel.models import Event
    from tingsu.kernel.verify import Finding

Label = str | Promise
UNSAID: Any = object()


class UndeclaredKind(RuntimeError):
    """A kind of thing without an owner, with two, or with a part that its owner left unsaid: a defect."""


class Erasure(StrEnum):
    """How the personal data of a thing is erased (PS-17)."""

    NONE = "none"
    """It carries none."""
    STREAM_KEY = "stream_key"
    """Sealed under the key of its stream: destroying the key erases row, history and files' names."""
    OWN_KEYS = "own_keys"
    """Each person in it has a key of their own; its texts stand under the key of the stream."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where the list of a kind stands in the navigation of the desk."""

    key: str
    label: Label
    icon: str
    url_name: str
    group: str = "system"
    """work, intake, handling, watch, improve, system."""
    chapter: str = ""
    """Of the page of all registers of the system: leadership, documents, people, review, improvement, services, data; none is *others*."""
    order: int = 100
    needs: str = ""
    """The right it asks for; none is open to everybody who works here."""
    args: tuple[str, ...] = ()
    roles: frozenset[str] = frozenset()
    """Roles of which one is needed; none asks for none."""
    hint: Label = ""
    """What it is for."""


@dataclass(frozen=True, kw_only=True)
class Held:
    """Something a member answers for by this kind, and cannot leave behind (OG-11)."""

    label: Label
    count: Callable[[uuid.UUID], int]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of thing. Every part is said, if only to say that there is none ("", (), None)."""

    name: str
    """The kind of its streams, for ever: it stands in the ledger."""
    model: str = UNSAID
    """The row with the id of the stream, such as `complaints.Complaint`."""
    one: Label = UNSAID
    many: Label = UNSAID
    number: str = UNSAID
    """The column with what people call it by; unique inside the organisation."""
    series: Label = UNSAID
    """How its numbers are formed, in words or as an example."""
    address: Callable[[Any], str] = UNSAID
    """The address of one row's page; "" for rows without one."""
    visible: Callable[[Actor, QuerySet[Any]], QuerySet[Any]] = UNSAID
    """Those of some rows that the actor may see."""
    check: Callable[[Actor, uuid.UUID], None] | None = None
    """Raises NotFound for whoever may not see one; by default whoever does not find it in `visible`."""
    place: Place | None = UNSAID
    clocks: Any = UNSAID
    """What its time limits ask (`clocks.kinds.Watched`), or None when it has none."""
    notices: Mapping[str, tuple[Label, str]] = UNSAID
    """Notices it sends: kind → words and icon."""
    letters: tuple[str, ...] = UNSAID
    """Letter templates it sends."""
    opens_file: Callable[["HttpRequest", Any], Actor | None] | None = UNSAID
    """Who opens a file of its history, or a loose one meant for it."""
    personal: tuple[str, ...] = UNSAID
    """Subjects of the privacy table that it carries."""
    erasure: Erasure = UNSAID
    held: tuple[Held, ...] = UNSAID
    rebuild: Callable[[dict[uuid.UUID, list["Event"]]], Iterator["Finding"]] | None = UNSAID
    """How `verify` folds histories back and compares them with the rows ({stream: events} → findings)."""
    matters: Callable[[Actor, Mapping[uuid.UUID, str]], Reader[dict[uuid.UUID, str]]] | None = None
    """What some things ({id: kind}) are about, on one line each, as far as the actor may see them (a query or two); None for
    kinds whose number or name says it already.
    """
    spelled: Callable[[str], str] = lambda typed: typed.strip().upper()
    """The number that somebody meant, as the column holds it; "" for what cannot be one."""

    @cached_property
    def table(self) -> type[Model]:
        """The model of its rows."""
        return apps.get_model(self.model)

    def rows(self) -> QuerySet[Any]:
        """All its rows in the organisation."""
        return self.table._default_manager.all()

    def check_visible(self, actor: Actor, id: uuid.UUID) -> None:
        """Raises NotFound: what one may not see does not exist."""
        if self.check is not None:
            self.check(actor, id)
        elif not self.visible(actor, self.rows().filter(pk=id)).exists():
            raise NotFound

    def called(self, row: Any) -> str:
        """What people call a row by."""
        return str(getattr(row, self.number)) if self.number else str(self.one)


@dataclass(frozen=True)
class Named:
    """A thing by the name and the address people know it under."""

    id: uuid.UUID
    kind: Kind
    name: str
    row: Any = field(repr=False, compare=False)
    opens: bool = True
    """May the reader that was asked about open it? A thing without a page of its own opens for whoever may see it."""

    @cached_property
    def url(self) -> str:
        """Where it opens. Found when it is asked for: a document has no use for it, and a process that only makes documents never
        reads the addresses of all pages.
        """
        return self.kind.address(self.row) if self.opens else ""


_kinds: dict[str, Kind] = {}


def declare(*kinds: Kind) -> None:
    """Add kinds of things, once each, when the app that owns them loads. Raises UndeclaredKind."""
    for kind in kinds:
        if kind.name in _kinds:
            raise UndeclaredKind(f"the kind of thing {kind.name} has two owners")
        if unsaid := [part.name for part in fields(kind) if getattr(kind, part.name) is UNSAID]:
            raise UndeclaredKind(
                f"the kind of thing {kind.name} does not say its {', '.join(unsaid)}; say that there is none if so"
            )
        _check(kind)
        _kinds[kind.name] = kind


def also_held(name: str, *held: Held) -> None:
    """Responsibilities inside things of a kind that an app above its owner adds, such as measures to carry out.

    Raises UndeclaredKind.
    """
    known = kind(name)
    if {one.count for one in held} & {one.count for one in known.held}:
        raise UndeclaredKind(f"a responsibility inside the kind of thing {name} is declared twice")
    _kinds[name] = replace(known, held=(*known.held, *held))


def _check(kind: Kind) -> None:
    try:
        table = kind.table
        if kind.number:
            table._meta.get_field(kind.number)
    except (LookupError, ValueError, FieldDoesNotExist) as error:
        raise UndeclaredKind(
            f"the kind of thing {kind.name} names a table or number that is not there: {error}"
        ) from error
    if len(kind.name) > 30:
        raise UndeclaredKind(f"the kind of thing {kind.name} has a longer name than a stream can hold")
    if kind.personal and kind.erasure is Erasure.NONE:
        raise UndeclaredKind(f"the kind of thing {kind.name} carries personal data but does not say how it is erased")


def kind(name: str) -> Kind:
    """The declaration of a kind. Raises UndeclaredKind."""
    try:
        return _kinds[name]
    except KeyError:
        raise UndeclaredKind(f"no app declares the kind of thing {name}") from None


def kind_or_none(name: str) -> Kind | None:
    """The declaration of a kind, or None for one that no app declares any more."""
    return _kinds.get(name)


def kinds() -> dict[str, Kind]:
    """Every kind by name."""
    return dict(sorted(_kinds.items()))


def check_visible(actor: Actor, stream_id: uuid.UUID) -> Kind:
    """The kind of a thing the actor may see. Raises NotFound."""
    from tingsu.kernel.models import Stream

    found = Stream.objects.filter(pk=stream_id).values_list("kind", flat=True).first()
    known = _kinds.get(found or "")
    if known is None:
        raise NotFound
    known.check_visible(actor, stream_id)
    return known


@Asking
def names_of(
    ids: Collection[uuid.UUID],
    actor: Actor | None = None,
    *,
    kinds_known: Mapping[uuid.UUID, str] | None = None,
    opens_for: Actor | None = None,
) -> Reader[dict[uuid.UUID, Named]]:
    """Names and addresses of some things, whatever their kinds; with `actor` only of those the actor may see.

    `opens_for`: all are named, and only what this reader may open has an address. One query for the kinds, unless the
    caller knows them, and one for the tables among them.
    """
    from tingsu.kernel.models import Stream

    if not ids:
        return {}
    told = kinds_known
    if not told:
        (pairs,) = yield [Stream.objects.filter(pk__in=set(ids)).values_list("pk", "kind")]
        told = dict(pairs)
    by_table: dict[str, dict[str, list[uuid.UUID]]] = {}
    for pk in ids:
        if known := _kinds.get(told.get(pk, "")):
            by_table.setdefault(known.model, {}).setdefault(known.name, []).append(pk)
    tables = [
        [(_kinds[name], _kinds[name].rows().filter(pk__in=theirs)) for name, theirs in table.items()]
        for table in by_table.values()
    ]
    questions = [_seen(parts, actor) for parts in tables]
    if opens_for:
        questions += [_seen(parts, opens_for).values_list("pk", flat=True) for parts in tables]
    answers = (yield questions) if questions else []
    opened = {pk for pks in answers[len(tables) :] for pk in pks} if opens_for else None
    found: dict[uuid.UUID, Named] = {}
    for row in chain.from_iterable(answers[: len(tables)]):
        known = _kinds[told[row.pk]]
        opens = opened is None or row.pk in opened
        found[row.pk] = Named(row.pk, known, known.called(row), row, opens)
    return found


@Asking
def matters_of(actor: Actor, kinds_known: Mapping[uuid.UUID, str]) -> Reader[dict[uuid.UUID, str]]:
    """What things of any kinds ({id: kind}) are about, as far as the actor may see them: whoever is shown a number is told
    what it means. Kinds that answer in the same way are asked once.
    """
    asked: dict[Any, dict[uuid.UUID, str]] = {}
    for pk, name in kinds_known.items():
        if (known := _kinds.get(name)) is not None and known.matters is not None:
            asked.setdefault(known.matters, {})[pk] = name
    answers = yield from gathered(*(ask(actor, theirs) for ask, theirs in asked.items()))
    return {pk: matter for answer in answers for pk, matter in answer.items()}


def _seen(parts: list[tuple[Kind, QuerySet[Any]]], actor: Actor | None) -> QuerySet[Any]:
    """Things of one table and of several kinds, as far as an actor may see them."""
    return reduce(or_, [known.visible(actor, rows) if actor else rows for known, rows in parts])


def find_number(actor: Actor, typed: str, *, among: Iterable[str] | None = None) -> Named | None:
    """The thing with this number that the actor may see, of any kind or of some. A query at most for each kind with such numbers."""
    typed = tidy(typed)
    if not typed or not typed.isprintable():
        return None
    wanted = set(among) if among is not None else None
    for known in kinds().values():
        if known.number and (wanted is None or known.name in wanted) and (number := known.spelled(typed)):
            rows = known.rows().filter(**{known.number: number})
            if (row := known.visible(actor, rows).first()) is not None:
                return Named(row.pk, known, known.called(row), row)
    return None
