"""Rows of the procedure that cross several rooms: who has the record from the first minute, what counts as a reply, what the tracking form says."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from tests.cast import Cast
from tests.test_papers import bare, text_of
from tingsu.aftercare.form_c import form_c
from tingsu.aftercare.models import ClosingReview
from tingsu.aftercare.stages import tracking_form
from tingsu.aftercare.tests.rounds import REACHED, REVIEW, closed, notified, proved
from tingsu.casework.models import Investigation
from tingsu.casework.tests.cases import FINDING
from tingsu.clocks.models import Promise
from tingsu.complaints import access, paperwork
from tingsu.complaints.models import Complaint
from tingsu.complaints.paperwork import Wanted
from tingsu.demo.journey import ASSESSMENT, STORY, register
from tingsu.desk.tests.cases import a_case
from tingsu.files import store
from tingsu.files.tests import samples
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import NotFound
from tingsu.kernel.models import Event, Stream
from tingsu.letters.models import Letter
from tingsu.settlement.models import Solution
from tingsu.settlement.tests.journey import MONDAY, RESPONDENT, Journey, handled, registered
from tingsu.settlement.wording import letter_text
from tingsu.signing import documents

ZONE = "Asia/Shanghai"


def online(cast: Cast) -> Journey:
    """A complaint that came by internet: acknowledged, checked with the complainant, graded."""
    journey = Journey(cast, register(cast.frontline.actor, {**STORY, "mode": "internet"}, MONDAY)).deliver_letters()
    journey.step(cast.frontline, "confirm_record", how="checked", means="phone", result="as_written")
    return journey.step(cast.frontline, "assess_and_grade", **ASSESSMENT)


def limit(journey: Journey, kind: str) -> Promise:
    return Promise.objects.filter(stream_id=journey.complaint.pk, kind=kind).latest("started_at")


@pytest.mark.req("RG-27", "SL-08")
def test_the_investigators_have_the_record_itself_as_soon_as_it_is_registered(cast: Cast, sign_in: Any) -> None:
    """Nothing is copied or sent across: one complaint, one history, in their list at once, and they go on in it."""
    with travel_to(MONDAY):
        made = a_case(cast.frontline, occurred_on="2026-02-20")
        assert made.pushed_at == made.registered_at == MONDAY
        for who in (cast.specialist, cast.coach, cast.supervisor):
            assert access.visible_to(who.actor, Complaint.objects.all()).get().pk == made.pk
        page = sign_in(cast.specialist).get(reverse("desk:queue"), {"view": "all"}).content.decode()
        assert made.number in page
        for outside in (cast.dept, cast.function, cast.mediator):
            assert not access.visible_to(outside.actor, Complaint.objects.all()).exists()
    journey = Journey(cast, made, MONDAY + timedelta(minutes=1)).deliver()
    journey.step(cast.frontline, "assess_and_grade", **ASSESSMENT)
    journey.step(cast.frontline, "pass_on", unit=str(cast.specialist.unit_id), member=str(cast.specialist.id))
    journey.step(cast.specialist, "accept", mode="independent", depth="standard", plan="调取退款记录")
    assert Investigation.objects.get().complaint_id == made.pk
    assert (Complaint.objects.count(), Stream.objects.filter(kind="complaint").count()) == (1, 1)


@pytest.mark.req("AK-03", "SL-05", "SL-06")
def test_the_first_reply_is_no_acknowledgement_and_keeps_who_when_how_and_what(cast: Cast) -> None:
    journey = online(cast)
    assert journey.complaint.acknowledged_at
    assert Letter.objects.get(template="acknowledgement").sent_at
    assert journey.complaint.first_reply_at is None
    running = limit(journey, "first_reply")
    assert (running.ended_at, running.started_at) == (None, journey.complaint.received_at)
    assert running.due_at - running.started_at == timedelta(hours=24), (
        "SL-05: what comes by internet is answered in a day"
    )
    told = {"content": "已联系商家核实退款批次，明天上午答复您。", "means": "phone", "progress": "等待商家回复"}
    journey.step(cast.frontline, "feed_back", **told)
    ended = limit(journey, "first_reply")
    assert (ended.ending, ended.ended_at, journey.complaint.first_reply_at) == ("met", journey.at, journey.at)
    event = Event.objects.get(stream_id=journey.complaint.pk, kind="complaint.feedback_given")
    assert (event.actor_id, event.at, event.body["values"]["means"]) == (cast.frontline.id, journey.at, "phone")
    with override("zh-hans"):
        from tingsu.desk import timeline

        entries, _older = timeline.entries_of(cast.supervisor.actor, journey.complaint)
    assert any(told["content"] in str(words) for entry in entries for _label, words in entry.lines)
    first = journey.complaint.first_reply_at
    journey.step(cast.frontline, "feed_back", **told)
    assert journey.complaint.first_reply_at == first, "the first stays the first"


@pytest.mark.req("AS-04", "AS-03")
def test_what_came_online_and_is_clear_is_solved_online_by_whoever_answers(cast: Cast) -> None:
    """No transfer, no investigation: answered, paid and asked to rate, by letter and on the own page."""
    journey = online(cast)
    solved = {
        "solution": "差价今天原路退回。",
        "bases": ["rule.compensation"],
        "accepted_by": "接受",
        "proof": "退款流水",
    }
    beyond = [{"code": "47", "amount": 500_00, "text": "差价"}]
    assert journey.refusal(cast.frontline, "solve_directly", **solved, remedies=beyond, means="original"), (
        "beyond authority"
    )
    within = [{"code": "47", "amount": 60_00, "text": "差价"}]
    journey.step(cast.frontline, "solve_directly", **solved, remedies=within, means="original")
    assert (journey.complaint.state, journey.complaint.owner_id) == ("evaluating", cast.frontline.id)
    assert journey.complaint.first_reply_at == journey.at
    assert not Investigation.objects.exists()
    journey.step(cast.frontline, "notify_result", notice="差价 60 元已退回。")
    letter = Letter.objects.get(template="result_notice")
    assert letter.channel in {"email", "portal", "sms"}, "online as it came: nothing is printed or rung up"


@pytest.mark.req("RG-28")
def test_the_tracking_form_is_staffs_alone_on_screen_on_paper_and_for_programs(
    client: Any, cast: Cast, sign_in: Any
) -> None:
    from tingsu.portal.tests.case_pages import enter, see

    journey = handled(cast, **RESPONDENT)
    case = journey.complaint
    for kind in ("complainant", "agent", "respondent"):
        outside = Actor(
            kind=kind, id=journey.party().id, organisation_id=cast.organisation_id, name=kind, roles=frozenset()
        )
        assert "tracking_form" not in {one.code for one in paperwork.offers(outside, case)}
        with pytest.raises(NotFound):
            paperwork.paper_named("tracking_form", outside)
        with pytest.raises(NotFound):
            paperwork.make(outside, case, "tracking_form", Wanted(), door="portal", own=True)
    with travel_to(journey.at):
        enter(client, case)
        page = see(client)
        assert client.get("/case/documents/tracking_form/").status_code == 404
        assert client.get("/case/documents/registration_form/").status_code == 200
    assert "/case/documents/registration_form/" in page
    assert "tracking_form" not in page
    staff = sign_in(cast.specialist)
    assert staff.get(reverse("desk:paper", args=[case.number, "tracking_form"])).status_code == 200
    assert staff.get(reverse("aftercare:tracking_form", args=[case.number])).status_code == 200


STAGES = {
    1: ("letter.sent", "系统", "进度页面"), 2: ("complaint.graded", "工号 1001", "一般 · 普通"), 3: ("complaint.found_founded", "工号 2002", "成立"),
    4: ("complaint.solution_sent", "工号 2002", "已提出处理方案"), 5: ("complaint.result_notified", "工号 2002", "处理结果正式通知"),
    6: ("complaint.item_finished", "工号 2002", "措施已执行"), 7: ("complaint.execution_verified", "工号 3001", "各项措施均已核实"),
    8: ("complaint.closed", "工号 3001", "已接受"),
}  # fmt: skip
"""What fills each stage of a founded complaint, who is named, and the remark."""


@pytest.mark.req("AK-12", "TR-23", "IV-18", "RM-15", "FB-13")
def test_each_stage_is_filled_by_its_own_event_with_date_name_and_remark(cast: Cast) -> None:
    case = closed(cast).complaint
    with override("zh-hans"):
        form = {one.number: (one.at, str(one.by), str(one.remark)) for one in tracking_form(case, "zh-hans")}
    assert set(form) == set(STAGES)
    for number, (kind, who, remark) in STAGES.items():
        events = Event.objects.filter(stream_id=case.pk, kind=kind).order_by("seq")
        event = events.first() if number <= 2 else events.last()
        assert event is not None, kind
        assert form[number] == (event.at, who, remark), number
    called = Journey(cast, register(cast.frontline.actor, STORY, MONDAY)).step(
        cast.frontline, "acknowledge", means="phone"
    )
    with override("en"):
        assert (str(tracking_form(called.complaint)[0].remark), str(tracking_form(called.complaint)[0].by)) == (
            "Telephone",
            "Agent 1001",
        )
    again = handled(cast)
    first = tracking_form(again.complaint)[1]
    again.step(again.owner, "assess_and_grade", **ASSESSMENT, reason="重新评估")
    assert tracking_form(again.complaint)[1].at == first.at, (
        "the first assessment fills the stage, later ones stand in the history"
    )


@pytest.mark.req("TR-10", "TR-23", "RG-12")
def test_the_assessment_stands_on_the_tracking_form_in_words(cast: Cast) -> None:
    """A score with its word of the scale and what was seen, as far as the reader may see it; the facts of yes and no."""
    journey = registered(cast)
    words = {"severity_text": "涉嫌虚假宣传", "impact_text": "已涉及三户，可能扩大；联系人 13912345678"}
    journey.step(
        cast.frontline,
        "assess_and_grade",
        **{
            **ASSESSMENT,
            "severity": "4",
            "impact": "2",
            "immediate_action": "yes",
            "compensation_possible": "yes",
            **words,
        },
    )
    journey.step(
        cast.frontline, "immediate_measure", measure="暂停该批次发货", effective="no", next_measure="仓库当天仍发出一批"
    )
    case = Complaint.objects.select_related("stream").get(pk=journey.complaint.pk)
    with override("zh-hans"), timezone.override(ZONE):
        told = {str(label): str(said) for label, said in form_c(cast.supervisor.actor, case).sections[3].lines}
    assert told["性质和严重性"] == "4 较高\n涉嫌虚假宣传"
    assert told["影响程度"].startswith("2 较低\n已涉及三户，可能扩大")
    assert "13912345678" not in told["影响程度"]
    assert (told["是否涉及安全问题"], told["是否需要立即采取措施"], told["能否补偿"]) == ("否", "是", "是")
    assert told["立即采取措施是否有效"] == "否"


@pytest.mark.req("RM-02", "RM-03", "FB-13")
def test_the_measures_stand_on_the_tracking_form_with_amount_and_words_and_read_well_in_the_letter(cast: Cast) -> None:
    journey = handled(cast)
    by = {"executor": str(journey.owner.id), "due_on": journey.day()}
    rows = [
        {"code": "47", "amount": 60_00, "text": "原路退回。", **by},
        {"code": "53", "text": "上门检修，联系 13912345678。", **by},
    ]
    journey.step(journey.owner, "draft_solution", **{**journey.solution(), "remedies": rows})
    journey.step(journey.owner, "submit_solution").step(journey.owner, "send_solution")
    with override("zh-hans"), timezone.override(ZONE):
        told = {
            str(label): str(said) for label, said in form_c(cast.supervisor.actor, journey.complaint).sections[4].lines
        }
    assert told["47 支付补偿"] == "总金额 ¥60.00\n原路退回。"
    assert told["53 其他措施"].startswith("上门检修，联系 139")
    assert "13912345678" not in told["53 其他措施"]
    solution = Solution.objects.get()
    solution.complaint = journey.complaint
    body = letter_text(solution)
    assert "原路退回，" in body
    assert "。，" not in body


@pytest.mark.req("RC-12", "RC-10", "RG-21")
def test_the_file_says_where_the_original_lies_and_what_became_of_the_complainants_material(cast: Cast) -> None:
    journey = proved(notified(cast)).step(cast.specialist, "callback", **REACHED)
    Complaint.objects.filter(pk=journey.complaint.pk).update(original_place="档案柜 3-2")
    day = (journey.at.astimezone(ZoneInfo(ZONE)) - timedelta(days=3)).date().isoformat()
    journey.step(cast.supervisor, "close", **REVIEW, originals="returned", originals_on=day)
    assert ClosingReview.objects.get().originals == "returned"
    case = Complaint.objects.select_related("stream").get(pk=journey.complaint.pk)
    made = paperwork.make(cast.supervisor.actor, case, "case_file", Wanted(language="zh-hans"))
    text = bare(text_of(made.content))
    for words in ("档案柜3-2", "已退还", day):
        assert words in text, words


@pytest.mark.req("IV-19", "VL-02")
def test_an_anonymous_complaint_has_the_same_steps_checks_and_limits_as_a_named_one(cast: Cast) -> None:
    def road(**changes: Any) -> tuple[Any, ...]:
        journey = handled(cast, **changes)
        row = Investigation.objects.get(complaint=journey.complaint)
        limits = {
            one.kind: one.due_at - one.started_at
            for one in Promise.objects.filter(
                stream_id=journey.complaint.pk, kind__in=("investigation", "solution", "urgent_response")
            )
        }
        return journey.complaint.state, row.verdict, row.mode, row.depth, row.sources, limits, queue_place(journey)

    def queue_place(journey: Journey) -> tuple[str, str]:
        return journey.complaint.grade, journey.complaint.urgency

    anonymous = road(name="", phone="", email="", anonymous=True)
    assert anonymous == road()
    assert anonymous[:2] == ("handling", "founded")


@pytest.mark.req("RG-09", "RG-18", "IV-08", "PS-06")
@pytest.mark.parametrize(
    ("mode", "theirs"), [("in_person", True), ("letter", True), ("email", True), ("internet", True), ("phone", False)]
)
def test_what_a_colleague_took_from_the_complainants_hand_stands_on_their_page_and_on_what_they_sign(
    client: Any, cast: Cast, sign_in: Any, mode: str, theirs: bool
) -> None:
    from tingsu.portal.tests.case_pages import enter, see

    def a_file(name: str) -> str:
        return str(store.keep(name, samples.picture(), actor=cast.frontline.actor).pk)

    taken = a_file("开箱照片.png")
    case = register(cast.frontline.actor, {**STORY, "mode": mode, "files": [taken]}, MONDAY)
    ours = a_file("内部截图.png")
    journey = Journey(cast, case, MONDAY).step(cast.frontline, "add_facts", facts="核对订单", files=[ours])
    with travel_to(journey.at):
        enter(client, journey.complaint)
        page = see(client)
        assert ("开箱照片.png" in page) is theirs
        assert ("材料已收悉" in page) is theirs
        assert (client.get(f"/case/files/{taken}/").status_code == 200) is theirs
        assert client.get(f"/case/files/{ours}/").status_code == 404
        own = text_of(client.get("/case/documents/acceptance_form/").getvalue())
    desk = sign_in(cast.supervisor).get(reverse("desk:case", args=[case.number])).content.decode()
    assert ("投诉人提交，1001" in bare(desk).replace("工号", "")) is theirs, "whose it is, and who took it in (IV-08)"
    form = next(one for one in documents.documents(journey.complaint) if one.paper.code == "acceptance_form")
    with override("zh-hans"):
        signed = documents.written(documents.parts_to_sign(journey.complaint, form))
    assert ("开箱照片.png·材料已收悉" in bare(own)) is theirs, "their own copy calls their file by its name"
    assert ("材料已收悉 2026-03-02" in signed) is theirs
    assert "开箱照片" not in signed, "what is signed is read by colleagues too, to whom names of files are not open"
    for copy in (page, own, signed):
        assert "内部截图" not in copy


@pytest.mark.req("IV-05", "IV-09")
def test_the_report_of_a_joint_investigation_says_which_departments_and_who_led(cast: Cast) -> None:
    logistics, finance = (str(cast.units[name].pk) for name in ("logistics", "finance"))
    for mode, more in (("joint", {"units": [logistics, finance], "lead": finance}), ("independent", {})):
        journey = registered(cast, categories=["16"]).step(
            cast.frontline, "pass_on", unit=str(cast.specialist.unit_id), member=str(cast.specialist.id)
        )
        journey.step(cast.specialist, "accept", mode=mode, depth="standard", plan="调取退款记录", **more)
        journey.step(cast.specialist, "find_founded", **FINDING, bases=["law.consumer"])
        made = paperwork.make(cast.supervisor.actor, journey.complaint, "investigation_report", Wanted(language="en"))
        text = bare(text_of(made.content))
        assert ("LeadsSettlement" in text) is (mode == "joint")
        assert ("Logistics" in text) is (mode == "joint")


@pytest.mark.req("RG-22", "RG-18")
def test_how_and_when_the_record_was_confirmed_stands_on_the_form(cast: Cast) -> None:
    journey = Journey(cast, register(cast.frontline.actor, STORY, MONDAY))

    def form() -> str:
        with timezone.override(ZONE):
            return bare(
                text_of(
                    paperwork.make(
                        cast.supervisor.actor, journey.complaint, "acceptance_form", Wanted(language="zh-hans")
                    ).content
                )
            )

    assert "确认方式尚未签字" in form()
    assert "确认时间" not in form()
    journey.step(cast.frontline, "confirm_record", how="read_back")
    assert f"确认时间{journey.at.astimezone(ZoneInfo(ZONE)):%Y-%m-%d%H:%M}" in form()
    assert "确认方式已确认，未签字" in form()
