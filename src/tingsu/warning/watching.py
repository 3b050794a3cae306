"""Watching for what grows: each hour every rule is asked of its series; a series that stands out opens a warning, once an episode (MO-02, MO-03)."""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from django.utils.translation import override

from tingsu.calendars.arithmetic import add_working_days, is_working_day
from tingsu.calendars.queries import calendar_in_force
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import local_date, now
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.people import queries as people
from tingsu.people.roles import Role
from tingsu.registers.actions import Opening, open_entry
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry
from tingsu.warning import series
from tingsu.warning.detection import DAYS, Seen, discovered, grown, held_against, weeks
from tingsu.warning.models import Alarm
from tingsu.warning.rules import ALL, EXACT, PROBLEM, Rule, rules
from tingsu.warning.series import Daily, Series

REGISTER = "warning"
HISTORY = 4
"""So many weeks of history a series is held against at least."""
Works = Callable[[date], bool]
"""Do people work on this day?"""


@dataclass(frozen=True)
class Hit:
    """A series that stands out by a rule."""

    rule: Rule
    series: Series
    seen: Seen


def today() -> date:
    """The day in the organisation's time zone."""
    return local_date(now(), current_organisation().time_zone)


def working_days() -> Works:
    """Asks the calendar in force whether people work on a day, each day once."""
    calendar = calendar_in_force()
    return cache(lambda on: is_working_day(on, calendar))


def week_weights(until: date, number: int, rest: float, works: Works) -> list[float]:
    """How much each week weighs, the newest first: a working day 1, a day off what people complain on it of a working day's number."""
    days = [1.0 if works(until - timedelta(days=ago)) else rest for ago in range(number * DAYS)]
    return [sum(days[week * DAYS : (week + 1) * DAYS]) for week in range(number)]


def rest_share(everything: Daily, until: date, days: int, works: Works) -> float:
    """What arrives on a day off, of what arrives on a working day; 1 where either was never seen."""
    seen: dict[bool, list[int]] = {True: [], False: []}
    for ago in range(days):
        seen[works(until - timedelta(days=ago))].append(everything.get(ago, 0))
    work, rest = (sum(one) / len(one) if one else 0.0 for one in (seen[True], seen[False]))
    return min(max(rest / work, 0.05), 5.0) if work and rest else 1.0


def hits(rule: Rule, found: dict[Series, Daily], until: date, everything: Daily, works: Works) -> list[Hit]:
    """Which of its series stand out by a rule on a day, the least likely and largest first. No query.

    Weeks before the first complaint of the organisation are no history: where there are fewer than four of them, only the same problem
    of one product is told, because everything grows in a house that has just opened.
    """
    known = min(rule.weeks, max(everything, default=0) // DAYS)
    number = known + 1
    counted = {
        key: weeks(days, number)
        for key, days in found.items()
        if key[0] in rule.watched and (known >= HISTORY or key[0] == PROBLEM)
    }
    counted = {key: counts for key, counts in counted.items() if counts[0] >= rule.least}
    if rule.method == EXACT:
        if known < HISTORY:
            return []
        rest = rest_share(everything, until, number * DAYS, works)
        weights = week_weights(until, number, rest, works)
        seen = {key: held_against(counts, weights) for key, counts in counted.items()}
        out = discovered({key: one.chance for key, one in seen.items()}, rule.level / 100)
        told = [Hit(rule, key, seen[key]) for key in out]
    else:
        grew = {key: grown(counts, rule.level, rule.least) for key, counts in counted.items()}
        told = [Hit(rule, key, one) for key, one in grew.items() if one is not None]
    return sorted(told, key=lambda hit: (hit.seen.chance, -hit.seen.count, hit.series))


def watch() -> list[Entry]:
    """Ask every rule, and open a warning for each series that stands out and has none; gives those that were opened."""
    known, on = rules(), today()
    if not known:
        return []
    streams = dict.fromkeys([ALL, *(stream for rule in known for stream in rule.watched)])
    found = series.daily(streams, on, (max(rule.weeks for rule in known) + 1) * DAYS)
    works, everything = working_days(), found.get((ALL, ()), {})
    opened = []
    for one in (hit for rule in known for hit in hits(rule, found, on, everything, works)):
        entry = raise_warning(one, on)
        if entry is not None:
            opened.append(entry)
    return opened


def raise_warning(hit: Hit, on: date) -> Entry | None:
    """Open a warning for a series, or note the day with the one that is open. None where it is, or was within the last week."""
    stream, value = hit.series
    last = Alarm.objects.filter(stream=stream, value=list(value)).order_by("-on").first()
    if last is not None:
        if Entry.objects.filter(pk=last.entry_id, state__in=registers()[REGISTER].open_states).exists():
            _note(hit, on, last.entry_id)
            return None
        if (on - last.on).days < DAYS:
            return None
    pk = uuid.uuid5(current_organisation_id(), f"warning|{stream}|{'|'.join(value)}|{on}")
    if Entry.objects.filter(pk=pk).exists():
        return None
    with override(current_organisation().language):
        words = series.told(stream, value)
    due = add_working_days(now(), hit.rule.limit, calendar_in_force())
    entry = open_entry(
        actor=automation("warning.watch", current_organisation_id()),
        register=registers()[REGISTER],
        opening=Opening(
            id=pk,
            values={
                "what": words[:200], "stream": stream, "rule": hit.rule.code, "count": hit.seen.count, "expected": f"{hit.seen.expected:.1f}",
                "since": (on - timedelta(days=DAYS - 1)).isoformat(), "until": on.isoformat(), "owner": _owner(hit.rule),
                "due_on": local_date(due, current_organisation().time_zone).isoformat(),
            },
        ),
    )  # fmt: skip
    _note(hit, on, entry.pk)
    return entry


def _owner(rule: Rule) -> str:
    for role in (rule.owner, Role.SUPERVISOR, Role.MGMT_REP, Role.TOP_MGMT):
        for member in people.active_members(roles=(role,)):
            return str(member.pk)
    return ""


def _note(hit: Hit, on: date, entry_id: uuid.UUID) -> None:
    Alarm.objects.update_or_create(
        stream=hit.series[0], value=list(hit.series[1]), rule=hit.rule.code, on=on,
        defaults={
            "entry_id": entry_id, "version": hit.rule.version, "count": hit.seen.count, "expected": hit.seen.expected, "chance": hit.seen.chance,
        },
    )  # fmt: skip


def episodes(days: Iterable[date]) -> int:
    """How many warnings alarms on these days make: one goes on while less than a week passes without."""
    number, last = 0, None
    for on in sorted(days):
        if last is None or (on - last).days >= DAYS:
            number += 1
        last = on
    return number
