"""What a form of aftercare holds before anybody typed: the stages that need a reason, the record class by the facts."""

from collections.abc import Callable
from typing import Any

from tingsu.aftercare.rules import retention_options
from tingsu.aftercare.stages import open_stages
from tingsu.complaints.models import Complaint
from tingsu.complaints.terms import Grade, Outcome


def close(complaint: Complaint) -> dict[str, Any]:
    return {"stage_remarks": [{"stage": str(number)} for number in open_stages(complaint)]}


def archive(complaint: Complaint) -> dict[str, Any]:
    """A class for people to confirm; a code that the rulebook no longer has is left empty."""
    wanted = "complaint"
    if complaint.outcome == Outcome.EXHAUSTED:
        wanted = "outside"
    if complaint.major or complaint.crisis or complaint.grade == Grade.HIGH_RISK:
        wanted = "high-risk"
    return {"retention_class": wanted} if wanted in dict(retention_options()) else {}


FIRST_VALUES: dict[str, Callable[[Complaint], dict[str, Any]]] = {"close": close, "archive": archive}
"""By step; the desk asks when it opens the form."""
