"""Whole cases that end in conflict, told like those of test_stories.py: a court, a refused result, an escalation."""

import base64
from typing import Any

import pytest

from tests.cast import Cast
from tests.given import FOUND, GRADE, HIGH, REACHED, REVIEW, STORY
from tests.given import first_of_several as first_of_several
from tests.telling import MONDAY, Telling
from tingsu.casework.models import FunctionOpinion
from tingsu.complaints.models import Demand
from tingsu.files import store
from tingsu.kernel.clock import travel_to
from tingsu.letters.models import Letter
from tingsu.settlement.models import ExecutionItem, OutsideCase
from tingsu.settlement.rulebooks import ways
from tingsu.triage import alerts


@pytest.mark.req("process.md §3")
def test_a_fire_in_public_mediated_refused_and_decided_by_a_court(cast: Cast) -> None:
    everybody = {"days": "all", "from": "00:00", "to": "24:00", "first_on": "", "last_on": ""}
    roster = [{"member": number, **everybody} for number in ("2001", "2101")]
    told = Telling(cast).publish("on_call", {"confirm_minutes": 5, "roster": roster})
    burning = STORY | {
        "description": "充电宝半夜起火，沙发烧了，老人吸了烟。", "mode": "in_person", "channel": "regulator", "transferred_by": "12315",
        "outside_deadline": "2026-03-12T18:00:00+08:00", "promise_contact": True, "unit_concerned": str(cast.units["logistics"].pk),
    }  # fmt: skip
    told.register(cast.frontline, burning).stand("urgent").waits()
    told.refused(cast.coach, "confirm_alert").wait(minutes=4).runs("before five minutes", alerts.pass_on_unconfirmed)
    told.wait(minutes=1).runs("after five minutes", alerts.pass_on_unconfirmed).step(cast.coach, "confirm_alert").stand(
        "confirmed"
    ).waits()
    told.step(cast.frontline, "log_contact", direction="attempt", means="phone", purpose="general", content="未接通")
    told.step(
        cast.frontline, "log_contact", direction="out", means="phone", purpose="general", content="已安抚"
    ).deliver()
    told.step(cast.frontline, "reply_outside", means="letter", content="已受理").refused(
        cast.frontline, "confirm_record", how="read_back"
    )
    told.step(cast.frontline, "confirm_record", how="signed").refused(
        cast.frontline, "assess_and_grade", **GRADE | {"reason": ""}
    )
    told.step(
        cast.frontline,
        "assess_and_grade",
        **HIGH | {"immediate_action": "yes", "urgent_topics": ["personal_safety"], "crisis": "yes"},
    )
    told.stand("high risk").waits().forms(cast.frontline).panels(cast.frontline).refused(
        cast.frontline, "assess_and_grade", **GRADE | {"crisis": "no"}
    ).refused(cast.supervisor, "assess_and_grade", **GRADE | {"reason": ""})
    report = {"facts": "多地漏电", "source": "热线", "spread": "两省", "recipients": [str(cast.supervisor.id)]}
    event = {"event": "new", "event_kind": "mass", "event_name": "充电宝起火"}
    told.refused(cast.supervisor, "report_high_risk", **report).step(
        cast.frontline, "report_high_risk", **report, **event
    ).stand("reported").forms(cast.supervisor)
    to = {"unit": str(cast.units["handling"].pk), "member": str(cast.coach.id)}
    plan = {
        "plan": "停售",
        "script": "已停售",
        "containment": "下架",
        "containment_effect": "当日",
        "required_level": "expert",
    }
    told.step(cast.specialist, "draft_pre_plan", **plan).step(
        cast.supervisor, "draft_pre_plan", **plan | {"required_level": "coach"}
    )
    told.refused(cast.mgmt_rep, "adopt_pre_plan", **to).refused(
        cast.supervisor, "immediate_measure", measure="封存", effective="no"
    )
    told.step(cast.supervisor, "immediate_measure", measure="封存", effective="no", next_measure="召回").refused(
        cast.supervisor, "adopt_pre_plan", **to
    )
    told.step(cast.mgmt_rep, "adopt_pre_plan", **to).stand("adopted")
    mode = {"mode": "independent", "depth": "in_depth", "plan": "查批次"}
    told.refused(cast.coach, "accept", **mode | {"depth": "standard"}).step(cast.coach, "accept", **mode).stand(
        "accepted"
    )
    owner = cast.coach
    told.refused(owner, "find_unfounded", **FOUND, verdict="unfounded", reasons="无").step(
        owner, "find_founded", **FOUND
    ).stand("founded")
    levels = {"general": "junior", "high_risk": "intermediate", "major_urgent": "intermediate", "crisis": "senior"}
    seat = {"speciality": "legal", "until": told.day(0)}
    told.publish("mediation", {"levels": levels, "body": [{"member": str(cast.supervisor.id), **seat}]})
    told.refused(owner, "appoint_mediator", member=str(cast.junior_mediator.id)).refused(
        owner, "appoint_mediator", member=str(cast.mediator.id)
    )
    told.wait(minutes=1).publish("mediation", {"levels": levels, "body": [{"member": str(cast.mediator.id), **seat}]})
    session = {"means": "三方电话", "content": "各陈述一次", "present": ["complainant", "enterprise"]}
    session |= {"complainant_proposal": "全额", "respondent_proposal": "八成"}
    told.step(owner, "appoint_mediator", member=str(cast.mediator.id)).stand("mediation").waits().step(
        cast.mediator, "mediate", **session, result="open"
    )
    objection = {"objection": "偏袒", "upheld": "yes", "reason": "听录音"}
    told.step(cast.supervisor, "rule_on_mediator", **objection).step(
        owner, "appoint_mediator", member=str(cast.mediator.id)
    )
    told.step(cast.supervisor, "rule_on_mediator", **objection | {"upheld": "no"}).refused(
        cast.mediator, "mediate", **session, result="agreed"
    )
    told.step(cast.mediator, "mediate", **session, result="not_agreed").stand("mediated").panels(cast.supervisor)
    assessed = {
        "law": "消法",
        "severity": "中",
        "choices": "和解",
        "decision": "先行和解",
        "participants": [str(cast.function.id)],
    }
    told.step(owner, "assess_risk", **assessed).stand("risk assessed")
    legal = {"kind": "function", "unit": str(cast.units["legal"].pk), "question": "能否先行赔付？", "green": "yes"}
    told.step(owner, "ask_opinion", **legal).step(
        cast.function, "give_opinion", opinion=told.one(FunctionOpinion), content="不宜先行赔付"
    )
    demands = [str(demand.pk) for demand in Demand.objects.filter(complaint=told.complaint).order_by("position")]
    offer: dict[str, Any] = {
        "opinion": "赔付", "remedy_required": "yes", "bases": ["law.consumer"], "prevention": "召回", "wording": "我们赔付并召回。",
        "remedies": [{"code": "47", "amount": 500_00, "text": "赔付", "executor": str(owner.id), "due_on": told.day(2)}],
        "answers": [{"demand": one, "reasonable": True, "decision": "granted"} for one in demands],
    }  # fmt: skip
    told.step(owner, "draft_solution", **offer).step(owner, "submit_solution").refused(cast.supervisor, "approve")
    weighs = {"opinion": told.one(FunctionOpinion), "stance": "deviates", "words": "伤者急需用钱"}
    told.step(cast.mgmt_rep, "approve").step(owner, "weigh_opinion", **weighs).refused(owner, "send_solution")
    ruled = {"opinion": told.one(FunctionOpinion), "decision": "allowed", "reason": "先救人"}
    told.step(cast.supervisor, "rule_on_deviation", **ruled)
    told.step(owner, "send_solution").refused(owner, "no_agreement", reason="无回复")
    attempt = {"direction": "attempt", "means": "phone", "purpose": "opinion", "content": "未接通"}
    told.step(owner, "log_contact", **attempt).step(owner, "log_contact", **attempt).passes(days=8).refused(
        owner, "no_agreement", reason="无回复"
    )
    told.step(owner, "log_contact", **attempt).step(owner, "no_agreement", reason="无回复").stand("other ways").forms(
        owner
    ).panels(cast.supervisor)
    told.step(owner, "review_refusal", finding="未回应", next_step="再联系")
    filed = {"way": "council", "body": "消委会", "reference": "2026-31", "state": "offered"}
    told.refused(owner, "file_outside_case", **filed | {"way": "arbitration", "state": "filed"}).refused(
        owner, "file_outside_case", **filed | {"way": "negotiation"}
    )
    told.step(owner, "file_outside_case", **filed, deadline=f"{told.day(9)} 12:00")
    told.step(
        owner, "file_outside_case", **filed | {"state": "filed"}, deadline=f"{told.day(20)} 12:00", note="已立案"
    ).stand("filed").forms(owner).panels(cast.supervisor)
    council = told.one(OutsideCase)
    told.step(owner, "reply_outside", outside_case=council, means="letter", content="提交说明")
    told.step(
        owner,
        "file_outside_case",
        **filed | {"way": "court", "body": "人民法院", "state": "filed"},
        deadline=f"{told.day(30)} 12:00",
    )
    court = told.one(OutsideCase)
    told.step(owner, "end_outside_case", outside_case=council, result="终止调解").refused(
        owner, "end_outside_case", outside_case=council, result="再次"
    )
    duties = [{"text": "支付赔偿", "amount": 800_00, "executor": str(cast.dept2.id), "due_on": told.day(10)}]
    told.step(owner, "outside_decision", outside_case=court, document="民事判决书", duties=duties).stand(
        "decided"
    ).waits()
    item = told.one(ExecutionItem)
    told.step(cast.dept2, "execution_failed", item=item, reason="账户已注销").stand("failed").waits()
    told.step(owner, "draft_solution", **offer | {"remedies": [], "remedy_required": "no"}).step(
        owner, "submit_solution"
    )
    told.step(cast.top_mgmt, "approve").refused(owner, "send_solution")
    told.step(owner, "weigh_opinion", **weighs | {"stance": "follows", "words": "按判决履行"}).step(
        owner, "send_solution"
    )
    party = next(str(pk) for pk, role in told.names.items() if role == "complainant")
    told.step(owner, "record_opinion", party=party, agrees="disagree", means="phone").step(
        "complainant", "no_agreement", reason="不接受"
    )
    answered = [{"way": code, "result": "declined", "remark": ""} for code, _label in ways.options()]
    told.step(owner, "file_outside_case", **filed)
    told.refused(owner, "exhaust", ways=answered, alternatives="已拒绝").refused(
        cast.supervisor, "exhaust", ways=answered[1:], alternatives="已拒绝"
    )
    told.refused(
        cast.supervisor,
        "exhaust",
        ways=[answered[0] | {"result": "not_applicable"}, *answered[1:]],
        alternatives="已拒绝",
    )
    told.step(cast.supervisor, "exhaust", ways=answered, alternatives="优惠券，已拒绝").stand("exhausted").forms(
        cast.supervisor
    )
    told.step(owner, "notify_result", notice="各途径均已告知。").deliver().refused(
        cast.specialist, "reject_result", reason="不接受"
    )
    told.step(cast.specialist, "callback", **REACHED)
    told.refused(cast.supervisor, "close", **REVIEW)
    told.step(
        cast.supervisor,
        "close",
        **REVIEW,
        stage_remarks=[{"stage": number, "reason": "未达成一致"} for number in ("6", "7")],
    )
    told.ends("fire_and_court")


def scan(cast: Cast) -> str:
    """The scan of a letter, uploaded by whoever received it."""
    content = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
    with travel_to(MONDAY):
        return str(store.keep("来信.gif", content, actor=cast.frontline.actor).pk)


@pytest.mark.req("process.md §3")
def test_contested_raised_to_high_risk_withdrawn_and_refused_again(cast: Cast) -> None:
    told = (
        Telling(cast)
        .register(
            cast.frontline, STORY | {"mode": "letter", "received_at": "2026-02-27T10:00:00+08:00", "categories": []}
        )
        .deliver()
    )
    told.refused(cast.frontline, "confirm_record", how="checked", means="phone", result="as_written").step(
        cast.frontline,
        "confirm_record",
        how="original_stored",
        envelope="挂号 XA 1234 5678",
        original_place="档案柜 3-2",
        scan=[scan(cast)],
    )
    told.step(cast.frontline, "assess_and_grade", **GRADE | {"difficult": "yes", "categories": []}).stand("difficult")
    told.refused(
        cast.frontline, "solve_directly", solution="补发", bases=["law.consumer"], accepted_by="同意", proof="流水"
    )
    told.step(
        cast.frontline, "pass_on", unit=str(cast.units["investigation"].pk), member=str(cast.specialist.id)
    ).stand("offered to one")
    mode = {"mode": "independent", "depth": "standard", "plan": "查流水"}
    called = Letter.objects.get(stream_id=told.complaint.pk, channel="call")
    told.refused(cast.specialist, "accept", **mode).step(
        cast.frontline, "letter_told", letter=str(called.pk), outcome="told"
    )
    told.refused(cast.specialist, "accept", **mode | {"depth": "basic"}).step(
        cast.specialist, "accept", **mode | {"depth": "basic", "depth_reason": "清楚"}
    )
    told.step(cast.supervisor, "supervise", reason="久拖").stand("supervised")
    owner, unfounded = cast.specialist, FOUND | {"verdict": "unfounded", "reasons": "已到账"}
    told.refused(cast.supervisor, "find_unfounded", **unfounded).refused(owner, "find_founded", **FOUND).step(
        owner, "find_unfounded", **unfounded
    )
    told.refused(owner, "reject_answer", reason="不接受").step(
        owner, "deliver_answer", answer="已于 14 日到账。", tone="normal"
    ).stand("answered")
    told.step("complainant", "contest", new_facts="银行流水未入账").stand("contested")
    told.step(
        owner,
        "find_unfounded",
        **unfounded | {"verdict": "not_ours", "transfer_name": "银行", "transfer_contact": "95588"},
    )
    told.step(owner, "deliver_answer", answer="由银行负责。", tone="normal").step(
        "complainant", "reject_answer", reason="不接受"
    ).stand("rejected")
    report = {"facts": "记者来电", "source": "媒体", "spread": "热搜", "recipients": [str(cast.mgmt_rep.id)]}
    told.step(cast.frontline, "upgrade", reason="媒体关注", **report).stand("raised").refused(
        cast.frontline, "upgrade", reason="再次", **report
    )
    plan = {"plan": "复核", "script": "口径", "containment": "无", "required_level": "expert"}
    told.step(cast.supervisor, "draft_pre_plan", **plan).step(
        cast.mgmt_rep, "adopt_pre_plan", unit=str(cast.units["handling"].pk)
    )
    told.step(cast.specialist2, "accept", **mode | {"depth": "in_depth"}).stand("accepted again")
    owner = cast.specialist2
    told.step(owner, "correct_record", categories=["24"], reason="归类").step(owner, "find_founded", **FOUND)
    told.step(owner, "reinvestigate", open_questions="金额").stand("again").step(owner, "find_founded", **FOUND)
    told.step("complainant", "withdraw", statement="已到账，不再投诉。").stand("withdrawn")
    offer = {
        "opinion": "无需补救",
        "remedy_required": "no",
        "bases": ["law.consumer"],
        "prevention": "已告警",
        "wording": "感谢理解。",
    }
    told.step(owner, "draft_solution", **offer).step(owner, "submit_solution").step(cast.supervisor, "approve").refused(
        owner, "send_solution"
    )
    session = {
        "means": "电话",
        "content": "无",
        "present": ["complainant", "enterprise"],
        "complainant_proposal": "全额",
        "respondent_proposal": "无",
    }
    told.step(owner, "appoint_mediator", member=str(cast.mediator.id)).step(
        cast.mediator, "mediate", **session, result="refused"
    )
    told.step(owner, "send_solution").stand("sent").step(owner, "agree").step(cast.supervisor, "verify_execution")
    told.step(owner, "notify_result", notice="已结。").deliver().step(
        cast.specialist, "reject_result", reason="又没到账"
    ).stand("refused")
    told.step("complainant", "renegotiate", new_position="退一半").stand("negotiating again")
    told.ends("contested_and_withdrawn")


@pytest.mark.req("process.md §4")
def test_handed_over_escalated_linked_and_kept_in_touch(cast: Cast) -> None:
    told = (
        Telling(cast)
        .register(cast.frontline2, STORY, name="earlier")
        .wait(hours=1)
        .register(cast.frontline, STORY)
        .deliver()
    )
    told.refused(cast.frontline, "link", number="202603-XF-999", kind="repeated").refused(
        cast.frontline, "link", number=told.complaint.number, kind="related"
    )
    told.step(cast.frontline, "link", number=" 202603-xf-001 ", kind="repeated").refused(
        cast.frontline, "link", number="202603-XF-001", kind="related"
    )
    told.step(cast.frontline, "unlink", number="202603-XF-001").refused(
        cast.frontline, "unlink", number="202603-XF-001"
    )
    told.step(cast.frontline, "link", number="202603-XF-001", kind="related").step(
        cast.frontline, "note", note="同一批次"
    )
    hand = {"member": str(cast.frontline2.id), "note": "请接手"}
    told.refused(cast.frontline, "transfer", **hand | {"member": str(cast.frontline.id)}).refused(
        cast.frontline, "transfer", **hand | {"member": str(cast.dept.id)}
    )
    for _number in range(3):
        told.step(cast.frontline, "transfer", **hand).step(cast.frontline2, "refuse_transfer", reason="忙")
    told.refused(cast.frontline, "transfer", **hand).stand("refused thrice").step(
        cast.supervisor, "transfer", **hand
    ).stand("offered")
    told.refused(cast.frontline, "transfer", **hand).step(cast.frontline, "withdraw_offer").step(
        cast.supervisor, "transfer", **hand
    )
    told.step(cast.frontline2, "accept_transfer").stand("accepted").refused(
        cast.supervisor, "assign", member=str(cast.frontline2.id)
    )
    told.step(cast.frontline, "assess_and_grade", **GRADE | {"difficult": "yes"}).refused(
        cast.frontline2, "transfer", member=str(cast.frontline.id), note="请"
    )
    told.refused(cast.supervisor, "assign", member=str(cast.frontline.id))
    told.step(cast.supervisor, "assign", member=str(cast.frontline.id), override_reason="专家均在外").step(
        cast.supervisor, "assign", member=str(cast.specialist.id)
    )
    for _number in range(6):
        told.step(cast.specialist, "escalate", reason="久拖")
    told.stand("escalated").step(cast.supervisor, "supervise").refused(cast.supervisor, "supervise")
    told.step(cast.specialist, "set_waiting", waiting_on="complainant").step(
        "complainant", "add_facts", facts="补充聊天记录"
    )
    told.step(cast.specialist, "set_waiting", waiting_on="outside").step(
        "complainant", "add_facts", facts="记者采访了我，央视要曝光"
    )
    told.step(cast.specialist, "join_event", event="new", event_kind="major", event_name="退款批次", event_story="多户")
    told.refused(cast.specialist, "leave_event", event="SJ-2026-009", reason="误").step(
        cast.specialist, "leave_event", event="SJ-2026-001", reason="误关联"
    )
    told.refused(cast.specialist, "record_cost", kind="fees", note="鉴定").step(
        cast.specialist, "record_cost", kind="fees", amount="12.50", note="鉴定费"
    )
    told.step(cast.specialist, "inform_of_ways", note="供您选择").passes(days=4)
    said = {"content": "仍在核实。", "means": "email", "progress": "已催办"}
    told.refused(cast.specialist, "feed_back", **said).refused(
        cast.specialist, "feed_back", **said | {"progress": ""}, late_reason="等待商家"
    )
    told.step(cast.specialist, "feed_back", **said, late_reason="等待商家").stand("late").step(
        "complainant", "withdraw", statement="不再投诉"
    )
    told.refused("complainant", "withdraw", statement="不再投诉").passes(days=1)
    told.ends("handed_over_and_linked")
