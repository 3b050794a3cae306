"""Review and mediation that a complainant asks for: own limit, somebody else, written result, after closing too."""

from datetime import timedelta

import pytest

from tests.cast import Cast, Person
from tingsu.aftercare import queries
from tingsu.aftercare.models import ReviewRequest
from tingsu.aftercare.reviews import involved, open_request
from tingsu.aftercare.tests.rounds import REACHED, REVIEW, closed, notified, rated
from tingsu.clocks.models import Promise
from tingsu.clocks.timers import timer_name, timers
from tingsu.complaints.access import may_take
from tingsu.complaints.models import ComplaintLink
from tingsu.complaints.process import PROCESS
from tingsu.complaints.waiting import duties_on_cases
from tingsu.kernel.errors import InvalidInput, NotAllowed
from tingsu.kernel.models import Event
from tingsu.letters.models import Letter, Notice
from tingsu.settlement.tests.journey import Journey, handled, registered

ASKED = {"kind": "review", "words": "运费没有退，请重新查看。"}
ANSWER = {"result": "stands", "answer": "运费由您承担，依据见下单页面的说明。"}


def stands_at(cast: Cast, name: str) -> Journey:
    """A case at each place where something can be reviewed."""
    return {
        "feedback": lambda: handled(cast).offered(),
        "evaluating": lambda: notified(cast),
        "closed": lambda: closed(cast),
    }[name]()


@pytest.mark.req("FB-06")
@pytest.mark.parametrize("kind", ["review", "mediation"])
@pytest.mark.parametrize("state", ["feedback", "evaluating", "closed"])
def test_a_request_runs_under_its_own_limit_and_somebody_else_answers_it_in_writing(
    cast: Cast, state: str, kind: str
) -> None:
    journey = stands_at(cast, state)
    before = Promise.objects.filter(stream_id=journey.complaint.pk, ended_at=None).count()
    journey.step(journey.party(), "ask_review", **{**ASKED, "kind": kind})
    row = ReviewRequest.objects.get()
    promise = Promise.objects.get(kind="review_request")
    assert (row.kind, row.state, row.asked_in, row.text("words")) == (kind, "open", state, ASKED["words"])
    assert promise.due_at == row.due_at > journey.at + timedelta(days=4)
    assert Promise.objects.filter(stream_id=journey.complaint.pk, ended_at=None).count() == before + 1
    assert row.reviewer_id not in involved(journey.complaint)
    assert promise.owner_id == row.reviewer_id
    assert [notice.member_id for notice in Notice.objects.filter(kind="case.review_asked")] == [row.reviewer_id]
    received = Letter.objects.get(template="request_received")
    assert received.intent == f"request_received:{row.pk}"
    reviewer = next(one for one in cast._people.values() if one.id == row.reviewer_id)
    assert _has_duty(reviewer, journey)
    result = {"review": "stands", "mediation": "no_mediation"}[kind]
    journey.step(reviewer, "answer_review", **{**ANSWER, "result": result})
    row.refresh_from_db()
    assert (row.state, row.result, row.answered_by) == ("answered", result, reviewer.id)
    assert row.text("answer") == ANSWER["answer"]
    assert Promise.objects.get(kind="review_request").ending == "met"
    assert Letter.objects.filter(template="request_answered").count() == 1
    assert journey.complaint.state == state  # nothing is reopened
    assert not _has_duty(reviewer, journey)
    events = Event.objects.filter(stream_id=journey.complaint.pk).values_list("kind", flat=True)
    assert {"complaint.review_asked", "complaint.review_answered"} <= set(events)


def _has_duty(person: Person, journey: Journey) -> bool:
    part = duties_on_cases(person.actor, journey.at)
    return (journey.complaint.number, "review_request") in [
        (item.number, next((name for name in timers() if timer_name(name) == item.promise_name), ""))
        for item in part.items
    ]


@pytest.mark.req("FB-06")
def test_who_handled_or_decided_the_case_does_not_answer(cast: Cast) -> None:
    journey = notified(cast)
    journey.step(journey.party(), "ask_review", **ASKED)
    who = involved(journey.complaint)
    assert journey.complaint.owner_id in who
    able = [one for one in (cast.specialist, cast.supervisor) if one.id not in who]
    for person in (one for one in cast._people.values() if one.id in who):
        if _may(person, journey):
            assert journey.refusal(person, "answer_review", **ANSWER) == {"decided_before"}
        else:
            with pytest.raises(NotAllowed):
                journey.step(person, "answer_review", **ANSWER)
    assert open_request(journey.complaint)
    journey.step(able[0], "answer_review", **ANSWER)
    assert open_request(journey.complaint) is None


def _may(person: Person, journey: Journey) -> bool:
    return may_take(person.actor, journey.complaint, PROCESS["answer_review"])


def test_one_request_at_a_time_and_none_where_nothing_can_be_reviewed(cast: Cast) -> None:
    fresh = registered(cast)
    assert fresh.refusal(fresh.party(), "ask_review", **ASKED) == {"wrong_state"}
    journey = notified(cast)
    assert journey.refusal(cast.supervisor, "answer_review", **ANSWER) == {"no_request"}
    journey.step(journey.party(), "ask_review", **ASKED)
    assert journey.refusal(journey.party(), "ask_review", **ASKED) == {"request_open"}
    with pytest.raises(InvalidInput) as wrong:
        journey.step(cast.supervisor, "answer_review", **{**ANSWER, "result": "no_mediation"})
    assert set(wrong.value.fields) == {"result"}
    journey.step(cast.supervisor, "answer_review", **ANSWER)
    journey.step(journey.party(), "ask_review", **ASKED)
    assert ReviewRequest.objects.count() == 2


@pytest.mark.req("FB-06")
def test_nothing_is_closed_while_a_request_waits_nor_on_a_result_that_a_review_changed(cast: Cast) -> None:
    journey = notified(cast).deliver_letters().step(cast.specialist, "callback", **REACHED)
    assert queries.ready_to_close().count() == 1
    journey.step(journey.party(), "ask_review", **ASKED)
    assert journey.refusal(cast.supervisor, "close", **REVIEW) == {"request_open"}
    assert queries.ready_to_close().count() == 0
    journey.step(cast.supervisor, "answer_review", **{**ANSWER, "result": "changed"})
    assert Notice.objects.filter(kind="case.review_changed", member_id=journey.owner.id).exists()
    assert journey.refusal(cast.supervisor, "close", **REVIEW) == {"result_changed"}
    journey.step(cast.specialist, "reject_result", reason="复核后改变结果")
    assert journey.complaint.state == "external_route"


def test_a_result_that_stands_lets_the_case_close(cast: Cast) -> None:
    journey = notified(cast).deliver_letters().step(cast.specialist, "callback", **REACHED)
    journey.step(journey.party(), "ask_review", **ASKED).step(cast.supervisor, "answer_review", **ANSWER)
    journey.step(cast.supervisor, "close", **REVIEW)
    assert journey.complaint.state == "closed"


@pytest.mark.req("FB-06")
def test_after_closing_a_changed_result_is_carried_out_in_another_complaint(cast: Cast) -> None:
    journey = closed(cast)
    journey.step(journey.party(), "ask_review", **ASKED)
    changed = {**ANSWER, "result": "changed"}
    stranger = registered(cast, name="别人", phone="13900007777", email="").complaint
    for number, code in (
        ("202601-XX-999", "invalid"), ("xf 006", "invalid"), (journey.complaint.number, "invalid"), (stranger.number, "not_linked"),
    ):  # fmt: skip
        with pytest.raises(InvalidInput) as refused:
            journey.step(cast.supervisor, "answer_review", **changed, follow_up=number)
        assert {name: one.code for name, one in refused.value.fields.items()} == {"follow_up": code}, number
    other = registered(cast).complaint
    journey.step(cast.supervisor, "answer_review", **changed, follow_up=other.number.lower())
    assert ReviewRequest.objects.get().follow_up == other.number
    assert journey.complaint.state == "closed"


@pytest.mark.req("FB-06")
@pytest.mark.parametrize("forward", [True, False])
def test_a_linked_complaint_carries_it_on_whoever_registered_it(cast: Cast, forward: bool) -> None:
    journey = closed(cast)
    journey.step(journey.party(), "ask_review", **ASKED)
    other = registered(cast, name="别人", phone="13900007777", email="").complaint
    one, two = (journey.complaint, other) if forward else (other, journey.complaint)
    ComplaintLink(complaint=one, other=two, kind="related", confirmed_at=journey.at).save(force_insert=True)
    journey.step(cast.supervisor, "answer_review", **{**ANSWER, "result": "changed"}, follow_up=other.number)
    assert ReviewRequest.objects.get().follow_up == other.number


def test_an_archive_waits_for_the_result_and_a_request_may_follow_it(cast: Cast) -> None:
    journey = closed(cast).deliver_letters()
    journey.step(journey.party(), "ask_review", **ASKED)
    file = {"retention_class": "complaint", "keeper": str(cast.qa.id)}
    assert "request_open" in journey.refusal(cast.supervisor, "archive", **file)
    journey.step(cast.supervisor, "answer_review", **ANSWER).deliver_letters()
    journey.step(cast.supervisor, "archive", **file)
    journey.step(journey.party(), "ask_review", **ASKED)
    assert journey.complaint.state == "archived"
    journey.step(cast.mgmt_rep, "answer_review", **ANSWER)  # the supervisor has decided on the case by then
    assert ReviewRequest.objects.filter(state="answered").count() == 2


@pytest.mark.req("SC-03")
def test_a_low_rating_names_a_person_and_a_date_and_is_followed_up_after_closing_too(cast: Cast) -> None:
    journey = closed(cast)
    assert journey.refusal(cast.specialist, "callback", **REACHED) == {"closed"}
    rated(journey, 1)
    caller = queries.round_of(journey.complaint).rating.caller_id
    promise = Promise.objects.get(kind="low_rating_call")
    assert caller not in {None, journey.owner.id}
    assert (promise.owner_id, promise.ended_at) == (caller, None)
    assert promise.due_at > journey.at
    assert set(Notice.objects.filter(kind="rating.low_yours").values_list("member_id", flat=True)) == {caller}
    assert list(queries.callbacks_due(cast.specialist.id, follows=True)) == [(journey.complaint.pk, True)]
    assert list(queries.callbacks_due(journey.owner.id, follows=False)) == []
    assert journey.refusal(journey.owner, "callback", **REACHED) == {"handler_calls"}
    journey.step(cast.specialist, "callback", cause="等待过久，已致歉", **REACHED)
    assert Promise.objects.get(kind="low_rating_call").ending == "met"
    assert list(queries.callbacks_due(cast.specialist.id, follows=True)) == []
    assert journey.refusal(cast.specialist, "callback", **REACHED) == {"closed"}


@pytest.mark.parametrize("score", ["3", "5"])
def test_a_rating_that_is_not_low_asks_nobody_to_call(cast: Cast, score: str) -> None:
    journey = rated(closed(cast), int(score))
    assert not Promise.objects.filter(kind="low_rating_call").exists()
    assert queries.round_of(journey.complaint).rating.caller_id is None
