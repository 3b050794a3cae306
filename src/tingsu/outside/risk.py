"""How likely an open complaint is to be raised outside next: a figure with its reasons, from the record alone (XR-06).

Not a prediction of a machine: each point can be read, and each is something that whoever handles the case can do something about.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from tingsu.complaints import terms
from tingsu.complaints.models import Complaint

REFUSED = (
    "complaint.answer_contested", "complaint.answer_rejected", "complaint.agreement_failed", "complaint.result_rejected",
)  # fmt: skip
"""What a complainant did not accept, as the history tells it."""
PER_REFUSAL, MOST_REFUSALS = 25, 50
PER_REPEAT, MOST_REPEATS = 10, 20
OLD = ((20, 30), (10, 20), (5, 10))
"""From so many days after it reached us, so many points."""
LATE = 10
GRADES = ((("crisis", "major", "high_risk"), 20), (("urgent", "difficult"), 10))
"""By the highest fact of a complaint (`Complaint.risk`)."""
LEVELS = (
    (60, "high", pgettext_lazy("spill-over risk", "High")),
    (30, "medium", pgettext_lazy("spill-over risk", "Medium")),
    (0, "low", pgettext_lazy("spill-over risk", "Low")),
)


@dataclass(frozen=True, kw_only=True)
class Reason:
    """What adds to the figure: in words, and by how many points of 100."""

    words: str
    points: int


@dataclass(frozen=True, kw_only=True)
class SpillOverRisk:
    """The figure, 0 to 100; its level as a code and as a word; why, the weightiest first."""

    points: int
    level: str
    word: Any
    reasons: list[Reason]


def risk_of(complaint: Complaint, happened: Mapping[str, int], at: datetime) -> SpillOverRisk | None:
    """Refusals, age, repetitions and grade of an open complaint; None for one that is over. `happened` counts events by their kind."""
    if not complaint.is_open or complaint.state == terms.State.EVALUATING:
        return None
    reasons = sorted(_reasons(complaint, happened, at), key=lambda one: -one.points)
    points = min(sum(one.points for one in reasons), 100)
    level, word = next((level, word) for least, level, word in LEVELS if points >= least)
    return SpillOverRisk(points=points, level=level, word=word, reasons=reasons)


def _reasons(complaint: Complaint, happened: Mapping[str, int], at: datetime) -> list[Reason]:
    found = []
    if refused := sum(happened.get(kind, 0) for kind in REFUSED):
        words = ngettext(
            "%(n)s answer or solution was not accepted", "%(n)s answers or solutions were not accepted", refused
        )
        found.append(Reason(words=words % {"n": refused}, points=min(refused * PER_REFUSAL, MOST_REFUSALS)))
    days = (at - complaint.received_at).days
    if points := next((points for least, points in OLD if days >= least), 0):
        words = ngettext("open for %(n)s day", "open for %(n)s days", days)
        found.append(Reason(words=words % {"n": days}, points=points))
    if complaint.next_due_at and complaint.next_due_at <= at:
        found.append(Reason(words=str(_("a promised time has passed")), points=LATE))
    if (repeats := complaint.repeat_count - 1) > 0:
        words = ngettext("complained of %(n)s time more", "complained of %(n)s times more", repeats)
        found.append(Reason(words=words % {"n": repeats}, points=min(repeats * PER_REPEAT, MOST_REPEATS)))
    if points := next((points for facts, points in GRADES if complaint.risk in facts), 0):
        found.append(Reason(words=str(_("grade and marks of the complaint")), points=points))
    return found
