"""The one order of work lists: urgent first, then high risk, then the rest; inside each the nearest limit (TR-12, TR-14, CA-56).

It is kept with the complaint as one number, so that an index gives a page of it however long the queue is: the class,
the day of the next limit, whether a reasonable demand is open or compensation is claimed (it decides between two cases due the
same day, VL-13, RM-06), and the second of that day.
"""

from datetime import date, datetime
from typing import TYPE_CHECKING

from tingsu.complaints import terms
from tingsu.kernel.clock import local
from tingsu.kernel.organisations import current_organisation

if TYPE_CHECKING:
    from tingsu.complaints.models import Complaint

ORDER = ("work_key", "pk")
BY_LIMIT = ("next_due_at", "pk")
"""What a member may have instead: the nearest limit only."""
URGENT, HIGH_RISK, REST = 0, 1, 2
DAY = 2 * 100_000
"""Seconds of a day, twice: with a reasonable demand first."""
CLASS = 100_000 * DAY
"""Days since 1970 that fit into one class; the last stands for no limit at all."""
NEVER = 99_999
EPOCH = date(1970, 1, 1).toordinal()


def work_key(complaint: "Complaint") -> int:
    """Where a case stands in the work list; the smaller the sooner. Days are those of the organisation's time zone."""
    zone = current_organisation().time_zone
    first = complaint.reasonable_open or complaint.loss_claimed
    return key_of(rank(complaint), complaint.next_due_at, zone, reasonable=first)


def key_of(place: int, due_at: datetime | None, zone: str, *, reasonable: bool = False) -> int:
    """The number of a class, a limit, and whether a reasonable demand waits."""
    if due_at is None:
        return place * CLASS + NEVER * DAY
    due = local(due_at, zone)
    second = due.hour * 3600 + due.minute * 60 + due.second
    return place * CLASS + _day(due) * DAY + (0 if reasonable else DAY // 2) + second


def rank(complaint: "Complaint") -> int:
    """The class of a case: urgent, high-risk, or the rest."""
    if complaint.urgency == terms.Urgency.URGENT:
        return URGENT
    return HIGH_RISK if complaint.grade == terms.Grade.HIGH_RISK else REST


def first_of(place: int, at: datetime) -> int:
    """The smallest number of a class on the day of an instant: a bound for questions about due days."""
    return place * CLASS + _day(local(at, current_organisation().time_zone)) * DAY


def _day(due: datetime) -> int:
    return min(due.toordinal() - EPOCH, NEVER - 1)
