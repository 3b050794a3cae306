"""Cases for the tests of triage and casework, made through the real registration and the real steps."""

from typing import Any

from tests.cast import Person
from tests.standing import kept_at_an_instant
from tingsu.complaints.models import Complaint
from tingsu.demo import journey
from tingsu.kernel.models import Event
from tingsu.letters.models import Notice

STORY: dict[str, Any] = {
    "mode": "phone",
    "problem_type": "consumer",
    "categories": ["16"],
    "description": "商家 11 月 13 日已同意退款，七天了一直没有到账，打过一次电话说三个工作日。",
    "product": "空气炸锅 5L",
    "order_number": "26110200317",
    "occurred_on": "2026-02-20",
    "name": "陈小满",
    "phone": "13800002210",
    "email": "chen@example.com",
    "record_confirmed": True,
    "demands": [{"kind": "refund", "amount": 129900, "detail": "原路退回"}],
}
GRADE: dict[str, Any] = {
    "problem_type": "consumer", "object_type": "service", "severity": "2", "safety": "1", "complexity": "2", "impact": "1",
    "immediacy": "2", "safety_issue": "no", "immediate_action": "no", "compensation_possible": "yes", "grade": "general",
    "urgency": "normal",
}  # fmt: skip
HIGH: dict[str, Any] = GRADE | {"grade": "high_risk", "severity": "5", "impact": "5", "reason": "波及面大"}
REPORT: dict[str, Any] = {"facts": "多地用户反映同一批次漏电", "source": "热线与门店", "spread": "两个省，暂无媒体"}
PLAN: dict[str, Any] = {
    "plan": "停售同批次，逐户联系", "script": "我们已停售该批次，正在逐一联系用户检测。", "containment": "下架、门店封存",
    "containment_effect": "当日完成", "required_level": "expert",
}  # fmt: skip


@kept_at_an_instant
def registered(person: Person, **changes: Any) -> Complaint:
    """A complaint just registered by one of the cast, acknowledged."""
    complaint = journey.register(person.actor, {**STORY, **changes})
    return step(person, complaint, "acknowledge", means="phone")


def step(person: Person, complaint: Complaint, name: str, /, **values: Any) -> Complaint:
    """One step of the process by one of the cast."""
    return journey.step(person.actor, complaint, name, **values)


def graded(person: Person, complaint: Complaint, **changes: Any) -> Complaint:
    return step(person, complaint, "assess_and_grade", **GRADE | changes)


def reported(cast: Any, complaint: Complaint) -> Complaint:
    """Graded high-risk and reported upward to the supervisor."""
    step(cast.frontline, complaint, "assess_and_grade", **HIGH)
    return step(cast.frontline, complaint, "report_high_risk", **REPORT, recipients=[str(cast.supervisor.id)])


def last_event(complaint: Complaint) -> Event:
    return Event.objects.filter(stream_id=complaint.pk).order_by("-seq")[0]


def told(person: Person) -> list[str]:
    """Kinds of the notices that a person has got, oldest first."""
    return list(Notice.objects.filter(member_id=person.id).order_by("created_at", "id").values_list("kind", flat=True))
