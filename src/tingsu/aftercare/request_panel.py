"""Requests for review and mediation on the case page: what was asked, by when somebody answers, what the answer was (FB-06)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.aftercare.models import ReviewRequest
from tingsu.aftercare.reviews import open_request, requests_of
from tingsu.aftercare.steps.reviews import KINDS, RESULTS
from tingsu.complaints.models import Complaint
from tingsu.complaints.registry import Panel, panel
from tingsu.kernel.actor import Actor
from tingsu.people import queries as people


def requests_context(actor: Actor, complaint: Complaint) -> dict[str, Any] | None:
    """Every request, the one that waits first; whoever answers reads the complainant's own words beside the form."""
    rows = requests_of(complaint)
    if not rows:
        return None
    waits = open_request(complaint)
    return {
        "note": _("waits for its written result") if waits else "",
        "requests": [_line(row) for row in sorted(rows, key=lambda row: (row is not waits, -row.asked_at.timestamp()))],
    }


def _line(row: ReviewRequest) -> dict[str, Any]:
    return {
        "request": row,
        "kind": dict(KINDS)[row.kind],
        "words": row.covered("words"),
        "reviewer": people.alias_of(row.reviewer_id) if row.reviewer_id else "",
        "result": dict(RESULTS).get(row.result, ""),
        "answer": row.covered("answer"),
        "by": people.alias_of(row.answered_by) if row.answered_by else "",
    }


panel(
    Panel(
        name="requests",
        title=_("Review and mediation asked for"),
        template="aftercare/requests.html",
        context=requests_context,
        order=66,
    )
)
