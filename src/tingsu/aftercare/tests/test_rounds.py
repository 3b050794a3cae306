"""One round of result, rating and calls in tables: its score, what is low, whose review is left, which event fills a stage."""

import uuid
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tests.cast import Cast
from tingsu.aftercare import moves, queries, reviews, stages
from tingsu.aftercare.queries import Round, ready_to_close
from tingsu.aftercare.steps import rating
from tingsu.aftercare.tests.rounds import REACHED, REVIEW, missed, notified, receipt
from tingsu.clocks.models import Promise
from tingsu.kernel.errors import InvalidInput
from tingsu.kernel.models import Event
from tingsu.letters.models import Notice
from tingsu.settlement.tests.journey import handled

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


def call(**said: Any) -> Any:
    return SimpleNamespace(**{"reached": False, "cause": None, "score": None, "handler": False, "review": None} | said)


OK, LOW, MINE, LEFT, LATER = (
    call(reached=True, score=4), call(reached=True, score=2, cause=b"x"), call(reached=True, score=1, cause=b"x", handler=True),
    call(review=b"first"), call(review=b"second"),
)  # fmt: skip


@pytest.mark.req("SC-03", "FB-10")
@pytest.mark.parametrize(
    ("stars", "calls", "score", "low", "done", "left", "followed"),
    [
        (None, [], None, False, False, None, False),
        (4, [], 4, False, False, None, False),
        (2, [], 2, True, False, None, False),
        (5, [LOW], 5, True, True, None, True),
        (2, [OK], 2, True, True, None, False),
        (None, [OK, LOW], 2, True, True, None, True),
        (None, [LOW, OK], 4, True, True, None, True),
        (None, [MINE], 1, True, True, None, False),
        (1, [MINE, call(), call()], 1, True, True, None, False),
        (1, [call(), call(), call()], 1, True, True, None, True),
        (1, [call(cause=b"x")], 1, True, False, None, False),
        (1, [call(cause=b"x"), call(), call()], 1, True, True, None, True),
        (None, [LEFT, LATER, call()], None, False, True, LATER, True),
        (None, [LEFT, LATER], None, False, False, None, False),
        (None, [LEFT, LATER, call(reached=True)], None, False, True, None, False),
    ],
)  # fmt: skip
def test_what_a_round_says(
    monkeypatch: pytest.MonkeyPatch, stars: int | None, calls: list[Any], score: int | None, low: bool, done: bool, left: Any,
    followed: bool,
) -> None:  # fmt: skip
    monkeypatch.setattr(queries, "aftercare_rules", lambda: {"low_rating": 2, "callback_attempts": 3})
    given: Any = SimpleNamespace(score=stars) if stars else None
    told = Round(SimpleNamespace(), given, calls)  # type: ignore[arg-type]
    assert (told.score, told.is_low, told.callback_done, told.review_left, told.low_followed) == (
        score, low, done, left, followed,
    )  # fmt: skip


@pytest.mark.req("SC-02", "SC-03")
@pytest.mark.parametrize(
    ("state", "result", "due"),
    [
        ("evaluating", None, True), ("closed", None, False), ("evaluating", {}, True), ("evaluating", {"callback_done": True}, False),
        ("evaluating", {"callback_done": True, "is_low": True}, True), ("evaluating", {"is_low": True}, True),
        ("evaluating", {"callback_done": True, "is_low": True, "low_followed": True}, False), ("closed", {}, False),
        ("closed", {"is_low": True}, True), ("archived", {"is_low": True}, True), ("closed", {"is_low": True, "low_followed": True}, False),
    ],
)  # fmt: skip
def test_until_when_a_call_is_due(
    monkeypatch: pytest.MonkeyPatch, state: str, result: dict[str, bool] | None, due: bool
) -> None:
    usual = dict.fromkeys(("callback_done", "is_low", "low_followed"), False)
    found = SimpleNamespace(**usual | result) if result is not None else None
    monkeypatch.setattr(rating, "round_of", lambda complaint: found)
    assert rating.a_call_is_due(SimpleNamespace(state=state)) is due  # type: ignore[arg-type]


@pytest.mark.req("FB-06")
@pytest.mark.parametrize(
    ("answers", "changed"),
    [
        ([], False), ([(None, "changed")], False), ([(1, "stands")], False), ([(1, "changed")], True), ([(1, "mediation")], True),
        ([(0, "changed")], False), ([(-1, "changed")], False), ([(-1, "changed"), (2, "stands")], False),
    ],
)  # fmt: skip
def test_only_a_review_answered_after_the_notice_changes_it(
    monkeypatch: pytest.MonkeyPatch, answers: list[Any], changed: bool
) -> None:
    rows = [
        SimpleNamespace(answered_at=AT + timedelta(days=day) if day is not None else None, result=result)
        for day, result in answers
    ]
    monkeypatch.setattr(reviews, "requests_of", lambda complaint: rows)
    assert reviews.changed_since(SimpleNamespace(), SimpleNamespace(sent_at=AT)) is changed  # type: ignore[arg-type]
    assert reviews.changed_since(SimpleNamespace(), None) is False  # type: ignore[arg-type]


@pytest.mark.req("FB-06")
@pytest.mark.parametrize(
    ("state", "answered", "waits", "may"),
    [
        ("answering", None, False, False), ("answering", AT, False, True), ("answering", AT, True, False),
        ("evaluating", None, False, True), ("closed", None, True, False), ("closed", None, False, True),
    ],
)  # fmt: skip
def test_when_the_page_offers_a_review(
    monkeypatch: pytest.MonkeyPatch, state: str, answered: datetime | None, waits: bool, may: bool
) -> None:
    monkeypatch.setattr(moves, "open_request", lambda complaint: object() if waits else None)
    assert moves.may_ask(SimpleNamespace(state=state, answered_at=answered)) is may  # type: ignore[arg-type]


@pytest.mark.req("FB-12")
@pytest.mark.parametrize("number", sorted(stages.NAMES))
def test_which_of_several_events_fills_a_stage(number: int) -> None:
    """The first confirmation and the first assessment, of everything else the last."""
    for kind in stages.KINDS[number]:
        events: Any = [
            SimpleNamespace(kind=kind, at=AT + timedelta(days=day), actor_kind=actor, body={})
            for day, actor in enumerate(("complainant", "respondent"))
        ]
        stage = stages._stage(number, events, {}, None, "")
        place = 0 if number in {1, 2} else 1
        assert (stage.at, str(stage.by)) == (events[place].at, str(stages.who(events[place])))
    assert stages._stage(number, [], {number: "不适用"}, None, "").not_applicable


@pytest.mark.req("FB-05", "FB-10", "CTS 8.6 a")
def test_what_still_stands_in_the_way_of_closing(cast: Cast) -> None:
    journey = notified(cast).deliver_letters()
    sent = receipt(journey)
    for moved, fits in ((timedelta(minutes=-2), False), (timedelta(0), True)):
        at = journey.at + moved
        values = sent | {"delivered_at": at.isoformat()}
        if fits:
            journey.step(cast.specialist, "prove_delivery", **values)
        else:
            with pytest.raises(InvalidInput) as refused:
                journey.step(cast.specialist, "prove_delivery", **values)
            assert {name: one.code for name, one in refused.value.fields.items()} == {"delivered_at": "too_early"}
    missed(journey, 4)
    assert Notice.objects.filter(kind="callback.exhausted").count() == 1, "told once, not with each further attempt"
    assert ready_to_close().exists()
    journey.step(journey.party(), "ask_review", kind="review", words="运费没有退")
    assert not ready_to_close().exists(), "a request waits for its answer"
    reviewer = next(
        one for one in cast._people.values() if one.id == reviews.requests_of(journey.complaint)[0].reviewer_id
    )
    for number in (journey.complaint.number, "202603-TS-999"):
        with pytest.raises(InvalidInput) as unknown:
            journey.step(reviewer, "answer_review", result="changed", answer="运费退还。", follow_up=number)
        assert set(unknown.value.fields) == {"follow_up"}
    journey.step(reviewer, "answer_review", result="stands", answer="依据见下单页面。")
    assert ready_to_close().exists()


@pytest.mark.req("FB-02")
def test_whoever_tells_a_result_has_kept_the_date_that_was_named(cast: Cast) -> None:
    journey = handled(cast)
    journey.step(journey.owner, "feed_back", content="正在核对。", means="phone", next_at="2026-03-03T15:00:00+08:00")
    first = journey.complaint.first_reply_at
    assert journey.complaint.next_feedback_at is not None
    journey.offered()
    told = journey.complaint
    assert (told.next_feedback_at, told.first_reply_at, told.last_feedback_at) == (None, first, journey.at)
    journey.opinion().step(journey.owner, "agree")
    journey.step(journey.owner, "feed_back", content="正在退款。", means="phone", next_at="2026-03-03T16:00:00+08:00")
    item = str(journey.complaint_items()[0].pk)
    journey.step(journey.owner, "finish_item", item=item, proof="回单", paid=100_00, means="original")
    journey.step(cast.supervisor, "verify_item", item=item, remark="核对").step(cast.supervisor, "verify_execution")
    journey.step(journey.owner, "notify_result", notice="退款已到账。")
    complaint = journey.complaint
    assert (complaint.next_feedback_at, complaint.first_reply_at, complaint.last_feedback_at) == (
        None,
        first,
        journey.at,
    )


@pytest.mark.req("FB-06")
@pytest.mark.parametrize(
    ("kind", "result", "told"),
    [
        ("review", "stands", False),
        ("review", "changed", True),
        ("review", "mediation", True),
        ("mediation", "no_mediation", True),
    ],
)
def test_whose_result_a_review_did_not_let_stand_hears_of_it(cast: Cast, kind: str, result: str, told: bool) -> None:
    journey = handled(cast).offered()
    journey.step(journey.party(), "ask_review", kind=kind, words="请重新查看。")
    reviewer = next(
        one for one in cast._people.values() if one.id == reviews.requests_of(journey.complaint)[0].reviewer_id
    )
    journey.step(reviewer, "answer_review", result=result, answer="已重新查看。")
    heard = Notice.objects.filter(kind="case.review_changed").values_list("member_id", flat=True)
    assert list(heard) == [journey.owner.id] * told


@pytest.mark.req("SC-12", "FB-10")
def test_a_low_rating_is_marked_in_its_event_and_closing_keeps_the_promise_of_feedback(cast: Cast) -> None:
    for score, low in (("3", None), ("2", True)):
        journey = notified(cast).deliver_letters()
        journey.step(journey.party(), "rate", score=score)
        event = Event.objects.filter(stream_id=journey.complaint.pk, kind="complaint.rated").get()
        assert event.data.get("low") is low, "what opens a nonconformity"
    journey.step(cast.specialist, "callback", cause="已说明", **REACHED).step(cast.supervisor, "close", **REVIEW)
    rows = Promise.objects.filter(stream_id=journey.complaint.pk, kind="progress_feedback").order_by("started_at")
    assert rows.last().ending == "met"  # type: ignore[union-attr]


@pytest.mark.req("FB-10", "FB-11")
def test_rounds_deciders_and_stages_are_those_of_the_case_alone(cast: Cast) -> None:
    first, second = notified(cast), notified(cast)
    rounds = [queries.current_notice(case.complaint) for case in (first, second)]
    assert [one.round for one in rounds if one] == [1, 1]
    ids = [case.complaint.pk for case in (first, second)]
    for one in ids:
        assert set(stages._staged(one).values_list("stream_id", flat=True)) == {one}
    assert list(reviews._deciders(uuid.uuid4())) == []
    assert set(reviews._deciders(ids[0])) < set(
        Event.objects.filter(stream_id=ids[0], actor_kind="member").values_list("actor_id", flat=True)
    ), "who only wrote something down has decided nothing"
