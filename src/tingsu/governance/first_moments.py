"""Medians of the first moments of a month: all complaints, by channel, by the person who received them (SL-20, OG-19).

Measured from receipt, over the complaints received in the month that have come to the moment; whole minutes. A complaint that has not come
to it yet counts in no median, so each line says how many complaints it speaks of.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from statistics import median
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.complaints.fields.receipt import DOORS
from tingsu.complaints.models import Complaint
from tingsu.complaints.moments import COLUMNS
from tingsu.kernel.clock import month_around
from tingsu.kernel.organisations import current_organisation
from tingsu.process.steps import Field
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.options import members

MOST_READ, MOST_PEOPLE = 50_000, 200
ALL = "all"
NAMES = tuple(name for name, _label in COLUMNS)
MEDIANS = (
    Field(name="complaints", label=pgettext_lazy("figure", "Complaints"), kind="number"),
    Field(name="acknowledged_at", label=_("Acceptance told, median in minutes"), kind="number"),
    Field(name="investigated_at", label=_("Investigation begun, median in minutes"), kind="number"),
    Field(name="first_reply_at", label=_("First reply with content, median in minutes"), kind="number"),
    Field(name="first_action_at", label=_("First action of a colleague, median in minutes"), kind="number"),
)
WAYS = ((ALL, _("All channels")), *DOORS)
FIELDS = (
    Field(
        name="moments_by_way", label=_("First moments by channel"), kind="rows", limit=20,
        rows=(Field(name="way", label=_("Channel"), kind="choice", options=WAYS), *MEDIANS),
    ),
    Field(
        name="moments_by_person", label=_("First moments by first recipient"), kind="rows", limit=MOST_PEOPLE,
        rows=(Field(name="member", label=_("First received by"), kind="member", options=members), *MEDIANS),
    ),
)  # fmt: skip
Row = tuple[datetime | None, ...]
"""When it was received, and its moments in the order of COLUMNS."""


def medians(rows: Iterable[Row]) -> dict[str, int | None]:
    """One line: how many complaints, and the median of each moment in whole minutes; None where nobody has come to it."""
    seen = list(rows)
    line: dict[str, int | None] = {"complaints": len(seen)}
    for place, name in enumerate(NAMES, 1):
        took = [(row[place] - row[0]).total_seconds() for row in seen if row[0] and row[place]]  # type: ignore[operator]
        line[name] = round(median(took) / 60) if took else None
    return line


def of_month(day: date) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The lines by channel, all of them first, and by person, who received most first. One query; the newest 50,000 complaints."""
    start, end = month_around(day, current_organisation().time_zone)
    found = Complaint.objects.filter(received_at__gte=start, received_at__lt=end).order_by("-received_at", "-id")
    by_way: dict[str, list[Row]] = defaultdict(list)
    by_person: dict[uuid.UUID | None, list[Row]] = defaultdict(list)
    for way, who, *moments in found.values_list("channel", "first_owner_id", "received_at", *NAMES)[:MOST_READ]:
        for one, key in ((by_way, ALL), (by_way, way), (by_person, who)):
            rows: Mapping[Any, list[Row]] = one
            rows[key].append(tuple(moments))
    ways = [{"way": way, **medians(by_way[way])} for way, _label in WAYS if by_way.get(way)]
    people = sorted(by_person.items(), key=lambda one: (-len(one[1]), str(one[0])))[:MOST_PEOPLE]
    return ways, [{"member": str(who) if who else None, **medians(rows)} for who, rows in people]


def measured(opened: OpenedEntry) -> None:
    """Keep the medians of the month with its report."""
    ways, people = of_month(date.fromisoformat(opened.entry.codes["month"]))
    opened.put("moments_by_way", ways)
    opened.put("moments_by_person", people)
