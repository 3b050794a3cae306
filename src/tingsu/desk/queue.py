"""The queue: saved views, filters in the URL, groups by urgency, paging by key. Reads only (architecture §5.13)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any

from django.db.models import DateTimeField, ExpressionWrapper, F, Q, QuerySet
from django.db.models.lookups import GreaterThan, LessThan, LessThanOrEqual
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tingsu.complaints import groups, work_order
from tingsu.complaints.access import visible_to, ways_to
from tingsu.complaints.fields import people as people_fields
from tingsu.complaints.models import Complaint, ComplaintMark
from tingsu.intake import special_groups
from tingsu.kernel import ids, sql
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import local
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.shapes import When, known
from tingsu.pages import pager
from tingsu.people.models import Unit
from tingsu.people.roles import Role

PAGE = 50
CAP = 1000
SOON = timedelta(hours=2)
DAYS = timedelta(days=2)
EARLIEST = datetime(1970, 1, 1, 12, tzinfo=UTC)
"""Before every deadline, in any time zone."""
SHOWN = (
    "number", "state", "grade", "urgency", "major", "crisis", "difficult", "problem_type", "categories", "anonymous", "product",
    "owner_id", "escalation_level", "reasonable_open",
    "version", "received_at", "next_due_at", "next_due_kind", "next_due_started_at", "work_key", "summary", "organisation_id",
    "stream__organisation_id", "stream__wrapped_key",
)  # fmt: skip
"""What a line of a list shows of a case, and the key that opens its summary."""
SUPERVISING = (Role.SUPERVISOR, Role.MGMT_REP)
"""Those who have a tab for what is under supervision (AS-12); for everybody else it is an address and a filter."""
SPECIAL = tuple(f"group:{code}" for code, _label in people_fields.GROUPS)
OPEN = ~Q(state__in=["closed", "archived"])
"""Written as the partial indexes have it, so that the planner takes them."""


@dataclass(frozen=True, kw_only=True)
class View:
    """A tab of the queue."""

    key: str
    label: str | Promise
    when: When
    holds: Callable[[When], Q]
    """Its condition, made of the instant."""
    stretches: Callable[[When], tuple[Q, ...]] | None = None
    """The same condition for a page in the order of work, where it is asked of one row after the other, in as many stretches of
    that order as it holds: gathering thousands of cases to sort them would cost a hundred times more.
    """
    late: bool = False
    tab: bool = True
    """Stands among the tabs; the others are led to by a number."""
    indexed: bool = True
    """Counted by an index alone; the others are counted by a request of their own, after the page is there."""

    @property
    def where(self) -> Q:
        return self.holds(self.when)

    @property
    def walked(self) -> tuple[Q, ...]:
        return self.stretches(self.when) if self.stretches is not None else (self.where,)


def shipped_views(actor: Actor, at: datetime | When) -> list[View]:
    """The tabs everybody has. Time and person are bound here, so that a tab is one condition.

    Without an instant (`later`) they are those of people who live by the order's clock.
    """
    when = known(at) if isinstance(at, datetime) else at
    today = partial(_walked_today, elsewhere=isinstance(at, datetime) and by_another_clock(at))

    def view(key: str, label: str | Promise, holds: Callable[[When], Q], *, indexed: bool = False, **more: Any) -> View:
        return View(key=key, label=label, when=when, holds=holds, indexed=indexed, **more)

    return [
        view("mine", _("Mine"), lambda _when: Q(owner_id=actor.id), indexed=True),
        *group_views(actor, when),
        view("all", _("All open"), lambda _when: Q(), indexed=True),
        view("offered", _("Waiting for acceptance"), lambda _when: Q(state="routing"), indexed=True),
        view("today", _("Due today"), _today, indexed=True, stretches=today),
        view("late", _("Overdue"), _late, indexed=True, stretches=_walked_late, late=True),
        view("rest", _("Later"), lambda when: Q(next_due_at__gte=when(end_of_day)), indexed=True, tab=False),
        view("high_risk", _("High risk"), lambda _when: Q(grade="high_risk")),
        view("complainant", _("Waiting on the complainant"), lambda _when: Q(waiting_on="complainant")),
        view("repeated", _("Repeated"), lambda _when: Q(repeated=True)),
        view(
            "special",
            _("Special groups"),
            lambda _when: _marked(mark__in=SPECIAL),
            tab=special_groups.takes(actor) or actor.has_role(*SUPERVISING),
        ),
        view(
            "supervised",
            _("Under supervision"),
            lambda _when: _marked(mark="supervised:yes"),
            tab=actor.has_role(*SUPERVISING),
        ),
    ]


def _marked(**which: Any) -> Q:
    return Q(pk__in=ComplaintMark.objects.filter(**which).values("complaint_id"))


def group_views(actor: Actor, when: When) -> list[View]:
    """The queue of each group of the centre (OG-07): a tab for its people, an address for everybody who sees the queue."""
    own = {group.kind for group in groups.groups_of(actor)}
    return [
        View(
            key=f"group-{group.kind}",
            label=Unit.Kind(group.kind).label,
            when=when,
            holds=lambda _when, states=group.states: Q(state__in=states),
            tab=group.kind in own,
            indexed=False,
        )
        for group in groups.GROUPS
    ]


def _now(at: datetime) -> datetime:
    return at


def _soon(at: datetime) -> datetime:
    return at + SOON


def _today(when: When) -> Q:
    return Q(next_due_at__gt=when(_now), next_due_at__lt=when(end_of_day))


def _late(when: When) -> Q:
    return Q(next_due_at__lte=when(_now))


def _walked_late(when: When) -> tuple[Q, ...]:
    """Overdue, in words that no index of limits answers; of the usual class none stands behind this instant's number."""
    last = when(lambda at: _key_at(work_order.REST, at))
    return (Q(work_key__lte=last) & Q(LessThanOrEqual(_limit(), when(_now))),)


def by_another_clock(at: datetime) -> bool:
    """Does whoever reads live by another clock than the order, so that their day ends on another of its days?"""
    zone = current_organisation().time_zone
    return local(at, zone).date() != local(end_of_day(at) - timedelta(seconds=1), zone).date()


def _walked_today(when: When, *, elsewhere: bool = False) -> tuple[Q, ...]:
    """Due today, in the stretches of the order where such cases stand: two of each class, for a reasonable demand stands in front.

    `elsewhere`: the end of the day is said of the limit too, which the planner takes for a reason to gather.
    """
    exactly = Q(GreaterThan(_limit(), when(_now)))
    if elsewhere:
        exactly &= Q(LessThan(_limit(), when(end_of_day)))
    return tuple(
        Q(work_key__gte=when(partial(_key_at, place, reasonable=reasonable)))
        & Q(work_key__lte=when(partial(_last_key, place, reasonable=reasonable)))
        & exactly
        for place in (work_order.URGENT, work_order.HIGH_RISK, work_order.REST)
        for reasonable in (True, False)
    )


def _key_at(place: int, at: datetime, *, reasonable: bool = False) -> int:
    return work_order.key_of(place, at, current_organisation().time_zone, reasonable=reasonable)


def _last_key(place: int, at: datetime, *, reasonable: bool) -> int:
    return _key_at(place, end_of_day(at) - timedelta(seconds=1), reasonable=reasonable)


def _limit() -> Any:
    """The next limit in words that no index of limits answers."""
    return ExpressionWrapper(F("next_due_at") + timedelta(0), output_field=DateTimeField())


def end_of_day(at: datetime) -> datetime:
    """The coming midnight in the organisation's time zone."""
    local = timezone.localtime(at)
    return timezone.make_aware(datetime.combine(local.date() + timedelta(days=1), time.min))


def open_cases(actor: Actor) -> QuerySet[Complaint]:
    return visible_to(actor, Complaint.objects.filter(OPEN), running=True)


def open_ways(actor: Actor, *, everything: bool | None = None) -> list[QuerySet[Complaint]]:
    """The same for lists and counts: one question for each way to them, together all of them."""
    return ways_to(actor, Complaint.objects.filter(OPEN), everything=everything)


def own_cases(actor: Actor) -> QuerySet[Complaint]:
    """Open cases that this person answers for, which everybody sees."""
    return Complaint.objects.filter(OPEN, owner_id=actor.id)


def offered_to(actor: Actor) -> QuerySet[Complaint]:
    """Cases offered to this person, or to a unit of theirs with nobody named: they wait for acceptance."""
    return Complaint.objects.filter(OPEN).filter(
        Q(offered_member_id=actor.id) | Q(offered_member_id=None, offered_unit_id__in=actor.unit_ids)
    )


Listed = QuerySet[Complaint] | Sequence[QuerySet[Complaint]]
"""The question of a list, or several that hold it together, each walked by an index of its own."""


def page_of(
    rows: Listed, after: str = "", size: int = PAGE, *, by_limit: bool = False, more: Iterable[str] = ()
) -> pager.Page[Complaint]:
    """One page of the work list, or by the nearest limit alone (CA-56); cases without a deadline last. One or two queries.

    `more` names columns that are read beside those that a line shows.
    """
    shown, pieces = _walk(rows, order := order_of(by_limit=by_limit), more)
    return pager.page_of(shown, order, after, size, pieces)


def _walk(
    rows: Listed, order: Sequence[str], more: Iterable[str] = ()
) -> tuple[QuerySet[Complaint], list[pager.Piece]]:
    """What is read of a list, and the pieces in which it is walked."""
    ways = [rows] if isinstance(rows, QuerySet) else list(rows)
    pieces = [pager.Piece(rows=one, order=order) for one in ways] if len(ways) > 1 else []
    shown = Complaint.objects.all() if pieces else ways[0]
    return shown.select_related("stream").only(*SHOWN, *more), pieces


def order_of(*, by_limit: bool) -> tuple[str, ...]:
    """The order of work, or that of the nearest limit alone."""
    return work_order.BY_LIMIT if by_limit else work_order.ORDER


def first_of(rows: Listed, size: int, *, by_limit: bool = False) -> QuerySet[Complaint]:
    """The same rows in the same order as `page_of` for its first page, to be asked together with others."""
    order = order_of(by_limit=by_limit)
    shown, pieces = _walk(rows, order)
    return pager.first_of(shown, order, size, pieces)


def registered_after(since: datetime) -> Q:
    """Cases that came after an instant. Their keys came after it too, as far as clocks agree to an hour: no index of
    registrations is needed to find them.
    """
    return Q(registered_at__gt=since, pk__gt=ids.first_of(max(since, EARLIEST) - timedelta(hours=1)))


def counts(questions: Iterable[QuerySet[Any]]) -> list[int]:
    """How many rows each question has, at most CAP each, in one round trip."""
    return sql.counts(questions, CAP)


def counted(ways: Sequence[QuerySet[Complaint]], where: Q) -> QuerySet[Any]:
    """The question for `counts` of a list with a condition: a case found by several ways counts once, and each is counted no
    further than that.
    """
    if len(ways) == 1:
        return ways[0].filter(where)
    first, *others = (one.filter(where).order_by().values("pk")[:CAP] for one in ways)
    united: QuerySet[Any] = first.union(*others)
    return united


URGENCIES: tuple[tuple[str, str | Promise], ...] = (
    ("late", _("Overdue")),
    ("soon", _("Within 2 hours")),
    ("today", _("Today")),
    ("later", _("Later")),
)
GROUPS: tuple[tuple[str, str | Promise], ...] = (("urgent", _("Urgent")), ("high_risk", _("High risk")), *URGENCIES)
"""The groups of the work list, in its order: the urgent, the high-risk, and the rest by deadline (CA-56)."""


def urgency(complaint: Complaint, at: datetime, midnight: datetime) -> str:
    """In which group by deadline a case stands."""
    due = complaint.next_due_at
    if due is None:
        return "later"
    if due <= at:
        return "late"
    if due <= at + SOON:
        return "soon"
    return "today" if due < midnight else "later"


def group_of(complaint: Complaint, at: datetime, midnight: datetime, *, by_limit: bool) -> str:
    """In which group of a page a case stands."""
    rank = work_order.REST if by_limit else work_order.rank(complaint)
    return {work_order.URGENT: "urgent", work_order.HIGH_RISK: "high_risk"}.get(rank) or urgency(
        complaint, at, midnight
    )


def urgency_conditions(at: datetime | When) -> dict[str, Q]:
    """The groups by deadline, as conditions."""
    when = known(at) if isinstance(at, datetime) else at
    return {
        "late": _late(when),
        "soon": Q(next_due_at__gt=when(_now), next_due_at__lte=when(_soon)),
        "today": Q(next_due_at__gt=when(_soon), next_due_at__lt=when(end_of_day)),
        "later": Q(next_due_at__gte=when(lambda at: max(end_of_day(at), _soon(at)))),
    }


def group_conditions(at: datetime | When, *, by_limit: bool) -> dict[str, Q]:
    """The groups of a page as conditions that one of the indexes counts: the numbers of a class lie side by side."""
    when = known(at) if isinstance(at, datetime) else at
    by_deadline = urgency_conditions(when)
    if by_limit:
        return by_deadline
    # Numbers begin anew each day of the organisation's, so they are those of whoever asks too.
    high = when(lambda _at: work_order.first_of(work_order.HIGH_RISK, EARLIEST))
    rest = when(lambda _at: work_order.first_of(work_order.REST, EARLIEST))
    # Days that a group cannot reach are left out, so that the counting ends where they begin.
    end = when(lambda at: work_order.first_of(work_order.REST, at + DAYS))
    begin = when(lambda at: work_order.first_of(work_order.REST, at))
    stretch = {name: Q(work_key__lt=end) for name in ("late", "soon", "today")} | {"later": Q(work_key__gte=begin)}
    return {
        "urgent": Q(work_key__lt=high),
        "high_risk": Q(work_key__gte=high, work_key__lt=rest),
        **{name: Q(work_key__gte=rest) & stretch[name] & where for name, where in by_deadline.items()},
    }
