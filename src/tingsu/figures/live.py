"""What the live board tells of facts: obligations against their targets, cases received and closed by day, regions.

Reads only, and never a name: facts have none (MO-08, MO-13). What is counted is some days that run, so nothing of it is kept.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from tingsu.figures import alerts, counting, indicators, shown
from tingsu.figures.counting import Counted
from tingsu.figures.dimensions import DIMENSIONS
from tingsu.figures.indicators import PERCENT, Indicator
from tingsu.figures.models import Fact, Reach
from tingsu.figures.periods import Days, period_of
from tingsu.kernel.punctuation import after_label

TODAY, WEEK, MONTH = "today", "week", "month"
SPANS: dict[str, str | Promise] = {
    TODAY: pgettext_lazy("span", "Today"),
    WEEK: pgettext_lazy("span", "Last 7 days"),
    MONTH: pgettext_lazy("span", "This month"),
}
OBLIGATIONS = ("KP-03", "KP-04", "K-12")
"""Answer rate, first reply in 24 hours, satisfaction: beside what is overdue, the obligations that stand first."""
DRAWN = timedelta(days=14)
UNUSUAL, LEAST = 2, 5
"""A region stands out with so many times its usual day, and at least so many cases."""
STALE = timedelta(minutes=10)


def span_of(key: str, day: date) -> Days:
    """The days that a board counts, today among them."""
    first = {WEEK: day - timedelta(days=6), MONTH: period_of(day).first}.get(key, day)
    return Days(first, day + timedelta(days=1))


@dataclass(frozen=True, kw_only=True)
class Obligation:
    """One indicator over the days of the board, against its target."""

    one: Indicator
    counted: Counted

    @property
    def line(self) -> shown.Line:
        return shown.Line(self.one, self.counted, running=True)

    @property
    def empty(self) -> bool:
        """Nothing has happened of which a share could be told."""
        return not self.counted.whole

    @property
    def share(self) -> float | None:
        """How much of a bar is filled, in per cent; none where the figure is of too few."""
        if self.one.kind not in PERCENT or self.counted.few(self.one.kind):
            return None
        value = self.counted.value(self.one.kind)
        return None if value is None else min(100.0, max(0.0, value))

    @property
    def aim(self) -> float | None:
        return float(self.one.target) if self.one.target is not None and self.one.direction else None


@dataclass(frozen=True, kw_only=True)
class Day:
    """Cases received and closed on one day, and of those received how many have missed a limit by now."""

    day: date
    received: int
    closed: int
    missed: int
    running: bool


@dataclass(frozen=True, kw_only=True)
class Region:
    """Cases received from one region; `times` its usual day, where it stands out."""

    code: str
    name: str
    number: int
    times: int = 0


@dataclass(frozen=True, kw_only=True)
class Volume:
    """What came in and what was closed."""

    days: list[Day]
    regions: list[Region]
    received: int
    closed: int
    at_once: int
    """Of the closed, those solved at the first contact."""
    before: int | None = None
    """Received on the same day a week ago up to the hour that has ended last; only where today is counted."""
    so_far: int = 0
    """Received today up to the same hour."""

    @property
    def most(self) -> int:
        return max((max(one.received, one.closed) for one in self.days), default=0)


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """An alert at a limit that nobody has answered yet."""

    name: str
    figure: str
    limit: str
    number: str
    raised_at: datetime


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Everything of the board that is counted from facts."""

    obligations: list[Obligation]
    volume: Volume
    alarms: list[Alarm]
    more_alarms: bool
    reached_at: datetime | None
    stale: bool
    """Background work stands still: the figures are those of `reached_at`."""


def figures_of(key: str, at: datetime, day: date, hour: int) -> Figures:
    """Counted over the days that a key names, at an instant that is this day and hour where the organisation is. Nine queries."""
    days = span_of(key, day)
    known = indicators.indicators()
    obligations = [
        Obligation(one=known[code], counted=counted)
        for code in OBLIGATIONS
        if code in known and (counted := counting.count_days(known[code], days)) is not None
    ]
    alarms = _alarms(known)
    reached = Reach.objects.values_list("reached_at", flat=True).first()
    return Figures(
        obligations=obligations,
        volume=volume_of(key, days, day, hour),
        alarms=alarms[: alerts.MOST],
        more_alarms=len(alarms) > alerts.MOST,
        reached_at=reached,
        stale=reached is not None and at - reached > STALE,
    )


def _alarms(known: Mapping[str, Indicator]) -> list[Alarm]:
    found = []
    for entry in alerts.standing():
        one, period = alerts.about(entry.codes)
        if one is not None and one.code in known:
            counted = Counted(entry.codes.get("part"), entry.codes.get("whole"))
            found.append(
                Alarm(name=one.name, figure=after_label(period.written, shown.value_words(one, counted)), limit=alerts.limit_words(one),
                      number=entry.number, raised_at=entry.opened_at)
            )  # fmt: skip
    return found


def volume_of(key: str, days: Days, day: date, hour: int) -> Volume:
    """What came and was closed in these days and on each of the last fourteen. Two or three queries."""
    since = min(days.first, day - DRAWN + timedelta(days=1))
    came: Any = Fact.objects.filter(received_on__gte=since, received_on__lte=day).order_by()
    late = Count("pk", filter=Q(limits_missed__gte=1))
    rows = list(came.values("received_on", "province").annotate(number=Count("pk"), late=late))
    went: Any = Fact.objects.filter(closed_on__gte=since, closed_on__lte=day).order_by()
    at_once = Count("pk", filter=Q(solved_at_once=True))
    closed = {row["closed_on"]: row for row in went.values("closed_on").annotate(number=Count("pk"), at_once=at_once)}
    received, missed = Counter[date](), Counter[date]()
    for row in rows:
        received[row["received_on"]] += row["number"]
        missed[row["received_on"]] += row["late"]
    asked = days.each
    told = [
        Day(
            day=one,
            received=received[one],
            closed=closed.get(one, {}).get("number", 0),
            missed=missed[one],
            running=one == day,
        )
        for one in Days(day - DRAWN + timedelta(days=1), day + timedelta(days=1)).each
    ]
    return Volume(
        days=told,
        regions=_regions(rows, set(asked), day, compared=key == TODAY),
        received=sum(received[one] for one in asked),
        closed=sum(closed[one]["number"] for one in asked if one in closed),
        at_once=sum(closed[one]["at_once"] for one in asked if one in closed),
        **(_week_before(day, hour) if key == TODAY else {}),
    )


def _regions(rows: list[Mapping[str, Any]], asked: set[date], day: date, *, compared: bool) -> list[Region]:
    now, usual = Counter[str](), defaultdict[str, int](int)
    for row in rows:
        if row["received_on"] in asked:
            now[row["province"]] += row["number"]
        elif row["received_on"] < day:
            usual[row["province"]] += row["number"]
    found = [
        Region(code=code, name=DIMENSIONS["province"].told(code), number=number,
               times=_times(number, usual[code] / (DRAWN.days - 1)) if compared and code else 0)
        for code, number in now.items()
    ]  # fmt: skip
    return sorted(found, key=lambda one: (-one.number, one.code))


def _times(number: int, usual: float) -> int:
    return int(number / usual) if number >= LEAST and usual and number >= UNUSUAL * usual else 0


def _week_before(day: date, hour: int) -> dict[str, int]:
    """Today and the same day a week ago, both up to the hour that has ended last, so that like is compared with like."""
    before = day - timedelta(days=7)
    rows: Any = Fact.objects.filter(received_on__in=[day, before], received_hour__lt=hour).order_by()
    found = dict(rows.values_list("received_on").annotate(number=Count("pk")))
    return {"before": found.get(before, 0), "so_far": found.get(day, 0)}
