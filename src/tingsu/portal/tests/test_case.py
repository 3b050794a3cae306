"""The complainant's case page and every step taken on it."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tingsu.casework.tests import cases
from tingsu.complaints.models import Party
from tingsu.kernel import rulebooks
from tingsu.kernel.clock import travel_to
from tingsu.kernel.models import Event
from tingsu.letters.links import case_token
from tingsu.people.models import Member
from tingsu.people.queries import public_identity
from tingsu.portal import story
from tingsu.portal.tests.case_pages import again, enter, see
from tingsu.portal.tests.test_submit import PNG
from tingsu.settlement.tests.journey import RESPONDENT, handled, registered

pytestmark = pytest.mark.django_db


@pytest.mark.req("AK-11", "AK-04", "OG-05")
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_stage_next_date_and_work_identity_stand_on_the_page(client, cast, language):
    journey = registered(cast)
    client.cookies["tingsu_language"] = language
    with travel_to(journey.at):
        enter(client, journey.complaint)
        page = see(client)
    assert 'aria-current="step"' in page
    assert ("已收到" if language == "zh-hans" else "Received") in page
    assert "<time datetime=" in page
    who = public_identity(journey.complaint.owner_id, "zh-hans" if language == "zh-hans" else "en")
    assert (f"由{who}负责" if language == "zh-hans" else f"{who} is responsible") in page


@pytest.mark.req("AK-11")
def test_received_is_dated_by_the_receipt_and_not_by_the_last_step_of_that_stage(client, cast):
    journey = handled(cast)
    complaint = journey.complaint
    first, *_rest = story.stages(complaint, story.events_of(complaint), [])
    assert (first.state, first.at) == ("done", complaint.received_at)


@pytest.mark.req("invariant-7")
def test_no_colleagues_name_and_nothing_internal_reaches_the_page(client, cast):
    journey = handled(cast, **RESPONDENT)
    journey.step(journey.owner, "note", note="内部备注不给外人看")
    journey.step(
        journey.owner, "department_task", unit=str(cast.units["logistics"].pk), request="请物流核对", kind="facts"
    )
    journey.offered()
    with travel_to(journey.at):
        enter(client, journey.complaint)
        page = see(client) + see(client, "/case/agree/")
    for internal in (
        "内部备注",
        "请物流核对",
        "应退未退",
        "自动告警",
        "退款指令未执行",
        "速达快运",
        "law.consumer",
        "一般投诉",
    ):
        assert internal not in page
    from tingsu.people.queries import name_of

    for member in Member.objects.all():
        if name := name_of(member):
            assert name not in page


@pytest.mark.req("FB-01", "FB-04", "AK-11")
def test_agreeing_starts_the_execution(client, cast):
    journey = handled(cast).offered()
    with travel_to(journey.at):
        enter(client, journey.complaint)
        page = see(client)
        assert page.index("款项今天原路退回") < page.index("处理过程")
        assert "¥100.00" in page
        assert "《中华人民共和国消费者权益保护法》" in page.partition("处理依据")[2], "on what it was decided"
        buttons = re.findall(r'<a class="([^"]+)" href="/case/(agree|disagree)/"', page)
        assert [css for css, _name in buttons[:2]] == ["btn", "btn"]
        page = see(client, "/case/agree/")
        version = re.search(r'name="proposal" value="(\d+)"', page)[1]
        once = re.search(r'name="once" value="(\w+)"', page)[1]
        form = {"proposal": version, "text": "可以", "once": once}
        assert client.post("/case/agree/", form).headers["Location"] == "/case/"
        assert client.post("/case/agree/", form).headers["Location"] == "/case/"
    assert again(journey.complaint).state == "executing"
    assert Event.objects.filter(stream_id=journey.complaint.pk, kind="complaint.party_opinion_recorded").count() == 1


@pytest.mark.req("FB-01")
def test_an_opinion_about_an_older_proposal_is_refused(client, cast):
    journey = handled(cast).offered()
    with travel_to(journey.at):
        enter(client, journey.complaint)
        page = client.post("/case/agree/", {"proposal": "7"}, follow=True)
    assert page.status_code == 422
    assert "方案已有更新" in page.content.decode()
    assert again(journey.complaint).state == "feedback"


@pytest.mark.req("FB-01")
def test_with_a_respondent_the_agreement_waits_for_the_other_side(client, cast):
    journey = handled(cast, **RESPONDENT).offered()
    with travel_to(journey.at):
        enter(client, journey.complaint)
        client.post("/case/agree/", {"proposal": "1"})
        assert "正在等待另一方" in see(client)
    assert again(journey.complaint).state == "feedback"
    with travel_to(journey.at):
        enter(client, journey.complaint, "respondent")
        page = see(client) + see(client, "/case/agree/")
        assert "款项今天原路退回" not in page  # the words to the complainant
        assert "我们已核实这件投诉" in page
        assert "支付补偿" in page
        client.post("/case/agree/", {"proposal": "1"})
    assert again(journey.complaint).state == "executing"


@pytest.mark.req("FB-01")
def test_nobody_is_said_to_be_waited_for_when_there_is_no_other_side(client, cast):
    """The handler wrote down an agreement on the telephone and has not begun the execution."""
    journey = handled(cast).offered().opinion()
    with travel_to(journey.at):
        enter(client, journey.complaint)
        page = see(client)
    assert "您同意了方案" in page
    assert "正在等待另一方" not in page


@pytest.mark.req("IN-22")
def test_an_agent_answers_for_the_complainant(client, cast):
    journey = handled(cast, agent_name="李代理", agent_phone="13900001111").offered()
    with travel_to(journey.at):
        enter(client, journey.complaint, "agent")
        client.post("/case/agree/", {"proposal": "1"})
    assert again(journey.complaint).state == "executing"


def test_an_erased_person_has_no_page(client, cast):
    from tingsu.kernel.clock import now

    complaint = registered(cast).complaint
    party = enter(client, complaint)
    Party.objects.filter(pk=party.pk).update(erased_at=now(), wrapped_key=None)
    assert client.get("/case/").headers["Location"] == "/follow/open/"
    assert client.get(f"/c/{case_token(complaint.pk, party.pk)}/").status_code == 410


@pytest.mark.req("FB-06")
@pytest.mark.req("FB-07")
def test_declining_keeps_the_case_open_and_refusing_to_negotiate_tells_the_other_ways(client, cast):
    journey = handled(cast).offered()
    with travel_to(journey.at):
        enter(client, journey.complaint)
        bare = client.post("/case/disagree/", {"proposal": "1", "text": "", "negotiable": "no"}, follow=True)
        assert bare.status_code == 422
        assert 'id="text-error"' in bare.content.decode()
        assert 'value="no" checked' in bare.content.decode()
        client.post("/case/disagree/", {"proposal": "1", "text": "运费也要退", "negotiable": "yes"})
        page = see(client)
        assert "运费也要退" in page
        assert again(journey.complaint).state == "feedback"
        client.post("/case/disagree/", {"proposal": "1", "text": "不谈了", "negotiable": "no"})
        page = see(client)
    assert again(journey.complaint).state == "external_route"
    assert "12315" in page
    with travel_to(journey.at):
        client.post("/case/negotiate/", {"text": "退货款加运费我就同意"})
    assert again(journey.complaint).state == "handling"


@pytest.mark.req("FB-06")
def test_an_answer_can_be_accepted_contested_or_rejected(client, cast):
    complaint = cases.answered(cast)
    enter(client, complaint)
    page = see(client)
    assert "经核查，退款已到账" in page
    assert all(f'href="/case/{name}/"' in page for name in ("accept", "contest", "reject"))
    assert client.post("/case/contest/", {"text": ""}, follow=True).status_code == 422
    client.post("/case/contest/", {"text": "银行说没有这笔", "files": [SimpleUploadedFile("流水.png", PNG)]})
    assert again(complaint).state == "investigating"
    assert "流水.png" in see(client)


def test_an_answer_accepted_leads_to_the_evaluation(client, cast):
    complaint = cases.answered(cast)
    enter(client, complaint)
    client.post("/case/accept/", {})
    assert again(complaint).state == "evaluating"


def test_an_answer_rejected_stays_open(client, cast):
    complaint = cases.answered(cast)
    enter(client, complaint)
    client.post("/case/reject/", {"text": "我不认"})
    assert again(complaint).state == "external_route"


def test_withdrawing_says_what_follows_and_happens_once(client, cast):
    complaint = registered(cast).complaint
    enter(client, complaint)
    assert "以后随时可以再次投诉" in see(client, "/case/withdraw/")
    client.post("/case/withdraw/", {"text": "已经解决了"})
    assert again(complaint).withdrawn
    assert client.get("/case/withdraw/").headers["Location"] == "/case/"
    assert 'href="/case/withdraw/"' not in see(client)


@pytest.mark.req("FB-01")
def test_who_withdrew_or_answered_is_not_asked_again_for_an_opinion(client, cast):
    waiting = handled(cast).offered()
    with travel_to(waiting.at):
        enter(client, waiting.complaint)
        assert "请您看看这个方案" in see(client)
        client.post("/case/disagree/", {"proposal": "1", "text": "运费也要退"})
        page = see(client)
        assert "已收到您对方案的意见" in page
        assert "等您答复" not in page
        client.post("/case/withdraw/", {"text": "已经解决了"})
        page = see(client)
        assert "您已撤回投诉" in page
        assert "请您看看这个方案" not in page


@pytest.mark.req("SC-01")
def test_rating_follows_the_notice_with_nothing_chosen_beforehand(client, cast):
    journey = handled(cast).evaluated()
    with travel_to(journey.at):
        enter(client, journey.complaint)
        assert 'name="score"' not in see(client)
        assert "请您评价是否满意" in see(client)
    journey.step(journey.owner, "notify_result", notice="已退款 100 元，问题已解决。")
    with travel_to(journey.at):
        page = see(client)
        assert "已退款 100 元" in page
        assert 'name="score"' in page
        assert not re.search(r'name="score"[^>]*checked', page)
        empty = client.post("/case/rate/", {"text": "等太久", "timeliness": "2"}, follow=True)
        assert empty.status_code == 422
        assert "等太久" in empty.content.decode()
        assert re.search(r'name="timeliness" value="2" checked', empty.content.decode())
        assert client.post("/case/rate/", {"score": "4", "timeliness": "2", "text": "等太久"}).status_code == 302
        assert 'name="score"' not in see(client)
        assert "已收到您的评价" in see(client)
        client.post("/case/review/", {"text": "运费没退"})
        page = see(client)
        assert "您申请了复核" in page
        assert "运费没退" in page


@pytest.mark.req("SC-01")
def test_a_short_form_and_thanks_of_our_own(client, cast):
    journey = handled(cast).evaluated()
    journey.step(journey.owner, "notify_result", notice="已退款 100 元，问题已解决。")
    with travel_to(journey.at):
        body = rulebooks.in_force("aftercare").body
        thanks = {"zh-Hans": "谢谢您花时间告诉我们。", "en": "Thank you for taking the time."}
        enter(client, journey.complaint)
        assert 'name="timeliness"' in see(client)
        rulebooks.publish(
            actor=cast.top_mgmt.actor, kind="aftercare", body={**body, "short_form": True, "thanks": thanks}
        )
        page = see(client)
        assert 'name="score"' in page
        assert 'name="timeliness"' not in page
        assert client.post("/case/rate/", {"score": "4"}).status_code == 302
        assert "谢谢您花时间告诉我们。" in see(client)


@pytest.mark.parametrize("name", ["agree", "accept", "negotiate", "review"])
def test_steps_of_another_stage_lead_back_and_change_nothing(client, cast, name):
    complaint = registered(cast).complaint
    enter(client, complaint)
    events = Event.objects.filter(stream_id=complaint.pk).count()
    assert client.get(f"/case/{name}/").headers["Location"] == "/case/"
    late = client.post(f"/case/{name}/", {"text": "写了很久的话", "proposal": "1"}, follow=True)
    assert late.status_code == 409
    assert "写了很久的话</textarea>" in late.content.decode()
    assert Event.objects.filter(stream_id=complaint.pk).count() == events
    assert client.get("/case/nonsense/").status_code == 404


def test_a_message_held_back_or_taken_back_is_not_shown(client, cast):

    journey = registered(cast)
    journey.step(journey.owner, "feed_back", content="明天给您答复", means="portal", query_way=True)
    with travel_to(journey.at):
        enter(client, journey.complaint)
        assert "明天给您答复" not in see(client)
    with travel_to(journey.at + timedelta(seconds=30)):
        assert "明天给您答复" in see(client)


def test_the_page_costs_a_constant_number_of_queries(client, cast, django_assert_max_num_queries):
    journey = handled(cast).offered()
    with travel_to(journey.at):
        enter(client, journey.complaint)
        see(client)
        with django_assert_max_num_queries(45):
            see(client)
