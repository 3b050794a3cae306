"""Cases for the desk's tests, made through the real registration."""

from datetime import datetime
from typing import Any

from tests.standing import kept_at_an_instant
from tingsu.complaints.models import Complaint
from tingsu.demo import journey

STORY = "11 月 4 日申请退货，商家 11 月 13 日点了同意退款，页面一直是“平台打款中”。上周打过一次电话，说 3 个工作日到账，没有到。"
BASIC: dict[str, Any] = {
    "mode": "phone",
    "channel": "hotline",
    "problem_type": "consumer",
    "categories": ["16"],
    "description": STORY,
    "summary": "商家已同意退款，7 天仍未到账",
    "product": "空气炸锅 5L",
    "order_number": "26110200317",
    "name": "陈晓雨",
    "phone": "13800002210",
    "province": "33",
    "respondent_name": "第三方商家店铺",
    "demands": [{"kind": "refund", "amount": "1299.00"}, {"kind": "compensation", "amount": "18.00", "detail": "运费"}],
    "record_confirmed": True,
}


@kept_at_an_instant
def a_case(person: Any, **changes: Any) -> Complaint:
    """A complaint registered by one of the cast."""
    return journey.register(person.actor, {**BASIC, **changes})


def step(person: Any, complaint: Complaint, name: str, **values: Any) -> Complaint:
    """One step of the process by one of the cast."""
    return journey.step(person.actor, complaint, name, **values)


def local(text: str) -> datetime:
    """A moment on the wall clock of the cast's organisation."""
    from zoneinfo import ZoneInfo

    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai"))
