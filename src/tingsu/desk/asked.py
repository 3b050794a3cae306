"""What a list of cases is asked for: tab, filters, owner, group of people and days, as they stand in the address."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.utils import timezone

from tingsu.complaints import filters
from tingsu.complaints.models import Complaint
from tingsu.kernel.actor import Actor
from tingsu.pages import pager
from tingsu.people import queries as people

OWNER, UNIT, SINCE, UNTIL = "owner", "unit", "since", "until"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the URL asks for. Unknown values are left out, never an error: links are shared and grow old; the page says so."""

    view: str = "all"
    filters: Mapping[str, str] = field(default_factory=dict)
    dropped: Mapping[str, str] = field(default_factory=dict)
    """Filters with a value that there is not."""
    owner: uuid.UUID | None = None
    unit: uuid.UUID | None = None
    """The group that the owner works in now."""
    since: date | None = None
    until: date | None = None
    """First and last day of receipt, both included."""
    after: str = ""
    """The key of a page."""

    @classmethod
    def read(cls, actor: Actor, query: Mapping[str, str], *, default_view: str = "all") -> "Asked":
        known, unknown = filters.read(actor, query)
        unit = _uuid(query.get(UNIT, ""))
        return cls(
            view=query.get("view", default_view)[:60],
            filters=known,
            dropped=unknown,
            owner=_uuid(query.get(OWNER, "")),
            unit=unit if people.unit_or_none(unit) else None,
            since=_day(query.get(SINCE, "")),
            until=_day(query.get(UNTIL, "")),
            after=query.get(pager.PARAMETER, ""),
        )

    @property
    def narrowing(self) -> dict[str, str]:
        """Everything that narrows the list, as an address and a kept view have it."""
        others = {OWNER: self.owner, UNIT: self.unit, SINCE: self.since, UNTIL: self.until}
        return {**self.filters, **{name: str(value) for name, value in others.items() if value is not None}}

    def url(self, **changes: Any) -> str:
        """The same question with something changed, as a query string; paging starts anew unless asked for."""
        other = replace(self, **{"after": "", **changes})
        parts: dict[str, str] = {"view": other.view, **other.narrowing}
        if other.after:
            parts[pager.PARAMETER] = other.after
        return "?" + urlencode(parts)

    def bare_url(self) -> str:
        """The tab alone."""
        return self.url(filters={}, owner=None, unit=None, since=None, until=None)

    def narrowed(self, rows: QuerySet[Complaint]) -> QuerySet[Complaint]:
        rows = filters.narrowed(rows, dict(self.filters))
        if self.owner:
            rows = rows.filter(owner_id=self.owner)
        if self.unit:
            rows = rows.filter(owner_id__in=[one.pk for one in people.active_members(unit=self.unit)])
        return rows.filter(self.received)

    @property
    def received(self) -> Q:
        """The days of receipt, as a condition."""
        where = Q()
        if self.since:
            where &= Q(received_at__gte=_midnight(self.since))
        if self.until:
            where &= Q(received_at__lt=_midnight(self.until + timedelta(days=1)))
        return where


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _day(value: str) -> date | None:
    try:
        found = date.fromisoformat(value)
    except ValueError:
        return None
    return found if 1970 <= found.year <= 9000 else None


def _uuid(value: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(value)
    except ValueError:
        return None


def own_id(view: str) -> uuid.UUID | None:
    """Which of somebody's own views a tab's key means."""
    return _uuid(view.removeprefix("own-"))
