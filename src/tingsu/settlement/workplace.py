"""What the organisation's own facts mean for settlement: its size, its days, what a person paid out today."""

import uuid
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Sum

from tingsu.complaints.actions import time_zone
from tingsu.kernel.clock import local
from tingsu.settlement.models import Solution


def end_of_day(day: date, zone: str) -> datetime:
    """The last second of a day on the organisation's wall clock."""
    return datetime.combine(day, time(23, 59, 59), tzinfo=ZoneInfo(zone))


def paid_directly_today(member_id: uuid.UUID | None, at: datetime) -> int:
    """What one person granted by solving directly since local midnight, in fen (RM-09)."""
    midnight = local(at, time_zone()).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = Solution.objects.filter(
        origin=Solution.Origin.DIRECT,
        drafted_by=member_id,
        drafted_at__gte=midnight,
        drafted_at__lt=midnight + timedelta(days=1),
    )
    return rows.aggregate(sum=Sum("total_fen"))["sum"] or 0
