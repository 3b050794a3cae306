"""What a draft of the time limits would have done: the limits of the complaints of a quarter, counted by it beside what really happened (SL-01).

A bounded reading: at most MOST_CASES complaints, spread over the whole quarter where there were more. It changes nothing, takes no lock,
and stands on the page of whoever drafts a policy, never in the way of a registration.
"""

import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tingsu.calendars.queries import calendar_in_force
from tingsu.clocks import comparison
from tingsu.clocks.conditions import Facts
from tingsu.clocks.kinds import Thing, Watched, conditions_of, watched
from tingsu.clocks.models import Promise
from tingsu.clocks.places import region_of
from tingsu.clocks.planning import NoLimit, plan
from tingsu.clocks.policy import Policy, read_policy
from tingsu.clocks.profiles import completed
from tingsu.clocks.timers import Label, timer
from tingsu.kernel.clock import day_around, local_date, now
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.periods import QUARTER, Period, period_of

KIND = "complaint"
MOST_CASES = 1_000
AT_ONCE = 250
MOST_TOLD = 12
QUARTERS = 5


def instants(quarter: Period) -> tuple[datetime, datetime]:
    """From its first moment to the first after it, on the organisation's clock."""
    zone = current_organisation().time_zone
    return day_around(quarter.first, zone)[0], day_around(quarter.end, zone)[0]


def quarters() -> list[Period]:
    """The quarters that may be asked, the last whole one first, then those before it, then the running one."""
    running = period_of(local_date(now(), current_organisation().time_zone), QUARTER)
    return [*(running.before(back) for back in range(1, QUARTERS)), running]


def quarter_named(written: str) -> Period | None:
    """One of these by its name; the last whole one for none; None for one that may not be asked."""
    known = {one.written: one for one in quarters()}
    return known.get(written) if written else next(iter(known.values()))


@dataclass(kw_only=True)
class Line:
    """One limit and grade: how many were counted, missed in fact, and missed by the draft."""

    timer: str
    label: Label
    grade: str
    grade_words: Label
    counted: int = 0
    missed: int = 0
    would_miss: int = 0
    newly: int = 0
    """Kept in fact, missed by the draft."""
    no_longer: int = 0


@dataclass(kw_only=True)
class Outcome:
    """What a draft would have done in a quarter."""

    quarter: Period
    cases: int = 0
    """Complaints that were looked at."""
    sampled: bool = False
    """There were more: these are spread over the quarter."""
    lines: list[Line] = field(default_factory=list)
    late: list[uuid.UUID] = field(default_factory=list)
    """Some complaints in which a limit that was kept would have been missed."""
    changed: int = 0
    """Limits of complaints that the draft gives another length in some case."""

    @property
    def newly(self) -> int:
        return sum(line.newly for line in self.lines)

    @property
    def no_longer(self) -> int:
        return sum(line.no_longer for line in self.lines)

    @property
    def sentence(self) -> str:
        """The outcome in a sentence."""
        if not self.changed:
            return _("No limit of a complaint would be another one.")
        if not self.cases:
            return _("No complaint was received in %(quarter)s: there is nothing to count.") % {
                "quarter": self.quarter.written
            }
        return _("%(newly)s limits more would have been missed in %(quarter)s, and %(fewer)s fewer; counted over %(cases)s complaints.") % {
            "newly": self.newly, "fewer": self.no_longer, "quarter": self.quarter.written, "cases": self.cases,
        }  # fmt: skip


def what_if(old: Mapping[str, Any], new: Mapping[str, Any], quarter: Period) -> Outcome:
    """A checked draft over the complaints received in a quarter. A few queries for each AT_ONCE complaints."""
    found = Outcome(quarter=quarter)
    changed = {
        name for name in comparison.changed_timers(completed(dict(old)), completed(dict(new))) if timer(name).of == KIND
    }
    found.changed = len(changed)
    known = watched(KIND)
    if not changed or known is None or known.received_between is None:
        return found
    ids, found.sampled = known.received_between(*instants(quarter), MOST_CASES)
    found.cases = len(ids)
    at, policy = now(), read_policy(completed(dict(new)))
    lines: dict[tuple[str, str], Line] = {}
    unlimited = {name for name in changed if timer(name).optional and timer(name).owed_by_us}
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        things = known.things(some)
        for promise in Promise.objects.filter(stream_id__in=some, kind__in=changed).order_by("started_at", "id"):
            thing = things.get(promise.stream_id)
            if thing is not None and (would := missed_by(promise, thing.facts, policy, at)) is not None:
                was = was_missed(promise, at)
                _count(lines, promise, thing.facts, was=was, would=would)
                if would and not was and len(found.late) < MOST_TOLD and promise.stream_id not in found.late:
                    found.late.append(promise.stream_id)
        for promise, thing in _never_made(known, unlimited, some, things):
            if (would := missed_by(promise, thing.facts, policy, at)) is not None:
                _count(lines, promise, thing.facts, was=False, would=would)
                if would and len(found.late) < MOST_TOLD and promise.stream_id not in found.late:
                    found.late.append(promise.stream_id)
    found.lines = sorted(lines.values(), key=lambda one: (-one.newly, -one.would_miss, str(one.label), one.grade))
    return found


def _never_made(
    known: Watched, names: Collection[str], ids: Sequence[uuid.UUID], things: Mapping[uuid.UUID, Thing]
) -> Iterator[tuple[Promise, Thing]]:
    """The limits that a draft would have given to things that had none of the kind: unsaved, from when to when they would have run."""
    for name in sorted(names) if known.lived else ():
        had = set(Promise.objects.filter(stream_id__in=ids, kind=name).values_list("stream_id", flat=True))
        assert known.lived is not None  # noqa: S101 - asked for above
        for pk, lived in known.lived(name, [one for one in ids if one not in had and one in things]).items():
            ending = (Promise.Ending.MET if lived.met else Promise.Ending.CANCELLED) if lived.ended_at else ""
            yield Promise(
                stream_id=pk, kind=name, started_at=lived.started_at, due_at=datetime.max.replace(tzinfo=UTC), ended_at=lived.ended_at,
                ending=ending, rule={"amount": 1}, calendar_region=region_of(things[pk].owner_id, things[pk].place),
            ), things[pk]  # fmt: skip


def missed_by(promise: Promise, facts: Facts, policy: Policy, at: datetime) -> bool | None:
    """Would this limit have been missed by another policy? None where that cannot be said: it ends on a date that somebody named, it
    was the parties' own time, it was called off in time, or it still runs.
    """
    kind = timer(promise.kind)
    if kind.dated or promise.rule.get("amount") is None or not kind.owed_by_us:
        return None
    calendar = calendar_in_force(region=promise.calendar_region)
    then = facts.but(**{name: values[0] for name, values in promise.rule.get("when", {}).items() if values})
    try:
        due = plan(kind, start=promise.started_at, facts=then, policy=policy, calendar=calendar).due_at
    except NoLimit:
        return None
    if (promise.ended_at or at) > due:
        return True
    return False if promise.ending == Promise.Ending.MET or was_missed(promise, at) else None


def was_missed(promise: Promise, at: datetime) -> bool:
    """Whether it passed unmet, noticed or not."""
    return promise.breached_at is not None or (promise.ended_at is None and at > promise.due_at)


def _count(lines: dict[tuple[str, str], Line], promise: Promise, facts: Facts, *, was: bool, would: bool) -> None:
    grade = facts.value("grade")
    words = conditions_of(KIND)["grade"].values
    line = lines.get((promise.kind, grade))
    if line is None:
        label = words.get(grade) or pgettext("grade", "Not graded yet")
        line = Line(timer=promise.kind, label=timer(promise.kind).title, grade=grade, grade_words=label)
        lines[promise.kind, grade] = line
    line.counted += 1
    line.missed += was
    line.would_miss += would
    line.newly += would and not was
    line.no_longer += was and not would


def spread(first: datetime, end: datetime, most: int) -> list[tuple[datetime, datetime, int]]:
    """A time cut into days, each begun at another hour, with how many may be taken of each: so that a few stand for all."""
    days = max(1, round((end - first) / timedelta(days=1)))
    each, found = max(1, most // days), []
    for place in range(days):
        begin = first + timedelta(days=place, hours=place * 7 % 24)
        found.append((begin, min(begin + timedelta(days=1), end), each))
    return found
