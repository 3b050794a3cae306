"""Questions of several readers in one statement: each says what it must know, and is told when all have been asked.

A reader is a generator: it yields querysets, or kept shapes of them (`kernel.shapes`), is sent their rows, and returns what it
made of them. Alone it asks by itself; several share each round (`settled`), so that a page of many lists costs as many statements as
its deepest list has rounds.
Rows come back as JSON and become what Django would have loaded; what JSON would not keep exactly may not be asked like this.
"""

import json
from collections.abc import Callable, Generator, Sequence
from functools import update_wrapper
from typing import Any, Generic, ParamSpec, TypeVar, cast

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import QuerySet

from tingsu.kernel import sql
from tingsu.kernel.rows import from_json
from tingsu.kernel.shapes import Shape, Shaped, loaded, shape_of

Told = TypeVar("Told")
Given = ParamSpec("Given")
Question = QuerySet[Any, Any] | Shaped
Reader = Generator[Sequence[Question], list[list[Any]], Told]


class Asking(Generic[Given, Told]):
    """A reader by its name: called it asks alone; `reader(…)` gives the one that shares its rounds."""

    def __init__(self, reader: Callable[Given, Reader[Told]]) -> None:
        self.reader = reader
        update_wrapper(self, reader)

    def __call__(self, *args: Given.args, **kwargs: Given.kwargs) -> Told:
        (told,) = settled(self.reader(*args, **kwargs))
        return cast(Told, told)


def settled(*readers: Reader[Any]) -> list[Any]:
    """Let readers ask, round by round, until each has what it wants: one statement a round. What each returned."""
    together_read = gathered(*readers)
    rows: list[list[Any]] | None = None
    while True:
        try:
            questions = next(together_read) if rows is None else together_read.send(rows)
        except StopIteration as end:
            return list(end.value)
        rows = together(questions)


def gathered(*readers: Reader[Any]) -> Reader[list[Any]]:
    """Several readers as one, which asks in each round what all of them ask."""
    ended: dict[int, Any] = {}
    wanted: dict[int, Sequence[Question]] = {}
    told: dict[int, list[list[Any]] | None] = dict.fromkeys(range(len(readers)))
    while told:
        for place, rows in told.items():
            reader = readers[place]
            try:
                wanted[place] = next(reader) if rows is None else reader.send(rows)
            except StopIteration as end:
                ended[place] = end.value
        if not wanted:
            break
        answers = iter((yield [question for questions in wanted.values() for question in questions]))
        told = {place: [next(answers) for _question in questions] for place, questions in wanted.items()}
        wanted = {}
    return [ended[place] for place in range(len(readers))]


def only(question: Question) -> Reader[list[Any]]:
    """A reader of one question, which returns its rows."""
    (rows,) = yield [question]
    return rows


def all_of(questions: Sequence[Question]) -> Reader[list[list[Any]]]:
    """A reader of several questions, which returns the rows of each."""
    return (yield questions)


def together(questions: Sequence[Question]) -> list[list[Any]]:
    """The rows of each question, in one statement."""
    if len(questions) == 1 and isinstance(questions[0], QuerySet):
        return [list(questions[0])]
    shapes = [one.shape if isinstance(one, Shaped) else shape_of(one) for one in questions]
    asked = [
        (shape.statement, one.parameters if isinstance(one, Shaped) else shape.parameters, len(shape.compiler.select))
        for one, shape in zip(questions, shapes, strict=True)
        if shape.statement
    ]
    answers = iter(sql.together(asked))
    return [_loaded(shape, next(answers)) if shape.statement else [] for shape in shapes]


def _loaded(shape: Shape, answer: list[str]) -> list[Any]:
    if not answer:
        return []
    columns = [_native(expression.output_field) for expression, _sql, _alias in shape.compiler.select]
    rows = []
    for text in answer:
        values = json.loads(text)
        rows.append(tuple(convert(values[f"c{place}"]) for place, convert in enumerate(columns)))
    return loaded(shape, rows)


def _native(field: Any) -> Callable[[Any], Any]:
    """How a column's JSON becomes what the driver would have given: Django's own converters follow."""
    if isinstance(field, ArrayField):
        one = _native(field.base_field)
        return lambda value: None if value is None else [one(part) for part in value]
    if isinstance(field, models.JSONField):
        return lambda value: None if value is None else json.dumps(value)
    convert = from_json(field)
    return (lambda value: value) if convert is None else convert
