"""Reads of triage: the latest assessment, the plan in force, what the rules in force say about a complaint."""

from collections.abc import Iterable
from typing import TypeVar

from tingsu.complaints.case_rows import CaseRow
from tingsu.complaints.models import Complaint
from tingsu.kernel import rulebooks
from tingsu.kernel.crypto import Erased
from tingsu.triage import risk_rules
from tingsu.triage.models import Assessment, ImmediateMeasure, PrePlan, RiskReport
from tingsu.triage.suggest import RiskFacts, Suggestion, suggest

Row = TypeVar("Row", bound=CaseRow)
AUTHORITY_CHANNELS = frozenset({"authority", "regulator", "12315", "12345", "consumer_council", "government", "court"})
MEDIA_CHANNELS = frozenset({"media", "press"})
TEXTS = ("summary", "description", "additional_info")


def suggestion_in_force(texts: str | Iterable[str], facts: RiskFacts | None = None) -> tuple[Suggestion, int]:
    """What the organisation's rules say now, and their version."""
    rules = rulebooks.in_force(risk_rules.KIND)
    return suggest(texts, facts, rules.body), rules.version


def suggestion_for(complaint: Complaint, *more: str) -> tuple[Suggestion, int]:
    """What the rules say about a complaint as it stands, with further texts if there are new facts."""
    return suggestion_in_force([*_texts_of(complaint), *more], facts_of(complaint))


def _texts_of(complaint: Complaint) -> list[str]:
    try:
        return [complaint.text(name) for name in TEXTS]
    except Erased:
        return []


def facts_of(complaint: Complaint, *, loss_fen: int = 0, provinces: int = 0) -> RiskFacts:
    """The facts that the rules may know, and no others (VL-11)."""
    return RiskFacts(
        from_authority=complaint.channel in AUTHORITY_CHANNELS or bool(complaint.outside_reference),
        from_media=complaint.channel in MEDIA_CHANNELS,
        loss_fen=loss_fen,
        provinces=provinces,
    )


def _newest(model: type[Row], complaint: Complaint, **filters: str) -> Row | None:
    row = model._default_manager.filter(complaint=complaint, **filters).order_by("-pk").first()
    if row is not None:
        row.complaint = complaint
    return row


def latest_assessment(complaint: Complaint) -> Assessment | None:
    """The assessment that counts; earlier ones stay beside it."""
    return _newest(Assessment, complaint)


def latest_measure(complaint: Complaint) -> ImmediateMeasure | None:
    """The last immediate measure (TR-13)."""
    return _newest(ImmediateMeasure, complaint)


def latest_report(complaint: Complaint) -> RiskReport | None:
    """The last report upward (TR-15)."""
    return _newest(RiskReport, complaint)


def draft_plan(complaint: Complaint) -> PrePlan | None:
    """The pre-handling plan that waits to be adopted."""
    return _newest(PrePlan, complaint, state=PrePlan.State.DRAFT)


def plan_in_force(complaint: Complaint) -> PrePlan | None:
    """The adopted plan, whose script everybody uses for this case (TR-16)."""
    return _newest(PrePlan, complaint, state=PrePlan.State.ADOPTED)
