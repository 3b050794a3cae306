"""The process table: states, transitions P01–P26 and events E01–E17 of the specification, as data (AS-17)."""

from tingsu.complaints.process.finding import FINDING
from tingsu.complaints.process.opening import OPENING
from tingsu.complaints.process.settling import SETTLING
from tingsu.complaints.process.tracking import TRACKING
from tingsu.complaints.terms import State
from tingsu.process.steps import Step

PROCESS: dict[str, Step] = {step.name: step for step in (*OPENING, *TRACKING, *FINDING, *SETTLING)}

if len(PROCESS) != len(OPENING) + len(TRACKING) + len(FINDING) + len(SETTLING):
    raise RuntimeError("two steps of the process share a name")


def transitions() -> list[Step]:
    return [step for step in PROCESS.values() if step.is_transition]


def steps_from(state: str) -> list[Step]:
    """Steps that the table allows in a state, transitions first."""
    found = [step for step in PROCESS.values() if step.door and State(state) in step.sources]
    return sorted(found, key=lambda step: (not step.is_transition, not step.main))


def step_of(kind: str) -> Step | None:
    """The step that records an event of this kind; None for what is no step."""
    return next((step for step in PROCESS.values() if step.event == kind), None)
