"""Closing, refused result, archive, tracking form: P23 to P25."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils.translation import override

from tests.cast import Cast
from tingsu.aftercare import actions
from tingsu.aftercare.models import ArchivedFile, ClosingReview, ResultNotice
from tingsu.aftercare.queries import proof_of_delivery, ready_to_close, round_of, to_prove, to_publish, tracking_form
from tingsu.aftercare.rules import retention_options
from tingsu.aftercare.tests.rounds import REACHED, REVIEW, ZONE, closed, missed, notified, proved, receipt
from tingsu.clocks.models import Promise
from tingsu.complaints.models import Complaint
from tingsu.kernel.clock import now
from tingsu.kernel.errors import InvalidInput
from tingsu.kernel.models import Event
from tingsu.letters.models import Letter
from tingsu.settlement.tests.journey import handled, registered


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
    assert actions.close_unreached() == 0  # that it left is no proof
    notice.update(read_at=now())
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


@pytest.mark.req("FB-10")
def test_no_closing_before_the_notice_is_proved_to_have_arrived(cast: Cast) -> None:
    journey = missed(notified(cast).deliver_letters(), 3)
    for state in ("queued", "failed", "sent", "delivered"):
        Letter.objects.filter(stream_id=journey.complaint.pk, template="result_notice").update(state=state)
        assert journey.refusal(cast.supervisor, "close", **REVIEW) == {"not_delivered"}
    early = receipt(journey) | {"delivered_at": "2026-03-01 10:00"}
    for wrong in (early, receipt(journey) | {"receipt": " "}, receipt(journey) | {"receipt_means": "email_sent"}):
        with pytest.raises(InvalidInput) as refused:
            journey.step(cast.specialist, "prove_delivery", **wrong)
        assert len(refused.value.fields) == 1
    proved(journey)
    assert journey.refusal(cast.specialist, "prove_delivery", **receipt(journey)) == {"proved"}
    journey.step(cast.supervisor, "close", **REVIEW)
    found = round_of(journey.complaint)
    assert found is not None
    shown = proof_of_delivery(journey.complaint, found)
    assert shown is not None
    assert (shown.how, shown.receipt) == ("post", "挂号 XA 1234 5678")


@pytest.mark.req("FB-10")
def test_proof_is_a_duty_only_when_nothing_else_proves_the_notice(cast: Cast) -> None:
    journey = missed(notified(cast).deliver_letters(), 2)
    assert not to_prove().exists()
    missed(journey, 1)
    assert [row.complaint_id for row in to_prove()] == [journey.complaint.pk]
    assert not ready_to_close().exists()
    proved(journey)
    assert not to_prove().exists()
    assert [row.complaint_id for row in ready_to_close()] == [journey.complaint.pk]


REPORTED = {"kind": "report"}


@pytest.mark.req("FB-14")
@pytest.mark.parametrize(
    ("channel", "more", "by_itself"),
    [
        ("portal", REPORTED, True),
        ("hotline", REPORTED, True),
        ("store", REPORTED, True),
        ("letter", REPORTED, True),
        ("email", REPORTED, False),
        ("app", REPORTED, False),
        ("mini_program", REPORTED, False),
        ("media", REPORTED, False),
        ("regulator", REPORTED, False),
        ("app", {"problem_type": "ip"}, False),
        ("portal", {"problem_type": "ip"}, True),
    ],
)
def test_a_report_closes_once_its_reply_stands_in_the_channel_in_which_it_was_raised(
    cast: Cast, channel: str, more: dict[str, Any], by_itself: bool
) -> None:
    journey = handled(cast, channel=channel, **{name: value for name, value in more.items() if name == "kind"})
    Complaint.objects.update(**more)
    journey.evaluated().step(journey.owner, "notify_result", notice="已核实处理。")
    journey.deliver_letters().step(cast.specialist, "callback", **REACHED)
    notice = ResultNotice.objects.get()
    if by_itself:
        assert notice.published_in == "portal"
        assert journey.refusal(cast.specialist, "publish_reply", place="https://x.example", ground="nobody") == {
            "published"
        }
        assert not to_publish().exists()
    else:
        assert journey.refusal(cast.supervisor, "close", **REVIEW) == {"not_published"}
        assert [row.complaint_id for row in to_publish()] == [journey.complaint.pk]
        assert not ready_to_close().exists()
        with pytest.raises(InvalidInput):
            journey.step(cast.specialist, "publish_reply", place="", ground="nobody")
        journey.step(cast.specialist, "publish_reply", place="https://x.example/reply/7", ground="nobody")
        notice.refresh_from_db()
        assert (notice.published_in, notice.text("place")) == (channel, "https://x.example/reply/7")
        assert not to_publish().exists()
    assert ready_to_close().exists()
    journey.step(cast.supervisor, "close", **REVIEW)


@pytest.mark.req("FB-14", "PS-11")
def test_a_published_reply_names_the_consent_or_duty_it_stands_on(cast: Cast, sign_in: Any) -> None:
    journey = notified(cast, channel="media", **REPORTED)
    place = {"place": "https://x.example/reply/7"}
    with pytest.raises(InvalidInput) as refused:
        journey.step(cast.specialist, "publish_reply", **place)
    assert set(refused.value.fields) == {"ground"}
    for ground in ("consent", "duty"):
        assert journey.refusal(cast.specialist, "publish_reply", **place, ground=ground) == {"ground_words"}
    assert ResultNotice.objects.get().published_at is None
    page = sign_in(cast.specialist).post(
        f"/desk/cases/{journey.complaint.number}/steps/publish_reply/",
        {**place, "ground": "consent", "ground_words": "投诉人 3 月 1 日书面同意，见附件 2，电话 13812345678"},
        follow=True,
    )
    notice = ResultNotice.objects.get()
    assert (notice.published_in, notice.ground) == ("media", "consent")
    assert notice.text("ground_words").startswith("投诉人 3 月 1 日书面同意")
    shown = sign_in(cast.specialist).get(f"/desk/cases/{journey.complaint.number}/").content.decode()
    assert page.status_code == 200
    assert "顾客或投诉人同意" in shown
    assert "投诉人 3 月 1 日书面同意" in shown
    assert "13812345678" not in shown


@pytest.mark.req("FB-14")
@pytest.mark.parametrize(("ground", "said"), [("nobody", ""), ("only_them", ""), ("duty", "《食品安全法》第五十三条")])
def test_a_reply_may_tell_of_nobody_or_stand_where_only_they_read_it(cast: Cast, ground: str, said: str) -> None:
    journey = notified(cast, channel="app", **REPORTED)
    journey.step(cast.specialist, "publish_reply", place="投诉详情页", ground=ground, ground_words=said)
    assert ResultNotice.objects.get().ground == ground


@pytest.mark.req("FB-14")
def test_a_report_that_came_by_mail_is_answered_by_mail(cast: Cast, settings: Any) -> None:
    settings.EMAIL_HOST = "mail.example.org"
    journey = notified(cast, channel="email", email="chen@example.org", preferred_channel="sms", **REPORTED)
    letter = Letter.objects.get(stream_id=journey.complaint.pk, template="result_notice")
    assert (letter.channel, ResultNotice.objects.get().published_in) == ("email", "email")


@pytest.mark.req("FB-14")
def test_an_ordinary_complaint_owes_no_reply_in_its_channel(cast: Cast) -> None:
    journey = notified(cast, channel="app").deliver_letters().step(cast.specialist, "callback", **REACHED)
    assert journey.refusal(cast.specialist, "publish_reply", place="https://x.example", ground="nobody") == {
        "no_reply_owed"
    }
    journey.step(cast.supervisor, "close", **REVIEW)


@pytest.mark.req("FB-11", "FB-09", "SC-02")
def test_closing_needs_the_review_and_ends_every_promise(cast: Cast) -> None:
    journey = notified(cast).deliver_letters()
    assert journey.refusal(cast.supervisor, "close", **REVIEW) == {"no_callback", "not_delivered"}
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


@pytest.mark.req("RG-11", "RG-12", "FB-13")
def test_the_tracking_form_prints_reference_problem_and_all_eight_stages(cast: Cast, sign_in: Any) -> None:
    journey = handled(
        cast, transferred_by="12315 平台", province="33", additional_info="附订单截图", channel="regulator", categories=["16", "24"]
    ).evaluated()  # fmt: skip
    other = registered(cast)
    journey.step(journey.owner, "link", number=other.complaint.number, kind="repeated")
    journey.step(
        journey.owner,
        "correct_record",
        additional_info="附订单截图",
        categories=["3"],
        delivery_delay="9",
        reason="归类",
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
        "Unique identification code": "****",
    }  # fmt: skip
    assert lines[1] == {
        "Complaint number": journey.complaint.number, "Complainant": "陈** 2210", "Related complaints": other.complaint.number,
        "Transferred by": "12315 平台", "Information on the complainant": f"see the registration form {journey.complaint.number}",
    }  # fmt: skip
    assert lines[2] | {"Description of the problem": ""} == {
        "Date of occurrence": "2026-02-20", "Time of day it happened": "–", "Repeated": "Yes", "Problem categories": "3 Late delivery of product (9 days late)",
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
    journey.step(
        journey.owner, "feed_back", content="还会再打一次电话。", means="phone", next_at=later, late_reason="等银行回复"
    )
    assert Promise.objects.filter(stream_id=journey.complaint.pk, kind="promised_date", ended_at=None).exists()
    journey.step(cast.specialist, "callback", **REACHED).step(cast.supervisor, "close", **REVIEW)
    promised = Promise.objects.get(stream_id=journey.complaint.pk, kind="promised_date")
    assert (promised.ending, promised.ended_at is not None) == ("cancelled", True)
    running = Promise.objects.filter(stream_id=journey.complaint.pk, ended_at=None)
    assert [promise.kind for promise in running] == ["archiving"]


@pytest.mark.req("P23", "invariant-10")
def test_the_system_leaves_a_case_in_which_somebody_called_after_it_had_looked(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    journey = missed(notified(cast).deliver_letters(), 2)
    journey.step(cast.specialist, "callback", reached="no", means="phone", close_after="yes", **REVIEW)
    really = actions.round_of

    def looked(complaint):
        found = really(complaint)
        journey.step(cast.specialist, "callback", **REACHED)
        return found

    monkeypatch.setattr(actions, "round_of", looked)
    assert actions.close_unreached() == 0
    journey.complaint.refresh_from_db()
    assert journey.complaint.state == "evaluating"
    assert not ClosingReview.of(journey.complaint)


@pytest.mark.req("RC-12", "RC-10")
def test_closing_says_whether_a_stored_original_went_back(cast: Cast) -> None:
    journey = proved(notified(cast)).step(cast.specialist, "callback", **REACHED)
    Complaint.objects.filter(pk=journey.complaint.pk).update(original_place="档案柜 3-2")
    for said in ({}, {"originals": "none"}):
        with pytest.raises(InvalidInput) as refused:
            journey.step(cast.supervisor, "close", **REVIEW, **said)
        assert set(refused.value.fields) == {"originals"}
        assert "档案柜 3-2" in str(refused.value.fields["originals"])
    journey.step(cast.supervisor, "close", **REVIEW, originals="returned", originals_on=journey.day(0))
    review = ClosingReview.objects.get(complaint=journey.complaint)
    assert (review.originals, review.originals_on.isoformat()) == ("returned", journey.day(0))
