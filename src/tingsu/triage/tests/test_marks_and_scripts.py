"""Marks that only a supervisor takes away, scripts that end with the case, and the edges of grading."""

import pytest

from tests.cast import Cast
from tingsu.casework.tests.cases import ACCEPT, FINDING, basis
from tingsu.complaints.models import Complaint
from tingsu.kernel.errors import ConditionsUnmet
from tingsu.triage import panels
from tingsu.triage.levels import required_level
from tingsu.triage.models import Assessment
from tingsu.triage.tests.cases import HIGH, PLAN, REPORT, graded, registered, reported, step, told


def codes(refused: pytest.ExceptionInfo) -> set[str]:
    return {unmet.code for unmet in refused.value.unmet}


@pytest.mark.parametrize("mark", ["major", "crisis"])
def test_each_mark_that_brings_approval_is_taken_away_by_a_supervisor_with_a_reason(cast: Cast, mark: str) -> None:
    complaint = graded(cast.frontline, registered(cast.frontline), **{mark: "yes"})
    for person, reason, missing in (
        (cast.frontline, "看错", {"supervisor_only"}), (cast.specialist, "看错", {"supervisor_only"}),
        (cast.supervisor, "", {"reason_missing"}), (cast.mgmt_rep, "", {"supervisor_only", "reason_missing"}),
    ):  # fmt: skip
        with pytest.raises(ConditionsUnmet) as refused:
            graded(person, complaint, **{mark: "no"}, reason=reason)
        assert codes(refused) == missing
    complaint.refresh_from_db()
    assert getattr(complaint, mark) is True
    assert getattr(graded(cast.supervisor, complaint, **{mark: "no"}, reason="不属于"), mark) is False


def test_the_mark_of_a_difficult_complaint_may_be_taken_away_by_whoever_assesses(cast: Cast) -> None:
    complaint = graded(cast.frontline, registered(cast.frontline), difficult="yes")
    assert graded(cast.frontline, complaint, difficult="no").difficult is False
    assert Assessment.objects.count() == 2


def test_the_emergency_script_is_shown_to_everybody_while_the_case_is_open_and_no_longer(cast: Cast) -> None:
    complaint = reported(cast, registered(cast.frontline))
    step(cast.specialist, complaint, "draft_pre_plan", **PLAN)
    to = {"unit": str(cast.units["investigation"].pk), "member": str(cast.specialist.id)}
    complaint = step(cast.supervisor, complaint, "adopt_pre_plan", **to)
    shown = panels.script_context(cast.frontline.actor, complaint)
    assert (shown["script"], shown["containment"], shown["effect"], shown["approver"]) == (
        PLAN["script"], PLAN["containment"], PLAN["containment_effect"], "工号 3001",
    )  # fmt: skip
    complaint.grade = "general"
    assert panels.script_context(cast.frontline.actor, complaint) is None
    complaint.grade, complaint.state = "high_risk", "closed"
    assert panels.script_context(cast.frontline.actor, complaint) is None


def test_an_alert_of_a_closed_case_is_not_shown(cast: Cast) -> None:
    complaint = graded(cast.frontline, registered(cast.frontline), **HIGH)
    assert panels.alert_context(cast.supervisor.actor, complaint)["may_confirm"] is True
    assert panels.alert_context(cast.frontline.actor, complaint)["may_confirm"] is False
    complaint.state = "archived"
    assert panels.alert_context(cast.supervisor.actor, complaint) is None


@pytest.mark.parametrize(
    ("grade", "crisis", "hard", "before", "level"),
    [
        ("general", False, False, "", ""), ("general", False, True, "", "expert"), ("general", True, False, "", "coach"), ("general", True, True, "", "coach"),
        ("high_risk", False, False, "", "expert"), ("high_risk", True, False, "", "coach"), ("high_risk", False, False, "coach", "coach"),
        ("high_risk", False, False, "expert", "expert"), ("high_risk", True, False, "expert", "coach"), ("general", False, False, "coach", ""),
        ("general", False, True, "coach", "expert"), ("high_risk", False, False, "ordinary", "expert"),
    ],
)  # fmt: skip
def test_the_level_a_case_needs(grade: str, crisis: bool, hard: bool, before: str, level: str) -> None:
    assert required_level(grade, crisis, hard, before) == level


@pytest.mark.req("G1")
@pytest.mark.parametrize(("grade", "needed"), [({}, True), (HIGH, False)])
def test_a_missing_measure_holds_a_general_case_and_never_the_report(cast: Cast, grade: dict, needed: bool) -> None:
    complaint = graded(cast.frontline, registered(cast.frontline), **grade | {"immediate_action": "yes"})
    if needed:
        with pytest.raises(ConditionsUnmet) as refused:
            step(cast.frontline, complaint, "pass_on", unit=str(cast.units["handling"].pk))
        assert codes(refused) == {"measure_missing"}
    else:
        step(cast.frontline, complaint, "report_high_risk", **REPORT, recipients=[str(cast.supervisor.id)])


@pytest.mark.req("P04")
@pytest.mark.parametrize("mark", ["difficult", "major", "crisis"])
def test_a_marked_case_is_not_solved_at_the_desk(cast: Cast, mark: str) -> None:
    complaint = graded(cast.frontline, registered(cast.frontline), **{mark: "yes"})
    solved = {"solution": "补发", "bases": basis(), "accepted_by": "同意", "proof": "流水"}
    with pytest.raises(ConditionsUnmet) as refused:
        step(cast.frontline, complaint, "solve_directly", **solved)
    assert "difficult" in codes(refused)
    assert (
        step(cast.frontline, graded(cast.frontline, registered(cast.frontline)), "solve_directly", **solved).state
        == "evaluating"
    )


@pytest.mark.req("P26")
@pytest.mark.parametrize("state", ["routing", "investigating", "handling"])
def test_past_acceptance_only_the_upgrade_raises_a_grade(cast: Cast, state: str) -> None:
    complaint = graded(cast.frontline, registered(cast.frontline))
    complaint = step(
        cast.frontline, complaint, "pass_on", unit=str(cast.units["investigation"].pk), member=str(cast.specialist.id)
    )
    if state != "routing":
        complaint = step(cast.specialist, complaint, "accept", **ACCEPT)
    if state == "handling":
        complaint = step(cast.specialist, complaint, "find_founded", **FINDING, bases=basis())
    with pytest.raises(ConditionsUnmet) as refused:
        graded(cast.specialist, complaint, **HIGH)
    assert codes(refused) == {"use_upgrade"}
    assert graded(cast.specialist, complaint, severity="3").grade == "general"
    raised = step(cast.frontline, complaint, "upgrade", reason="多地", **REPORT, recipients=[str(cast.supervisor.id)])
    assert (raised.state, raised.grade, raised.waiting_on) == ("pre_plan", "high_risk", "us")
    assert graded(cast.supervisor, Complaint.objects.get(pk=raised.pk), **HIGH).grade == "high_risk"
    assert "case.upgraded" in told(cast.supervisor)
