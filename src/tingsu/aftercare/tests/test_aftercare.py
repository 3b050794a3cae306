"""Notice, rating, callback, closing, refused result, archive: E25, E16, P23–P25."""

import json
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils.translation import override

from tests.cast import Cast
from tingsu.aftercare import actions
from tingsu.aftercare.models import ArchivedFile, Callback, ClosingReview, Rating, ResultNotice
from tingsu.aftercare.queries import callbacks_due, round_of, tracking_form
from tingsu.aftercare.rules import retention_options
from tingsu.clocks.models import Promise
from tingsu.kernel.clock import now, travel_to
from tingsu.kernel.errors import InvalidInput, NotAllowed, NotFound
from tingsu.kernel.models import Event
from tingsu.letters.models import Letter, Notice
from tingsu.settlement.tests.journey import Journey, handled, registered

ZONE = ZoneInfo("Asia/Shanghai")
REVIEW = {"review_cause": "退款指令失败未告警。", "lesson": "失败必须告警。", "action_proposed": "no"}
REACHED = {"reached": "yes", "means": "phone", "process_answer": "及时", "result_answer": "满意"}


def notified(cast: Cast) -> Journey:
    journey = handled(cast).evaluated()
    return journey.step(journey.owner, "notify_result", notice="退款已到账，流程已修正。")


def rated(journey: Journey, score: int, **more: Any) -> Journey:
    return journey.step(journey.party(), "rate", score=str(score), **more)


def missed(journey: Journey, times: int) -> Journey:
    for _number in range(times):
        journey.step(journey.cast.specialist, "callback", reached="no", means="phone")
    return journey


def closed(cast: Cast) -> Journey:
    journey = notified(cast).deliver_letters()
    return journey.step(cast.specialist, "callback", **REACHED).step(cast.supervisor, "close", **REVIEW)


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


@pytest.mark.req("P23", "SC-02", "FB-11")
def test_the_system_closes_after_the_last_attempt_with_the_review_that_a_person_left(cast: Cast) -> None:
    journey = missed(notified(cast), 2)
    last = {"reached": "no", "means": "phone", "close_after": "yes"}
    with pytest.raises(InvalidInput) as refused:
        journey.step(cast.specialist, "callback", **last)
    assert set(refused.value.fields) == {"review_cause", "lesson", "action_proposed"}
    with pytest.raises(InvalidInput) as refused:
        journey.step(cast.frontline, "callback", **last, **REVIEW)
    assert set(refused.value.fields) == {"close_after"}
    journey.step(cast.specialist, "callback", **last, **REVIEW)
    notice = Letter.objects.filter(stream_id=journey.complaint.pk, template="result_notice")
    notice.update(channel="email")
    assert actions.close_unreached() == 0  # the formal notice has not arrived yet
    notice.update(state="sent")
    assert (actions.close_unreached(), actions.close_unreached()) == (1, 0)
    journey.complaint.refresh_from_db()
    assert journey.complaint.state == "closed"
    event = Event.objects.get(stream_id=journey.complaint.pk, kind="complaint.closed")
    assert (event.actor_kind, event.actor_name) == ("system", "aftercare.close_unreached")
    review = ClosingReview.of(journey.complaint)[0]
    assert (review.reviewed_by, review.text("lesson")) == (cast.specialist.id, REVIEW["lesson"])


@pytest.mark.req("P23", "invariant-10")
@pytest.mark.parametrize(("attempts", "review"), [(2, True), (3, False)])
def test_the_system_closes_neither_before_the_last_attempt_nor_without_a_review(
    cast: Cast, attempts: int, review: bool
) -> None:
    journey = missed(notified(cast).deliver_letters(), attempts - 1)
    left = {"close_after": "yes", **REVIEW} if review else {}
    journey.step(cast.specialist, "callback", reached="no", means="phone", **left)
    assert actions.close_unreached() == 0
    if review:
        journey.step(cast.specialist, "callback", **REACHED)  # whoever was reached is no case for the system
        assert actions.close_unreached() == 0
    journey.complaint.refresh_from_db()
    assert journey.complaint.state == "evaluating"


@pytest.mark.req("SC-03")
def test_a_low_rating_is_followed_up_by_somebody_else_with_its_cause(cast: Cast) -> None:
    journey = rated(notified(cast).deliver_letters(), 2)
    told = set(Notice.objects.filter(kind="rating.low").values_list("member_id", flat=True))
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
    journey = missed(notified(cast).deliver_letters(), 2)
    assert journey.refusal(cast.supervisor, "close", **REVIEW) == {"no_callback"}
    missed(journey, 1)
    assert Notice.objects.filter(kind="callback.exhausted", member_id=journey.owner.id).exists()
    journey.step(cast.supervisor, "close", **REVIEW)
    assert ClosingReview.objects.get().satisfied is None


@pytest.mark.req("FB-10")
def test_no_closing_before_the_notice_arrived(cast: Cast) -> None:
    journey = missed(notified(cast), 3)
    Letter.objects.filter(stream_id=journey.complaint.pk, template="result_notice").update(channel="email")
    assert journey.refusal(cast.supervisor, "close", **REVIEW) == {"not_delivered"}
    Letter.objects.filter(stream_id=journey.complaint.pk, template="result_notice").update(state="failed")
    assert journey.refusal(cast.supervisor, "close", **REVIEW) == {"not_delivered"}
    Letter.objects.filter(stream_id=journey.complaint.pk, template="result_notice").update(state="sent")
    journey.step(cast.supervisor, "close", **REVIEW)


@pytest.mark.req("FB-11", "FB-09", "SC-02")
def test_closing_needs_the_review_and_ends_every_promise(cast: Cast) -> None:
    journey = notified(cast).deliver_letters()
    assert journey.refusal(cast.supervisor, "close", **REVIEW) == {"no_callback"}
    journey.step(cast.specialist, "callback", **REACHED)
    with pytest.raises(InvalidInput) as refused:
        journey.step(cast.supervisor, "close", **{**REVIEW, "lesson": " "})
    assert set(refused.value.fields) == {"lesson"}
    with pytest.raises(InvalidInput):
        journey.step(cast.supervisor, "close", **{**REVIEW, "action_proposed": "yes"})
    journey.step(cast.supervisor, "close", **REVIEW)
    assert (journey.complaint.state, journey.complaint.closed_at) == ("closed", journey.at)
    running = Promise.objects.filter(stream_id=journey.complaint.pk, ended_at__isnull=True)
    assert [promise.kind for promise in running] == ["archiving"]
    assert Promise.objects.filter(stream_id=journey.complaint.pk, kind="callback").get().ending == "met"
    assert Letter.objects.filter(stream_id=journey.complaint.pk, template="closed").exists()


@pytest.mark.req("FB-13", "RM-15")
def test_a_stage_without_a_date_needs_its_reason(cast: Cast) -> None:
    journey = registered(cast)
    journey.step(
        cast.frontline, "solve_directly", solution="补发", bases=["rule.compensation"], accepted_by="同意", proof="流水"
    ).step(cast.frontline, "notify_result", notice="已补发。").deliver_letters()
    journey.step(cast.specialist, "callback", **REACHED)
    assert [stage.number for stage in tracking_form(journey.complaint) if stage.at is None] == [8]

    exhausted = handled(cast).offered().opinion("disagree")
    exhausted.step(exhausted.party(), "no_agreement", reason="不接受")
    from tingsu.settlement.rulebooks import ways

    answered = [{"way": code, "result": "declined"} for code, _label in ways.options()]
    exhausted.step(cast.supervisor, "exhaust", ways=answered, alternatives="已拒绝")
    exhausted.step(cast.supervisor, "notify_result", notice="各途径均已告知。").deliver_letters()
    exhausted.step(cast.specialist, "callback", **REACHED)
    assert exhausted.refusal(cast.supervisor, "close", **REVIEW) == {"stage_open"}
    remarks = [{"stage": number, "reason": "未达成一致，无执行事项"} for number in ("6", "7")]
    exhausted.step(cast.supervisor, "close", stage_remarks=remarks, **REVIEW)
    form = tracking_form(exhausted.complaint)
    assert all(stage.is_filled for stage in form)
    assert [(stage.number, stage.remark) for stage in form if stage.not_applicable] == [
        (6, "未达成一致，无执行事项"),
        (7, "未达成一致，无执行事项"),
    ]


@pytest.mark.req("FB-13", "AK-05", "process.md §8.4")
def test_the_eight_stages_have_dates_and_work_identities_in_order(cast: Cast) -> None:
    form = tracking_form(closed(cast).complaint, "zh-hans")
    assert [stage.number for stage in form] == list(range(1, 9))
    assert all(stage.at for stage in form)
    assert form[1].by == "工号 1001"
    assert form[7].by == "工号 3001"
    assert form[6].at >= form[5].at
    assert not any("真名" in str(stage.by) for stage in form)


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


@pytest.mark.req("P25")
def test_archiving_compiles_the_file_and_computes_the_day_of_disposal(cast: Cast) -> None:
    journey = closed(cast)
    values = {"retention_class": "complaint", "keeper": str(cast.qa.id), "paper_place": "A 柜 3 层"}
    assert journey.refusal(journey.owner, "archive", **values) == {"letters_waiting"}
    journey.deliver_letters()
    for wrong in ({"retention_class": "for-ever"}, {"keeper": str(cast.dept.id)}):
        with pytest.raises(InvalidInput):
            journey.step(journey.owner, "archive", **{**values, **wrong})
    journey.step(journey.owner, "archive", **values)
    row = ArchivedFile.of(journey.complaint)[0]
    assert journey.complaint.state == "archived"
    assert journey.complaint.archive_number == row.number == f"DA-{journey.complaint.number}"
    assert row.dispose_on.isoformat() == journey.complaint.dispose_on.isoformat() == "2029-03-02"
    assert row.pieces == len(json.loads(row.text("contents"))) > 20
    assert not Promise.objects.filter(stream_id=journey.complaint.pk, ended_at__isnull=True).exists()
    assert journey.refusal(journey.owner, "note", note="再写一句") == {"wrong_state"}


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


@pytest.mark.req("RG-11", "RG-12", "FB-13")
def test_the_tracking_form_prints_reference_problem_and_all_eight_stages(cast: Cast, sign_in: Any) -> None:
    journey = handled(
        cast, transferred_by="12315 平台", province="33", additional_info="附订单截图", channel="regulator", categories=["16", "24"]
    ).evaluated()  # fmt: skip
    other = registered(cast)
    journey.step(journey.owner, "link", number=other.complaint.number, kind="repeated")
    journey.step(
        journey.owner, "correct_record", additional_info="附订单截图", categories=["3"], delay_days="9", reason="归类"
    )
    journey.step(journey.owner, "notify_result", notice="已退款。").deliver_letters()
    journey.step(cast.specialist, "callback", **REACHED).step(cast.supervisor, "close", **REVIEW)
    client = sign_in(cast.supervisor)
    client.cookies["tingsu_language"] = "en"
    page = client.get(f"/desk/cases/{journey.complaint.number}/tracking-form/")
    form = page.context["form"]
    lines = [{str(label): str(value) for label, value in section.lines} for section in form.sections]
    assert lines[0] == {
        "Date of the complaint": "2026-03-02", "Time of the complaint": "10:00", "Received by": "Agent 1001", "Mode": "Telephone",
        "Unique identification code": "kept sealed; the complainant has it",
    }  # fmt: skip
    assert lines[1] == {
        "Complaint number": journey.complaint.number, "Complainant": "陈** 2210", "Related complaints": other.complaint.number,
        "Transferred by": "12315 平台",
    }  # fmt: skip
    assert lines[2] | {"Description of the problem": ""} == {
        "Date of occurrence": "2026-02-20", "Repeated": "Yes", "Problem categories": "3 Late delivery of product (9 days late)",
        "Description of the problem": "", "Additional information": "附订单截图",
    }  # fmt: skip
    body = page.content.decode()
    assert [stage.number for stage in form.stages] == list(range(1, 9))
    for stage in form.stages:
        assert stage.at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M") in body
        assert str(stage.by) in body
    assert [str(stage.by) for stage in form.stages] == [
        "System", "Agent 1001", "Agent 2002", "Agent 2002", "Agent 2002", "Agent 2002", "Agent 3001", "Agent 3001",
    ]  # fmt: skip
    blank = registered(cast, occurred_on="")
    lines = client.get(f"/desk/cases/{blank.complaint.number}/tracking-form/").context["form"].sections
    told = {str(label): str(value) for section in lines[1:3] for label, value in section.lines}
    assert [told[name] for name in ("Related complaints", "Transferred by", "Date of occurrence", "Repeated", "Additional information")] == [
        "–", "–", "–", "No", "–",
    ]  # fmt: skip


def test_the_tracking_form_prints_all_six_sections_without_names(cast: Cast, sign_in: Any) -> None:
    journey = closed(cast)
    address = f"/desk/cases/{journey.complaint.number}/tracking-form/"
    page = sign_in(cast.supervisor).get(address)
    body = page.content.decode()
    assert page.status_code == 200
    assert len(page.context["form"].sections) == 5
    assert journey.complaint.number in body
    assert "47 支付补偿" in body
    assert "¥100.00" in body
    assert "<dd>24 " in body
    assert "陈小满" not in body
    assert "真名" not in body
    assert sign_in(cast.dept).get(address).status_code == 404


@pytest.mark.parametrize(("language", "word"), [("zh-hans", " 年"), ("en", " years")])
def test_the_period_of_a_class_reads_in_the_language_of_the_page(cast, language, word):
    with override(language):
        assert all(label.endswith(word) for _code, label in retention_options())


@pytest.mark.req("AS-17")
def test_closing_ends_whatever_still_runs(cast: Cast) -> None:
    """A date promised after the notice is void once the case is closed; only the time to archive runs on."""
    journey = notified(cast).deliver_letters()
    later = (now() + timedelta(days=9)).isoformat()
    journey.step(journey.owner, "feed_back", content="还会再打一次电话。", means="phone", next_at=later)
    assert Promise.objects.filter(stream_id=journey.complaint.pk, kind="promised_date", ended_at=None).exists()
    journey.step(cast.specialist, "callback", **REACHED).step(cast.supervisor, "close", **REVIEW)
    promised = Promise.objects.get(stream_id=journey.complaint.pk, kind="promised_date")
    assert (promised.ending, promised.ended_at is not None) == ("cancelled", True)
    running = Promise.objects.filter(stream_id=journey.complaint.pk, ended_at=None)
    assert [promise.kind for promise in running] == ["archiving"]
