"""What a step's form holds before anybody typed: the present values of the case, never a guess of ours."""

from typing import Any

from tingsu.complaints.models import Complaint
from tingsu.kernel.actor import Actor
from tingsu.process.registry import starting_values
from tingsu.process.steps import Step

PRESENT = {
    "assess_and_grade": (
        "problem_type",
        "object_type",
        "grade",
        "urgency",
        "risk_marks",
        "major",
        "crisis",
        "difficult",
    ),
    "set_waiting": ("waiting_on",),
}


def first_values(actor: Actor, complaint: Complaint, step: Step) -> dict[str, Any]:
    """Present values for the fields of a step that changes what is already known."""
    values = {name: getattr(complaint, name) for name in PRESENT.get(step.name, ())}
    return values | starting_values(step, actor, complaint)
