"""The one clock. Demo and tests move it; everything else asks it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_travelled: ContextVar[datetime | None] = ContextVar("tingsu_travelled", default=None)


def now() -> datetime:
    """The present instant in UTC, the only source of time in actions."""
    return _travelled.get() or datetime.now(UTC)


@contextmanager
def travel_to(at: datetime) -> Iterator[None]:
    """Stand still at an instant: for the demo builder and the tests of time."""
    if at.tzinfo is None:
        raise ValueError("travel_to needs an instant with a time zone")
    token = _travelled.set(at.astimezone(UTC))
    try:
        yield
    finally:
        _travelled.reset(token)


def local(at: datetime, zone: str) -> datetime:
    """An instant on the wall clock of a time zone; months and days of people are taken from it."""
    return at.astimezone(ZoneInfo(zone))


def local_date(at: datetime, zone: str) -> date:
    return local(at, zone).date()


def day_around(day: date, zone: str) -> tuple[datetime, datetime]:
    """A day of a time zone as instants: its beginning, and that of the next."""
    return _midnight(day, zone), _midnight(day + timedelta(days=1), zone)


def month_around(day: date, zone: str) -> tuple[datetime, datetime]:
    """The month of a day as instants: the beginning of its first day, and of the first day after it."""
    first, after = month_of(day)
    return _midnight(first, zone), _midnight(after, zone)


def month_of(day: date) -> tuple[date, date]:
    """The first day of the month of a day, and of the month after it."""
    first = day.replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1)


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone))
