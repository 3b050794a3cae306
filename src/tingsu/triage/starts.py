"""What the forms of triage hold before anybody typed: what was found last time (TR-17)."""

from typing import Any

from tingsu.complaints.models import Complaint
from tingsu.kernel.crypto import Erased
from tingsu.privacy.masking import mask_text
from tingsu.process.registry import starts_with
from tingsu.triage import queries
from tingsu.triage.models import CRITERIA, PrePlan

KEPT = ("safety_issue", "immediate_action", "compensation_possible", "urgent_topics", "high_risk_reasons")


@starts_with("assess_and_grade")
def last_assessment(complaint: Complaint) -> dict[str, Any]:
    """The categories of the case, and scores and facts of the assessment before this one; the reason is always given anew."""
    values: dict[str, Any] = {"categories": [str(one.get("sub") or one["no"]) for one in complaint.categories]}
    delays = [one["delay"] for one in complaint.categories if one.get("delay") is not None]
    if delays:
        values["delay_days"] = delays[0]
    if before := queries.latest_assessment(complaint):
        values |= {name: str(getattr(before, name)) for name in CRITERIA}
        values |= {name: getattr(before, name) for name in KEPT}
    return values


@starts_with("draft_pre_plan")
def last_plan(complaint: Complaint) -> dict[str, Any]:
    """The plan written last, to be changed; a text with personal data in it is not copied into a form."""
    before = PrePlan.of(complaint)
    if not before:
        return {}
    values: dict[str, Any] = {"required_level": before[-1].required_level}
    for name in ("plan", "script", "containment", "containment_effect"):
        try:
            text = before[-1].text(name)
        except Erased:
            return {}
        if mask_text(text) == text:
            values[name] = text
    return values
