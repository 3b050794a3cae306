"""How each rule would have done on what is behind us: alarms by week, and what people made of those that were raised (MO-02)."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date, timedelta

from tingsu.figures.values import today
from tingsu.kernel.clock import day_around, now
from tingsu.kernel.organisations import current_organisation
from tingsu.registers.models import Entry
from tingsu.warning import series, texts
from tingsu.warning.detection import DAYS
from tingsu.warning.models import Alarm, Trial
from tingsu.warning.rules import ALL, COMMON, TEXTS, TOPIC, Rule, rules
from tingsu.warning.series import Daily, Series
from tingsu.warning.watching import HISTORY, REGISTER, Works, episodes, hits, of_traces, working_days

WEEKS = 26
MOST_SERIES = 20_000
"""Beyond so many the smallest are left out."""


def try_all() -> int:
    """Run every rule in use over the last half year and keep how it did; gives how many rules. One query a stream."""
    until, known = today(), rules()
    if not known:
        return 0
    streams = dict.fromkeys([ALL, *(stream for rule in known for stream in rule.watched)])
    found = series.daily(streams, until, (WEEKS + max(rule.weeks for rule in known) + 1) * DAYS)
    everything, works = found.get((ALL, ()), {}), working_days()
    first = until - timedelta(days=WEEKS * DAYS - 1)
    for rule in known:
        if rule.method == COMMON:
            alarms = sum(
                episodes(on, looks=DAYS) for on in traces_by_week(rule, until, WEEKS, everything, works).values()
            )
        elif rule.method == TOPIC:
            alarms = sum(episodes(on, looks=DAYS) for on in topics_by_week(rule, until, WEEKS, everything).values())
        else:
            alarms = sum(map(episodes, alarms_of(rule, found, until, WEEKS, works).values()))
        judged = _judged(rule.code, first)
        Trial.objects.update_or_create(
            rule=rule.code,
            defaults={
                "version": rule.version, "first_on": first, "last_on": until, "made_at": now(),
                "complaints": sum(number for ago, number in everything.items() if ago < WEEKS * DAYS),
                "alarms": alarms, "confirmed": judged["closed"], "dismissed": judged["dismissed"],
            },
        )  # fmt: skip
    return len(known)


def alarms_of(
    rule: Rule, found: Mapping[Series, Daily], until: date, number: int, works: Works
) -> dict[Series, list[date]]:
    """On which days of the last weeks each series would have stood out, if the rule had been asked each evening. No query."""
    watched = [key for key in found if key[0] in rule.watched]
    largest = sorted(watched, key=lambda key: (-sum(found[key].values()), key))[:MOST_SERIES]
    everything = found.get((ALL, ()), {})
    told: dict[Series, list[date]] = defaultdict(list)
    for back in range(number * DAYS):
        on = until - timedelta(days=back)
        shifted = {key: {ago - back: count for ago, count in found[key].items() if ago >= back} for key in largest}
        for hit in hits(rule, shifted, on, {ago - back: n for ago, n in everything.items() if ago >= back}, works):
            told[hit.series].append(on)
    return told


def topics_by_week(rule: Rule, until: date, number: int, everything: Daily) -> dict[texts.Words, list[date]]:
    """In which of the last weeks each topic would have stood out; a week is looked at once, at its end. Each week is read once."""
    history = max(everything, default=0) // DAYS
    weeks = texts.weeks_until(until, number + rule.weeks)
    told: dict[texts.Words, list[date]] = defaultdict(list)
    for back in reversed(range(number)):
        known = min(rule.weeks, history - back)
        if known >= HISTORY:
            for one in texts.topics_of(weeks[back : back + known + 1], rule.least, rule.level):
                told[texts.same(one.words, told)].append(until - timedelta(days=DAYS * back))
    return told


def traces_by_week(rule: Rule, until: date, number: int, everything: Daily, works: Works) -> dict[Series, list[date]]:
    """In which of the last weeks something in common would have stood out; a week is looked at once, at its end."""
    told: dict[Series, list[date]] = defaultdict(list)
    for back in reversed(range(number)):
        on = until - timedelta(days=DAYS * back)
        shifted = {ago - DAYS * back: count for ago, count in everything.items() if ago >= DAYS * back}
        for hit in of_traces(rule, on, shifted, works):
            told[hit.series].append(on)
    return told


def _judged(rule: str, since: date) -> dict[str, int]:
    """Warnings that a rule has raised since a day, by how they ended."""
    begin = day_around(since, current_organisation().time_zone)[0]
    raised = Entry.objects.filter(register=REGISTER, opened_at__gte=begin, codes__rule=rule)
    counted = Counter(raised.values_list("state", flat=True))
    return {"closed": counted["closed"], "dismissed": counted["dismissed"]}


def back_test(number: int) -> dict[str, dict[str, float | int | str]]:
    """Each rule in use over the last weeks, evening by evening, against what people made of the warnings that were opened. Reads only.

    A warning that would have been raised is right where one of the same series stood within a week of it and was closed with its effect,
    and false where that was dismissed; else nobody has judged it. Early: days before the day on which the real one was opened.
    """
    until, known = today(), rules()
    streams = dict.fromkeys([ALL, *(stream for rule in known for stream in rule.watched)])
    found = series.daily(streams, until, (number + max((rule.weeks for rule in known), default=0) + 1) * DAYS)
    everything, works = found.get((ALL, ()), {}), working_days()
    complaints = sum(count for ago, count in everything.items() if ago < number * DAYS)
    told: dict[str, dict[str, float | int | str]] = {}
    if not complaints:
        return told
    ended = _ended()
    for rule in known:
        if rule.method == COMMON:
            days, looks = dict(traces_by_week(rule, until, number, everything, works)), DAYS
        elif rule.method == TOPIC:
            days = {(TEXTS, key): on for key, on in topics_by_week(rule, until, number, everything).items()}
            looks = DAYS
        else:
            days, looks = alarms_of(rule, found, until, number, works), 1
        begun = [(key, on) for key, all_days in days.items() for on in _begins(all_days, looks)]
        judged = [_judgement(ended.get(key, []), on) for key, on in begun]
        false = sum(state == "dismissed" for state, _early in judged)
        right = [early for state, early in judged if state == "closed"]
        told[f"{rule.code} {rule.name}"] = {
            "complaints": complaints, "alarms": len(begun), "right": len(right), "false": false, "not_judged": len(begun) - len(right) - false,
            "days_earlier_median": sorted(right)[len(right) // 2] if right else "–", "alarms_a_week": round(len(begun) / number, 2),
            "false_or_not_judged_a_week": round((len(begun) - len(right)) / number, 2),
            "the_same_per_1000_complaints": round(1000 * (len(begun) - len(right)) / complaints, 2),
        }  # fmt: skip
    return told


def _begins(days: list[date], looks: int) -> list[date]:
    """The first day of each episode, as `episodes` counts them."""
    found, last = [], None
    for on in sorted(days):
        if last is None or (on - last).days >= DAYS + looks - 1:
            found.append(on)
        last = on
    return found


def _ended() -> dict[Series, list[tuple[date, str]]]:
    """Every warning of a series: the day of its first alarm, and how it stands. Two queries."""
    states = dict(Entry.objects.filter(register=REGISTER).values_list("pk", "state"))
    first: dict[tuple[Series, uuid.UUID], date] = {}
    for stream, value, on, entry in Alarm.objects.order_by("-on").values_list("stream", "value", "on", "entry_id"):
        first[(stream, tuple(value)), entry] = on
    found: dict[Series, list[tuple[date, str]]] = defaultdict(list)
    for (key, entry), on in first.items():
        found[key].append((on, states.get(entry, "")))
    return found


def _judgement(known: list[tuple[date, str]], on: date) -> tuple[str, int]:
    near = [(day, state) for day, state in known if abs((day - on).days) <= DAYS]
    day, state = min(near, key=lambda pair: abs((pair[0] - on).days), default=(on, ""))
    return state, (day - on).days
