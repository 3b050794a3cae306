"""What complainants thought of the work of a month, by whoever handled it: for the monthly report of the data analysis group (SC-13).

By department, supplier and channel every analysis of the figures is split; a person stands in no fact (MO-13), so these lines are made of
the ratings and callbacks themselves, and are read where the report is.
"""

import uuid
from collections import defaultdict
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.aftercare.models import Callback, Rating
from tingsu.aftercare.rules import aftercare_rules
from tingsu.kernel.clock import month_around
from tingsu.kernel.organisations import current_organisation
from tingsu.people import queries as people
from tingsu.process.steps import Field, Options
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.options import members

MOST_READ, MOST_PEOPLE = 50_000, 200
COUNTED = ("ratings", "satisfied", "low", "calls", "reached")


def suppliers(report: Any) -> Options:
    """Units in which people of a supplier work, by its name."""
    return tuple((str(pk), name) for pk, name in people.supplied_units().items())


FIELDS = (
    Field(
        name="ratings_by_handler", label=_("Ratings and callbacks by handler"), kind="rows", limit=MOST_PEOPLE,
        rows=(
            Field(name="member", label=_("Handler"), kind="member", options=members),
            Field(name="supplier", label=_("Supplier"), kind="choice", options=suppliers),
            Field(name="ratings", label=_("Rated"), kind="number"),
            Field(name="satisfied", label=_("Satisfied"), kind="number"),
            Field(name="low", label=_("Low ratings"), kind="number"),
            Field(name="calls", label=_("Callbacks"), kind="number"),
            Field(name="reached", label=pgettext_lazy("callback", "Reached"), kind="number"),
        ),
    ),
)  # fmt: skip


def of_month(day: date) -> list[dict[str, Any]]:
    """A line for each handler and supplier, those with most ratings first. Two queries; the newest 50,000 of each."""
    start, end = month_around(day, current_organisation().time_zone)
    rules = aftercare_rules()
    found: dict[tuple[uuid.UUID | None, uuid.UUID | None], dict[str, int]] = defaultdict(
        lambda: dict.fromkeys(COUNTED, 0)
    )
    rated = Rating.objects.filter(rated_at__gte=start, rated_at__lt=end).order_by("-rated_at", "-id")
    for owner, supplier, score in rated.values_list("owner_id", "supplier_id", "score")[:MOST_READ]:
        line = found[owner, supplier]
        line["ratings"] += 1
        line["satisfied"] += score >= rules["satisfied_rating"]
        line["low"] += score <= rules["low_rating"]
    called = Callback.objects.filter(called_at__gte=start, called_at__lt=end).order_by("-called_at", "-id")
    for who, supplier, reached in called.values_list("owner_id", "supplier_id", "reached")[:MOST_READ]:
        line = found[who, supplier]
        line["calls"] += 1
        line["reached"] += reached
    order = sorted(found.items(), key=lambda one: (-one[1]["ratings"], -one[1]["calls"], str(one[0])))
    return [
        {"member": str(who) if who else None, "supplier": str(supplier) if supplier else None, **counted}
        for (who, supplier), counted in order[:MOST_PEOPLE]
    ]


def measured(opened: OpenedEntry) -> None:
    """Keep the lines of the month with its report."""
    opened.put("ratings_by_handler", of_month(date.fromisoformat(opened.entry.codes["month"])))
