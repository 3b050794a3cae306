"""Reads of triage: the latest assessment, the plan in force, what the rules in force say about a complaint."""

from typing import Any, TypeVar

from tingsu.complaints.case_rows import CaseRow, rows_of
from tingsu.complaints.models import Complaint, Demand
from tingsu.kernel import rulebooks
from tingsu.kernel.crypto import Erased
from tingsu.triage import mass, risk_rules
from tingsu.triage.models import Assessment, ImmediateMeasure, OnCallAlert, PrePlan, RiskReport
from tingsu.triage.suggest import RiskFacts, Suggestion, suggest

Row = TypeVar("Row", bound=CaseRow)
AUTHORITY_CHANNELS = frozenset({"authority", "regulator", "12315", "12345", "consumer_council", "government", "court"})
MEDIA_CHANNELS = frozenset({"media", "press"})
TEXTS = ("summary", "description", "additional_info")


def suggestion_for(complaint: Complaint, *more: str) -> tuple[Suggestion, int]:
    """What the rules in force say about a complaint as it stands, with further texts if there are new facts; their version."""
    rules = rulebooks.in_force(risk_rules.KIND)
    return suggest([*_texts_of(complaint), *more], facts_of(complaint, rules.body), rules.body), rules.version


def _texts_of(complaint: Complaint) -> list[str]:
    try:
        return [complaint.text(name) for name in TEXTS]
    except Erased:
        return []


def facts_of(complaint: Complaint, rules: dict[str, Any]) -> RiskFacts:
    """The facts that the rules may know, and no others (VL-11). Two queries."""
    asked = max((demand.amount_fen or 0 for demand in rows_of(Demand, complaint)), default=0)
    return RiskFacts(
        from_authority=complaint.channel in AUTHORITY_CHANNELS or bool(complaint.outside_reference),
        from_media=complaint.channel in MEDIA_CHANNELS,
        loss_fen=asked,
        provinces=mass.provinces_of(mass.burst_around(complaint, rules["mass"])),
    )


def _newest(model: type[Row], complaint: Complaint, **filters: str) -> Row | None:
    return next(reversed(model.of(complaint, **filters)), None)


def latest_assessment(complaint: Complaint) -> Assessment | None:
    """The assessment that counts; earlier ones stay beside it."""
    return _newest(Assessment, complaint)


def latest_measure(complaint: Complaint) -> ImmediateMeasure | None:
    """The last immediate measure (TR-13)."""
    return _newest(ImmediateMeasure, complaint)


def latest_report(complaint: Complaint) -> RiskReport | None:
    """The last report upward (TR-15)."""
    return _newest(RiskReport, complaint)


def latest_alert(complaint: Complaint) -> OnCallAlert | None:
    """The last alert to those on call (AS-10)."""
    return _newest(OnCallAlert, complaint)


def draft_plan(complaint: Complaint) -> PrePlan | None:
    """The pre-handling plan that waits to be adopted."""
    return _newest(PrePlan, complaint, state=PrePlan.State.DRAFT)


def plan_in_force(complaint: Complaint) -> PrePlan | None:
    """The adopted plan, whose script everybody uses for this case (TR-16)."""
    return _newest(PrePlan, complaint, state=PrePlan.State.ADOPTED)
