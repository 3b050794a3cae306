"""How many open cases people have: one statement, each counted by an index and no further than a number."""

import uuid
from collections.abc import Collection
from typing import Any

from django.db.models import IntegerField, OuterRef, Q, QuerySet, Subquery

from tingsu.complaints.models import Complaint
from tingsu.people.models import Member

CAP = 1000
OPEN = ~Q(state__in=["closed", "archived"])
"""Written as the partial indexes have it, so that the planner takes them."""


class CountOf(Subquery):
    """How many rows a question has that names the row around it: one part of a statement, however many rows stand around it."""

    template = "(SELECT count(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


def open_loads(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Open cases that each of some people owns, each counted as far as CAP. One query."""
    owned: QuerySet[Any] = Complaint.objects.filter(OPEN, owner_id=OuterRef("pk")).order_by().values("id")[:CAP]
    rows = Member.objects.filter(pk__in=ids).annotate(load=CountOf(owned))
    return dict(rows.values_list("pk", "load"))
