"""The process table: states, transitions P01–P26 and events E01–E17 of the specification, as data (AS-17).

One table of many hands: each app declares the steps whose subject it owns, in the modules of its `steps/`.
"""

from tingsu.complaints.terms import State
from tingsu.process.steps import Step
from tingsu.process.table import StepTable

ORDER = """
    P01 E04 E05 P02 P03 P04 P05 P06 E18 P26
    E01 E02 E03 E06 E07 E08 E09 E15 E28 E17 E19 E20 E21 E31 E52
    P07 P08 P09 E22 P10 P11 P12 P14 E10 E11 E12 E35 E36 E45 E46
    E13 P13 E23 P15 P16 P17 E14 E27 P18 P19 E24 P20 P21 P22
    E25 E16 P23 P24 P25 E26
"""
"""Opening, tracking, finding, settling, closing: so the table is read and its steps are offered."""
PROCESS = StepTable(ORDER.split())


def transitions() -> list[Step]:
    return [step for step in PROCESS.values() if step.is_transition]


def steps_from(state: str) -> list[Step]:
    """Steps that the table allows in a state, transitions first."""
    here = State(state)
    found = [step for step in PROCESS.values() if step.door and here in step.sources]
    return sorted(found, key=lambda step: (not step.is_transition, not step.main))


def step_of(kind: str) -> Step | None:
    """The step that records an event of this kind; None for what is no step."""
    return next((step for step in PROCESS.values() if step.event == kind), None)
