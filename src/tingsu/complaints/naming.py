"""Names of what a step was about, as they stand for good: a task, an item, a way outside, whatever became of it since.

What a dialog offers is the present: it says the task's state and leaves out what is over. The timeline and the clocks ask
here; the app that keeps the rows declares them.
"""

import uuid
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from tingsu.clocks.models import Promise
from tingsu.complaints.models import Complaint
from tingsu.people.queries import alias_of, unit_name

Names = dict[str, str]
Namer = Callable[[Complaint], Names]
_rows: dict[str, Namer] = {}
_subjects: dict[str, Namer] = {}


def declare_names(namer: Namer, *options: str, timer: str = "") -> None:
    """Say how rows of a case are called, by the names of the options that offer them; `timer` runs once for each row."""
    for name in options:
        if name in _rows:
            raise RuntimeError(f"rows behind the options {name} are named twice")
        _rows[name] = namer
    if timer:
        _subjects[timer] = namer


def names_of(options: str, complaint: Complaint) -> Names | None:
    """Lasting names of the rows behind these options; None when the options are no rows of a case."""
    return _rows[options](complaint) if options in _rows else None


def name_of_id(value: Any) -> str | None:
    """A member's or a unit's name; nothing for an id that no name is left of; None when the value is no id at all."""
    try:
        found = uuid.UUID(str(value))
    except ValueError:
        return None
    return alias_of(found) or unit_name(found)


def subjects_of(complaint: Complaint, running: Iterable[Promise]) -> Names:
    """What each clock is about, where several of the same name run beside each other."""
    count = Counter(row.kind for row in running)
    found: Names = {}
    for timer, namer in _subjects.items():
        if count[timer] > 1:
            found.update(namer(complaint))
    return found
