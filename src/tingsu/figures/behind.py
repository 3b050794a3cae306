"""The list of the complaints behind a figure, as each page that opens to one shows it (KP-01)."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from tingsu.complaints.models import Complaint
from tingsu.figures.dimensions import DIMENSIONS
from tingsu.pages import pager
from tingsu.people import queries as people

PAGE = 50
SHOWN = (
    "number",
    "received_at",
    "next_due_at",
    "state",
    "grade",
    "problem_type",
    "channel",
    "owner_id",
    "organisation_id",
)


def page_behind(request: HttpRequest, rows: QuerySet[Complaint], order: tuple[str, ...]) -> dict[str, Any]:
    """One page of them by key, and the query of the next; `rows` are those that the reader may see."""
    page = pager.page_of(rows.only(*SHOWN), order, request.GET.get(pager.PARAMETER, ""), PAGE)
    following = request.GET.copy()
    following[pager.PARAMETER] = page.following
    channels = DIMENSIONS["channel"]
    return {
        "rows": [(case, people.staff_identity(case.owner_id), channels.told(case.channel)) for case in page.rows],
        "next": following.urlencode() if page.following else "",
    }
