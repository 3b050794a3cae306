"""The handling capacity for the leader in charge (OG-18): staff by level, open cases per handler, throughput, backlog, limits, objectives
with who has read them.
"""

import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from tingsu.complaints.models import Complaint
from tingsu.kernel.clock import local_date
from tingsu.kernel.organisations import current_organisation
from tingsu.people import queries as people
from tingsu.people.roles import Role, StaffLevel
from tingsu.planning import standing
from tingsu.registers import receipts
from tingsu.registers.models import Entry

HANDLERS = (Role.FRONTLINE, Role.SPECIALIST, Role.COACH, Role.SUPERVISOR)
WEEK, WEEKS = timedelta(days=7), 8
MOST = 50


@dataclass(frozen=True, kw_only=True)
class Handler:
    """One handler with what is open and what was closed."""

    member: Any
    name: str
    level: str
    open: int
    late: int
    soon: int
    closed: int

    @property
    def url(self) -> str:
        return f"{reverse('desk:queue')}?owner={self.member}"


def handlers(at: datetime) -> list[Handler]:
    """Everybody who handles complaints, whoever has most open first. Two queries."""
    staff = people.active_members(roles=HANDLERS)
    ids = [one.pk for one in staff]
    open_rows: Any = Complaint.objects.filter(owner_id__in=ids, closed_at=None).order_by().values("owner_id")
    held = {
        row["owner_id"]: row
        for row in open_rows.annotate(
            all=Count("pk"), late=Count("pk", filter=Q(next_due_at__lte=at)),
            soon=Count("pk", filter=Q(next_due_at__gt=at, next_due_at__lte=at + timedelta(days=1))),
        )
    }  # fmt: skip
    done: Any = (
        Complaint.objects.filter(owner_id__in=ids, closed_at__gt=at - 4 * WEEK, closed_at__lte=at)
        .order_by()
        .values("owner_id")
    )
    closed = {row["owner_id"]: row["all"] for row in done.annotate(all=Count("pk"))}
    levels = dict(StaffLevel.choices)
    nothing = {"all": 0, "late": 0, "soon": 0}
    found = [
        Handler(
            member=one.pk, name=people.staff_identity(one.pk), level=str(levels.get(people.staff_level_of(one.pk), "")),
            open=held.get(one.pk, nothing)["all"], late=held.get(one.pk, nothing)["late"], soon=held.get(one.pk, nothing)["soon"],
            closed=closed.get(one.pk, 0),
        )
        for one in staff
    ]  # fmt: skip
    return sorted(found, key=lambda one: (-one.open, -one.late, one.name))


def by_level(found: list[Handler]) -> list[dict[str, Any]]:
    """Staff by level, with what they have together."""
    people_of, open_of, closed_of = Counter[str](), Counter[str](), Counter[str]()
    for one in found:
        people_of[one.level] += 1
        open_of[one.level] += one.open
        closed_of[one.level] += one.closed
    order = [str(label) for _code, label in StaffLevel.choices]
    return [
        {"level": level, "people": people_of[level], "open": open_of[level], "closed": closed_of[level]}
        for level in sorted(people_of, key=lambda one: (order.index(one) if one in order else len(order), one))
    ]


def weeks(at: datetime) -> list[dict[str, Any]]:
    """Received, closed and the backlog at the end of each of the last eight weeks. A query each."""
    found = []
    for place in range(WEEKS - 1, -1, -1):
        until = at - place * WEEK
        told = Complaint.objects.filter(received_at__lte=until).aggregate(
            received=Count("pk", filter=Q(received_at__gt=until - WEEK)), closed=Count("pk", filter=Q(closed_at__gt=until - WEEK, closed_at__lte=until)),
            backlog=Count("pk", filter=Q(closed_at=None) | Q(closed_at__gt=until)),
        )  # fmt: skip
        found.append(told | {"until": local_date(until, current_organisation().time_zone)})
    return found


def limits(at: datetime) -> dict[str, int]:
    """Open cases by their next limit. One query."""
    rows = Complaint.objects.filter(closed_at=None)
    return rows.aggregate(
        open=Count("pk"), late=Count("pk", filter=Q(next_due_at__lte=at)),
        today=Count("pk", filter=Q(next_due_at__gt=at, next_due_at__lte=at + timedelta(days=1))),
    )  # fmt: skip


def objectives(at: datetime) -> list[dict[str, Any]]:
    """Objectives that run: how they stand, and how many of the team have read them as they are now. Two queries, and one a length of period."""
    day = local_date(at, current_organisation().time_zone)
    rows = list(
        Entry.objects.filter(register="objective", state="running")
        .select_related("stream")
        .order_by("opened_at", "pk")[:MOST]
    )
    asked = receipts.everybody()
    done = {row.pk: {uuid.UUID(str(line["member"])) for line in row.codes.get("read_by", ())} for row in rows}
    told = {one.entry.pk: one for one in standing.standings(rows, day)}
    return [
        {
            "standing": told.get(row.pk), "url": reverse("registers:entry", args=["objective", row.number]), "asked": len(asked),
            "for_team": bool(row.codes.get("for_team")),
            "read": sum(one in done[row.pk] for one in asked),
            "missing": [people.staff_identity(one) for one in asked if one not in done[row.pk]][:20],
        }
        for row in rows
    ]  # fmt: skip
