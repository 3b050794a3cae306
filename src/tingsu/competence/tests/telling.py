"""Steps on our registers in a line each, and a colleague brought through guidance."""

from typing import Any

import pytest

from tests.cast import Cast, Person
from tingsu.competence import files, keeping
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput
from tingsu.registers.actions import Opening, open_entry, take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry


def begin(by: Person, name: str, **values: Any) -> Entry:
    return open_entry(actor=by.actor, register=registers()[name], opening=Opening(values=values))


def take(by: Person, entry: Entry, step: str, **values: Any) -> Entry:
    fresh = Entry.objects.select_related("stream").get(pk=entry.pk)
    return take_step(actor=by.actor, entry=fresh, register=registers()[entry.register], step=step, values=values)


def unmet(act: Any, *args: Any, **values: Any) -> set[str]:
    """Codes of the conditions that refuse."""
    with pytest.raises(ConditionsUnmet) as error:
        act(*args, **values)
    return {one.code for one in error.value.unmet}


def wrong(act: Any, *args: Any, **values: Any) -> set[str]:
    """Fields that are refused."""
    with pytest.raises(InvalidInput) as error:
        act(*args, **values)
    return set(error.value.fields)


def file_of(person: Person) -> Entry:
    found = files.file_of(person.id)
    assert found is not None
    return found


def with_files() -> None:
    keeping.open_missing()


def guided(cast: Cast, person: Person) -> Entry:
    """A colleague under the guidance of the coach."""
    with_files()
    return take(cast.supervisor, file_of(person), "guide", guide=str(cast.coach.id))


DAY = "2026-03-02"
PRACTICE = {"difficulty": "easy", "on": DAY, "note": "按话术接听模拟来电，能复述诉求"}
ORAL = ("knowledge", "process", "wording", "system", "service", "performance", "ratings")


def scores(mark: int) -> list[dict[str, Any]]:
    return [{"dimension": code, "score": mark, "remark": ""} for code in ORAL]


def assessed(cast: Cast, person: Person, mark: int) -> Entry:
    """An oral assessment with the same score in each dimension."""
    entry = begin(
        cast.coach,
        "exam",
        title="上岗考核",
        person=str(person.id),
        way="oral",
        until="2036-12-31",
        examiner=str(cast.coach.id),
    )
    return take(cast.coach, entry, "score", scores=scores(mark))
