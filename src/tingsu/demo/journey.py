"""One complaint driven through the real actions: whoever needs a case in some state, demo, tests or benches, gets it here.

`Journey` is the driver: one case, the clock it stands at, steps by actors, letters, the sweep. `road_to` is the plain way to
any state as data, so that a bench can walk it through the API and a test through the actions.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Self
from uuid import UUID
from zoneinfo import ZoneInfo

from tingsu.clocks.models import Promise
from tingsu.clocks.sweep import Swept, sweep_due
from tingsu.complaints.access import party_actor
from tingsu.complaints.actions import take_step
from tingsu.complaints.models import Complaint, Party
from tingsu.complaints.process import PROCESS
from tingsu.complaints.terms import State
from tingsu.intake.actions import register_complaint
from tingsu.intake.reading import read_intake
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import travel_to
from tingsu.letters import actions as letters
from tingsu.letters.models import Letter

STORY: dict[str, Any] = {
    "problem_type": "consumer", "description": "商家已同意退款，七天了一直没有到账。", "product": "空气炸锅 5L", "occurred_on": "2026-02-20",
    "name": "陈小满", "phone": "13800002210", "mode": "phone", "demands": [{"kind": "refund", "amount": 129900, "detail": "原路退回"}],
}  # fmt: skip
ASSESSMENT: dict[str, Any] = {
    "problem_type": "consumer", "object_type": "service", "severity": "2", "safety": "1", "complexity": "2", "impact": "2", "immediacy": "2",
    "grade": "general", "urgency": "normal",
}  # fmt: skip
LOOKED_FOR = [
    {"source": code, "state": "collected"}
    for code in ("service", "contacts", "orders", "contracts", "statements", "video", "logs")
]
REPORT: dict[str, Any] = {
    "background": "订单已签收退货。", "cause": "退款指令未执行。", "damage": "货款被占用七天。", "demand": "退款并说明原因。",
    "responsibility": [{"party": "enterprise", "share": 100}], "evidence": "订单、退货签收记录。", "complainant_heard": "heard",
    "respondent_heard": "none", "facts_tied": True, "no_exclusion": True, "sources": LOOKED_FOR,
}  # fmt: skip
BASES = ["law.consumer"]
SOLUTION: dict[str, Any] = {
    "opinion": "应退未退，当日补发退款指令。", "remedy_required": False, "bases": BASES, "prevention": "退款指令失败时自动告警。",
    "wording": "款项今天原路退回，让您久等，抱歉。",
}  # fmt: skip
CALLBACK: dict[str, Any] = {
    "reached": "yes",
    "means": "phone",
    "process_answer": "满意",
    "result_answer": "已收到退款",
    "recording": "R-1",
}
REVIEW: dict[str, Any] = {
    "review_cause": "退款指令未执行。", "lesson": "失败必须告警。", "action_proposed": "no",
    "stage_remarks": [{"stage": stage, "reason": "不需要补救措施"} for stage in ("6", "7")],
}  # fmt: skip
LATE = "等银行回执，比预计多用了一天。"
"""Why something comes later than two working days."""
HIGH_RISK: dict[str, Any] = {"facts": "多地用户反映同一批次。", "source": "热线", "spread": "两个省"}
COMPLAINANT = "<complainant>"
"""Stands in a road for the id of the person whose opinion is recorded."""


class Leg(NamedTuple):
    """One step of a road: by whom (receiver, handler, leader), which step, with what."""

    by: str
    step: str
    values: dict[str, Any]


def road_to(
    state: str, *, unit: UUID | str, handler: UUID | str, leader: UUID | str, keeper: UUID | str = ""
) -> list[Leg]:
    """The plain way from a registration to a state; what is asked for on the way is given, nothing more.

    Raises KeyError for a state that no road leads to.
    """
    to = {"unit": str(unit), "member": str(handler)}
    graded = [
        Leg("receiver", "acknowledge", {"means": "phone"}),
        Leg("receiver", "confirm_record", {"how": "read_back"}),
        Leg("receiver", "assess_and_grade", {**ASSESSMENT, "categories": ["24"]}),
    ]
    routing = [*graded, Leg("receiver", "pass_on", to)]
    investigating = [
        *routing,
        Leg("handler", "accept", {"mode": "independent", "depth": "standard", "plan": "调取退款记录。"}),
    ]
    handling = [*investigating, Leg("handler", "find_founded", {**REPORT, "bases": BASES})]
    sent = [
        Leg("handler", step, values)
        for step, values in (("draft_solution", SOLUTION), ("submit_solution", {}), ("send_solution", {}))
    ]
    feedback = [*handling, *sent]
    opinion = {"party": COMPLAINANT, "agrees": "agree", "means": "phone"}
    executing = [*feedback, Leg("handler", "record_opinion", opinion), Leg("handler", "agree", {})]
    evaluating = [*executing, Leg("leader", "verify_execution", {"remark": "已核对"})]
    notified = [*evaluating, Leg("handler", "notify_result", {"notice": "退款已原路退回。"})]
    closed = [*notified, Leg("leader", "callback", CALLBACK), Leg("leader", "close", REVIEW)]
    unfounded = {**REPORT, "bases": BASES, "verdict": "unfounded", "reasons": "退款已到账，流水可查。"}
    answering = [*investigating, Leg("handler", "find_unfounded", unfounded)]
    answered = [
        *answering,
        Leg("handler", "deliver_answer", {"answer": "经核查，退款已到账，附流水。", "tone": "tactful"}),
    ]
    high = {**ASSESSMENT, "grade": "high_risk", "reason": "波及面大"}
    report = {**HIGH_RISK, "recipients": [str(leader)]}
    archived = {"retention_class": "complaint", "keeper": str(keeper or leader)}
    return {
        State.REGISTERED: graded[:2],
        State.PRE_PLAN: [
            *graded[:2],
            Leg("receiver", "assess_and_grade", high),
            Leg("receiver", "report_high_risk", report),
        ],
        State.ROUTING: routing,
        State.INVESTIGATING: investigating,
        State.ANSWERING: answering,
        State.HANDLING: handling,
        State.FEEDBACK: feedback,
        State.EXECUTING: executing,
        State.EXTERNAL_ROUTE: [*answered, Leg("handler", "reject_answer", {"reason": "坚持要求赔偿"})],
        State.EVALUATING: evaluating,
        State.CLOSED: closed,
        State.ARCHIVED: [*closed, Leg("handler", "archive", archived)],
    }[State(state)]


class Journey:
    """One case, the clock it stands at, and what moves it. Every change goes through an action of the product."""

    def __init__(self, complaint: Complaint, at: datetime, zone: str = "Asia/Shanghai") -> None:
        self.complaint, self.at, self.zone = complaint, at, zone

    @classmethod
    def begin(cls, actor: Actor, raw: Mapping[str, Any], at: datetime, **more: Any) -> Self:
        """Register a complaint at an instant and stand there."""
        return cls(register(actor, raw, at), at, **more)

    def take(
        self, actor: Actor, step: str, values: Mapping[str, Any] | None = None, *, at: datetime | None = None
    ) -> Self:
        """Take a step as this actor, a minute later unless an instant is given."""
        self.at = at or self.at + timedelta(minutes=1)
        values = dict(values or {})
        if self.late(step):
            values.setdefault("late_reason", LATE)
        with travel_to(self.at):
            self.taken(take_step(actor=actor, complaint_id=self.complaint.pk, step=step, values=values))
        return self

    def late(self, step: str) -> bool:
        """Does this step end the limit of the next feedback, after it has passed? Then it says why (CA-60)."""
        if step not in PROCESS or not {"progress_feedback"} & {*PROCESS[step].stops, *PROCESS[step].may_stop}:
            return False
        running = Promise.objects.filter(stream_id=self.complaint.pk, kind="progress_feedback", ended_at=None)
        return running.filter(due_at__lt=self.at).exists()

    def drive(self, state: str, *, receiver: Actor, handler: Actor, leader: Actor) -> Self:
        """Along the plain road to a state. A letter that is on its way leaves before the case is archived."""
        unit = next(iter(handler.unit_ids))
        actors = {"receiver": receiver, "handler": handler, "leader": leader}
        for leg in road_to(state, unit=unit, handler=handler.id or "", leader=leader.id or ""):
            values = {
                name: str(self.party().id) if value == COMPLAINANT else value for name, value in leg.values.items()
            }
            if leg.step in {"close", "archive"}:
                self.deliver()
            self.take(actors[leg.by], leg.step, values)
        return self

    def deliver(self) -> Self:
        """A minute later: the letters that may leave by now do."""
        self.at += timedelta(minutes=1)
        with travel_to(self.at):
            for letter in Letter.objects.filter(
                stream_id=self.complaint.pk, state="queued", send_after__lte=self.at
            ).order_by("pk"):
                letters.deliver(letter.pk)
        self.refresh()
        return self

    def sweep(self, until: datetime) -> Self:
        """Let every warning and breach up to an instant happen at its own minute; the clock stands there afterwards."""
        while (next_at := self.next_moment(until)) is not None:
            self.at = max(next_at, self.at)
            with travel_to(self.at):
                swept = sweep_due()
            if not swept.taken:
                break
            self.swept(swept)
        self.at = max(until, self.at)
        return self

    def next_moment(self, until: datetime) -> datetime | None:
        """When the sweep has to look at the case next, up to an instant."""
        moments = Promise.objects.filter(stream_id=self.complaint.pk, next_at__lte=until).order_by("next_at")
        return moments.values_list("next_at", flat=True).first()

    def taken(self, complaint: Complaint) -> None:
        """A step was taken: the case is read again. A driver in a hurry keeps what the action gave back."""
        self.refresh()

    def swept(self, swept: Swept) -> None:
        """The sweep came by: the case is read again, unless a driver knows better."""
        self.refresh()

    def wait(self, **length: float) -> Self:
        self.at += timedelta(**length)
        return self

    def refresh(self) -> None:
        self.complaint = Complaint.objects.select_related("stream").get(pk=self.complaint.pk)

    def party(self, role: str = "complainant") -> Actor:
        """The actor of a party of the case, as the follow-up page makes one."""
        found = Party.objects.get(complaint=self.complaint, role=role)
        return party_actor(found, self.complaint.organisation_id)

    def day(self, days: int = 3) -> str:
        """A day of the organisation's calendar from now, as a form wants it."""
        return (self.at.astimezone(ZoneInfo(self.zone)).date() + timedelta(days=days)).isoformat()


def register(actor: Actor, raw: Mapping[str, Any], at: datetime | None = None) -> Complaint:
    """Register a complaint through the one door, now or at an instant."""
    if at is None:
        return register_complaint(actor=actor, intake=read_intake(raw)).complaint
    with travel_to(at):
        return register_complaint(actor=actor, intake=read_intake(raw)).complaint


def step(actor: Actor, complaint: Complaint, name: str, /, **values: Any) -> Complaint:
    """One step of the process by one actor, now."""
    return take_step(actor=actor, complaint_id=complaint.pk, step=name, values=values)
