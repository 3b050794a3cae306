"""How each rule would have done on what is behind us: alarms by week, and what people made of those that were raised (MO-02)."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta

from tingsu.kernel.clock import now
from tingsu.registers.models import Entry
from tingsu.warning import series
from tingsu.warning.detection import DAYS
from tingsu.warning.models import Alarm, Trial
from tingsu.warning.rules import ALL, Rule, rules
from tingsu.warning.series import Daily, Series
from tingsu.warning.watching import episodes, hits, today, working_days

WEEKS = 26
MOST_SERIES = 500
"""Of so many series, the largest, is a rule tried; the small ones raise nothing."""


def try_all() -> int:
    """Run every rule in use over the last half year and keep how it did; gives how many rules."""
    until = today()
    known = rules()
    for rule in known:
        found = series.daily(dict.fromkeys([ALL, *rule.watched]), until, (WEEKS + rule.weeks + 1) * DAYS)
        days = alarms_of(rule, found, until, WEEKS)
        judged = _judged(rule.code)
        everything = found.get((ALL, ()), {})
        Trial.objects.update_or_create(
            rule=rule.code,
            defaults={
                "version": rule.version, "first_on": until - timedelta(days=WEEKS * DAYS - 1), "last_on": until, "made_at": now(),
                "complaints": sum(number for ago, number in everything.items() if ago < WEEKS * DAYS),
                "alarms": sum(episodes(on) for on in days.values()), "confirmed": judged["closed"], "dismissed": judged["dismissed"],
            },
        )  # fmt: skip
    return len(known)


def alarms_of(rule: Rule, found: Mapping[Series, Daily], until: date, number: int) -> dict[Series, list[date]]:
    """On which days of the last weeks each series would have stood out, if the rule had been asked each evening. No query."""
    largest = sorted(found, key=lambda key: (-sum(found[key].values()), key))[:MOST_SERIES]
    everything, works = found.get((ALL, ()), {}), working_days()
    told: dict[Series, list[date]] = defaultdict(list)
    for back in range(number * DAYS):
        on = until - timedelta(days=back)
        shifted = {key: {ago - back: count for ago, count in found[key].items() if ago >= back} for key in largest}
        for hit in hits(rule, shifted, on, {ago - back: n for ago, n in everything.items() if ago >= back}, works):
            told[hit.series].append(on)
    return told


def _judged(rule: str) -> dict[str, int]:
    """Warnings of a rule that were raised, by how they ended."""
    ids = Alarm.objects.filter(rule=rule).values("entry_id")
    states = Entry.objects.filter(pk__in=ids, register="warning").values_list("state", flat=True)
    counted = {"closed": 0, "dismissed": 0}
    for state in states:
        if state in counted:
            counted[state] += 1
    return counted
