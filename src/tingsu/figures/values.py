"""Values of indicators, kept for each period with the version of the definition they were counted by (KP-01, KP-12)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tingsu.figures import counting, indicators
from tingsu.figures.counting import Counted
from tingsu.figures.indicators import Indicator
from tingsu.figures.models import IndicatorValue
from tingsu.figures.periods import Period, period_of
from tingsu.kernel.clock import local_date, now
from tingsu.kernel.organisations import current_organisation

TREND = 12
SETTLED_AFTER = timedelta(days=35)
"""So long after its end a period is counted again, for limits and ratings that came late; then it stands."""
EVERY = timedelta(minutes=30)


@dataclass(frozen=True)
class Kept:
    """A value as it is kept."""

    period: Period
    counted: Counted
    version: int
    settled: bool
    counted_at: Any


def today() -> date:
    """The day in the organisation's time zone."""
    return local_date(now(), current_organisation().time_zone)


def definition_of(code: str, period: Period) -> Indicator | None:
    """By which definition a period is counted: the one in force at its end, or now while it runs.

    An indicator that came later is counted back by the one in force now.
    """
    at = now()
    end = counting.instants(period)[1] - timedelta(microseconds=1)
    return indicators.indicators(min(end, at)).get(code) or indicators.indicators(at).get(code)


def count_due() -> int:
    """Count what may have changed, when the last counting is half an hour old; gives how many values. One query when it is not."""
    last = IndicatorValue.objects.order_by("-counted_at").values_list("counted_at", flat=True).first()
    if last is not None and timedelta() <= now() - last < EVERY:
        return 0
    return count_all()


def count_all() -> int:
    """Count every period of every indicator that is not settled, the last twelve and the running one."""
    day = today()
    stand = {
        (code, period, first)
        for code, period, first in IndicatorValue.objects.filter(settled=True).values_list(
            "code", "period", "starts_on"
        )
    }
    found = []
    for code, one in indicators.indicators().items():
        for period in period_of(day, one.period).line(TREND + 1):
            if (code, period.kind, period.first) in stand or (
                one.kind == "standing" and period != period_of(day, one.period)
            ):
                continue  # whether something stands is seen when it is looked at, not afterwards
            if definition := definition_of(code, period):
                found.append(_made(definition, period, day))
    IndicatorValue.objects.bulk_create(
        found, update_conflicts=True, unique_fields=["organisation_id", "code", "period", "starts_on"],
        update_fields=["part", "whole", "amount", "version", "counted_at", "settled"],
    )  # fmt: skip
    return len(found)


def _made(one: Indicator, period: Period, day: date) -> IndicatorValue:
    counted = counting.count(one, period)
    return IndicatorValue(
        code=one.code, period=period.kind, starts_on=period.first, part=counted.part, whole=counted.whole, amount=counted.amount,
        version=one.version, counted_at=now(), settled=day >= period.end + SETTLED_AFTER,
    )  # fmt: skip


def recount(code: str, period: Period) -> tuple[Counted | None, Counted] | None:
    """Count one period anew by the definition in force now: what stood there, and what stands now. None for an unknown indicator.

    The caller records who and why: it is the effect of an entry in the register of recounts.
    """
    one = indicators.indicators().get(code)
    if one is None:
        return None
    before = IndicatorValue.objects.filter(code=code, period=period.kind, starts_on=period.first).first()
    made = _made(one, period, today())
    IndicatorValue.objects.bulk_create(
        [made], update_conflicts=True, unique_fields=["organisation_id", "code", "period", "starts_on"],
        update_fields=["part", "whole", "amount", "version", "counted_at", "settled"],
    )  # fmt: skip
    stood = Counted(before.part, before.whole, before.amount) if before else None
    return stood, Counted(made.part, made.whole, made.amount)


def kept(codes: Iterable[str], until: Period, number: int = TREND) -> dict[str, dict[Period, Kept]]:
    """The values of the periods that end with this one, by indicator. One query."""
    line = until.line(number)
    rows = IndicatorValue.objects.filter(
        period=until.kind, starts_on__gte=line[0].first, starts_on__lte=until.first, code__in=list(codes)
    )
    found: dict[str, dict[Period, Kept]] = {}
    for row in rows:
        period = Period(row.starts_on, row.period)
        counted = Counted(row.part, row.whole, row.amount)
        found.setdefault(row.code, {})[period] = Kept(period, counted, row.version, row.settled, row.counted_at)
    return found
