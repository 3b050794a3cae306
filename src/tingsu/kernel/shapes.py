"""Questions that differ from person to person in nothing but the person: made and put into SQL once, asked again with another id.

Making a statement costs Django more than asking it costs the database, by ten times for the small lists of a page that is opened
all day. What is kept is the shape of a question: the statement for people of these roles and units, with the places where
the person's id and what follows from the instant belong.
"""

import copy
import uuid
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any, NoReturn, cast

from django.core.exceptions import EmptyResultSet
from django.db import models
from django.db.models import QuerySet
from django.db.models.expressions import Expression

from tingsu.kernel import sql
from tingsu.kernel.actor import Actor
from tingsu.kernel.tenancy import organisation_or_none

MOST_SHAPES = 512
Build = Callable[..., QuerySet[Any, Any]]
"""A question from a person and, if it has any, its facts. Of the person's id it may make conditions, nothing else."""


class _Person(Expression):
    """The id of whoever asks, while a statement is made. A program that looks at it would keep one answer for everybody."""

    output_field = models.UUIDField()

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return "%s", (_Place.PERSON,)

    def __str__(self) -> NoReturn:
        raise TypeError("Who asks is known only when the question is asked: give what depends on it as a fact.")

    def __eq__(self, other: object) -> bool:
        if isinstance(other, uuid.UUID):
            str(self)
        return isinstance(other, _Person)

    def __hash__(self) -> int:
        return hash(_Person)


class _PersonText(_Person):
    """The same where a column of words holds it."""

    output_field = models.TextField()  # type: ignore[assignment]

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return "%s", (_Place.WORDS,)


Recipe = Callable[[Any], Any]
"""What a condition compares with, made of what is given when somebody asks: of an instant the coming midnight, the number of a day."""
When = Callable[[Recipe], Any]
"""How a condition has what a recipe makes: `known` tells the value, `later` the place where it will stand."""


class _Later(Expression):
    """What follows from the instant or key by which a kept statement is asked."""

    output_field = models.DateTimeField()

    def __init__(self, recipe: Recipe) -> None:
        super().__init__()
        self.recipe = recipe

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return "%s", (_Then(self.recipe),)


@dataclass(frozen=True)
class _Then:
    recipe: Recipe


def known(at: datetime) -> When:
    """The instant is here: what a recipe makes of it."""
    return lambda recipe: recipe(at)


def later(recipe: Recipe) -> Any:
    """The instant, or another key, is told when the kept statement is asked."""
    return _Later(recipe)


class _Place:
    """What stands among the parameters of a kept statement instead of the person's id."""

    PERSON, WORDS = object(), object()


@dataclass(frozen=True)
class Shape:
    """A question put into SQL. ``statement`` is empty where nothing can ever be found."""

    rows: QuerySet[Any, Any]
    compiler: Any
    statement: str
    parameters: Sequence[Any]


@dataclass(frozen=True)
class Shaped:
    """A kept question and who asks it now."""

    shape: Shape
    person: uuid.UUID | None
    given: Any = None
    """The instant or key by which it is asked."""

    @property
    def parameters(self) -> list[Any]:
        return _filled(self.shape.parameters, self.person, self.given)

    def rows(self) -> list[Any]:
        """Ask it alone."""
        found = sql.rows_of(self.shape.statement, *self.parameters) if self.shape.statement else []
        return loaded(self.shape, found) if found else []


def _filled(parameters: Iterable[Any], person: uuid.UUID | None, given: Any) -> list[Any]:
    filled = []
    for one in parameters:
        if type(one) is object:
            one = person if one is _Place.PERSON else str(person)
        elif type(one) is _Then:
            if given is None:
                raise TypeError("The question depends on the instant or key: give it.")
            one = one.recipe(given)
        filled.append(one)
    return filled


def shaped(build: Build, person: Actor, *facts: Hashable, part: slice | None = None, at: Any = None) -> Shaped:
    """The rows, or a part of them, that ``build`` asks for a person; one of the questions of `kernel.together`.

    ``facts`` are given to ``build`` too, and stand for everything else on which its statement depends: rules in force, who else
    is there, and what follows from the person's id. Each other set of roles, units or facts is a shape of its own. What follows from
    the instant or key `at` is put as `later` by ``build``.
    """
    bounds = (part.start, part.stop) if part else None
    return Shaped(_shape(build, _anybody(person), facts, bounds), person.id, at)


def found_by(build: Callable[..., QuerySet[Any, Any]], key: Any, *facts: Hashable) -> list[Any]:
    """The rows that ``build`` asks for by a key, such as the id of a case, or by several values at once (a tuple).

    Its statement is made once for each organisation and set of facts. ``build`` may make conditions of the key, nothing else.
    """
    places = len(key) if isinstance(key, tuple) else 0
    return Shaped(_keyed(build, organisation_or_none(), places, facts), None, key).rows()


def counts_of(
    build: Callable[..., Iterable[QuerySet[Any, Any]]],
    person: Actor,
    *facts: Hashable,
    most: int,
    at: datetime | None = None,
) -> list[int]:
    """How many rows each of the questions has that ``build`` asks for a person, at most so many each, in one round trip."""
    statement, parameters = _counting(build, _anybody(person), facts, most)
    return list(sql.rows_of(statement, *_filled(parameters, person.id, at))[0]) if statement else []


def _anybody(person: Actor) -> Actor:
    """Anybody of the same roles and units."""
    return replace(person, id=cast(Any, _PERSON), name="")


def text_of(person: uuid.UUID | None) -> Any:
    """A person's id for a condition on a column of words."""
    return _PersonText() if isinstance(person, _Person) else str(person)


def shape_of(rows: QuerySet[Any, Any]) -> Shape:
    """A question put into SQL; the queryset that was given stays as it is."""
    own = rows.all()
    compiler = own.query.get_compiler(own.db)
    try:
        statement, parameters = compiler.as_sql()
    except EmptyResultSet:
        return Shape(own, None, "", ())
    return Shape(own, compiler, statement, parameters)


def loaded(shape: Shape, rows: Sequence[tuple[Any, ...]]) -> list[Any]:
    """The question's own results, made by Django from rows that are known already."""
    own, compiler = shape.rows.all(), copy.copy(shape.compiler)
    compiler.execute_sql = lambda *args, **kwargs: [rows]
    own.query.get_compiler = lambda *args, **kwargs: compiler  # type: ignore[method-assign]
    return list(own)


_PERSON = _Person()


@lru_cache(maxsize=MOST_SHAPES)
def _shape(build: Build, person: Actor, facts: tuple[Hashable, ...], bounds: tuple[int, int] | None) -> Shape:
    rows = build(person, *facts)
    return shape_of(rows[slice(*bounds)] if bounds else rows)


@lru_cache(maxsize=MOST_SHAPES)
def _keyed(
    build: Callable[..., QuerySet[Any, Any]], organisation: uuid.UUID | None, places: int, facts: tuple[Hashable, ...]
) -> Shape:
    key = [later(itemgetter(place)) for place in range(places)] or [later(_itself)]
    return shape_of(build(*key, *facts))


def _itself(key: Any) -> Any:
    return key


@lru_cache(maxsize=MOST_SHAPES)
def _counting(
    build: Callable[..., Iterable[QuerySet[Any, Any]]], person: Actor, facts: tuple[Hashable, ...], most: int
) -> tuple[str, list[Any]]:
    return sql.counting(build(person, *facts), most)
