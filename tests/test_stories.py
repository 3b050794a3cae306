"""Whole cases, told from registration to archive and compared with what was written down (tests/telling.py)."""

from typing import Any

import pytest

from tests.cast import Cast
from tests.given import FOUND, GRADE, REACHED, REVIEW, STORY
from tests.given import first_of_several as first_of_several
from tests.telling import Telling
from tingsu.aftercare import actions as aftercare
from tingsu.aftercare.models import ResultNotice
from tingsu.casework import actions as casework
from tingsu.casework.models import DepartmentTask, FunctionOpinion
from tingsu.complaints.models import Demand
from tingsu.settlement.models import ExecutionItem, Recourse


@pytest.mark.req("process.md §3")
def test_solved_at_once_at_the_front_desk(cast: Cast) -> None:
    told = Telling(cast).register(cast.frontline, STORY | {"product": ""}).stand("as registered")
    told.refused(cast.frontline, "complete_registration").refused(cast.dept, "note", note="无关")
    told.step(cast.frontline, "correct_record", product="空气炸锅 5L", order_number="2611 0200 318", event_place="滨江店",
              additional_info="客户补充", province="44", reason="来电更正").deliver()  # fmt: skip
    told.step(cast.frontline, "confirm_record", how="read_back").step(
        cast.frontline, "assess_and_grade", **GRADE
    ).stand("graded")
    solved = {
        "solution": "当场补发优惠", "remedies": [{"code": "47", "amount": 20_00, "text": "钱包"}, {"code": "52", "text": "口头道歉"}],
        "bases": ["rule.compensation"], "accepted_by": "电话中同意", "proof": "钱包流水", "means": "wallet",
    }  # fmt: skip
    told.refused(cast.frontline, "solve_directly", **solved | {"remedies": [{"code": "47", "amount": 200_01}]})
    told.refused(cast.frontline, "solve_directly", **solved | {"bases": []})
    told.refused(cast.frontline, "solve_directly", **solved | {"remedies": [{"code": "47"}]})
    told.step(cast.frontline, "solve_directly", **solved).stand("solved")
    told.refused("complainant", "rate", score="5").step(cast.frontline, "notify_result", notice="已补发二十元。").stand(
        "notified"
    ).waits()
    told.deliver().step("complainant", "rate", score="4", timeliness="5", attitude="3", comment="还可以").stand("rated")
    told.refused(cast.supervisor, "close", **REVIEW).step(cast.specialist, "callback", **REACHED)
    told.refused(cast.supervisor, "close", **REVIEW | {"action": ""}).step(cast.supervisor, "close", **REVIEW).stand(
        "closed"
    ).waits()
    kept = {"retention_class": "complaint", "keeper": str(cast.qa.id), "paper_place": "A 柜 3 层"}
    told.refused(cast.frontline, "archive", **kept).deliver().step(cast.frontline, "archive", **kept).stand(
        "archived"
    ).panels(cast.supervisor)
    told.ends("solved_at_once")


@pytest.mark.req("process.md §3")
def test_founded_negotiated_paid_and_checked(cast: Cast) -> None:
    respondent = {"respondent_name": "速达快运", "respondent_phone": "13900133456"}
    told = Telling(cast).register(cast.frontline, STORY | respondent).deliver()
    told.step(cast.frontline, "confirm_record", how="read_back").step(cast.frontline, "assess_and_grade", **GRADE)
    told.refused(cast.frontline, "feed_back", content="正在核实〔进度〕", means="sms")
    said = {"content": "已联系商家核实。", "means": "sms", "query_way": "yes"}
    told.step(cast.frontline, "feed_back", **said, next_at="2026-03-03 15:00", progress="已联系商家")
    told.refused(cast.frontline, "feed_back", **said, next_at="2026-03-03 18:00")
    told.step(cast.frontline, "feed_back", **said, next_at="2026-03-03 18:00", date_moved_reason="商家明天回复")
    told.step(cast.frontline, "pass_on", unit=str(cast.units["handling"].pk), note="请核实打款").stand(
        "offered to a group"
    ).waits()
    told.step(cast.supervisor, "assign", member=str(cast.coach.id)).step(
        cast.coach, "refuse_transfer", reason="在休假"
    ).stand("refused")
    joint = {"mode": "joint", "units": [str(cast.units["logistics"].pk)], "depth": "standard", "plan": "调取打款记录"}
    told.refused(cast.specialist, "accept", **joint).refused(cast.specialist2, "accept", **joint | {"units": []})
    told.step(cast.specialist2, "accept", **joint).stand("accepted")
    told.forms(cast.specialist2).panels(cast.supervisor)
    owner = cast.specialist2
    task = {
        "unit": str(cast.units["finance"].pk),
        "request": "核对打款批次",
        "kind": "facts",
        "necessary": "yes",
        "due_at": "2026-03-05 12:00",
    }
    told.refused(owner, "department_task", **task | {"due_at": "2026-03-02 09:00"}).step(
        owner, "department_task", **task
    ).waits()
    asked = told.one(DepartmentTask)
    told.refused(cast.dept, "answer_task", task=asked, answer="不是我们", conclusion="无").step(
        cast.dept2, "accept_task", task=asked
    )
    told.refused(owner, "find_founded", **FOUND)
    told.step(
        cast.dept2,
        "answer_task",
        task=asked,
        answer="批次失败",
        conclusion="未重试",
        evidence="批次日志",
        responsible="department",
        spoke="not",
    ).stand("task answered")
    told.step(owner, "return_task", task=asked, reason="缺日志").step(
        cast.dept2,
        "answer_task",
        task=asked,
        answer="批次失败，附日志",
        conclusion="未重试",
        responsible="department",
        spoke="not",
    )
    told.step(
        owner,
        "ask_opinion",
        kind="function",
        unit=str(cast.units["legal"].pk),
        question="是否支持三倍",
        necessary="yes",
    )
    opinion = told.one(FunctionOpinion)
    told.refused(owner, "find_founded", **FOUND).stand("opinion asked").waits()
    told.step(cast.function, "give_opinion", opinion=opinion, content="不构成欺诈")
    told.step(
        owner,
        "ask_opinion",
        kind="outside",
        body="市质检院",
        question="材质检测",
        released="商品照片两张",
        released_until=told.day(20),
        secrecy="by_law",
        secrecy_basis="《产品质量法》",
    )
    told.step(owner, "give_opinion", opinion=told.one(FunctionOpinion), declined="yes", content="不受理")
    told.refused(owner, "find_founded", **FOUND | {"responsibility": [{"party": "enterprise", "share": 99}]})
    told.refused(owner, "find_founded", **FOUND | {"facts_tied": "no", "bases": []})
    told.step(
        owner,
        "find_founded",
        **FOUND,
        loss=[{"item": "误工费", "claimed": "500.00", "assessed": "200.00", "basis": "误工证明"}],
    ).stand("founded").forms(owner).panels(cast.supervisor)
    demands = [str(demand.pk) for demand in Demand.objects.filter(complaint=told.complaint).order_by("position")]
    offer: dict[str, Any] = {
        "opinion": "应退未退", "remedy_required": "yes", "bases": ["law.consumer"], "prevention": "失败告警", "wording": "今天退款，抱歉。",
        "remedies": [{"code": "47", "amount": 6000_00, "text": "原路退回", "executor": str(cast.dept2.id), "due_on": told.day(2)}],
        "answers": [{"demand": demands[0], "reasonable": True, "decision": "granted"},
                    {"demand": demands[1], "reasonable": False, "decision": "partly", "reason": "书面致歉"}],
    }  # fmt: skip
    told.refused(owner, "draft_solution", **offer | {"answers": [offer["answers"][0]] * 2}).refused(
        cast.supervisor, "draft_solution", **offer
    )
    told.refused(owner, "submit_solution").step(owner, "draft_solution", **offer | {"bases": []}).refused(
        owner, "submit_solution"
    )
    told.step(owner, "draft_solution", **offer).step(owner, "submit_solution").stand(
        "waits for approval"
    ).waits().panels(cast.supervisor).refused(owner, "send_solution")
    told.refused(owner, "approve").refused(cast.specialist, "approve").step(
        cast.supervisor, "return_solution", reason="金额依据不足"
    )
    offer["remedies"][0]["amount"] = 5500_00
    told.step(owner, "draft_solution", **offer).step(owner, "submit_solution").step(
        cast.supervisor, "approve", reason="同意"
    ).stand("approved")
    told.step(owner, "send_solution").stand("sent")
    mine = told.names
    parties = {role: str(pk) for pk, role in mine.items() if role in {"complainant", "respondent"}}
    told.refused("complainant", "record_opinion", party=parties["respondent"], agrees="agree", means="portal")
    told.step(
        "complainant",
        "record_opinion",
        party=parties["complainant"],
        agrees="disagree",
        negotiable="yes",
        means="portal",
        text="希望快些",
    )
    told.refused(owner, "agree").refused(owner, "no_agreement", reason="不接受").stand("disagrees")
    told.step(owner, "revise", counter_proposal="今天到账", refusal_reason="太慢")
    offer["remedies"] = [
        {"code": "47", "amount": 300_00, "text": "原路退回", "executor": str(cast.dept2.id), "due_on": told.day(1)},
        {"code": "52", "text": "书面致歉", "executor": str(owner.id), "due_on": told.day(3)},
    ]
    told.step(owner, "draft_solution", **offer).step(owner, "submit_solution").step(owner, "send_solution").deliver()
    told.step("complainant", "record_opinion", party=parties["complainant"], agrees="agree", means="portal").refused(
        "complainant", "agree"
    )
    told.step(owner, "record_opinion", party=parties["respondent"], agrees="agree", means="phone", text="无异议").step(
        "complainant", "agree"
    )
    told.stand("agreed").waits().forms(owner).panels(cast.supervisor)
    paid, sorry = (str(item.pk) for item in ExecutionItem.objects.filter(complaint=told.complaint).order_by("position"))
    told.refused(cast.dept2, "finish_item", item=paid, proof="回单", paid=299_99, means="original").refused(
        cast.dept, "finish_item", item=paid, proof="回单"
    )
    told.step(cast.dept2, "finish_item", item=paid, proof="银行回单", paid=300_00, means="original").stand(
        "one done"
    ).waits().step(owner, "finish_item", item=sorry, proof="致歉信")
    told.refused(owner, "verify_item", item=sorry, remark="自查").step(
        cast.supervisor, "verify_item", item=sorry, remark="已读"
    )
    told.refused(cast.supervisor, "verify_execution").step(cast.qa, "verify_item", item=paid, remark="核对回单").stand(
        "verified"
    ).waits()
    told.step(owner, "open_recourse", item=paid, rule="carrier", against="承运公司", ground="运输破损")
    told.step(owner, "record_cost", kind="time", minutes="45", note="三次电话").step(
        cast.supervisor, "verify_execution"
    ).stand("evaluating")
    told.step(owner, "notify_result", notice="款项已到账。").deliver().step(
        "complainant", "rate", score="1", redress="2", comment="太慢"
    )
    told.stand("rated low").waits().forms(cast.specialist).panels(cast.supervisor).refused(
        owner, "callback", **REACHED
    ).refused(cast.specialist, "callback", **REACHED)
    told.refused(cast.specialist, "callback", **REACHED, cause="慢", score="3").refused(
        cast.supervisor, "close", **REVIEW
    )
    told.step(cast.specialist, "callback", **REACHED, cause="等待过久，已致歉", score="3", recording="录音 17").stand(
        "followed"
    )
    recourse = told.one(Recourse)
    told.refused(owner, "close_recourse", recourse=recourse, recovered=300_01, result="多").step(
        owner, "close_recourse", recourse=recourse, recovered=240_00, result="赔付八成"
    )
    lab = str(FunctionOpinion.objects.get(complaint=told.complaint, kind="outside").pk)
    told.passes(days=1).refused(cast.supervisor, "close", **REVIEW | {"action_proposed": "no", "action": ""})
    told.step(
        cast.supervisor, "settle_released_data", opinion=lab, how="destroyed", words="照片已删，质检院出具书面确认"
    )
    told.step(cast.supervisor, "close", **REVIEW | {"action_proposed": "no", "action": ""}).stand("closed").waits()
    told.ends("negotiated_and_paid")


@pytest.mark.req("process.md §3")
def test_not_ours_answered_and_settled_by_silence(cast: Cast) -> None:
    agent = {"agent_name": "周律师", "agent_phone": "13900001111", "agent_email": "zhou@example.com"}
    told = (
        Telling(cast)
        .register(cast.frontline, STORY | agent | {"mode": "internet", "channel": "portal", "language": "en"})
        .deliver()
    )
    attempt = {"direction": "attempt", "means": "phone", "purpose": "record", "content": "未接通"}
    told.step(cast.frontline, "log_contact", **attempt).step(cast.frontline, "log_contact", **attempt)
    told.step(cast.frontline, "log_contact", **attempt | {"direction": "in"}).refused(
        cast.frontline, "confirm_record", how="attempts"
    )
    told.step(cast.frontline, "log_contact", **attempt).step(cast.frontline, "confirm_record", how="attempts")
    told.step(cast.frontline, "assess_and_grade", **GRADE).stand("graded")
    answer = {
        "reason": "承运商责任",
        "bases": ["law.consumer"],
        "transfer_name": "顺达快递",
        "transfer_contact": "95000",
    }
    told.refused(cast.frontline, "answer_not_ours", **answer).refused(
        cast.specialist, "answer_not_ours", **answer | {"transfer_name": ""}
    )
    told.step(cast.specialist, "answer_not_ours", **answer).stand("not ours")
    told.refused(cast.frontline, "deliver_answer", answer="由〔承运方〕负责", tone="tactful").refused(
        "agent", "answer_settled", reaction="accepted"
    )
    told.step(cast.frontline, "deliver_answer", answer="由承运方负责。", tone="tactful").stand("answered").refused(
        "agent", "answer_settled", reaction="silent"
    )
    told.refused(cast.frontline, "answer_settled", reaction="silent", calming="平静").refused(
        "system", "answer_settled", reaction="accepted"
    )
    told.runs("nothing to settle yet", casework.settle_silent_answers).passes(days=8).runs(
        "settled", casework.settle_silent_answers
    )
    told.stand("settled").step(cast.frontline, "notify_result", notice="The carrier is responsible.").deliver()
    told.wait(hours=47).runs("no reminder yet", aftercare.remind_all).wait(hours=2).runs(
        "reminded", aftercare.remind_all
    )
    told.runs("reminded once", aftercare.remind_all)
    missed = {"reached": "no", "means": "phone"}
    told.step(cast.specialist, "callback", **missed).step(cast.frontline, "callback", **missed)
    told.refused(cast.frontline, "callback", **missed, close_after="yes", **REVIEW).refused(
        cast.specialist, "callback", **missed, close_after="yes"
    )
    told.step(cast.specialist, "callback", **missed, close_after="yes", **REVIEW,
              stage_remarks=[{"stage": number, "reason": "无执行事项"} for number in ("6", "7")])  # fmt: skip
    told.runs("nothing proves that the notice arrived", aftercare.close_unreached)
    told.step(
        cast.frontline, "prove_delivery", receipt_means="post", receipt="挂号 XA 7", delivered_at="2026-03-11 09:30"
    )
    told.runs("closed by the system", aftercare.close_unreached).runs("closed once", aftercare.close_unreached).stand(
        "closed"
    ).waits()
    assert ResultNotice.objects.filter(complaint=told.complaint, reminded_at__isnull=False).exists()
    told.ends("not_ours_and_silent")
