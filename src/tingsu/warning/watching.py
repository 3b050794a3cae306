"""Watching for what grows: each hour every rule is asked of its series; a series that stands out opens a warning, once an episode (MO-02, MO-03)."""

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from django.db import transaction

from tingsu.calendars.arithmetic import add_working_days, is_working_day
from tingsu.calendars.queries import calendar_in_force
from tingsu.figures.values import today
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import local_date, now
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.people import queries as people
from tingsu.people.roles import Role
from tingsu.registers.actions import Opening, begin_entry
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry
from tingsu.registers.saying import Said, says
from tingsu.warning import groups, series, texts
from tingsu.warning.detection import DAYS, Seen, compared, discovered, grown, weeks
from tingsu.warning.models import Alarm
from tingsu.warning.rules import ALL, COMMON, EXACT, PROBLEM, TEXTS, TOPIC, TRACES, Rule, rules
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
    if rule.method == EXACT:
        if known < HISTORY:
            return []
        rest = rest_share(everything, until, number * DAYS, works)
        weights = week_weights(until, number, rest, works)
        seen = {key: compared(counts, weights) for key, counts in counted.items() if any(counts)}
        # Every series that was looked at counts as one, however small: chosen by their size they would all look unlikely.
        chances = {key: one.chance if one.count >= rule.least else 1.0 for key, one in seen.items()}
        told = [Hit(rule, key, seen[key]) for key in discovered(chances, rule.level / 100)]
    else:
        grew = {key: grown(counts, rule.level, rule.least) for key, counts in counted.items()}
        told = [Hit(rule, key, one) for key, one in grew.items() if one is not None]
    return sorted(told, key=lambda hit: (hit.seen.chance, -hit.seen.count, hit.series))


def of_texts(rule: Rule, until: date, everything: Daily) -> list[Hit]:
    """Topics of the newest week, under the name by which each is known since the week before; two of the same name are one."""
    known = min(rule.weeks, max(everything, default=0) // DAYS)
    if known < HISTORY:
        return []
    found = texts.topics_of(texts.weeks_until(until, known + 1), rule.least, rule.level)
    rows = Alarm.objects.filter(stream=TEXTS, on__gt=until - timedelta(days=DAYS)).order_by("on", "id")
    named = [tuple(one) for one in rows.values_list("value", flat=True)] if found else []
    told: dict[texts.Words, Hit] = {}
    for one in found:
        name = texts.same(one.words, named)
        told.setdefault(name, Hit(rule, (TEXTS, name), one.seen))
    return list(told.values())


def of_traces(rule: Rule, until: date, everything: Daily, works: Works) -> list[Hit]:
    """What many complaints of the newest week have in common, more than before; what the same complaints share is one."""
    known = min(rule.weeks, max(everything, default=0) // DAYS)
    if known < HISTORY:
        return []
    weights = week_weights(until, known + 1, rest_share(everything, until, (known + 1) * DAYS, works), works)
    rows = Alarm.objects.filter(stream=TRACES, on__gt=until - timedelta(days=DAYS)).values_list("value", flat=True)
    found = groups.of_week(until, weights, rule.least, rule.level, {tuple(one) for one in rows})
    return [Hit(rule, (TRACES, value), seen) for value, seen in found]


def watch() -> list[Entry]:
    """Ask every rule, and open a warning for each series that stands out and has none; gives those that were opened.

    An open warning notes the day; less than a week after its last sign a closed one stays closed.
    """
    known, on = rules(), today()
    if not known:
        return []
    streams = dict.fromkeys([ALL, *(stream for rule in known for stream in rule.watched)])
    found = series.daily(streams, on, (max(rule.weeks for rule in known) + 1) * DAYS)
    works, everything = working_days(), found.get((ALL, ()), {})
    told = [
        hit
        for rule in known
        for hit in (
            of_texts(rule, on, everything)
            if rule.method == TOPIC
            else of_traces(rule, on, everything, works)
            if rule.method == COMMON
            else hits(rule, found, on, everything, works)
        )
    ]
    last, standing = _known(told)
    opened, noted = [], []
    for hit in told:
        alarm = last.get(hit.series)
        if alarm is not None and alarm.entry_id in standing:
            noted.append(_alarm(hit, on, alarm.entry_id))
        elif (alarm is None or (on - alarm.on).days >= DAYS) and (entry := open_warning(hit, on)) is not None:
            opened.append(entry)
            last[hit.series] = _alarm(hit, on, entry.pk)
            standing.add(entry.pk)
    Alarm.objects.bulk_create(
        noted, update_conflicts=True, unique_fields=["organisation_id", "stream", "value", "rule", "on"],
        update_fields=["entry_id", "version", "count", "expected", "chance"],
    )  # fmt: skip
    return opened


def _known(told: list[Hit]) -> tuple[dict[Series, Alarm], set[uuid.UUID]]:
    """The last alarm of each series that stands out, and which of their warnings are open. Two queries."""
    rows = Alarm.objects.filter(
        stream__in={hit.series[0] for hit in told}, value__in=[list(hit.series[1]) for hit in told]
    ).order_by("stream", "value", "-on")
    last: dict[Series, Alarm] = {(one.stream, tuple(one.value)): one for one in rows.distinct("stream", "value")}
    entries = Entry.objects.filter(
        pk__in=[one.entry_id for one in last.values()], state__in=registers()[REGISTER].open_states
    )
    return last, set(entries.values_list("pk", flat=True))


def open_warning(hit: Hit, on: date) -> Entry | None:
    """Open the warning of a series, with its first alarm. None where another worker has."""
    stream, value = hit.series
    pk = uuid.uuid5(current_organisation_id(), f"warning|{stream}|{'|'.join(value)}|{on}")
    due = add_working_days(now(), hit.rule.limit, calendar_in_force())
    opening = Opening(
        id=pk,
        values={
            "stream": stream, "rule": hit.rule.code, "count": hit.seen.count, "expected": f"{hit.seen.expected:.1f}",
            "since": (on - timedelta(days=DAYS - 1)).isoformat(), "until": on.isoformat(), "owner": _owner(hit.rule),
            "due_on": local_date(due, current_organisation().time_zone).isoformat(),
        },
        said={"what": Said("warning", {"stream": stream, "value": list(value)})},
    )  # fmt: skip
    with transaction.atomic(durable=True):
        if Entry.objects.filter(pk=pk).exists():
            return None
        actor = automation("warning.watch", current_organisation_id())
        entry = begin_entry(actor=actor, register=registers()[REGISTER], opening=opening).entry
        _alarm(hit, on, pk).save(force_insert=True)
    return entry


@says("warning")
def _said(values: Mapping[str, Any]) -> str:
    """Which series grows, named as its reader names it."""
    return series.told(values["stream"], tuple(values["value"]))[:200]


def _owner(rule: Rule) -> str:
    """Whoever holds the role of the rule, or leads; nobody where no post is filled: then the warning waits for its leader."""
    for role in (rule.owner, Role.SUPERVISOR, Role.MGMT_REP, Role.TOP_MGMT):
        for member in people.active_members(roles=(role,)):
            return str(member.pk)
    return ""


def _alarm(hit: Hit, on: date, entry_id: uuid.UUID) -> Alarm:
    return Alarm(
        stream=hit.series[0], value=list(hit.series[1]), rule=hit.rule.code, on=on, entry_id=entry_id, version=hit.rule.version,
        count=hit.seen.count, expected=hit.seen.expected, chance=hit.seen.chance,
    )  # fmt: skip


def episodes(days: Iterable[date], *, looks: int = 1) -> int:
    """How many warnings alarms on these days make: one goes on while less than a week passes without; `looks` so many days apart."""
    number, last = 0, None
    for on in sorted(days):
        if last is None or (on - last).days >= DAYS + looks - 1:
            number += 1
        last = on
    return number
