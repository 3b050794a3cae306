"""The queue: saved views, filters in the URL, groups by urgency, paging by key. Reads only (architecture §5.13)."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tingsu.complaints import filters
from tingsu.complaints.access import visible_to
from tingsu.complaints.models import Complaint
from tingsu.kernel import sql
from tingsu.kernel.actor import Actor
from tingsu.pages import pager

PAGE = 50
ORDER = ("next_due_at", "pk")
CAP = 1000
SOON = timedelta(hours=2)
SHOWN = (
    "number", "state", "grade", "urgency", "major", "crisis", "difficult", "problem_type", "categories", "anonymous", "product",
    "owner_id", "escalation_level", "version", "received_at", "next_due_at", "next_due_kind", "next_due_started_at", "summary", "organisation_id",
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
    late: bool = False
    indexed: bool = True
    """Counted by an index alone; the others are counted by a request of their own, after the page is there."""


def shipped_views(actor: Actor, at: datetime) -> list[View]:
    """The tabs everybody has. Time and person are bound here, so that a tab is one condition."""
    return [
        View(key="mine", label=_("Mine"), where=Q(owner_id=actor.id)),
        View(key="all", label=_("All open"), where=Q()),
        View(key="offered", label=_("Waiting for acceptance"), where=Q(state="routing")),
        View(key="today", label=_("Due today"), where=Q(next_due_at__gt=at, next_due_at__lt=end_of_day(at))),
        View(key="late", label=_("Overdue"), where=Q(next_due_at__lte=at), late=True),
        View(key="high_risk", label=_("High risk"), where=Q(grade="high_risk"), indexed=False),
        View(
            key="complainant", label=_("Waiting on the complainant"), where=Q(waiting_on="complainant"), indexed=False
        ),
        View(key="repeated", label=_("Repeated"), where=Q(repeated=True), indexed=False),
    ]


def end_of_day(at: datetime) -> datetime:
    """The coming midnight in the organisation's time zone."""
    local = timezone.localtime(at)
    return timezone.make_aware(datetime.combine(local.date() + timedelta(days=1), time.min))


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the URL asks for. Unknown values are left out, never an error: links are shared and grow old; the page says so."""

    view: str = "all"
    filters: Mapping[str, str] = field(default_factory=dict)
    dropped: Mapping[str, str] = field(default_factory=dict)
    """Filters with a value that there is not."""
    owner: uuid.UUID | None = None
    after: str = ""
    """The key of a page."""

    @classmethod
    def read(cls, actor: Actor, query: Mapping[str, str], *, default_view: str = "all") -> "Asked":
        known, unknown = filters.read(actor, query)
        return cls(
            view=query.get("view", default_view)[:60],
            filters=known,
            dropped=unknown,
            owner=_uuid(query.get("owner", "")),
            after=query.get(pager.PARAMETER, ""),
        )

    def url(self, **changes: Any) -> str:
        """The same question with something changed, as a query string; paging starts anew unless asked for."""
        other = replace(self, **{"after": "", **changes})
        parts: dict[str, str] = {"view": other.view, **other.filters}
        if other.owner:
            parts["owner"] = str(other.owner)
        if other.after:
            parts[pager.PARAMETER] = other.after
        return "?" + urlencode(parts)

    def narrowed(self, rows: QuerySet[Complaint]) -> QuerySet[Complaint]:
        rows = filters.narrowed(rows, dict(self.filters))
        return rows.filter(owner_id=self.owner) if self.owner else rows


def own_id(view: str) -> uuid.UUID | None:
    """Which of somebody's own views a tab's key means."""
    return _uuid(view.removeprefix("own-"))


def _uuid(value: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(value)
    except ValueError:
        return None


def open_cases(actor: Actor) -> QuerySet[Complaint]:
    return visible_to(actor, Complaint.objects.filter(OPEN))


def offered_to(actor: Actor) -> QuerySet[Complaint]:
    """Cases offered to this person, or to a unit of theirs with nobody named: they wait for acceptance."""
    return Complaint.objects.filter(OPEN).filter(
        Q(offered_member_id=actor.id) | Q(offered_member_id=None, offered_unit_id__in=actor.unit_ids)
    )


def page_of(rows: QuerySet[Complaint], after: str = "", size: int = PAGE) -> pager.Page[Complaint]:
    """One page by (next_due_at, id), cases without a deadline last. One or two queries."""
    return pager.page_of(rows.select_related("stream").only(*SHOWN), ORDER, after, size)


def first_of(rows: QuerySet[Complaint], size: int) -> QuerySet[Complaint]:
    """The same rows in the same order as `page_of` for its first page, to be asked together with others."""
    shown = rows.select_related("stream").only(*SHOWN)
    return shown.order_by(F("next_due_at").asc(nulls_last=True), "pk")[:size]


def counts(questions: Iterable[QuerySet[Any]]) -> list[int]:
    """How many rows each question has, at most CAP each, in one round trip."""
    return sql.counts(questions, CAP)


URGENCIES: tuple[tuple[str, str | Promise], ...] = (
    ("late", _("Overdue")),
    ("soon", _("Within 2 hours")),
    ("today", _("Today")),
    ("later", _("Later")),
)


def urgency(complaint: Complaint, at: datetime, midnight: datetime) -> str:
    """In which group of the queue a case stands."""
    due = complaint.next_due_at
    if due is None:
        return "later"
    if due <= at:
        return "late"
    if due <= at + SOON:
        return "soon"
    return "today" if due < midnight else "later"


def urgency_conditions(at: datetime) -> dict[str, Q]:
    midnight = end_of_day(at)
    soon = at + SOON
    return {
        "late": Q(next_due_at__lte=at),
        "soon": Q(next_due_at__gt=at, next_due_at__lte=soon),
        "today": Q(next_due_at__gt=soon, next_due_at__lt=midnight),
        "later": Q(next_due_at__gte=max(midnight, soon)),
    }
