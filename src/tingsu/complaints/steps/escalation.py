"""Escalation and supervision: E08, E09."""

import uuid

from django.utils.translation import gettext_lazy as _

from tingsu.clocks import escalation
from tingsu.complaints.case import Case
from tingsu.complaints.terms import OPEN_STATES
from tingsu.kernel.errors import Unmet
from tingsu.people import alone
from tingsu.people import queries as people
from tingsu.process.steps import Field, Step, Values, asks_who


def escalate(case: Case, values: Values) -> None:
    """E08: the next level is told and called until somebody takes it up; there is no last step (AS-07, AS-08, CA-57)."""
    climb(case, "hand")


def climb(case: Case, trigger: str, *, at_least: bool = False) -> None:
    """The complaint goes up its ladder; the event of this step says how far, why and who was told."""
    climbed = escalation.climb(case.chain, trigger, actor=case.actor, at=case.at, at_least=at_least)
    if climbed:
        case.set("escalation_level", climbed.new[0])
        case.fact(escalation.FACT, climbed.as_data())


ESCALATE = Step(
    id="E08",
    name="escalate",
    event="complaint.escalated",
    label=_("Escalate one level"),
    sources=OPEN_STATES,
    who=("owner", "supervisor", "system"),
    clause="ISC 9.2.2; SZ 4(2).5; SVC 3.1.3",
    effect=escalate,
    fields=(Field(name="reason", label=_("Reason"), kind="longtext", required=True),),
)


def not_supervised(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    if not case.complaint.supervised:
        return []
    return [Unmet("supervised", _("the case is already under supervision"))]


def put_under_supervision(case: Case) -> None:
    """By hand, or because a third complaint is about the same: the mark, the limit for a solution (T11), the ladder (SL-10)."""
    case.set("supervised", True)
    case.start("repeat_solution")
    climb(case, "repeated", at_least=True)


def supervise(case: Case, values: Values) -> None:
    """E09: supervision by the centre head, who is told and called (AS-12, SL-10)."""
    put_under_supervision(case)
    told = [case.complaint.owner_id, *heads_to_tell(case)]
    case.tell(told, "case.supervised")


def heads_to_tell(case: Case) -> list[uuid.UUID]:
    """Those who supervise, beside whoever acts."""
    return [member.pk for member in people.active_members(roles=("supervisor",)) if member.pk != case.actor.id]


SUPERVISE = Step(
    id="E09",
    name="supervise",
    event="complaint.supervised",
    label=_("Put under supervision"),
    sources=OPEN_STATES,
    who=("supervisor", "system"),
    guards=(not_supervised,),
    starts=("repeat_solution",),
    clause="SVC 3.1.3",
    effect=supervise,
    fields=(Field(name="reason", label=_("Reason"), limit=500),),
)


def is_supervised(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    if case.complaint.supervised:
        return []
    return [Unmet("not_supervised", _("the case is not under supervision"))]


@asks_who
def not_own_case(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """Whoever is supervised does not end it; one who works alone is only noted (ME-11)."""
    if case.complaint.owner_id != case.actor.id or alone.warned(case, "own_supervision"):
        return []
    return [Unmet("own_case", _("this case is your own: another supervisor ends the supervision"))]


def end_supervision(case: Case, values: Values) -> None:
    """E09: a supervisor ends it before a solution, and says why; the limit for a solution goes with it (AS-12)."""
    case.end_supervision("decided")
    case.tell([case.complaint.owner_id], "case.supervision_ended")


END_SUPERVISION = Step(
    id="E09",
    name="end_supervision",
    event="complaint.supervision_ended",
    label=_("End the supervision"),
    sources=OPEN_STATES,
    who=("supervisor",),
    guards=(is_supervised, not_own_case, "G5"),
    cancels=("repeat_solution",),
    clause="SVC 3.1.3",
    effect=end_supervision,
    fields=(Field(name="reason", label=_("Reason"), kind="longtext", required=True, limit=500),),
)


STEPS = (ESCALATE, SUPERVISE, END_SUPERVISION)
