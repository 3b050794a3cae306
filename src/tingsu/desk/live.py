"""The live board: what is late, what runs out by the hour and who holds it, who has how much, and the figures beside it (QC-06, OG-18).

Reads only, in a fixed number of questions however many cases and people there are. Open cases are those that the reader sees; what is
counted from facts is of all cases, so only whoever sees all of them is told it (PS-11). Load with names is for those who share
cases out; everybody else, and a screen on a wall, is told groups.
"""

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, Count, DateTimeField, F, Q, QuerySet, When
from django.db.models.functions import TruncHour
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from tingsu.complaints.access import sees_everything
from tingsu.complaints.models import Complaint
from tingsu.complaints.options import RECEIVING_ROLES
from tingsu.desk import board, queue, team
from tingsu.desk.asked import Asked
from tingsu.figures import live as figures
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import local
from tingsu.kernel.organisations import current_organisation
from tingsu.people import queries as people
from tingsu.people.access import Can, may

PEOPLE = 12
"""Lines of the workload; the page of the team has everybody."""
HELD = 3
"""Holders named beside an hour."""
LONGEST = 3
NOON = 12
SPAN = "span"
WRITTEN = "%Y-%m-%dT%H:%M"


@dataclass(frozen=True)
class Numbers:
    """Open cases by their next limit."""

    late: int = 0
    today: int = 0
    rest: int = 0
    total: int = 0

    def __add__(self, other: "Numbers") -> "Numbers":
        return Numbers(
            self.late + other.late, self.today + other.today, self.rest + other.rest, self.total + other.total
        )


@dataclass(frozen=True, kw_only=True)
class Hour:
    """Open cases whose next limit runs out in one hour, its last instant among them; `by_then` counts those of the hours before too."""

    begins: datetime
    ends: datetime
    number: int
    by_then: int
    url: str
    holders: str


@dataclass(frozen=True, kw_only=True)
class Mark:
    """How many limits run out until noon or midnight."""

    until: datetime
    number: int
    url: str


@dataclass(frozen=True, kw_only=True)
class Late:
    """One of the cases that are late for longest."""

    number: str
    url: str
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class GroupLoad:
    """What the people of one group have together."""

    name: str
    people: int
    numbers: Numbers


@dataclass(frozen=True, kw_only=True)
class Live:
    """Everything on the board at one instant."""

    at: datetime
    whole: Numbers
    longest: list[Late]
    hours: list[Hour]
    marks: list[Mark]
    loads: list[team.Load]
    groups: list[GroupLoad]
    more_people: int
    mean: float
    board: board.Board
    figures: figures.Figures | None
    urls: Mapping[str, str] = field(repr=False)

    @property
    def most_hour(self) -> int:
        return max((one.number for one in self.hours), default=0)

    @property
    def most_load(self) -> float:
        """The longest bar of the workload; the mean of those at work always lies on it."""
        return max([self.mean, *(one.total for one in self.loads)])

    @property
    def most_group(self) -> int:
        return max((one.numbers.total for one in self.groups), default=0)

    @property
    def say(self) -> str:
        """What is told to who hears the page, when it changes: what is late and what runs out next."""
        late = ngettext("%(n)s case overdue", "%(n)s cases overdue", self.whole.late) % {"n": self.whole.late}
        marks = [
            _("%(n)s more by %(time)s") % {"n": one.number, "time": f"{one.until:%H:%M}"} for one in self.marks[:1]
        ]
        return pgettext("list", ", ").join([late, *marks])


def live_of(actor: Actor, at: datetime, asked: Asked, span: str) -> Live:
    """The board as this person sees it, of one owner or group where the address names one."""
    rows = asked.narrowed(queue.open_cases(actor)).order_by()
    by_owner = _by_owner(rows, at)
    whole = sum(by_owner.values(), Numbers())
    named = may(actor, Can.ASSIGN)
    hours, marks = _hours(rows, at, asked, span, named=named)
    members = _members(asked)
    loads = _loads(members, by_owner)
    here = local(at, current_organisation().time_zone)
    at_work = [one.total for one in loads if one.member.on_duty]
    return Live(
        at=at,
        whole=whole,
        longest=_longest(rows, at) if whole.late else [],
        hours=hours,
        marks=marks,
        loads=sorted(loads, key=lambda one: (-one.late, -one.total))[:PEOPLE] if named else [],
        groups=_groups(loads),
        more_people=max(0, len(loads) - PEOPLE),
        mean=sum(at_work) / len(at_work) if at_work else 0,
        board=board.board_of(actor, at, asked),
        figures=figures.figures_of(span, at, here.date(), here.hour) if sees_everything(actor) else None,
        urls={
            "late": _queue(asked, "late"), "today": _queue(asked, "today"), "all": _queue(asked, "all"),
            "offered": _queue(asked, "offered"),
        },
    )  # fmt: skip


def _queue(asked: Asked, view: str) -> str:
    return reverse("desk:queue") + asked.url(view=view)


def cases_url(**named: Any) -> str:
    """The list of the cases behind one number of the board."""
    return f"{reverse('desk:board_cases')}?{urlencode({name: value for name, value in named.items() if value != ''})}"


def _by_owner(rows: QuerySet[Complaint], at: datetime) -> dict[uuid.UUID | None, Numbers]:
    """What each person has. One query, over the open cases."""
    asked = {key: Count("pk", filter=where) for key, where in team.questions(at).items()}
    counted: Any = rows.values("owner_id").annotate(**asked)
    return {row["owner_id"]: Numbers(row["late"], row["today"], row["rest"], row["total"]) for row in counted}


def _longest(rows: QuerySet[Complaint], at: datetime) -> list[Late]:
    late = rows.filter(next_due_at__lte=at).order_by("next_due_at", "pk").only("number", "next_due_at")[:LONGEST]
    return [
        Late(number=one.number, url=one.get_absolute_url(), due_at=one.next_due_at)
        for one in late
        if one.next_due_at is not None
    ]


def landmarks(at: datetime) -> list[datetime]:
    """Noon and midnight as they come: of the day in the morning, midnight and the next noon after it."""
    midnight = queue.end_of_day(at)
    today = timezone.localtime(at).replace(hour=NOON, minute=0, second=0, microsecond=0)
    if at < today:
        return [today, midnight]
    return [midnight, timezone.localtime(midnight).replace(hour=NOON)]


def _hours(
    rows: QuerySet[Complaint], at: datetime, asked: Asked, span: str, *, named: bool
) -> tuple[list[Hour], list[Mark]]:
    """What runs out until the second landmark, by the hour, with who holds it. One query, over that part of an index.

    A limit of 12:00:00 is due by noon: it belongs to the hour that ends there. Midnight itself is of the next day, as in the queue.
    """
    until = landmarks(at)
    zone = timezone.get_current_timezone()
    coming = rows.filter(next_due_at__gt=at).filter(_by(until[-1]))
    found: Any = coming.values("owner_id", hour=TruncHour(_hour_of(queue.end_of_day(at)), tzinfo=zone)).annotate(
        number=Count("pk")
    )
    by_hour: dict[datetime, Counter[uuid.UUID | None]] = defaultdict(Counter)
    for row in found:
        by_hour[row["hour"]][row["owner_id"]] += row["number"]
    hours, so_far = [], 0
    for begins in sorted(by_hour):
        held, ends = by_hour[begins], begins + timedelta(hours=1)
        so_far += held.total()
        url = cases_url(of="due", since=begins.strftime(WRITTEN), until=ends.strftime(WRITTEN), **asked.narrowing)
        hours.append(
            Hour(
                begins=begins, ends=ends, number=held.total(), by_then=so_far, url=url, holders=_held(held, named=named)
            )
        )
    marks = [
        Mark(
            until=one,
            number=sum(hour.number for hour in hours if hour.begins < one),
            url=cases_url(of="due", until=timezone.localtime(one).strftime(WRITTEN), **asked.narrowing),
        )
        for one in until
    ]
    return hours, marks


def _hour_of(midnight: datetime) -> Case:
    """An instant of the hour to which a limit belongs: a full hour ends the hour before it, midnight begins a day."""
    earlier = F("next_due_at") - timedelta(microseconds=1)
    return Case(When(next_due_at=midnight, then=F("next_due_at")), default=earlier, output_field=DateTimeField())


def _begins_a_day(at: datetime) -> bool:
    return timezone.localtime(at).time() == time()


def _by(until: datetime) -> Q:
    """Limits that run out by then: until noon and at noon, and until midnight, which is of the next day."""
    return Q(next_due_at__lt=until) if _begins_a_day(until) else Q(next_due_at__lte=until)


def _from(since: datetime) -> Q:
    return Q(next_due_at__gte=since) if _begins_a_day(since) else Q(next_due_at__gt=since)


def _held(held: Counter[uuid.UUID | None], *, named: bool) -> str:
    """Who holds the cases of an hour: people for those who share out, groups for everybody else; most of them first."""
    told: Counter[str] = Counter()
    for owner, number in held.items():
        told[(people.staff_identity(owner) if named else _group_of(owner)) if owner else _("Nobody")] += number
    first = told.most_common(HELD)
    more = len(told) - len(first)
    words = [f"{name} {number}" for name, number in first]
    return pgettext("list", ", ").join([*words, *([_("%(n)s more") % {"n": more}] if more else [])])


def _group_of(owner: uuid.UUID) -> str:
    units = (people.unit_name(post.unit_id) for post in people.posts_of(owner) if post.role in RECEIVING_ROLES)
    return next(units, "") or _("No group")


def _members(asked: Asked) -> list[Any]:
    members = people.active_members(roles=RECEIVING_ROLES, unit=asked.unit)
    return [one for one in members if asked.owner in {None, one.pk}]


def _loads(members: Iterable[Any], by_owner: Mapping[uuid.UUID | None, Numbers]) -> list[team.Load]:
    return team.with_too_many([team.load_of(one, by_owner.get(one.pk, Numbers())) for one in members])


def _groups(loads: Iterable[team.Load]) -> list[GroupLoad]:
    sums: dict[str, Numbers] = defaultdict(Numbers)
    heads: Counter[str] = Counter()
    for one in loads:
        name = _group_of(one.member.pk)
        sums[name] += Numbers(one.late, one.today, one.rest, one.total)
        heads[name] += 1
    found = [GroupLoad(name=name, people=heads[name], numbers=numbers) for name, numbers in sums.items()]
    return sorted(found, key=lambda one: (-one.numbers.late, -one.numbers.total, one.name))


def due_between(
    actor: Actor, at: datetime, asked: Asked, since: datetime | None, until: datetime
) -> QuerySet[Complaint]:
    """Open cases whose next limit has not passed and falls into these hours; the ones behind an hour or a landmark."""
    rows = asked.narrowed(queue.open_cases(actor)).filter(_by(until), next_due_at__gt=at)
    return rows.filter(_from(since)) if since is not None else rows
