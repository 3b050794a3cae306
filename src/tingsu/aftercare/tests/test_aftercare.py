"""Notice, rating, callback, refused result: E25, E16."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from tests.cast import Cast
from tingsu.aftercare import actions, response
from tingsu.aftercare.models import Callback, ClosingReview, Rating, ResultNotice
from tingsu.aftercare.queries import callbacks_due, round_of
from tingsu.aftercare.rules import AFTERCARE, LIMITS, check_aftercare, default_aftercare
from tingsu.aftercare.tests.rounds import REACHED, REVIEW, missed, notified, proved, rated
from tingsu.kernel import rulebooks
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import InvalidInput, NotAllowed, NotFound
from tingsu.kernel.models import Event
from tingsu.letters.models import Letter, Notice
from tingsu.settlement.tests.journey import handled


@pytest.mark.req("FB-10", "SC-01", "SC-14")
def test_the_notice_comes_before_the_rating_and_once(cast: Cast) -> None:
    journey = handled(cast).evaluated()
    assert journey.refusal(journey.party(), "rate", score="5") == {"not_notified"}
    assert journey.refusal(cast.specialist, "callback", **REACHED) == {"not_notified"}
    journey.step(journey.owner, "notify_result", notice="已退款。")
    assert journey.refusal(journey.owner, "notify_result", notice="再发") == {"notified"}
    letter = Letter.objects.get(stream_id=journey.complaint.pk, template="result_notice")
    notice = ResultNotice.of(journey.complaint)[0]
    assert (letter.intent, notice.text("words")) == (notice.intent, "已退款。")


@pytest.mark.req("SC-14")
def test_a_rating_comes_after_the_notice_from_the_complainant_or_from_a_recorded_callback_only(cast: Cast) -> None:
    journey = handled(cast).evaluated()
    assert journey.refusal(journey.party(), "rate", score="5") == {"not_notified"}
    journey.step(journey.owner, "notify_result", notice="已退款。")
    for person in cast._people.values():
        with pytest.raises((NotAllowed, NotFound)):
            journey.step(person, "rate", score="5")
    with pytest.raises(InvalidInput) as refused:
        journey.step(cast.specialist, "callback", score="5", **REACHED)
    assert set(refused.value.fields) == {"recording"}
    rated(journey, 3)
    journey.step(cast.specialist, "callback", score="5", recording="录音 17", **REACHED)
    row, call = Rating.objects.get(), Callback.objects.get()
    assert (row.score, row.party_id, call.score, call.recording) == (3, journey.party().id, 5, "录音 17")
    assert journey.refusal(journey.party(), "rate", score="1") == {"rated"}
    assert round_of(journey.complaint).score == 3


@pytest.mark.req("SC-06")
@pytest.mark.parametrize("aspect", ["timeliness", "effectiveness", "attitude", "redress"])
def test_each_aspect_of_the_survey_is_asked_and_kept(cast: Cast, aspect: str) -> None:
    journey = rated(notified(cast), 4, **{aspect: "2"})
    row = Rating.objects.get()
    kept = {name: getattr(row, name) for name in ("timeliness", "effectiveness", "attitude", "redress")}
    assert kept == {name: 2 if name == aspect else None for name in kept}
    assert journey.complaint.state == "evaluating"


def test_a_notice_with_an_empty_place_does_not_leave(cast: Cast) -> None:
    journey = handled(cast).evaluated()
    with pytest.raises(InvalidInput) as refused:
        journey.step(journey.owner, "notify_result", notice="退款已于〔日期〕到账。")
    assert refused.value.fields["notice"].code == "placeholder"
    assert not ResultNotice.objects.exists()
    journey.step(journey.owner, "notify_result", notice="退款已按调字〔2026〕31号到账。")
    assert ResultNotice.of(journey.complaint)[0].text("words") == "退款已按调字〔2026〕31号到账。"


def test_only_the_complainant_rates_and_only_once(cast: Cast) -> None:
    journey = notified(cast)
    for person in (cast.specialist, cast.supervisor, journey.owner):
        with pytest.raises(NotAllowed):
            journey.step(person, "rate", score="5")
    assert not Rating.objects.exists()
    rated(journey, 4, timeliness="5", attitude="4", comment="还可以")
    row = Rating.of(journey.complaint)[0]
    assert (row.score, row.timeliness, row.attitude, row.redress, row.owner_id) == (4, 5, 4, None, journey.owner.id)
    assert row.text("comment") == "还可以"
    assert journey.refusal(journey.party(), "rate", score="1") == {"rated"}
    for score in ("0", "6", "4.5", ""):
        with pytest.raises(InvalidInput):
            journey.step(journey.party(), "rate", score=score)


@pytest.mark.req("SC-02", "SC-14")
def test_a_callback_keeps_answers_and_a_heard_rating_needs_its_recording(cast: Cast) -> None:
    journey = notified(cast)
    with pytest.raises(InvalidInput) as refused:
        journey.step(cast.specialist, "callback", score="5", **REACHED)
    assert set(refused.value.fields) == {"recording"}
    journey.step(cast.specialist, "callback", score="5", recording="录音 0302-17", **REACHED)
    row = Callback.of(journey.complaint)[0]
    assert (row.attempt, row.reached, row.score, row.text("process_answer"), row.member_id) == (
        1,
        True,
        5,
        "及时",
        cast.specialist.id,
    )


@pytest.mark.req("SC-03")
def test_a_low_rating_is_followed_up_by_somebody_else_with_its_cause(cast: Cast) -> None:
    journey = rated(notified(cast).deliver_letters(), 2)
    told = set(Notice.objects.filter(kind__startswith="rating.low").values_list("member_id", flat=True))
    assert told == {cast.specialist.id, cast.supervisor.id}
    assert list(callbacks_due(cast.specialist.id, follows=True)) == [(journey.complaint.pk, True)]
    assert list(callbacks_due(journey.owner.id, follows=True)) == []
    assert journey.refusal(journey.owner, "callback", **REACHED) == {"handler_calls"}
    assert journey.refusal(cast.supervisor, "close", **REVIEW) == {"no_callback", "not_followed"}
    with pytest.raises(InvalidInput) as refused:
        journey.step(cast.specialist, "callback", **REACHED)
    assert set(refused.value.fields) == {"cause"}
    journey.step(cast.specialist, "callback", cause="等待过久，已致歉", **REACHED)
    assert Callback.of(journey.complaint)[0].text("cause") == "等待过久，已致歉"
    assert list(callbacks_due(cast.specialist.id, follows=True)) == []
    journey.step(cast.supervisor, "close", **REVIEW)
    assert ClosingReview.objects.get().satisfied is False


@pytest.mark.req("SC-03")
def test_a_low_rating_heard_by_the_handler_needs_another_caller(cast: Cast) -> None:
    journey = notified(cast).deliver_letters()
    journey.step(journey.owner, "callback", score="1", recording="r-1", cause="不满", **REACHED)
    assert journey.refusal(cast.supervisor, "close", **REVIEW) == {"not_followed"}
    journey.step(cast.specialist, "callback", cause="补充说明后缓和", **REACHED).step(
        cast.supervisor, "close", **REVIEW
    )
    assert journey.complaint.state == "closed"


@pytest.mark.req("SC-02", "CTS 8.6 b")
def test_three_attempts_are_enough_two_are_not(cast: Cast) -> None:
    journey = proved(missed(notified(cast).deliver_letters(), 2))
    assert journey.refusal(cast.supervisor, "close", **REVIEW) == {"no_callback"}
    missed(journey, 1)
    assert Notice.objects.filter(kind="callback.exhausted", member_id=journey.owner.id).exists()
    journey.step(cast.supervisor, "close", **REVIEW)
    assert ClosingReview.objects.get().satisfied is None


@pytest.mark.req("FB-06", "CTS 8.6 d")
def test_a_refused_result_stays_open_and_starts_a_new_round(cast: Cast) -> None:
    journey = rated(notified(cast), 1)
    journey.step(cast.specialist, "reject_result", reason="钱没有到账")
    assert (journey.complaint.state, journey.complaint.outcome) == ("external_route", "")
    assert journey.complaint.is_open
    assert Letter.objects.filter(stream_id=journey.complaint.pk, template="ways").exists()
    journey.step(journey.owner, "renegotiate", new_position="重新付款").evaluated()
    assert round_of(journey.complaint) is None
    journey.step(journey.owner, "notify_result", notice="已重新付款。")
    rated(journey, 5)
    assert [notice.round for notice in ResultNotice.of(journey.complaint)] == [1, 2]
    assert round_of(journey.complaint).score == 5


@pytest.mark.req("FB-08", "FB-09")
def test_after_all_ways_are_used_a_result_cannot_be_refused_again(cast: Cast) -> None:
    from tingsu.settlement.rulebooks import ways

    journey = handled(cast).offered().opinion("disagree")
    journey.step(journey.party(), "no_agreement", reason="不接受")
    answered = [{"way": code, "result": "used"} for code, _label in ways.options()]
    journey.step(cast.supervisor, "exhaust", ways=answered, alternatives="均已提供")
    assert journey.refusal(cast.specialist, "reject_result", reason="仍不接受") == {"exhausted"}


@pytest.mark.req("SC-01")
def test_one_reminder_to_rate_and_none_after_a_rating(cast: Cast) -> None:
    journey = notified(cast)
    with travel_to(journey.at + timedelta(hours=47)):
        assert actions.remind_all() == 0
    with travel_to(journey.at + timedelta(hours=49)):
        assert actions.remind_all() == 1
        assert actions.remind_all() == 0
    assert Letter.objects.filter(stream_id=journey.complaint.pk, template="rating_reminder").count() == 1
    assert Event.objects.filter(stream_id=journey.complaint.pk, kind="complaint.rating_reminded").count() == 1
    other = rated(notified(cast), 5)
    with travel_to(other.at + timedelta(days=3)):
        assert actions.remind_all() == 0


def published(cast: Cast, **changes: object) -> None:
    body = {**rulebooks.in_force(AFTERCARE).body, **changes}
    rulebooks.publish(actor=cast.top_mgmt.actor, kind=AFTERCARE, body=body)


@pytest.mark.req("SC-01")
def test_the_reminder_is_switched_off_by_the_rules(cast: Cast) -> None:
    journey = notified(cast)
    with travel_to(journey.at):
        published(cast, no_reminder=True)
    with travel_to(journey.at + timedelta(days=3)):
        assert actions.remind_all() == 0
        published(cast, no_reminder=False)
        assert actions.remind_all() == 1


@pytest.mark.req("SC-01")
def test_the_response_rate_says_what_the_measures_do(cast: Cast, sign_in: Callable[..., Client]) -> None:
    first, second, third = notified(cast), notified(cast), notified(cast)
    rated(first, 5)
    with travel_to(second.at + timedelta(days=2, hours=1)):
        actions.remind_all()
    second.at += timedelta(days=3)
    rated(second, 4)
    with travel_to(third.at + timedelta(days=4)):
        got = response.response_between(third.at - timedelta(days=5), third.at + timedelta(days=5))
        assert (got.told, got.rated, got.reminded, got.after) == (3, 2, 2, 1)
        assert response.response_words() == [
            "近 90 天告知的结果，3 件中的 2 件有评价。",
            "收到提醒的人中，2 件中的 1 件在提醒后作了评价。",
        ]
        page = sign_in(cast.supervisor).get(reverse("aftercare:aftercare")).content.decode()
    assert "3 件中的 2 件" in page
    with travel_to(third.at + timedelta(days=100)):
        assert [one[:4] for one in response.response_words()] == ["近 90", "再往前 "]
    with override("en"):
        assert [response._part(*pair) for pair in ((29, 29), (15, 30), (0, 0))] == [
            "29 of 29",
            "15 of 30 (50%)",
            "0 of 0",
        ]


@pytest.mark.req("SC-01")
@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"thanks": {"zh-Hans": "谢谢", "en": ""}}, {"thanks"}),
        ({"thanks": {"zh-Hans": "谢" * 201, "en": "Thanks"}}, {"thanks"}),
        ({"thanks": "谢谢"}, {"thanks"}),
        ({"short_form": "yes"}, {"short_form"}),
        ({"no_reminder": 1}, {"no_reminder"}),
        ({"thanks": {"zh-Hans": "谢谢", "en": "Thanks"}, "short_form": True, "no_reminder": True}, set()),
    ],
)
def test_measures_that_cannot_be_read_are_refused(changes: dict, refused: set[str]) -> None:
    if refused:
        with pytest.raises(InvalidInput) as error:
            check_aftercare({**default_aftercare(), **changes})
        assert set(error.value.fields) == refused
    else:
        check_aftercare({**default_aftercare(), **changes})
    old = {name: default_aftercare()[name] for name in LIMITS}
    check_aftercare(old)  # published before these measures were there


@pytest.mark.req("SC-02")
def test_the_last_attempt_that_reaches_somebody_is_no_failure(cast: Cast) -> None:
    journey = missed(notified(cast).deliver_letters(), 2).step(cast.specialist, "callback", **REACHED)
    assert not Notice.objects.filter(kind="callback.exhausted").exists()
    assert journey.complaint.state == "evaluating"
