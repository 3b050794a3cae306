"""Cases for the tests of casework, brought to a stage by the real steps."""

from datetime import timedelta
from typing import Any

from tests.cast import Cast
from tests.standing import kept_at_an_instant
from tingsu.complaints.independence import dependence_of
from tingsu.complaints.models import Complaint
from tingsu.demo.journey import LOOKED_FOR
from tingsu.kernel.clock import local_date, now
from tingsu.triage.tests.cases import graded, registered, step

ACCEPT: dict[str, Any] = {"mode": "independent", "depth": "standard", "plan": "调取支付流水，询问商家"}
FINDING: dict[str, Any] = {
    "background": "11 月 13 日商家同意退款", "cause": "打款批次失败未重试", "damage": "退款迟到 9 天", "demand": "退款并补运费",
    "responsibility": [{"party": "enterprise", "share": 80, "basis": "系统故障"}, {"party": "partner", "share": 20, "basis": "延误揽收"}],
    "evidence": "支付流水一份，聊天记录两份", "complainant_heard": "heard", "respondent_heard": "heard", "facts_tied": "yes",
    "no_exclusion": "yes", "sources": LOOKED_FOR,
}  # fmt: skip
UNFOUNDED: dict[str, Any] = FINDING | {"verdict": "unfounded", "reasons": "退款已于 11 月 14 日到账，流水可查。"}
TASK: dict[str, Any] = {"request": "请核对运单轨迹", "kind": "facts", "necessary": "yes"}
ANSWERED: dict[str, Any] = {
    "answer": "轨迹已核对",
    "conclusion": "运输环节破损",
    "responsible": "partner",
    "spoke": "not",
}
MEDIATED: dict[str, Any] = {
    "means": "三方电话", "present": ["complainant", "enterprise"], "content": "双方各陈述一次", "complainant_proposal": "全额退款",
    "respondent_proposal": "商家同意退八成", "proposals": "调解员建议退九成",
}  # fmt: skip


def outside(days: int = 30, **changes: Any) -> dict[str, Any]:
    """A request to an outside body that is given masked data for some days."""
    until = local_date(now(), "Asia/Shanghai") + timedelta(days=days)
    return {
        "kind": "outside", "body": "市质检院", "question": "材质检测", "released": "商品照片两张、批次号", "secrecy": "by_law",
        "released_until": until.isoformat(), "secrecy_basis": "《产品质量法》第十九条", **changes,
    }  # fmt: skip


def basis() -> list[str]:
    """One handling basis of the library."""
    from tingsu.complaints.process import PROCESS
    from tingsu.process.steps import options_of

    return [str(options_of(PROCESS["find_founded"].field("bases"))[0][0])]


@kept_at_an_instant
def offered(cast: Cast, complaint: Complaint | None = None, **grade: Any) -> Complaint:
    """Graded general and offered to the specialist of the investigation group; to the group alone where it is about that person."""
    complaint = graded(cast.frontline, complaint or registered(cast.frontline), **grade)
    concerned = dependence_of(cast.specialist.id, cast.specialist.actor.unit_ids, complaint)
    whom = {} if concerned else {"member": str(cast.specialist.id)}
    return step(cast.frontline, complaint, "pass_on", unit=str(cast.units["investigation"].pk), **whom)


@kept_at_an_instant
def investigating(cast: Cast, complaint: Complaint | None = None, **grade: Any) -> Complaint:
    """Accepted by the specialist."""
    complaint = offered(cast, complaint, **grade)
    return step(cast.specialist, complaint, "accept", **ACCEPT | {"depth": "in_depth"})


@kept_at_an_instant
def founded(cast: Cast, complaint: Complaint | None = None, **grade: Any) -> Complaint:
    """Found founded: in handling, owned by the specialist."""
    return step(cast.specialist, investigating(cast, complaint, **grade), "find_founded", **FINDING, bases=basis())


@kept_at_an_instant
def unfounded(cast: Cast, complaint: Complaint | None = None, **changes: Any) -> Complaint:
    """Found not founded: the answer is due."""
    return step(cast.specialist, investigating(cast, complaint), "find_unfounded", **UNFOUNDED | changes, bases=basis())


def answered(cast: Cast, complaint: Complaint | None = None) -> Complaint:
    """The answer was delivered."""
    return step(
        cast.specialist,
        unfounded(cast, complaint),
        "deliver_answer",
        answer="经核查，退款已到账，附流水。",
        tone="tactful",
    )


def with_task(cast: Cast, complaint: Complaint, **changes: Any) -> tuple[Complaint, str]:
    """A task asked of logistics, and its id."""
    from tingsu.casework.models import DepartmentTask

    complaint = step(
        cast.specialist, complaint, "department_task", **TASK | {"unit": str(cast.units["logistics"].pk)} | changes
    )
    return complaint, str(DepartmentTask.objects.filter(complaint=complaint).latest("pk").pk)
