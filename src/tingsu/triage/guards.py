"""Conditions that triage knows: graded, reported, planned (process.md §2, §3)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.complaints.case import Case
from tingsu.complaints.terms import Grade, State
from tingsu.kernel.errors import Unmet
from tingsu.process.registry import guard
from tingsu.process.steps import Step
from tingsu.triage import queries

Values = dict[str, Any] | None


@guard("G1")
def graded(case: Case, step: Step, values: Values) -> list[Unmet]:
    """Assessed and graded by a person; the measure that the assessment called for is on record (TR-08, TR-13).

    A high-risk report is not held back by a missing measure: reporting comes first, adopting the plan asks for it.
    """
    if not case.complaint.grade:
        return [Unmet("G1", "not_graded", _("the complaint has not been assessed and graded yet"))]
    if case.complaint.grade == Grade.GENERAL:
        return measure_missing(case)
    return []


def measure_missing(case: Case) -> list[Unmet]:
    """TR-13: when immediate action is needed, what was done must be recorded."""
    assessment = queries.latest_assessment(case.complaint)
    if assessment is None or not assessment.immediate_action or queries.latest_measure(case.complaint):
        return []
    return [Unmet("G1", "measure_missing", _("immediate action was found necessary, but no measure is recorded"))]


@guard("grade_high_risk")
def grade_high_risk(case: Case, step: Step, values: Values) -> list[Unmet]:
    if case.complaint.grade in {Grade.HIGH_RISK, ""}:
        return []  # an ungraded complaint is G1's to refuse
    return [
        Unmet(
            "grade_high_risk",
            "general",
            _("the complaint is graded general; only high-risk complaints are reported upward"),
        )
    ]


@guard("still_general")
def still_general(case: Case, step: Step, values: Values) -> list[Unmet]:
    if case.complaint.grade != Grade.HIGH_RISK:
        return []
    return [Unmet("still_general", "already_high_risk", _("the complaint is already graded high-risk"))]


@guard("may_lower_grade")
def may_lower_grade(case: Case, step: Step, values: Values) -> list[Unmet]:
    """Lowering a grade, or taking away a mark that brings approval and mediation, is the supervisor's, with a reason (TR-18)."""
    if values is None:
        return []
    c = case.complaint
    lowered = c.grade == Grade.HIGH_RISK and values["grade"] == Grade.GENERAL
    unmarked = any(getattr(c, mark) and values[mark] is False for mark in ("major", "crisis"))
    if not (lowered or unmarked):
        return []
    unmet = []
    if not case.actor.has_role("supervisor"):
        unmet.append(
            Unmet(
                "may_lower_grade",
                "supervisor_only",
                _("only a supervisor may lower the grade or take away the mark of a major complaint"),
            )
        )
    if not values["reason"]:
        unmet.append(Unmet("may_lower_grade", "reason_missing", _("lowering the grade needs a reason")))
    return unmet


@guard("high_risk_by_upgrade")
def high_risk_by_upgrade(case: Case, step: Step, values: Values) -> list[Unmet]:
    """Once past acceptance, a higher grade takes the case back to the report and the plan (P26, TR-17)."""
    if values is None or values["grade"] != Grade.HIGH_RISK or case.complaint.grade == Grade.HIGH_RISK:
        return []
    if case.complaint.state in {State.REGISTERED, State.PRE_PLAN}:
        return []
    return [
        Unmet(
            "high_risk_by_upgrade",
            "use_upgrade",
            _("use “Raise to high risk”: it reports upward and opens the pre-handling plan"),
        )
    ]


@guard("report_delivered")
def report_delivered(case: Case, step: Step, values: Values) -> list[Unmet]:
    report = queries.latest_report(case.complaint)
    if report is not None and set(report.recipients) - {str(report.reported_by)}:
        return []
    return [Unmet("report_delivered", "not_reported", _("the report has not been delivered to anybody above"))]


@guard("pre_plan_complete")
def pre_plan_complete(case: Case, step: Step, values: Values) -> list[Unmet]:
    """Plan, script and containment are one record here: a draft is complete or does not exist (TR-15)."""
    unmet = measure_missing(case)
    if queries.draft_plan(case.complaint) is None:
        unmet.append(
            Unmet(
                "pre_plan_complete",
                "plan_missing",
                _("the pre-handling plan, emergency script and containment measures have not been written"),
            )
        )
    return unmet


@guard("categorised")
def categorised(case: Case, step: Step, values: Values) -> list[Unmet]:
    if case.complaint.categories:
        return []
    return [Unmet("categorised", "no_category", _("choose at least one of the 35 problem categories first"))]
