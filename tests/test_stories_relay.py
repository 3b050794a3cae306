"""A case that passes through many hands, told like those of test_stories.py: whoever received, owned, drafted, asked, appointed,
answers and leads is another person each time, so that a deed, a notice or a letter that takes one for the other reads differently.
"""

from typing import Any

import pytest

from tests.cast import Cast
from tests.given import FOUND, GRADE, REACHED, STORY
from tests.given import first_of_several as first_of_several
from tests.telling import Telling
from tingsu.casework.models import DepartmentTask, FunctionOpinion
from tingsu.complaints.actions import take_step
from tingsu.complaints.models import Complaint, Demand
from tingsu.kernel.clock import travel_to
from tingsu.settlement.models import ExecutionItem, OutsideCase, Payment

RESPONDENT = {"respondent_name": "速达快运", "respondent_phone": "13900133456"}


@pytest.mark.req("process.md §3", "AS-01", "AS-15")
def test_every_deed_by_somebody_else(cast: Cast) -> None:
    told = Telling(cast)
    told.register(cast.frontline2, STORY | {"order_number": "1"}, name="first").register(
        cast.frontline2, STORY | {"order_number": "2"}, name="second"
    )
    first, second = Complaint.objects.order_by("number")
    with travel_to(told.at):
        take_step(
            actor=cast.frontline2.actor, complaint_id=second.pk, step="link",
            values={"number": first.number, "kind": "repeated"},
        )  # fmt: skip
    told.register(
        cast.frontline,
        STORY
        | RESPONDENT
        | {"language": "en", "expected_reply_at": "2026-03-04T12:00:00+08:00", "expected_reply_reason": "出差"},
    ).deliver()
    told.step(cast.frontline2, "link", number=second.number, kind="repeated").step(
        cast.frontline2, "unlink", number=second.number
    )
    hand = {"note": "请接手"}
    told.refused(cast.supervisor, "transfer", member=str(cast.frontline.id), **hand).step(
        cast.supervisor, "transfer", member=str(cast.frontline2.id), **hand
    ).step(cast.frontline2, "accept_transfer")
    told.step(cast.frontline2, "transfer", member=str(cast.frontline.id), **hand).step(
        cast.frontline, "refuse_transfer", reason="在忙"
    )
    told.step(cast.supervisor, "set_waiting", waiting_on="respondent").step("respondent", "add_facts", facts="已发货")
    said = {"content": "正在核实。", "means": "phone", "progress": "已联系商家"}
    told.step(cast.specialist, "feed_back", **said, next_at="2026-03-03 15:00").step(
        cast.specialist, "feed_back", **said | {"means": "portal"}, next_at="2026-03-20 15:00",
        date_moved_reason="商家改期", late_reason="等检测",
    )  # fmt: skip
    told.step(cast.frontline, "confirm_record", how="read_back").step(cast.frontline, "assess_and_grade", **GRADE).step(
        cast.supervisor, "assess_and_grade", **GRADE | {"categories": [], "risk_marks": ["opinion"]}
    )
    told.step(cast.supervisor, "pass_on", unit=str(cast.units["handling"].pk)).step(
        cast.supervisor, "assign", member=str(cast.specialist2.id)
    ).step(cast.specialist2, "refuse_transfer", reason="在休假").step(
        cast.supervisor, "assign", member=str(cast.specialist2.id)
    )
    joint = {"mode": "joint", "units": [str(cast.units["logistics"].pk)], "depth": "standard", "plan": "调取记录"}
    told.step(cast.specialist2, "accept", **joint).stand("accepted by a third")
    task = {"unit": str(cast.units["finance"].pk), "request": "核对批次", "kind": "facts"}
    told.step(cast.supervisor, "department_task", **task)
    asked = told.one(DepartmentTask)
    told.step(
        cast.dept2,
        "answer_task",
        task=asked,
        answer="批次失败",
        conclusion="未重试",
        responsible="department",
        spoke="not",
    ).step(cast.supervisor, "return_task", task=asked, reason="缺日志").step(
        cast.dept2,
        "answer_task",
        task=asked,
        answer="附日志",
        conclusion="未重试",
        responsible="department",
        spoke="not",
    ).waits()
    told.step(cast.supervisor, "ask_opinion", kind="function", unit=str(cast.units["legal"].pk), question="是否支持")
    told.step(cast.function, "give_opinion", opinion=told.one(FunctionOpinion), content="支持")
    weighed = {"law": "消法", "severity": "中", "choices": "和解", "decision": "先行和解"}
    told.step(cast.supervisor, "assess_risk", **weighed, participants=[str(cast.supervisor.id), str(cast.function.id)])
    told.step(cast.specialist2, "find_founded", **FOUND).step(cast.supervisor, "reinvestigate", open_questions="金额")
    told.step(cast.specialist2, "find_founded", **FOUND).step(
        cast.supervisor, "appoint_mediator", member=str(cast.mediator.id)
    )
    session = {"means": "三方电话", "content": "各陈述一次", "present": ["complainant", "enterprise"]}
    session |= {"complainant_proposal": "全额", "respondent_proposal": "八成"}
    told.step(cast.mediator, "mediate", **session, result="agreed", agreement="退八成")
    demands = [str(demand.pk) for demand in Demand.objects.filter(complaint=told.complaint).order_by("position")]
    offer: dict[str, Any] = {
        "opinion": "应退未退", "remedy_required": "yes", "bases": ["law.consumer"], "prevention": "失败告警", "wording": "今天退款，抱歉。",
        "remedies": [{"code": "47", "amount": 6000_00, "text": "原路退回", "executor": str(cast.dept2.id), "due_on": told.day(2)}],
        "answers": [{"demand": one, "reasonable": True, "decision": "granted"} for one in demands],
    }  # fmt: skip
    told.step(cast.specialist2, "draft_solution", **offer).step(cast.specialist2, "submit_solution").step(
        cast.supervisor, "assign", member=str(cast.coach.id)
    )
    told.step(cast.supervisor, "return_solution", reason="金额依据不足").stand("returned to who follows")
    told.step(cast.coach, "draft_solution", **offer).step(cast.coach, "submit_solution")
    weighs = {"opinion": told.one(FunctionOpinion), "stance": "follows", "words": "按法务意见"}
    told.refused(cast.coach, "send_solution").step(cast.coach, "weigh_opinion", **weighs).step(
        cast.coach, "send_solution"
    )
    parties = {role: str(pk) for pk, role in told.names.items() if role in {"complainant", "respondent"}}
    agrees = {"agrees": "agree", "means": "portal"}
    told.step("respondent", "record_opinion", party=parties["respondent"], **agrees).step(
        "complainant", "record_opinion", party=parties["complainant"], **agrees
    ).step("complainant", "agree")
    item = told.one(ExecutionItem)
    told.step(cast.coach, "ask_payment", item=item, means="original")
    told.step(cast.supervisor, "order_payment", payment=told.one(Payment)).stand("payment ordered")
    told.step(cast.coach, "finish_item", item=item, proof="回单", paid=6000_00).step(
        cast.supervisor, "verify_item", item=item, remark="核对"
    ).step(cast.supervisor, "verify_execution").waits()
    told.step(cast.coach, "notify_result", notice="The refund has arrived.").deliver()
    told.step("complainant", "ask_review", kind="review", words="金额不对").step("complainant", "rate", score="1")
    told.stand("rated").waits()
    told.step(cast.specialist, "answer_review", result="changed", answer="We will look again.").step(
        cast.specialist, "callback", **REACHED, cause="等待过久"
    )
    told.step(cast.specialist, "reject_result", reason="不接受").step(
        cast.supervisor, "review_refusal", finding="坚持", next_step="再联系"
    )
    filed = {"way": "council", "body": "消委会", "deadline": f"{told.day(9)} 12:00"}
    told.step(cast.supervisor, "file_outside_case", **filed, state="offered").step(
        cast.supervisor, "file_outside_case", **filed, state="filed"
    ).step(cast.supervisor, "end_outside_case", outside_case=told.one(OutsideCase), result="终止")
    told.step(cast.supervisor, "renegotiate", new_position="退一半").stand("negotiated again").waits()
    told.ends("from_hand_to_hand")
