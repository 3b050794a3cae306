"""How facts follow the ledger: a job folds what moved, a command makes all of them anew (MO-08).

The ledger itself is the list of what changed: its events are found by the time in their ids, so that no action writes or locks a row
for the figures, and a registration pays nothing for them. A fact knows how much of the history went into it (`seq`); folding what it
knows already changes nothing, however often and by however many workers. Once a night everything that is behind is caught up with,
whenever its transaction was committed.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tingsu.calendars.arithmetic import ONE_DAY, Calendar, blocks_of, is_working_day
from tingsu.calendars.queries import KIND as CALENDAR
from tingsu.calendars.queries import calendar_of
from tingsu.clocks.timers import timers
from tingsu.complaints.models import Complaint
from tingsu.figures import sql
from tingsu.figures.models import Reach
from tingsu.kernel import rulebooks
from tingsu.kernel.clock import local_date, now
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.seals import first_id_of
from tingsu.kernel.tenancy import current_organisation_id

BATCH = 5_000
SLACK = timedelta(minutes=2)
"""Events are found by the time in their ids; a transaction may commit a little after it. The night finds what was slower."""
ALWAYS = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)


@dataclass(kw_only=True)
class Days:
    """All versions of the working calendar and their days, as the statement takes them."""

    version: list[int] = field(default_factory=list)
    since: list[datetime] = field(default_factory=list)
    until: list[datetime] = field(default_factory=list)
    zones: list[str] = field(default_factory=list)
    of: list[int] = field(default_factory=list)
    """Of each day: the version, how many working days and minutes went before, its blocks."""
    day: list[date] = field(default_factory=list)
    number: list[int] = field(default_factory=list)
    """Working days up to this day, itself among them."""
    minutes: list[int] = field(default_factory=list)
    """Working minutes before this day."""
    blocks: list[str] = field(default_factory=list)

    def add(self, calendar: Calendar, since: datetime, until: datetime, first: date, last: date) -> None:
        self.version.append(calendar.version)
        self.since.append(since)
        self.until.append(until)
        self.zones.append(calendar.time_zone)
        number = minutes = 0
        on = first
        while on <= last:
            blocks = blocks_of(on, calendar)
            number += is_working_day(on, calendar)
            self.of.append(calendar.version)
            self.day.append(on)
            self.number.append(number)
            self.minutes.append(minutes)
            self.blocks.append("{" + ",".join(f"{one.start},{one.end}" for one in blocks) + "}")
            minutes += sum(one.end - one.start for one in blocks)
            on += ONE_DAY


def fold_moved() -> int:
    """Fold what moved since the last time; gives how many complaints. Nothing to do costs two queries."""
    began = datetime.now(UTC)
    reach = Reach.objects.filter(pk=current_organisation_id()).first()
    # A clock that was ahead for a while has left a reach in the future: what happens now lies before it.
    since = first_id_of(min(reach.reached_at, began) - SLACK) if reach else uuid.UUID(int=0)
    folded = 0
    while ids := sql.moved(since, BATCH):
        folded += fold(ids)
        if len(ids) < BATCH:
            break
    sql.reached(began)
    return folded


def catch_up() -> int:
    """Fold everything that is behind its history, wherever the folding has come to; gives how many."""
    folded = 0
    while ids := sql.behind(BATCH):
        folded += fold(ids)
        if len(ids) < BATCH:
            break
    return folded


def rebuild() -> int:
    """Make every fact of the organisation anew, a batch at a time; gives how many. Readers see old or new rows, never none."""
    began, folded, last = datetime.now(UTC), 0, uuid.UUID(int=0)
    given: dict[str, Any] | None = None
    while rows := sql.after(last, BATCH):
        given = given or _given(_earliest())
        folded += sql.fold([one for one, _received in rows], given)
        last = rows[-1][0]
    sql.reached(began)
    return folded


def fold(ids: Sequence[uuid.UUID]) -> int:
    """Make the facts of some complaints anew; one statement, which sees one instant of cases and ledger."""
    received = (
        Complaint.objects.filter(pk__in=ids).order_by("received_at").values_list("received_at", flat=True).first()
    )
    return sql.fold(ids, _given(received)) if received else 0


def _earliest() -> datetime:
    found = Complaint.objects.order_by("received_at").values_list("received_at", flat=True).first()
    return found or now()


def _given(first: datetime) -> dict[str, Any]:
    """What the statement must be told: the organisation's time zone, its calendars day by day, and the limits that are not ours."""
    zone = current_organisation().time_zone
    days = Days()
    begin, end = local_date(first, zone) - ONE_DAY, local_date(now(), zone) + ONE_DAY
    until = ALWAYS[1]
    for rules in rulebooks.versions(CALENDAR):  # newest first: an older one was in force until a newer one came
        since = rules.valid_from or ALWAYS[0]
        if since < until:
            days.add(calendar_of(rules), since, until, begin, end)
            until = since
    theirs = [name for name, one in timers().items() if one.of == "complaint" and not one.owed_by_us]
    return {"at": now(), "zone": zone, "theirs": theirs, **vars(days)}
