"""Reports that are drafted by themselves when their period is over: the monthly one, the committee's, and whichever said so (MO-04, MO-05, OG-12)."""

import logging
import uuid
from datetime import datetime, timedelta
from typing import Any

from tingsu.complaints.models import Complaint
from tingsu.figures import periods
from tingsu.figures.counting import instants
from tingsu.figures.periods import Period, period_of
from tingsu.governance import report_kinds, reporting
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import local_date, now
from tingsu.kernel.errors import InvalidInput
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.people import queries as people
from tingsu.people.models import Unit
from tingsu.registers.models import Entry

log = logging.getLogger(__name__)
LOOKS_BACK = timedelta(days=800)
"""A report of a year that said so opens the next one: its own period began two years before."""


def open_owed(register: str, at: datetime | None = None) -> list[Entry]:
    """Every report whose period is over and that is not there yet. A few queries where nothing is owed."""
    day = local_date(at or now(), current_organisation().time_zone)
    rows = list(Entry.objects.filter(register=register, speaks_of__gte=day - LOOKS_BACK).order_by("opened_at"))
    there = {key_of(row.codes): row for row in rows}
    wanted: dict[Any, dict[str, Any]] = {}
    if Complaint.objects.filter(received_at__lt=instants(_last(day, periods.MONTH))[1]).exists():
        wanted[(report_kinds.MONTHLY, "", _last(day, periods.MONTH))] = {}
        if people.posts_now(unit_kinds={Unit.Kind.COMMITTEE}):
            wanted[(report_kinds.QUARTERLY, "", _last(day, periods.QUARTER))] = {}
    # The newest one of its kind says whether there is a next one: so it can be ended.
    newest = {(key[0], key[1], key[2].kind): row for key, row in sorted(there.items(), key=lambda one: one[0][2].first)}
    for (kind, unit, length), row in newest.items():
        if row.codes.get("by_itself") and kind in report_kinds.FREE.split("|"):
            more = {
                name: row.codes[name] for name in ("span", "department", "supplier", "by_itself") if row.codes.get(name)
            }
            key = (kind, unit, _last(day, length))
            if report_kinds.period_in(row.codes) < key[2]:
                wanted[key] = more
    made = []
    for key, more in wanted.items():
        if key not in there:
            kind, _unit_id, period = key
            pk = uuid.uuid5(current_organisation_id(), f"report:{kind}:{key[1]}:{period.kind}:{period.written}")
            by = automation("governance.reports", current_organisation_id())
            try:
                made.append(reporting.open_one(register, kind, period, more, pk, by))
            except InvalidInput as error:  # its supplier has left, or its period overlaps a published one
                log.warning("the report %s of %s could not be drafted: %s", kind, period.written, error.fields)
    return made


def key_of(codes: dict[str, Any]) -> tuple[str, str, Period]:
    """Of what kind, of whom, of which period."""
    return report_kinds.kind_of(codes), _unit(codes), report_kinds.period_in(codes)


def _unit(codes: dict[str, Any]) -> str:
    return str(codes.get("department") or codes.get("supplier") or "")


def _last(day: Any, length: str) -> Period:
    """The last period of a length that is over."""
    return period_of(day, length).before()
