"""Objects of rows, filled straight: Django asks for signals and descriptors at every column of every object, and ours have none.

A registration makes seventeen objects and a list of sixty rows sixty; with Django's own way that is an eighth of all that a
registration calls. What is made is the same object (`tests/test_filling.py` compares every table).
"""

from collections.abc import Callable, Mapping
from functools import cache
from inspect import getattr_static
from typing import Any, NamedTuple

from django.db import models
from django.db.models.base import ModelState
from django.db.models.fields.related_descriptors import ForeignKeyDeferredAttribute
from django.db.models.query_utils import DeferredAttribute
from django.db.models.signals import post_init, pre_init


class Columns(NamedTuple):
    """What an object of a table is filled with."""

    stored: tuple[str, ...]
    """The attributes in the order in which the database gives them."""
    constant: dict[str, Any]
    """What an attribute holds when nobody says, where that is always the same."""
    made: tuple[tuple[str, Callable[[], Any]], ...]
    """Attributes whose first value is made anew for each object."""
    names: frozenset[str]
    """The attributes, to ask whether a table has one."""
    things: dict[str, str]
    """Names by which a whole row may be given, with the attribute of its id."""


@cache
def columns_of(model: type[models.Model]) -> Columns | None:
    """None where an object must be made as Django makes it: a column that is more than a value, or somebody who listens."""
    fields = model._meta.concrete_fields
    plain = all(
        type(getattr_static(model, field.attname, None)) in (DeferredAttribute, ForeignKeyDeferredAttribute)
        for field in fields
    )
    if (
        not plain
        or any(field.generated for field in fields)
        or pre_init.has_listeners(model)
        or post_init.has_listeners(model)
    ):
        return None
    return Columns(
        tuple(field.attname for field in fields),
        {field.attname: field.get_default() for field in fields if not callable(field.default)},
        tuple((field.attname, field.get_default) for field in fields if callable(field.default)),
        frozenset(field.attname for field in fields),
        {field.name: field.attname for field in fields if field.name != field.attname},
    )


def fill(row: models.Model, given: Mapping[str, Any]) -> bool:
    """Give a new object its values, by names of fields or attributes; False where Django must make it (or refuse to)."""
    columns = columns_of(type(row))
    if columns is None:
        return False
    row._state = ModelState()
    values = row.__dict__
    values.update(columns.constant)
    for attribute, make in columns.made:
        if attribute not in given:
            values[attribute] = make()
    for name, value in given.items():
        if name not in columns.things:
            if name not in columns.names:
                return False
            values[name] = value
        elif columns.things[name] in given:
            return False
        else:
            setattr(row, name, value)  # checks what it is, keeps it, and sets the attribute
    return True
