"""Aftercare on the case page: notice, rating and callbacks; the tracking form; the archived file."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.aftercare.contents import listed
from tingsu.aftercare.models import ArchivedFile, ClosingReview
from tingsu.aftercare.queries import Round, proof_of_delivery, round_of
from tingsu.aftercare.rules import END_ACTIONS, aftercare_rules, retention_class
from tingsu.aftercare.stages import tracking_form
from tingsu.aftercare.steps.notice import RECEIPTS
from tingsu.complaints import terms
from tingsu.complaints.fields import code_words
from tingsu.complaints.models import Complaint
from tingsu.complaints.publishing import REPLY_GROUNDS
from tingsu.complaints.registry import Panel, panel
from tingsu.complaints.steps.common import MEANS
from tingsu.kernel.actor import Actor
from tingsu.people import queries as people

ASPECTS = (
    ("timeliness", _("Timeliness")),
    ("effectiveness", _("Effectiveness of the solution")),
    ("attitude", _("Attitude and manner")),
    ("redress", _("Compensation and return")),
)


def aftercare_context(actor: Actor, complaint: Complaint) -> dict[str, Any] | None:
    """What the complainant was told, what came back, what the second look found."""
    current = round_of(complaint)
    review = next(iter(ClosingReview.of(complaint)), None)
    if current is None and complaint.state != terms.State.EVALUATING:
        return None
    return {
        "note": _("%(score)s of 5") % {"score": current.score} if current and current.score else "",
        "current": current,
        "proof": _proof(complaint, current) if current else None,
        "published": current.notice if current and current.notice.published_at else None,
        "published_in": code_words("channel", current.notice.published_in) if current else "",
        "place": current.notice.covered("place") if current else "",
        "ground": dict(REPLY_GROUNDS).get(current.notice.ground, "") if current else "",
        "ground_words": current.notice.covered("ground_words") if current else "",
        "words": current.notice.covered("words") if current else "",
        "scores": [(label, value) for name, label in ASPECTS if (value := getattr(current.rating, name))]
        if current and current.rating
        else [],
        "comment": current.rating.covered("comment") if current and current.rating else "",
        "calls": [_call(row) for row in current.callbacks] if current else [],
        "attempts": aftercare_rules()["callback_attempts"],
        "review": review,
        "cause": review.covered("cause") if review else "",
        "lesson": review.covered("lesson") if review else "",
        "action": review.covered("action") if review else "",
    }


PROOFS = {
    "told": _("told in a callback"),
    "rated": _("the complainant rated it"),
    "read": _("the complainant opened it"),
    "page": _("published under the access code"),
    **dict(RECEIPTS),
}


def _proof(complaint: Complaint, current: Round) -> dict[str, Any] | None:
    found = proof_of_delivery(complaint, current)
    return {"how": PROOFS[found.how], "at": found.at, "receipt": found.receipt} if found else None


def _call(row: Any) -> dict[str, Any]:
    return {
        "call": row,
        "by": people.alias_of(row.member_id),
        "means": dict(MEANS).get(row.means, row.means),
        "process_answer": row.covered("process_answer"),
        "result_answer": row.covered("result_answer"),
        "cause": row.covered("cause"),
    }


def tracking_context(actor: Actor, complaint: Complaint) -> dict[str, Any] | None:
    """The eight stages of the tracking form, for staff (FB-13)."""
    if actor.kind != "member":
        return None
    stages = tracking_form(complaint)
    return {"note": f"{sum(stage.is_filled for stage in stages)}/{len(stages)}", "stages": stages}


def archive_context(actor: Actor, complaint: Complaint) -> dict[str, Any] | None:
    row = next(iter(ArchivedFile.of(complaint)), None)
    if row is None:
        return None
    kept = retention_class(row.retention_class, row.retention_version)
    return {
        "file": row,
        "keeper": people.alias_of(row.keeper_id),
        "place": row.covered("paper_place"),
        "class_name": kept.name,
        "years": kept.years,
        "end": END_ACTIONS[kept.end],
        "number": complaint.number,
        "contents": listed(complaint)[1],
    }


panel(
    Panel(
        name="aftercare",
        title=_("Rating and callback"),
        template="aftercare/aftercare.html",
        context=aftercare_context,
        order=70,
    )
)
panel(
    Panel(
        name="tracking",
        title=_("Tracking form"),
        template="aftercare/tracking.html",
        context=tracking_context,
        order=80,
    )
)
panel(
    Panel(
        name="archive", title=_("Archived file"), template="aftercare/archive.html", context=archive_context, order=82
    )
)
