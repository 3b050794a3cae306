"""What waits for whom on *My work* while a case stands somewhere, as the apps declare it."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import override

from tests.cast import Cast
from tingsu.kernel.clock import travel_to
from tingsu.process.waiting import Due, Item, waiting_lists
from tingsu.triage.waiting import alarms_for

ZONE = ZoneInfo("Asia/Shanghai")


def what_waits(cast: Cast, at: datetime) -> dict[str, list[str]]:
    """Every line of every list of theirs, with the people who have it, in English."""
    found: dict[str, list[str]] = {}
    with travel_to(at), override("en"):
        for name in cast._people:
            for line in _lines(cast, name, at):
                found.setdefault(line, []).append(name)
    return found


def _lines(cast: Cast, name: str, at: datetime) -> Iterable[str]:
    actor = cast._people[name].actor
    for whole in (True, False):
        for one in waiting_lists(whole=whole):
            part = one.part(actor, at, 1)
            yield from (f"{one.name} {_item(item)}" for item in part.items)
            if part.more:
                yield f"{one.name} and more"
    for alarm in alarms_for(actor):
        yield f"alarm {alarm.why}, {alarm.number}, {alarm.confirm}, by {_wall(alarm.confirm_by)}"


def _item(item: Item) -> str:
    limit = f"{item.promise_name} {_span(item.promise)}" if item.promise else "no limit"
    return f"{item.badge}: {item.title} | {item.number} | {item.note} | {item.url} | {limit}"


def _span(due: Due) -> str:
    return f"{_wall(due.started_at)} to {_wall(due.due_at)}"


def _wall(at: datetime | None) -> str:
    return f"{at.astimezone(ZONE):%m-%d %H:%M}" if at else "nobody's turn"
