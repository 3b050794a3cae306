"""My work: what waits for a person on the cases of others, with its clock and its way there; at constant cost."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import Cast
from tingsu.aftercare.tests.rounds import REACHED, closed, notified, rated
from tingsu.casework.tests.cases import ANSWERED, FINDING, basis, investigating, with_task
from tingsu.complaints.waiting import duty_label
from tingsu.kernel.clock import now, travel_to
from tingsu.process.waiting import duties_of
from tingsu.settlement.tests.journey import Journey, handled
from tingsu.settlement.tests.test_execution import executing
from tingsu.triage.tests.cases import graded, registered, reported, step


def waiting(journey: Journey, person: object) -> list[str]:
    """The names of this person's duties on the case."""
    return badges(person, journey.complaint)


def badges(person: object, complaint: object) -> list[str]:
    lines = duties_of(person.actor, now())  # type: ignore[attr-defined]
    return [str(line.badge) for line in lines if line.number == complaint.number]  # type: ignore[attr-defined]


def names(*kinds: str) -> list[str]:
    return [duty_label(kind) for kind in kinds]


@pytest.mark.req("FB-04")
def test_a_measure_waits_for_who_carries_it_out_then_for_who_verifies_it(cast: Cast, sign_in) -> None:
    journey = handled(cast)
    offer = journey.solution()
    offer["remedies"][0]["executor"] = str(cast.dept2.id)
    journey.step(journey.owner, "draft_solution", **offer).step(journey.owner, "submit_solution")
    journey.step(journey.owner, "send_solution").opinion().step(journey.owner, "agree")
    assert waiting(journey, cast.dept2) == names("execute")
    assert waiting(journey, journey.owner) == waiting(journey, cast.dept) == []
    with travel_to(journey.at):
        response = sign_in(cast.dept2).get(reverse("desk:work"))
    (line,) = response.context["duties"].items
    assert line.promise.due_at.date() > journey.at.date()
    assert reverse("desk:case", args=[journey.complaint.number]) in response.content.decode()

    item = str(journey.complaint_items()[0].pk)
    journey.step(cast.dept2, "finish_item", item=item, proof="退款回单", paid=100_00, means="original")
    assert waiting(journey, cast.dept2) == []
    assert waiting(journey, journey.owner) == names("verify")


@pytest.mark.req("FB-04")
def test_what_the_owner_did_waits_for_somebody_else_to_verify(cast: Cast) -> None:
    journey, item = executing(cast)
    assert waiting(journey, journey.owner) == names("execute")
    journey.step(journey.owner, "finish_item", item=item, proof="退款回单", paid=100_00, means="original")
    assert waiting(journey, journey.owner) == []
    assert waiting(journey, cast.supervisor) == waiting(journey, cast.qa) == names("verify")
    assert waiting(journey, cast.frontline2) == []


@pytest.mark.req("SC-02", "SC-03")
def test_a_callback_waits_for_the_owner_and_after_a_low_rating_for_somebody_else(cast: Cast) -> None:
    journey = notified(cast)
    assert waiting(journey, journey.owner) == names("call")
    assert waiting(journey, cast.supervisor) == []
    rated(journey, 1)
    assert waiting(journey, journey.owner) == []
    assert waiting(journey, cast.supervisor) == waiting(journey, cast.specialist) == names("call_low")
    assert waiting(journey, cast.frontline2) == []
    journey.step(cast.specialist, "callback", **{**REACHED, "cause": "到账晚了一天，已致歉。"})
    assert waiting(journey, cast.supervisor) == []


def test_a_closed_case_waits_for_its_owner_to_be_archived(cast: Cast) -> None:
    journey = closed(cast)
    assert waiting(journey, journey.owner) == names("archive")
    assert waiting(journey, cast.supervisor) == []


@pytest.mark.req("MD-02")
def test_a_mediation_waits_for_the_mediator_alone(cast: Cast) -> None:
    journey = handled(cast)
    journey.step(journey.owner, "appoint_mediator", member=str(cast.mediator.id))
    assert waiting(journey, cast.mediator) == names("mediate")
    assert waiting(journey, cast.junior_mediator) == []


def test_a_plan_waits_for_who_may_adopt_it(cast: Cast) -> None:
    complaint = reported(cast, registered(cast.frontline))
    lines = [line for line in duties_of(cast.supervisor.actor, now()) if line.number == complaint.number]
    assert [str(line.badge) for line in lines] == names("plan")
    assert duties_of(cast.frontline2.actor, now()) == []


def test_my_work_costs_the_same_for_few_and_many(cast: Cast, sign_in) -> None:
    client = sign_in(cast.specialist2)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("desk:work")).status_code == 200
        return len(queries)

    def least() -> int:
        """Of three, because what is remembered for seconds may run out in between."""
        return min(cost() for _turn in range(3))

    executing(cast)
    notified(cast)
    few = least()
    executing(cast)
    notified(cast)
    assert least() == few


@pytest.mark.req("AS-03", "P23")
def test_a_result_waits_to_be_told_and_a_case_with_nothing_left_to_be_closed(cast: Cast) -> None:
    journey = handled(cast).evaluated()
    assert waiting(journey, journey.owner) == names("notify")
    assert waiting(journey, cast.supervisor) == []
    journey.step(journey.owner, "notify_result", notice="退款已到账。").deliver_letters()
    assert waiting(journey, journey.owner) == names("call")
    journey.step(cast.specialist, "callback", **REACHED)
    assert waiting(journey, journey.owner) == names("close")
    assert waiting(journey, cast.supervisor) == waiting(journey, cast.frontline2) == []


@pytest.mark.req("AS-03", "P23", "SC-03")
def test_a_low_rating_must_be_followed_by_another_before_closing_waits(cast: Cast) -> None:
    journey = notified(cast).deliver_letters()
    journey.step(journey.owner, "callback", **REACHED)
    assert waiting(journey, journey.owner) == names("close")
    rated(journey, 1)
    assert waiting(journey, journey.owner) == []
    journey.step(cast.specialist, "callback", **REACHED | {"cause": "到账晚了一天。"})
    assert waiting(journey, journey.owner) == names("close")


@pytest.mark.req("AS-03", "P23")
def test_a_case_whose_owner_may_not_close_it_waits_for_who_supervises(cast: Cast) -> None:
    journey = notified(cast).deliver_letters()
    journey.step(cast.specialist, "callback", **REACHED)
    reason = {"member": str(cast.coach.id)}
    journey.step(cast.supervisor, "assign", **reason)
    assert waiting(journey, cast.coach) == []
    assert waiting(journey, cast.supervisor) == names("close")


@pytest.mark.req("AS-03", "P22")
def test_a_refused_result_waits_for_a_supervisor(cast: Cast) -> None:
    journey = handled(cast).offered().opinion("disagree", text="金额太低")
    assert waiting(journey, cast.supervisor) == []
    journey.step(journey.party(), "no_agreement", reason="不接受")
    assert waiting(journey, cast.supervisor) == names("exhaust")
    assert waiting(journey, cast.qa) == []


@pytest.mark.req("AS-03", "IV-13")
def test_a_departments_answer_waits_for_the_owner_while_the_investigation_goes_on(cast: Cast) -> None:
    complaint, task = with_task(cast, investigating(cast))
    assert badges(cast.specialist, complaint) == []
    step(cast.dept, complaint, "answer_task", task=task, **ANSWERED)
    assert badges(cast.specialist, complaint) == names("answered")
    step(cast.specialist, complaint, "find_founded", **FINDING, bases=basis())
    assert badges(cast.specialist, complaint) == []


@pytest.mark.req("AS-01")
def test_a_third_refused_handover_waits_for_a_supervisor_to_rule(cast: Cast) -> None:
    complaint = graded(cast.frontline, registered(cast.frontline))
    for person in (cast.specialist, cast.specialist2, cast.coach):
        assert names("rule")[0] not in badges(cast.supervisor, complaint)
        step(cast.frontline, complaint, "transfer", member=str(person.id), note="请接手")
        step(person, complaint, "refuse_transfer", reason="手上已满")
    assert names("rule")[0] in badges(cast.supervisor, complaint)
    assert badges(cast.specialist, complaint) == []
    step(cast.supervisor, complaint, "assign", member=str(cast.specialist.id))
    assert names("rule")[0] not in badges(cast.supervisor, complaint)
