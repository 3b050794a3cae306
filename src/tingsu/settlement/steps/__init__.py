"""The steps of settlement: solution, approval, opinions, execution, recourse, ways outside."""

from tingsu.complaints.process import PROCESS
from tingsu.settlement.steps import (
    approval,
    booking,
    direct,
    execution,
    judging,
    opinions,
    outside,
    payment,
    planning,
    recourse,
    refusal,
    sending,
    solution,
)

PROCESS.declare(
    planning,
    judging,
    solution,
    approval,
    sending,
    direct,
    opinions,
    payment,
    booking,
    execution,
    recourse,
    outside,
    refusal,
)
