"""Who is offered a case: never somebody below the staff level it needs; and when a supervision ends (AS-02, AS-09, AS-12)."""

from typing import Any

import pytest

from tests.cast import Cast
from tingsu.complaints.asides import aside_lines
from tingsu.complaints.models import Complaint
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput
from tingsu.people import directory
from tingsu.people.models import Post
from tingsu.people.roles import StaffLevel
from tingsu.settlement.tests.journey import handled
from tingsu.triage.tests.cases import PLAN, graded, last_event, registered, reported, step, told


def refused(act: Any, *args: Any, **values: Any) -> set[str]:
    with pytest.raises(ConditionsUnmet) as error:
        act(*args, **values)
    return {unmet.code for unmet in error.value.unmet}


def difficult(cast: Cast) -> Complaint:
    return graded(cast.frontline, registered(cast.frontline), difficult="yes")


@pytest.mark.req("AS-02", "P03")
@pytest.mark.parametrize(
    ("unit", "person", "code"),
    [
        ("intake", "frontline2", "level_too_low"),
        ("intake", "", "unit_level_too_low"),
        ("investigation", "frontline2", "level_too_low"),
        ("investigation", "specialist", ""),
        ("investigation", "", ""),
        ("handling", "coach", ""),
    ],
)
def test_a_difficult_case_is_passed_on_to_experts_only(cast: Cast, unit: str, person: str, code: str) -> None:
    complaint = difficult(cast)
    values = {"unit": str(cast.units[unit].pk)} | ({"member": str(getattr(cast, person).id)} if person else {})
    if code:
        assert refused(step, cast.frontline, complaint, "pass_on", **values) == {code}
        complaint.refresh_from_db()
        assert (complaint.state, complaint.offered_unit_id) == ("registered", None)
    else:
        assert step(cast.frontline, complaint, "pass_on", **values).state == "routing"


@pytest.mark.req("AS-02")
def test_an_ordinary_case_is_offered_to_anybody_and_only_those_who_may_take_one_are_told(cast: Cast) -> None:
    plain = graded(cast.frontline, registered(cast.frontline))
    step(cast.frontline, plain, "pass_on", unit=str(cast.units["intake"].pk))
    assert "case.offered" in told(cast.frontline2)
    before = told(cast.mediator)
    step(cast.frontline, difficult(cast), "pass_on", unit=str(cast.units["handling"].pk))
    assert "case.offered" in told(cast.specialist2)
    assert told(cast.mediator) == before  # works in the group, holds no level


@pytest.mark.req("AS-09", "P06")
def test_the_level_that_a_plan_names_holds_for_whom_it_is_offered_to(cast: Cast) -> None:
    complaint = reported(cast, registered(cast.frontline))
    step(cast.specialist, complaint, "draft_pre_plan", **PLAN | {"required_level": "coach"})
    handling = {"unit": str(cast.units["handling"].pk)}
    expert = handling | {"member": str(cast.specialist2.id)}
    assert refused(step, cast.supervisor, complaint, "adopt_pre_plan", **expert) == {"level_too_low"}
    nobody = {"unit": str(cast.units["investigation"].pk)}
    assert refused(step, cast.supervisor, complaint, "adopt_pre_plan", **nobody) == {"unit_level_too_low"}
    complaint = step(cast.supervisor, complaint, "adopt_pre_plan", **handling, member=str(cast.coach.id))
    assert (complaint.required_level, complaint.offered_member_id) == ("coach", cast.coach.id)


@pytest.mark.req("AS-02")
def test_a_supervisors_reason_counts_for_the_person_it_names_and_for_nobody_else(cast: Cast) -> None:
    complaint = difficult(cast)
    reason = {"member": str(cast.frontline2.id), "override_reason": "专家均在外"}
    complaint = step(cast.supervisor, complaint, "assign", **reason)
    again = {"unit": str(cast.units["intake"].pk)}
    assert refused(step, cast.supervisor, complaint, "pass_on", **again, member=str(cast.frontline.id)) == {
        "level_too_low"
    }
    assert step(cast.supervisor, complaint, "pass_on", **again, member=str(cast.frontline2.id)).state == "routing"


@pytest.mark.req("AS-02", "VL-10")
def test_no_supervisor_lifts_themselves_above_their_staff_level(cast: Cast) -> None:
    complaint = difficult(cast)
    Post.objects.filter(member_id=cast.supervisor.id).update(staff_level=StaffLevel.ORDINARY)
    directory.forget_cached()
    own = {"member": str(cast.supervisor.id), "override_reason": "我来办"}
    assert refused(step, cast.supervisor, complaint, "assign", **own) == {"own_level"}


@pytest.mark.req("AS-02", "TR-18")
def test_an_offer_below_the_level_that_a_new_assessment_asks_for_is_taken_back(cast: Cast) -> None:
    complaint = graded(cast.frontline, registered(cast.frontline))
    where = {"unit": str(cast.units["investigation"].pk)}
    complaint = step(cast.frontline, complaint, "pass_on", **where, member=str(cast.frontline2.id))
    complaint = graded(cast.specialist, complaint, difficult="yes")
    assert (complaint.offered_member_id, complaint.offered_unit_id) == (None, cast.units["investigation"].pk)
    assert "case.offer_recalled" in told(cast.supervisor)
    assert [words for _label, words in aside_lines(last_event(complaint).data)] != []
    fitting = graded(cast.frontline, registered(cast.frontline))
    fitting = step(cast.frontline, fitting, "pass_on", **where, member=str(cast.specialist.id))
    assert graded(cast.frontline, fitting, difficult="yes").offered_member_id == cast.specialist.id


def supervised(cast: Cast) -> Complaint:
    return step(cast.supervisor, registered(cast.frontline), "supervise", reason="第三次来电")


@pytest.mark.req("AS-12", "E09")
def test_a_supervision_is_ended_by_a_supervisor_with_a_reason(cast: Cast) -> None:
    complaint = supervised(cast)
    with pytest.raises(InvalidInput):
        step(cast.supervisor, complaint, "end_supervision", reason="")
    complaint.refresh_from_db()
    assert complaint.supervised
    Complaint.objects.filter(pk=complaint.pk).update(owner_id=cast.supervisor.id)
    assert refused(step, cast.supervisor, complaint, "end_supervision", reason="办得不错") == {"own_case"}
    Complaint.objects.filter(pk=complaint.pk).update(owner_id=cast.frontline.id)
    complaint = step(cast.supervisor, complaint, "end_supervision", reason="同一问题已在另案解决")
    assert not complaint.supervised
    event = last_event(complaint)
    assert (event.kind, event.data["supervision_ended"]) == ("complaint.supervision_ended", "decided")
    assert [one["op"] for one in event.data["promises"] if one["kind"] == "repeat_solution"] == ["cancelled"]
    assert "case.supervision_ended" in told(cast.frontline)
    assert refused(step, cast.supervisor, complaint, "end_supervision", reason="再次") == {"not_supervised"}


@pytest.mark.req("AS-12")
def test_the_mark_stands_until_a_solution_is_given_and_the_event_says_so(cast: Cast) -> None:
    journey = handled(cast)
    journey.step(cast.supervisor, "supervise", reason="第三次来电")
    journey.step(journey.owner, "draft_solution", **journey.solution()).step(journey.owner, "submit_solution")
    assert journey.complaint.supervised
    journey.step(journey.owner, "send_solution")
    assert not journey.complaint.supervised
    event = last_event(journey.complaint)
    assert (event.kind, event.data["supervision_ended"]) == ("complaint.solution_sent", "solution")
    assert len(aside_lines({"supervision_ended": event.data["supervision_ended"]})) == 1


@pytest.mark.req("AS-12", "RG-24")
@pytest.mark.parametrize("by_hand", [False, True])
def test_a_supervision_for_repetition_ends_with_the_link_and_one_by_hand_does_not(cast: Cast, by_hand: bool) -> None:
    second = registered(cast.frontline, repeats=registered(cast.frontline).number)
    third = registered(cast.frontline)
    if by_hand:
        third = step(cast.supervisor, third, "supervise", reason="媒体关注")
    third = step(cast.frontline, third, "link", number=second.number, kind="repeated")
    assert third.supervised
    third = step(cast.frontline, third, "unlink", number=second.number)
    assert third.supervised is by_hand
    assert last_event(third).data.get("supervision_ended") == (None if by_hand else "unlinked")


@pytest.mark.req("AS-02")
@pytest.mark.parametrize("by", ["specialist", "supervisor"])
def test_who_takes_an_offer_back_by_an_assessment_is_not_told_of_it_and_the_others_are(cast: Cast, by: str) -> None:
    complaint = graded(cast.frontline, registered(cast.frontline))
    where = {"unit": str(cast.units["investigation"].pk), "member": str(cast.frontline2.id)}
    complaint = step(cast.frontline, complaint, "pass_on", **where)
    graded(getattr(cast, by), complaint, difficult="yes")
    assert "case.offer_recalled" in told(cast.frontline), "the owner"
    assert ("case.offer_recalled" in told(cast.supervisor)) is (by != "supervisor")
