"""Questions that differ from person to person in nothing but the person: made and put into SQL once, asked again with another id.

Making a statement costs Django more than asking it costs the database, by ten times for the small lists of a page that is opened
all day. What is kept is the shape of a question: the statement for people of these roles and units, with the place where
the person's id belongs.
"""

import copy
import uuid
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NoReturn, cast

from django.core.exceptions import EmptyResultSet
from django.db import models
from django.db.models import QuerySet
from django.db.models.expressions import Expression

from tingsu.kernel.actor import Actor

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

    @property
    def parameters(self) -> list[Any]:
        known = {_Place.PERSON: self.person, _Place.WORDS: str(self.person)}
        return [known[one] if type(one) is object else one for one in self.shape.parameters]


def shaped(build: Build, person: Actor, *facts: Hashable, part: slice | None = None) -> Shaped:
    """The rows, or a part of them, that ``build`` asks for a person; one of the questions of `kernel.together`.

    ``facts`` are given to ``build`` too, and stand for everything else on which its statement depends: rules in force, who else
    is there, and what follows from the person's id. Each other set of roles, units or facts is a shape of its own.
    """
    bounds = (part.start, part.stop) if part else None
    return Shaped(_shape(build, replace(person, id=cast(Any, _PERSON), name=""), facts, bounds), person.id)


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
