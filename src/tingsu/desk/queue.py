"""The queue: saved views, filters in the URL, groups by urgency, paging by key. Reads only (architecture §5.13)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.db.models import DateTimeField, ExpressionWrapper, F, Q, QuerySet
from django.db.models.lookups import LessThanOrEqual
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tingsu.complaints import groups, work_order
from tingsu.complaints.access import visible_to
from tingsu.complaints.models import Complaint
from tingsu.kernel import sql
from tingsu.kernel.actor import Actor
from tingsu.kernel.organisations import current_organisation
from tingsu.pages import pager
from tingsu.people.models import Unit

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
OPEN = ~Q(state__in=["closed", "archived"])
"""Written as the partial indexes have it, so that the planner takes them."""


@dataclass(frozen=True, kw_only=True)
class View:
    """A tab of the queue."""

    key: str
    label: str | Promise
    where: Q
    walked: Q | None = None
    """The same condition for a page in the order of work, where it is asked of one row after the other: in that order what is
    overdue stands in front, and gathering thousands of overdue cases to sort them would cost a hundred times more.
    """
    late: bool = False
    tab: bool = True
    """Stands among the tabs; the others are led to by a number."""
    indexed: bool = True
    """Counted by an index alone; the others are counted by a request of their own, after the page is there."""


def shipped_views(actor: Actor, at: datetime) -> list[View]:
    """The tabs everybody has. Time and person are bound here, so that a tab is one condition."""
    return [
        View(key="mine", label=_("Mine"), where=Q(owner_id=actor.id)),
        *group_views(actor),
        View(key="all", label=_("All open"), where=Q()),
        View(key="offered", label=_("Waiting for acceptance"), where=Q(state="routing")),
        View(key="today", label=_("Due today"), where=Q(next_due_at__gt=at, next_due_at__lt=end_of_day(at))),
        View(key="late", label=_("Overdue"), where=Q(next_due_at__lte=at), walked=_walked_late(at), late=True),
        View(key="rest", label=_("Later"), where=Q(next_due_at__gte=end_of_day(at)), tab=False),
        View(key="high_risk", label=_("High risk"), where=Q(grade="high_risk"), indexed=False),
        View(
            key="complainant", label=_("Waiting on the complainant"), where=Q(waiting_on="complainant"), indexed=False
        ),
        View(key="repeated", label=_("Repeated"), where=Q(repeated=True), indexed=False),
    ]


def group_views(actor: Actor) -> list[View]:
    """The queue of each group of the centre (OG-07): a tab for its people, an address for everybody who sees the queue."""
    own = {group.kind for group in groups.groups_of(actor)}
    return [
        View(
            key=f"group-{group.kind}",
            label=Unit.Kind(group.kind).label,
            where=Q(state__in=group.states),
            tab=group.kind in own,
            indexed=False,
        )
        for group in groups.GROUPS
    ]


def _walked_late(at: datetime) -> Q:
    """Overdue, in words that no index of limits answers; of the usual class none stands behind this instant's number."""
    last = work_order.key_of(work_order.REST, at, current_organisation().time_zone)
    return Q(work_key__lte=last) & Q(
        LessThanOrEqual(ExpressionWrapper(F("next_due_at") + timedelta(0), output_field=DateTimeField()), at)
    )


def end_of_day(at: datetime) -> datetime:
    """The coming midnight in the organisation's time zone."""
    local = timezone.localtime(at)
    return timezone.make_aware(datetime.combine(local.date() + timedelta(days=1), time.min))


def open_cases(actor: Actor) -> QuerySet[Complaint]:
    return visible_to(actor, Complaint.objects.filter(OPEN), running=True)


def offered_to(actor: Actor) -> QuerySet[Complaint]:
    """Cases offered to this person, or to a unit of theirs with nobody named: they wait for acceptance."""
    return Complaint.objects.filter(OPEN).filter(
        Q(offered_member_id=actor.id) | Q(offered_member_id=None, offered_unit_id__in=actor.unit_ids)
    )


def page_of(
    rows: QuerySet[Complaint], after: str = "", size: int = PAGE, *, by_limit: bool = False, more: Iterable[str] = ()
) -> pager.Page[Complaint]:
    """One page of the work list, or by the nearest limit alone (CA-56); cases without a deadline last. One or two queries.

    `more` names columns that are read beside those that a line shows.
    """
    order = work_order.BY_LIMIT if by_limit else work_order.ORDER
    return pager.page_of(rows.select_related("stream").only(*SHOWN, *more), order, after, size)


def first_of(rows: QuerySet[Complaint], size: int) -> QuerySet[Complaint]:
    """The same rows in the same order as `page_of` for its first page, to be asked together with others."""
    shown = rows.select_related("stream").only(*SHOWN)
    return shown.order_by(*work_order.ORDER)[:size]


def counts(questions: Iterable[QuerySet[Any]]) -> list[int]:
    """How many rows each question has, at most CAP each, in one round trip."""
    return sql.counts(questions, CAP)


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


def urgency_conditions(at: datetime) -> dict[str, Q]:
    """The groups by deadline, as conditions."""
    midnight = end_of_day(at)
    soon = at + SOON
    return {
        "late": Q(next_due_at__lte=at),
        "soon": Q(next_due_at__gt=at, next_due_at__lte=soon),
        "today": Q(next_due_at__gt=soon, next_due_at__lt=midnight),
        "later": Q(next_due_at__gte=max(midnight, soon)),
    }


def group_conditions(at: datetime, *, by_limit: bool) -> dict[str, Q]:
    """The groups of a page as conditions that one of the indexes counts: the numbers of a class lie side by side."""
    by_deadline = urgency_conditions(at)
    if by_limit:
        return by_deadline
    high, rest = work_order.first_of(work_order.HIGH_RISK, EARLIEST), work_order.first_of(work_order.REST, EARLIEST)
    # Days that a group cannot reach are left out, so that the counting ends where they begin.
    last = {name: Q(work_key__lt=work_order.first_of(work_order.REST, at + DAYS)) for name in ("late", "soon", "today")}
    later = {"later": Q(work_key__gte=work_order.first_of(work_order.REST, at))}
    return {
        "urgent": Q(work_key__lt=high),
        "high_risk": Q(work_key__gte=high, work_key__lt=rest),
        **{name: Q(work_key__gte=rest) & (last | later)[name] & where for name, where in by_deadline.items()},
    }
