"""Conditions that casework knows: competence, independence, tasks answered, mediation, answer (process.md §2, §3)."""

import uuid
from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.casework import independence, rules
from tingsu.casework.models import ENDED_MEDIATIONS, DepartmentTask, FunctionOpinion, Mediation, RiskAssessment
from tingsu.complaints.case import Case
from tingsu.complaints.terms import Grade
from tingsu.kernel.errors import Unmet
from tingsu.kernel.models import Event
from tingsu.people import queries as people
from tingsu.people.roles import MEDIATOR_RANK, STAFF_RANK, MediatorLevel, StaffLevel
from tingsu.process.registry import guard
from tingsu.process.steps import Step

Values = dict[str, Any] | None

WHY_DEPENDENT = {
    independence.UNIT: _(
        "the complaint is about your own department, which contributes facts and checks as a department task only"
    ),
    independence.PERSON: _("the complaint is about you"),
    independence.INTEREST: _("you have declared an interest in this matter"),
}
WHY_MEDIATOR_DEPENDENT = {
    independence.UNIT: _("the complaint is about the mediator's own department"),
    independence.PERSON: _("the complaint is about this mediator"),
    independence.INTEREST: _("this mediator has declared an interest in this matter"),
}


@guard("G4")
def competent(case: Case, step: Step, values: Values) -> list[Unmet]:
    """The handler's staff level reaches what the case requires, or a supervisor has overridden it with a reason (AS-02, AS-09)."""
    needed = case.complaint.required_level
    if STAFF_RANK[case.actor.staff_level] >= STAFF_RANK[needed]:
        return []
    assigned = Event.objects.filter(stream_id=case.complaint.pk, kind="complaint.assigned")
    if assigned.filter(data__values__member=str(case.actor.id), data__level_overridden=needed).exists():
        return []
    return [Unmet("G4", "level_too_low", _("the case needs a %(level)s"), level=StaffLevel(needed).label)]


@guard("G5")
def independent(case: Case, step: Step, values: Values) -> list[Unmet]:
    """Nobody decides on a complaint about themselves or their department (IV-03, VL-10, CA-55)."""
    reason = independence.dependence_of(case.actor.id, case.actor.unit_ids, case.complaint)
    if not reason:
        return []
    if independence.only_warned(case.complaint):
        case.fact("independence_warning", reason)
        return []
    return [Unmet("G5", reason, WHY_DEPENDENT[reason])]


@guard("G6")
def tasks_answered(case: Case, step: Step, values: Values) -> list[Unmet]:
    """No necessary task, opinion or consultation is open (IV-13, CO-01, CO-07)."""
    unmet = []
    for task in DepartmentTask.of(case.complaint, necessary=True):
        if task.state == DepartmentTask.State.ANSWERED:
            continue
        unmet.append(
            Unmet("G6", "task_open", _("%(unit)s has not answered its task yet"), unit=people.unit_name(task.unit_id))
        )
    for opinion in FunctionOpinion.of(case.complaint, necessary=True, state=FunctionOpinion.State.OPEN):
        sentence = (
            _("%(unit)s has not given its opinion yet")
            if opinion.unit_id
            else _("the outside consultation is still open")
        )
        unmet.append(Unmet("G6", "opinion_open", sentence, unit=people.unit_name(opinion.unit_id)))
    return unmet


@guard("objective")
def objective(case: Case, step: Step, values: Values) -> list[Unmet]:
    """The objectivity check before the verdict (IV-17): facts tied to evidence, nothing decided by identity or channel."""
    if values is None:
        return []
    unmet = []
    if not values["facts_tied"]:
        unmet.append(Unmet("objective", "facts_not_tied", _("not every fact is tied to evidence yet")))
    if not values["no_exclusion"]:
        unmet.append(
            Unmet("objective", "exclusion", _("something was decided by identity or channel; judge the matter itself"))
        )
    return unmet


@guard("supervisor_if_high_risk")
def supervisor_if_high_risk(case: Case, step: Step, values: Values) -> list[Unmet]:
    """P09: the investigator's own conclusion, which a supervisor confirms in a high-risk case."""
    if case.complaint.grade != Grade.HIGH_RISK:
        if case.actor.id == case.complaint.owner_id:
            return []
        sentence = _("the investigator concludes; a supervisor confirms only in a high-risk case")
        return [Unmet("supervisor_if_high_risk", "investigator_only", sentence)]
    if case.actor.has_role("supervisor"):
        return []
    return [
        Unmet(
            "supervisor_if_high_risk",
            "supervisor_only",
            _("in a high-risk case a supervisor confirms that the complaint is not founded"),
        )
    ]


@guard("answer_not_delivered")
def answer_not_delivered(case: Case, step: Step, values: Values) -> list[Unmet]:
    if case.complaint.answered_at is None:
        return []
    return [Unmet("answer_not_delivered", "delivered", _("the answer has already been delivered"))]


@guard("answer_delivered")
def answer_delivered(case: Case, step: Step, values: Values) -> list[Unmet]:
    if case.complaint.answered_at is not None and case.complaint.ways_informed_at is not None:
        return []
    return [Unmet("answer_delivered", "not_delivered", _("the answer has not been delivered yet"))]


@guard("answer_accepted_or_silent")
def answer_accepted_or_silent(case: Case, step: Step, values: Values) -> list[Unmet]:
    """Silence settles an answer only when the time for an opinion is over; nobody else declares it for the complainant."""
    if values is None:
        return []
    accepted = values["reaction"] == "accepted"
    if accepted and case.actor.kind == "system":
        return [
            Unmet(
                "answer_accepted_or_silent", "not_by_system", _("only people can record that the answer was accepted")
            )
        ]
    if accepted:
        return []
    if case.actor.kind == "complainant":
        return [
            Unmet("answer_accepted_or_silent", "say_so", _("say that you accept the answer, or what you object to"))
        ]
    running = next((p for p in case.promises if p.kind == "parties_opinion"), None)
    if case.at >= running.due_at if running is not None else case.lapsed("parties_opinion"):
        return []
    return [Unmet("answer_accepted_or_silent", "still_time", _("the complainant still has time to object"))]


def _chosen(values: dict[str, Any], name: str) -> uuid.UUID:
    return uuid.UUID(str(values[name]))


@guard("task_open")
def task_open(case: Case, step: Step, values: Values) -> list[Unmet]:
    """The task is addressed to the actor's department and still waits: for acceptance, or for the answer."""
    waiting = (
        [DepartmentTask.State.OPEN]
        if step.name == "accept_task"
        else [DepartmentTask.State.OPEN, DepartmentTask.State.ACCEPTED]
    )
    mine = DepartmentTask.of(case.complaint, unit_id__in=case.actor.unit_ids, state__in=waiting)
    if any(values is None or task.pk == _chosen(values, "task") for task in mine):
        return []
    return [Unmet("task_open", "no_task", _("your department has no such task waiting"))]


@guard("task_answered")
def task_answered(case: Case, step: Step, values: Values) -> list[Unmet]:
    answered = DepartmentTask.of(case.complaint, state=DepartmentTask.State.ANSWERED)
    if any(values is None or task.pk == _chosen(values, "task") for task in answered):
        return []
    return [Unmet("task_answered", "not_answered", _("only an answered task can be returned"))]


@guard("opinion_open")
def opinion_open(case: Case, step: Step, values: Values) -> list[Unmet]:
    """A function answers for itself; the owner enters what an outside body said (CO-08)."""
    for opinion in FunctionOpinion.of(case.complaint, state=FunctionOpinion.State.OPEN):
        if values is not None and opinion.pk != _chosen(values, "opinion"):
            continue
        outside = opinion.kind == FunctionOpinion.Kind.OUTSIDE and case.actor.id == case.complaint.owner_id
        if outside or (opinion.unit_id and opinion.unit_id in case.actor.unit_ids):
            return []
    return [Unmet("opinion_open", "no_opinion", _("no opinion is asked of you here"))]


@guard("no_mediation_open")
def no_mediation_open(case: Case, step: Step, values: Values) -> list[Unmet]:
    if not Mediation.of(case.complaint, state=Mediation.State.OPEN):
        return []
    return [Unmet("no_mediation_open", "mediation_open", _("a mediation is already under way"))]


@guard("mediation_open")
def mediation_open(case: Case, step: Step, values: Values) -> list[Unmet]:
    if Mediation.of(case.complaint, state=Mediation.State.OPEN):
        return []
    return [Unmet("mediation_open", "no_mediation", _("no mediation is under way"))]


@guard("mediator_competent")
def mediator_competent(case: Case, step: Step, values: Values) -> list[Unmet]:
    """The mediator's level fits the weight of the case; a crisis goes to the mediation body (MD-02–MD-04)."""
    if values is None:
        return []
    c, member_id = case.complaint, values["member"]
    unmet = []
    needed = rules.needed_level(grade=c.grade, urgency=c.urgency, major=c.major, crisis=c.crisis)
    if MEDIATOR_RANK[rules.mediator_level(member_id)] < MEDIATOR_RANK[needed]:
        unmet.append(
            Unmet(
                "mediator_competent",
                "level_too_low",
                _("this case needs at least this level: %(level)s"),
                level=MediatorLevel(needed).label,
            )
        )
    if c.crisis and not rules.in_mediation_body(member_id):
        unmet.append(
            Unmet("mediator_competent", "body_needed", _("a public-opinion crisis goes to the mediation body"))
        )
    return unmet


@guard("mediator_independent")
def mediator_independent(case: Case, step: Step, values: Values) -> list[Unmet]:
    """Checked like the investigator (MD-07, IV-03)."""
    if values is None:
        return []
    member_id = values["member"]
    units = frozenset(post.unit_id for post in people.posts_of(member_id))
    reason = independence.dependence_of(member_id, units, case.complaint)
    if not reason:
        return []
    if independence.only_warned(case.complaint):
        case.fact("independence_warning", reason)
        return []
    return [Unmet("mediator_independent", reason, WHY_MEDIATOR_DEPENDENT[reason])]


@guard("mediated_if_difficult")
def mediated_if_difficult(case: Case, step: Step, values: Values) -> list[Unmet]:
    """A difficult complaint goes to mediation first; a recorded refusal of a party counts (MD-01)."""
    if not case.complaint.difficult or Mediation.of(case.complaint, state__in=ENDED_MEDIATIONS):
        return []
    return [
        Unmet(
            "mediated_if_difficult",
            "not_mediated",
            _("a difficult complaint goes to mediation before a solution is sent"),
        )
    ]


@guard("risk_assessed")
def risk_assessed(case: Case, step: Step, values: Values) -> list[Unmet]:
    """Every marked escalation risk has been assessed jointly (CO-06)."""
    marks = set(case.complaint.risk_marks)
    if not marks:
        return []
    covered: set[str] = set()
    for assessed in RiskAssessment.of(case.complaint):
        covered.update(assessed.risk_marks)
    if marks <= covered:
        return []
    return [
        Unmet(
            "risk_assessed",
            "not_assessed",
            _("the joint risk assessment for the marked escalation risks is not complete"),
        )
    ]


@guard("crisis_mediated")
def crisis_mediated(case: Case, step: Step, values: Values) -> list[Unmet]:
    """In a public-opinion crisis the mediation body has been involved (MD-04)."""
    if not case.complaint.crisis:
        return []
    if Mediation.of(case.complaint, by_body=True, state__in=ENDED_MEDIATIONS):
        return []
    return [Unmet("crisis_mediated", "body_not_involved", _("the mediation body has not dealt with this crisis yet"))]
