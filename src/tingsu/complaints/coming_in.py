"""What a way in counts by itself, and what came in and stands in no case: asked by the comparison of each day (RG-26).

Whoever keeps a way in (mailboxes, boxes of slips, the telephone) says here what it knows of a day of the organisation's own
time; whoever compares asks all of them and knows none.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import QuerySet
from django.utils.dateparse import parse_datetime

from tingsu.kernel.clock import day_around
from tingsu.kernel.events import Label
from tingsu.kernel.organisations import current_organisation
from tingsu.registers.declaration import register_named
from tingsu.registers.models import Entry

LATE = timedelta(days=1)
"""What reached us on a day and was kept so much later still counts for that day."""


@dataclass(frozen=True)
class Loose:
    """Something that came in and is part of no case: its number and register, and how it stands (a state's code, or in figures)."""

    number: str
    register: str
    state: str


Counted = Callable[[date], Mapping[str, int]]
Found = Callable[[date], Iterable[Loose]]
_counts: list[Counted] = []
_loose: list[Found] = []
_called: dict[str, Label] = {}


def counts(function: Counted) -> Counted:
    """Declare who counts: complaints that came in on a day, by channel; a channel that it says nothing of is counted by people."""
    _counts.append(function)
    return function


def finds(register: str, what: Label) -> Callable[[Found], Found]:
    """Declare who finds what came in on a day and stands in no case: entries of one register, and what they are called here."""

    def declared(function: Found) -> Found:
        _called[register] = what
        _loose.append(function)
        return function

    return declared


def called(register: str) -> str:
    """What is found of a register, in words."""
    return str(_called.get(register, register))


def state_words(register: str, state: str) -> str:
    """How something stands: the word of a state, figures as they are."""
    known = register_named(register)
    return str(known.state_by_code[state].label) if known and state in known.state_by_code else state


def came(day: date) -> Counter[str]:
    """Complaints that came in on a day as far as the system counts them, by channel. A query or two for each who counts."""
    found: Counter[str] = Counter()
    for one in _counts:
        found.update(one(day))
    return found


def without_a_case(day: date) -> list[Loose]:
    """What came in on a day and stands in no case, by number."""
    return sorted((each for one in _loose for each in one(day)), key=lambda one: one.number)


def entries_of(register: str, day: date, *, received: str = "received_at") -> list[Entry]:
    """Entries of a register that reached us on a day, whenever they were opened: a mail of one minute before midnight is
    fetched after it. One query over the day and the one that follows.
    """
    start, end = day_around(day, current_organisation().time_zone)
    rows: QuerySet[Entry] = Entry.objects.filter(register=register, opened_at__gte=start, opened_at__lt=end + LATE)
    return [one for one in rows.order_by("opened_at", "pk") if start <= _reached(one, received) < end]


def _reached(entry: Entry, received: str) -> datetime:
    return parse_datetime(str(entry.codes.get(received) or "")) or entry.opened_at
