"""Solved in the call in which it is registered: record, acknowledgement, grade and solution in one form and one transaction.

Nothing is let through that the long way asks: each part is the step itself, with its own conditions. Only a case in which the
rules see nothing, told face to face or at the telephone, may go this way (ISC 8.3.1; SZ 6(4); TR-08, TR-16, AS-17).
"""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tingsu.complaints import terms
from tingsu.complaints.access import check_visible
from tingsu.complaints.actions import Following, follow, step_named, time_zone
from tingsu.complaints.case import Case, open_case
from tingsu.complaints.case_rows import reading
from tingsu.complaints.models import Complaint
from tingsu.complaints.process import PROCESS
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, InvalidValue, Unmet
from tingsu.process.registry import starting_values
from tingsu.process.steps import Step
from tingsu.process.values import is_empty
from tingsu.triage import major_events
from tingsu.triage.steps.assessment import nothing_unusual

FACE_TO_FACE = {terms.Mode.PHONE: "phone", terms.Mode.IN_PERSON: "in_person"}
"""How the complaint came, where whoever complains can agree at once; and by what means they then hear that it was received."""
RECEIPT = "acknowledge"
LONG_WAY = gettext_lazy("register it, and solve it on its own page")


def steps_in_the_call() -> list[Step]:
    """The steps that the registration form can take along."""
    return [step for step in PROCESS.values() if step.in_the_call]


def wanted(name: Any, values: Any) -> Following:
    """What a door asks to be taken along. Raises InvalidInput, also for a step that cannot be."""
    if name not in [step.name for step in steps_in_the_call()]:  # a list: a program may send what has no hash
        raise InvalidInput({"then": InvalidValue(code="choice")})
    if not isinstance(values, Mapping):
        raise InvalidInput({"then": InvalidValue(code="rows")})
    return Following(step=str(name), values=values)


def take_along(actor: Actor, complaint_id: uuid.UUID, then: Following, at: datetime) -> Complaint:
    """Acknowledge, grade and take the step, in the open transaction of the registration. What a value leaves open is what the
    record says. Raises ConditionsUnmet, NotAllowed, InvalidInput (its `of` names the step whose value is at fault).
    """
    step, zone = step_named(then.step), time_zone()
    case = open_case(actor, complaint_id, at)
    with reading(case.complaint):
        check_visible(actor, case.complaint)
        if unmet := _needs_the_long_way(case):
            raise ConditionsUnmet(unmet)
    if case.complaint.acknowledged_at is None and not case.complaint.anonymous:
        means = FACE_TO_FACE[terms.Mode(case.complaint.mode)]
        follow(case, step_named(RECEIPT), {"means": means}, zone)
    if step.before is not None and step.before.needed(case.complaint):
        _take_first(case, step_named(step.before.step), zone)
    follow(case, step, {**_first(case, step), **_typed(then.values)}, zone)
    case.finish()
    return case.complaint


def _take_first(case: Case, earlier: Step, zone: str) -> None:
    """The step before, as its form would hold it. What only a person can say there is said on its own page."""
    try:
        follow(case, earlier, _first(case, earlier), zone)
    except InvalidInput as error:
        words = _("“%(step)s” needs more than the record says; %(way)s") % {"step": earlier.label, "way": LONG_WAY}
        raise ConditionsUnmet([Unmet("not_in_the_call", words, guard=earlier.name)]) from error


def _first(case: Case, step: Step) -> dict[str, Any]:
    with reading(case.complaint):
        return starting_values(step, case.actor, case.complaint)


def _typed(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if not is_empty(value)}


def _needs_the_long_way(case: Case) -> list[Unmet]:
    c = case.complaint
    unmet = []
    if c.mode not in FACE_TO_FACE:
        words = _("only whoever is at the telephone or before you can agree at once; %(way)s")
        unmet.append(Unmet("nobody_to_agree", words, guard="in_the_call", way=LONG_WAY))
    if not nothing_unusual(c):
        words = _("the rules see more than an ordinary case, which a person grades first; %(way)s")
        unmet.append(Unmet("unusual", words, guard="in_the_call", way=LONG_WAY))
    if major_events.governing(" ".join([c.product, c.text("summary"), c.text("description")])):
        words = _("an emergency script is in force for this product, and the case belongs to its event; %(way)s")
        unmet.append(Unmet("script_in_force", words, guard="in_the_call", way=LONG_WAY))
    return unmet
