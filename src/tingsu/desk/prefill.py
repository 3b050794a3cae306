"""What a step's form holds before anybody typed: the present values of the case, never a guess of ours."""

from typing import Any

from tingsu.complaints.models import Complaint
from tingsu.complaints.waiting import shown_text
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
    "correct_record": ("product", "occurred_on", "province", "expected_reply_at"),
    "set_waiting": ("waiting_on",),
}
SEALED = {"correct_record": ("order_number", "event_place", "additional_info")}


def first_values(actor: Actor, complaint: Complaint, step: Step) -> dict[str, Any]:
    """Present values for the fields of a step that changes what is already known."""
    values = {name: getattr(complaint, name) for name in PRESENT.get(step.name, ())}
    values |= {name: shown_text(actor, complaint, name) for name in SEALED.get(step.name, ())}
    if step.name == "correct_record":
        values["categories"] = [str(entry["no"]) for entry in complaint.categories if "no" in entry]
    return values | starting_values(step, actor, complaint)
