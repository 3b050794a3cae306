"""Entries of this app in a line each, and a working day to come."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.cast import Person
from tingsu.appraisal import objecting
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput
from tingsu.registers.actions import Opening, open_entry, take_step
from tingsu.registers.declaration import registers
from tingsu.registers.entry import end_of
from tingsu.registers.models import Entry


def begin(by: Person, name: str, **values: Any) -> Entry:
    return open_entry(actor=by.actor, register=registers()[name], opening=Opening(values=values))


def fresh(entry: Entry) -> Entry:
    return Entry.objects.select_related("stream").get(pk=entry.pk)


def take(by: Person, entry: Entry, step: str, **values: Any) -> Entry:
    return take_step(actor=by.actor, entry=fresh(entry), register=registers()[entry.register], step=step, values=values)


def unmet(act: Any, *args: Any, **values: Any) -> set[str]:
    with pytest.raises(ConditionsUnmet) as error:
        act(*args, **values)
    return {one.code for one in error.value.unmet}


def wrong(act: Any, *args: Any, **values: Any) -> set[str]:
    with pytest.raises(InvalidInput) as error:
        act(*args, **values)
    return set(error.value.fields)


def day(number: int = 0) -> str:
    return (objecting.today() + timedelta(days=number)).isoformat()


def after(entry: Entry) -> datetime:
    """The first instant after the time for objections."""
    return end_of(date.fromisoformat(entry.codes["objections_until"])) + timedelta(hours=9)
