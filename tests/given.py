"""What the people of the stories say and enter, and how a story chooses among colleagues."""

from types import SimpleNamespace
from typing import Any

import pytest

from tingsu.clocks import receivers


@pytest.fixture(autouse=True)
def first_of_several(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where one of several colleagues is called by a hash of the case, a story has to name one: the first by staff number."""
    first = SimpleNamespace(digest=lambda: bytes(32))
    monkeypatch.setattr(receivers, "hashlib", SimpleNamespace(sha256=lambda _seed: first))


STORY: dict[str, Any] = {
    "problem_type": "consumer", "description": "商家 2 月 20 日同意退款，十天了没有到账。", "product": "空气炸锅 5L", "order_number": "26110200317",
    "occurred_on": "2026-02-20", "name": "陈小满", "phone": "13800002210", "email": "chen@example.com", "mode": "phone",
    "channel": "hotline", "province": "33", "demands": [{"kind": "refund", "amount": 129900, "detail": "原路退回"}, {"kind": "apology"}],
}  # fmt: skip
GRADE: dict[str, Any] = {
    "problem_type": "consumer", "object_type": "service", "severity": "2", "safety": "1", "complexity": "3", "impact": "2", "immediacy": "1",
    "safety_issue": "no", "immediate_action": "no", "compensation_possible": "yes", "impact_text": "仅此一户", "grade": "general",
    "urgency": "normal", "categories": ["16", "3"], "delivery_delay": "9", "reason": "事实清楚",
}  # fmt: skip
HIGH: dict[str, Any] = GRADE | {
    "grade": "high_risk", "severity": "5", "safety": "5", "high_risk_reasons": ["mass"], "risk_marks": ["litigation"], "reason": "多地漏电",
}  # fmt: skip
FOUND: dict[str, Any] = {
    "background": "2 月 20 日商家同意退款", "cause": "打款批次失败未重试", "damage": "退款迟到十天", "demand": "退款并道歉",
    "responsibility": [{"party": "enterprise", "share": 80, "basis": "系统故障"}, {"party": "partner", "share": 20, "basis": "延误揽收"}],
    "evidence": "支付流水，聊天记录", "complainant_heard": "heard", "respondent_heard": "refused", "facts_tied": "yes", "no_exclusion": "yes",
    "sources": [
        {"source": "orders", "state": "collected"}, {"source": "video", "state": "not_available", "reason": "已覆盖"},
        *({"source": code, "state": "collected"} for code in ("service", "contacts", "contracts", "statements", "logs")),
    ],
    "bases": ["law.consumer"],
}  # fmt: skip
REACHED: dict[str, Any] = {"reached": "yes", "means": "phone", "process_answer": "及时", "result_answer": "满意"}
REVIEW: dict[str, Any] = {
    "review_cause": "打款失败未告警",
    "lesson": "失败必须告警",
    "action_proposed": "yes",
    "action": "加上告警",
}
