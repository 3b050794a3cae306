"""Conditions of casework that several steps ask: competence, independence, tasks answered (process.md §2)."""

from django.utils.translation import gettext_lazy as _

from tingsu.casework.models import DepartmentTask, FunctionOpinion
from tingsu.complaints import independence
from tingsu.complaints.case import Case
from tingsu.complaints.handover import level_overridden
from tingsu.kernel.errors import Unmet
from tingsu.people import alone, readiness
from tingsu.people import queries as people
from tingsu.people.roles import STAFF_RANK, StaffLevel
from tingsu.process.registry import shared_guard
from tingsu.process.steps import Step, Values, asks_who

OWN_SENTENCES = {
    readiness.PENDING: _("you have not passed the assessment: cases reach you once you are released"),
    readiness.NO_SENIOR: _("you work under guidance, and no senior who supervises your cases is named"),
}


@shared_guard("G4")
@asks_who
def competent(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """The handler may take cases (PE-12, PE-15), and the staff level reaches what the case requires, or a supervisor has overridden
    it with a reason (AS-02, AS-09).
    """
    unready = readiness.hindrance(case.actor.id) if case.actor.kind in {"member", "token"} else ""
    if unready and not alone.warned(case, unready):
        return [Unmet(unready, OWN_SENTENCES[unready])]
    needed = case.complaint.required_level
    if STAFF_RANK[case.actor.staff_level] >= STAFF_RANK[needed]:
        return []
    if level_overridden(case.complaint, case.actor.id, needed) or alone.warned(case, "level_too_low"):
        return []
    return [Unmet("level_too_low", _("the case needs a %(level)s"), level=StaffLevel(needed).label)]


@shared_guard("G5")
@asks_who
def independent(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """Nobody decides on a complaint about themselves or their department (IV-03, VL-10, CA-55)."""
    return independence.keeps_out(case, case.complaint)


@shared_guard("G6")
def tasks_answered(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """No necessary task, opinion or consultation is open (IV-13, CO-01, CO-07)."""
    unmet = []
    for task in DepartmentTask.of(case.complaint, necessary=True):
        if task.state == DepartmentTask.State.ANSWERED:
            continue
        unmet.append(
            Unmet("task_open", _("%(unit)s has not answered its task yet"), unit=people.unit_name(task.unit_id))
        )
    for opinion in FunctionOpinion.of(case.complaint, necessary=True, state=FunctionOpinion.State.OPEN):
        sentence = (
            _("%(unit)s has not given its opinion yet")
            if opinion.unit_id
            else _("the outside consultation is still open")
        )
        unmet.append(Unmet("opinion_open", sentence, unit=people.unit_name(opinion.unit_id)))
    return unmet
