"""Whoever a complaint is about, or who has declared an interest, neither investigates, approves, mediates nor checks (IV-03)."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.cast import Cast, Person
from tingsu.casework.guards import independent
from tingsu.casework.models import DepartmentTask
from tingsu.casework.tests.cases import ANSWERED, investigating, with_task
from tingsu.complaints import independence
from tingsu.complaints.process import PROCESS
from tingsu.desk.cases import looked_at
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput
from tingsu.kernel.models import Event, Organisation
from tingsu.people import directory
from tingsu.people.models import Member
from tingsu.process.steps import name_of
from tingsu.settlement.tests.journey import MONDAY, Journey, handled, registered
from tingsu.triage.tests.cases import PLAN, graded, reported, step
from tingsu.triage.tests.cases import registered as just_registered

ACCEPT = {"mode": "independent", "depth": "standard", "plan": "调取流水"}
REASONS = {"unit": "unit_concerned", "person": "person_concerned", "interest": "declared_interest"}


def about(cast: Cast, person: Person, why: str) -> dict[str, Any]:
    """What a complaint says that is about this person's unit, this person, or a unit in which they have an interest."""
    if why == "unit":
        return {"unit_concerned": str(person.unit_id)}
    if why == "person":
        return {"person_concerned": f"工号 {person.actor.name} 态度恶劣"}
    Member.objects.filter(pk=person.id).update(interests=[str(cast.units["logistics"].pk)])
    directory.forget_cached()
    return {"unit_concerned": str(cast.units["logistics"].pk)}


def investigates(cast: Cast, why: str) -> set[str]:
    journey = registered(cast, **about(cast, cast.specialist, why))
    journey.step(cast.frontline, "pass_on", unit=str(cast.specialist.unit_id))
    return journey.refusal(cast.specialist, "accept", **ACCEPT)


def waiting(cast: Cast, person: Person, why: str) -> Journey:
    journey = handled(cast, by=cast.specialist, **about(cast, person, why))
    return journey.step(cast.specialist, "draft_solution", **journey.solution(amount=6000_00)).step(
        cast.specialist, "submit_solution"
    )


def approves(cast: Cast, why: str) -> set[str]:
    return waiting(cast, cast.supervisor, why).refusal(cast.supervisor, "approve")


def returns(cast: Cast, why: str) -> set[str]:
    return waiting(cast, cast.supervisor, why).refusal(cast.supervisor, "return_solution", reason="退回")


def mediates(cast: Cast, why: str) -> set[str]:
    journey = handled(cast, by=cast.specialist, **about(cast, cast.mediator, why))
    return journey.refusal(cast.specialist, "appoint_mediator", member=str(cast.mediator.id))


def done(cast: Cast, why: str) -> tuple[Journey, str]:
    journey = (
        handled(cast, by=cast.specialist, **about(cast, cast.qa, why))
        .offered()
        .opinion()
        .step(cast.specialist, "agree")
    )
    item = str(journey.complaint_items()[0].pk)
    return journey.step(cast.specialist, "finish_item", item=item, proof="回单", paid=100_00, means="original"), item


def checks(cast: Cast, why: str) -> set[str]:
    journey, item = done(cast, why)
    return journey.refusal(cast.qa, "verify_item", item=item, remark="核对")


def closes_the_check(cast: Cast, why: str) -> set[str]:
    journey, item = done(cast, why)
    return journey.step(cast.specialist2, "verify_item", item=item, remark="核对").refusal(cast.qa, "verify_execution")


@pytest.mark.req("IV-03", "G5")
@pytest.mark.parametrize("role", [investigates, approves, returns, mediates, checks, closes_the_check])
@pytest.mark.parametrize("why", REASONS)
def test_whoever_it_is_about_decides_nothing(cast: Cast, why: str, role: Callable[[Cast, str], set[str]]) -> None:
    assert role(cast, why) == {REASONS[why]}


DECISIONS = (
    "adopt_pre_plan", "return_pre_plan", "refuse_pre_plan", "allow_extension", "refuse_extension",
    "rule_on_deviation", "end_supervision", "answer_review", "approve_lead", "refuse_lead", "review_refusal",
    "exhaust", "close", "approve", "return_solution", "refuse_solution", "vote_on_solution", "send_solution",
    "rule_on_mediator", "grant_release", "refuse_release", "order_payment", "callback", "verify_item",
    "verify_execution", "solve_directly", "answer_not_ours", "accept", "accept_transfer", "find_founded",
    "find_unfounded",
)  # fmt: skip
"""Every step by which somebody investigates, approves, rules on or checks a case."""


@pytest.mark.req("IV-03", "G5")
@pytest.mark.parametrize("why", REASONS)
def test_every_decision_asks_whether_it_is_about_whoever_takes_it(cast: Cast, why: str) -> None:
    complaint = just_registered(cast.frontline, **about(cast, cast.supervisor, why))
    case = looked_at(cast.supervisor.actor, complaint, complaint.received_at)
    for name in DECISIONS:
        assert "G5" in [name_of(one) for one in PROCESS[name].guards], name
    assert [one.code for one in independent(case, PROCESS["close"], None)] == [REASONS[why]]


@pytest.mark.req("IV-03")
@pytest.mark.parametrize("why", REASONS)
def test_nobody_is_offered_a_case_that_is_about_them(cast: Cast, why: str) -> None:
    journey = registered(cast, **about(cast, cast.specialist, why))
    with pytest.raises(InvalidInput) as refused:
        journey.step(cast.frontline, "pass_on", unit=str(cast.specialist2.unit_id), member=str(cast.specialist.id))
    assert {one.code for one in refused.value.fields.values()} == {REASONS[why]}
    journey.step(cast.frontline, "pass_on", unit=str(cast.specialist2.unit_id), member=str(cast.specialist2.id))


@pytest.mark.req("IV-03", "TR-18")
def test_a_supervisor_whom_it_is_about_lowers_no_grade_and_adopts_no_plan(cast: Cast) -> None:
    complaint = reported(cast, just_registered(cast.frontline, **about(cast, cast.supervisor, "person")))
    with pytest.raises(ConditionsUnmet) as refused:
        graded(cast.supervisor, complaint, reason="没有那么严重")
    assert {one.code for one in refused.value.unmet} == {"person_concerned"}
    step(cast.specialist, complaint, "draft_pre_plan", **PLAN)
    for name, given in (
        ("adopt_pre_plan", {"unit": str(cast.specialist.unit_id)}),
        ("return_pre_plan", {"reason": "补充"}),
    ):
        with pytest.raises(ConditionsUnmet) as refused:
            step(cast.supervisor, complaint, name, **given)
        assert {one.code for one in refused.value.unmet} == {"person_concerned"}, name
    assert step(cast.mgmt_rep, complaint, "adopt_pre_plan", unit=str(cast.specialist.unit_id)).state == "routing"


@pytest.mark.req("IV-03")
def test_the_department_complained_of_still_answers_its_task(cast: Cast) -> None:
    complaint = just_registered(cast.frontline, unit_concerned=str(cast.units["logistics"].pk))
    complaint, task = with_task(cast, investigating(cast, complaint))
    step(cast.dept, complaint, "answer_task", task=task, **ANSWERED)
    assert DepartmentTask.objects.get().answered_by == cast.dept.id


def test_another_unit_another_person_and_another_interest_stand_in_nobodys_way(cast: Cast) -> None:
    Member.objects.filter(pk=cast.specialist.id).update(interests=[str(cast.units["finance"].pk)])
    directory.forget_cached()
    journey = registered(cast, unit_concerned=str(cast.units["logistics"].pk), person_concerned="工号 4001")
    journey.step(cast.frontline, "pass_on", unit=str(cast.specialist.unit_id), member=str(cast.specialist.id))
    assert journey.step(cast.specialist, "accept", **ACCEPT).complaint.state == "investigating"


def test_an_interest_in_a_party_excludes_by_its_fingerprint(cast: Cast) -> None:
    from tingsu.complaints.models import Party

    journey = registered(cast, respondent_name="速达快运")
    index = bytes(Party.objects.get(complaint=journey.complaint, role="respondent").name_index).hex()
    Member.objects.filter(pk=cast.specialist.id).update(interests=[index])
    directory.forget_cached()
    journey.step(cast.frontline, "pass_on", unit=str(cast.specialist.unit_id))
    assert journey.refusal(cast.specialist, "accept", **ACCEPT) == {"declared_interest"}


@pytest.mark.parametrize("words", ["工号 2001", "真名2001", "Agent 2001", "2001"])
def test_a_person_is_known_by_number_name_and_either_alias(cast: Cast, words: str) -> None:
    journey = registered(cast, person_concerned=f"{words} 挂断电话")
    journey.step(cast.frontline, "pass_on", unit=str(cast.specialist.unit_id))
    assert journey.refusal(cast.specialist, "accept", **ACCEPT) == {"person_concerned"}
    assert journey.at > MONDAY


@pytest.mark.parametrize(("alias", "excluded"), [("明", False), ("明白", True)])
def test_one_sign_of_a_name_is_no_name(cast: Cast, alias: str, excluded: bool) -> None:
    Member.objects.filter(pk=cast.specialist.id).update(alias={"zh-Hans": alias, "en": ""})
    directory.forget_cached()
    journey = registered(cast, person_concerned="说明白了又挂断电话的那位")
    journey.step(cast.frontline, "pass_on", unit=str(cast.specialist.unit_id))
    if excluded:
        assert journey.refusal(cast.specialist, "accept", **ACCEPT) == {"person_concerned"}
    else:
        journey.step(cast.specialist, "accept", **ACCEPT)
        assert journey.complaint.owner_id == cast.specialist.id


@pytest.mark.req("ME-11")
@pytest.mark.parametrize(
    ("profile", "alone", "warned"), [("micro", True, True), ("micro", False, False), ("isc", True, False)]
)
def test_only_one_person_alone_in_micro_mode_is_warned_instead(
    cast: Cast, organisation: Organisation, profile: str, alone: bool, warned: bool
) -> None:
    journey = registered(cast, unit_concerned=str(cast.specialist.unit_id))
    journey.step(cast.frontline, "pass_on", unit=str(cast.specialist.unit_id))
    Organisation.objects.filter(pk=organisation.pk).update(profile=profile)
    if alone:
        Member.objects.exclude(pk=cast.specialist.id).update(active=False)
    if warned:
        journey.step(cast.specialist, "accept", **ACCEPT)
        event = Event.objects.get(stream_id=journey.complaint.pk, kind="complaint.accepted")
        assert event.data["warnings"] == ["unit_concerned"]
    else:
        with pytest.raises(ConditionsUnmet):
            journey.step(cast.specialist, "accept", **ACCEPT)


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("工号 2001 态度恶劣", True), ("Agent 2001 was rude", True), ("真名2001", True), ("一个叫真名2001的人", True), ("2001", True),
        ("工号 2002", False), ("真名2002", False), ("穿蓝衣服的人", False), ("", False),
    ],
)  # fmt: skip
def test_by_what_the_person_complained_of_is_known(cast: Cast, words: str, named: bool) -> None:
    """Staff number, work identity in either language, or the name that only colleagues know."""
    complaint = just_registered(cast.frontline, person_concerned=words)
    assert independence.dependence_of(cast.specialist.id, frozenset(), complaint) == (
        "person_concerned" if named else ""
    )
