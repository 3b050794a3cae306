"""Assessing and grading (E04), immediate measures (E05), and what they allow."""

import pytest

from tests.cast import Cast
from tingsu.clocks.models import Promise
from tingsu.complaints.models import Complaint
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, NotAllowed
from tingsu.kernel.models import Event
from tingsu.triage.models import Assessment, ImmediateMeasure
from tingsu.triage.tests.cases import GRADE, HIGH, graded, last_event, registered, step, told

BURNING = "充电宝半夜起火，沙发烧了，家里老人吸了烟。"


def codes(refused: pytest.ExceptionInfo) -> set[str]:
    return {unmet.code for unmet in refused.value.unmet}


def running(complaint: Complaint, kind: str) -> bool:
    return Promise.objects.filter(stream_id=complaint.pk, kind=kind, ended_at__isnull=True).exists()


@pytest.mark.req("TR-05", "TR-09", "TR-10", "TR-20", "TR-23")
def test_a_person_grades_and_everything_they_found_is_kept(cast: Cast) -> None:
    complaint = registered(cast.frontline)
    assert complaint.grade == ""
    complaint = graded(cast.frontline, complaint, impact_text="仅涉及投诉人", severity="3")
    row = Assessment.objects.get()
    row.complaint = complaint
    assert (complaint.grade, complaint.urgency, complaint.required_level) == ("general", "normal", "")
    assert (row.severity, row.compensation_possible, row.text("impact_text")) == (3, True, "仅涉及投诉人")
    assert (row.criteria_version, row.rules_version, row.assessed_by) == (0, 0, cast.frontline.id)
    event = last_event(complaint)
    assert event.kind == "complaint.graded"
    assert event.data["set"]["grade"] == ["", "general"]
    assert event.data["suggested"]["grade"] == "general"
    assert "仅涉及" not in str(event.data)


@pytest.mark.req("TR-08", "G1")
def test_nothing_leaves_registered_ungraded(cast: Cast) -> None:
    complaint = registered(cast.frontline)
    unit = str(cast.units["investigation"].pk)
    with pytest.raises(ConditionsUnmet) as refused:
        step(cast.frontline, complaint, "pass_on", unit=unit)
    assert "not_graded" in codes(refused)
    graded(cast.frontline, complaint)
    assert step(cast.frontline, complaint, "pass_on", unit=unit).state == "routing"


@pytest.mark.req("TR-08", "invariant-10")
def test_programs_may_propose_but_not_grade(cast: Cast) -> None:
    from tingsu.complaints.actions import take_step
    from tingsu.kernel.actor import automation

    complaint = registered(cast.frontline)
    with pytest.raises(NotAllowed):
        take_step(
            actor=automation("rules", cast.organisation_id),
            complaint_id=complaint.pk,
            step="assess_and_grade",
            values=GRADE,
        )
    assert not Assessment.objects.exists()


@pytest.mark.req("TR-11", "TR-12", "SL-04")
@pytest.mark.parametrize(
    ("changes", "urgency"),
    [
        ({}, "normal"),
        ({"urgency": "urgent"}, "urgent"),
        ({"urgent_topics": ["food_safety"]}, "urgent"),
        ({"urgent_topics": ["media"]}, "urgent"),
        ({"grade": "high_risk"}, "urgent"),
    ],
)
def test_urgent_topics_and_high_risk_make_urgent_and_start_the_quarter_of_an_hour(
    cast: Cast, changes: dict, urgency: str
) -> None:
    complaint = registered(cast.frontline)
    assert not running(complaint, "urgent_response")
    complaint = graded(cast.frontline, complaint, **changes)
    assert complaint.urgency == urgency
    assert running(complaint, "urgent_response") == (urgency == "urgent")
    assert ("case.urgent" in told(cast.supervisor)) == (urgency == "urgent")


@pytest.mark.req("SL-04")
def test_a_running_urgent_limit_is_not_started_again(cast: Cast) -> None:
    complaint = registered(cast.frontline, description=BURNING)
    first = Promise.objects.get(stream_id=complaint.pk, kind="urgent_response")
    graded(cast.frontline, complaint, **HIGH)
    assert Promise.objects.get(stream_id=complaint.pk, kind="urgent_response") == first
    assert Promise.objects.get(stream_id=complaint.pk, kind="urgent_response").ended_at is None


@pytest.mark.req("TR-06", "TR-18")
def test_going_below_the_proposal_needs_a_reason(cast: Cast) -> None:
    complaint = registered(cast.frontline, description=BURNING)
    assert complaint.suggested_grade == "high_risk"
    with pytest.raises(InvalidInput) as refused:
        graded(cast.frontline, complaint)
    assert set(refused.value.fields) == {"reason"}
    assert not Assessment.objects.exists()
    complaint = graded(cast.frontline, complaint, reason="照片显示仅外壳发热，未起火")
    row = Assessment.objects.get()
    assert (row.grade, row.suggestion["grade"]) == ("general", "high_risk")


@pytest.mark.req("TR-18")
def test_only_a_supervisor_lowers_a_grade_and_says_why(cast: Cast) -> None:
    complaint = graded(cast.frontline, registered(cast.frontline), **HIGH)
    lower = {"grade": "general", "reason": "核实后只影响一户"}
    with pytest.raises(ConditionsUnmet) as refused:
        graded(cast.frontline, complaint, **lower)
    assert codes(refused) == {"supervisor_only"}
    with pytest.raises(ConditionsUnmet) as refused:
        graded(cast.supervisor, complaint, grade="general")
    assert codes(refused) == {"reason_missing"}
    complaint = graded(cast.supervisor, complaint, **lower)
    assert complaint.grade == "general"
    assert not running(complaint, "high_risk_report")
    assert Assessment.objects.count() == 2


@pytest.mark.req("TR-18", "TR-21")
def test_the_mark_of_a_major_complaint_is_taken_away_by_a_supervisor_only(cast: Cast) -> None:
    complaint = graded(cast.frontline, registered(cast.frontline), major="yes")
    assert complaint.major
    with pytest.raises(ConditionsUnmet):
        graded(cast.frontline, complaint, major="no", reason="看错")
    assert not graded(cast.supervisor, complaint, major="no", reason="不属于重大").major


@pytest.mark.req("TR-21", "TR-22")
def test_marks_left_out_by_a_program_stay_as_they_are(cast: Cast) -> None:
    complaint = graded(cast.frontline, registered(cast.frontline), difficult="yes", crisis="yes")
    complaint = graded(cast.frontline, complaint)
    assert (complaint.difficult, complaint.crisis, complaint.major) == (True, True, False)


@pytest.mark.req("AS-02", "AS-09")
@pytest.mark.parametrize(
    ("changes", "level"),
    [
        ({}, ""),
        ({"difficult": "yes"}, "expert"),
        ({"major": "yes"}, "expert"),
        ({"grade": "high_risk"}, "expert"),
        ({"crisis": "yes"}, "coach"),
    ],
)
def test_the_weight_of_the_case_sets_the_required_level(cast: Cast, changes: dict, level: str) -> None:
    assert graded(cast.frontline, registered(cast.frontline), **changes).required_level == level


@pytest.mark.req("TR-13")
def test_when_immediate_action_is_needed_a_measure_comes_before_passing_on(cast: Cast) -> None:
    complaint = graded(cast.frontline, registered(cast.frontline), immediate_action="yes")
    unit = str(cast.units["investigation"].pk)
    with pytest.raises(ConditionsUnmet) as refused:
        step(cast.frontline, complaint, "pass_on", unit=unit)
    assert codes(refused) == {"measure_missing"}
    step(cast.frontline, complaint, "immediate_measure", measure="已通知门店停售", effective="yes")
    assert step(cast.frontline, complaint, "pass_on", unit=unit).state == "routing"


@pytest.mark.req("TR-13", "SL-04")
def test_a_measure_that_did_not_help_needs_the_next_one(cast: Cast) -> None:
    complaint = graded(cast.frontline, registered(cast.frontline), urgency="urgent")
    with pytest.raises(InvalidInput) as refused:
        step(cast.frontline, complaint, "immediate_measure", measure="电话未通", effective="no")
    assert set(refused.value.fields) == {"next_measure"}
    assert running(complaint, "urgent_response")
    step(
        cast.frontline, complaint, "immediate_measure", measure="电话未通", effective="no", next_measure="改派门店上门"
    )
    row = ImmediateMeasure.objects.get()
    row.complaint = complaint
    assert (row.effective, row.text("next_measure")) == (False, "改派门店上门")
    assert not running(complaint, "urgent_response")


@pytest.mark.req("TR-03", "TR-04", "TR-20")
def test_categories_are_chosen_with_their_extra_fields_and_the_old_ones_stay_in_the_ledger(cast: Cast) -> None:
    complaint = registered(cast.frontline)
    with pytest.raises(InvalidInput) as refused:
        graded(cast.frontline, complaint, categories=["3", "35"])
    assert set(refused.value.fields) == {"delivery_delay", "other_text"}
    complaint = graded(
        cast.frontline,
        complaint,
        categories=["3", "35"],
        delivery_delay="9",
        delivery_delay_unit="hour",
        other_text="未列明",
    )
    assert complaint.categories == [{"no": 3, "delay": 9, "unit": "hour"}, {"no": 35, "told": True}]
    assert last_event(complaint).data["set"]["categories"][0] == [{"no": 16}]


@pytest.mark.req("TR-17")
def test_new_facts_that_weigh_more_ask_for_a_new_assessment_and_grade_nothing(cast: Cast) -> None:
    complaint = graded(cast.frontline, registered(cast.frontline))
    step(cast.specialist, complaint, "log_contact", direction="in", means="phone", content="用户催问进度")
    assert "case.reassess" not in told(cast.frontline)
    step(
        cast.specialist,
        complaint,
        "log_contact",
        direction="in",
        means="phone",
        content="用户说充电时起火，央视记者已采访",
    )
    assert told(cast.frontline).count("case.reassess") == 1
    complaint.refresh_from_db()
    assert complaint.grade == "general"


@pytest.mark.req("TR-22")
def test_the_categories_propose_type_and_object_and_change_nothing(cast: Cast) -> None:
    from tingsu.triage import panels

    complaint = graded(cast.frontline, registered(cast.frontline, categories=["5"]))
    assert panels.assessment_context(cast.frontline.actor, complaint)["pointed_to"]
    assert (complaint.problem_type, complaint.object_type) == ("consumer", "service")
    complaint = graded(cast.frontline, complaint, problem_type="product", object_type="product")
    assert panels.assessment_context(cast.frontline.actor, complaint)["pointed_to"] == ""


@pytest.mark.req("TR-17")
def test_every_grade_stays_in_the_history(cast: Cast) -> None:
    complaint = registered(cast.frontline)
    graded(cast.frontline, complaint)
    graded(cast.frontline, complaint, **HIGH)
    graded(cast.supervisor, complaint, grade="general", reason="已排除")
    changes = [
        event.data["set"]["grade"]
        for event in Event.objects.filter(stream_id=complaint.pk, kind="complaint.graded").order_by("seq")
    ]
    assert changes == [["", "general"], ["general", "high_risk"], ["high_risk", "general"]]
