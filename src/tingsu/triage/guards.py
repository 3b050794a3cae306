"""Conditions of triage that several steps ask (process.md §2)."""

from django.utils.translation import gettext_lazy as _

from tingsu.complaints.case import Case
from tingsu.complaints.terms import Grade
from tingsu.kernel.errors import Unmet
from tingsu.process.registry import shared_guard
from tingsu.process.steps import Step, Values
from tingsu.triage import queries


@shared_guard("G1")
def graded(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """Assessed and graded by a person; the measure that the assessment called for is on record (TR-08, TR-13).

    A high-risk report is not held back by a missing measure: reporting comes first, adopting the plan asks for it.
    """
    if not case.complaint.grade:
        return [Unmet("not_graded", _("the complaint has not been assessed and graded yet"))]
    if case.complaint.grade == Grade.GENERAL:
        return measure_missing(case)
    return []


def measure_missing(case: Case) -> list[Unmet]:
    """TR-13: when immediate action is needed, what was done must be recorded."""
    assessment = queries.latest_assessment(case.complaint)
    if assessment is None or not assessment.immediate_action or queries.latest_measure(case.complaint):
        return []
    return [Unmet("measure_missing", _("immediate action was found necessary, but no measure is recorded"))]
