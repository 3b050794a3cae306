"""The tables of settlement: what is offered and decided, and what is carried out."""

from tingsu.settlement.models.execution import Cost, ExecutionItem, Payment, PaymentLine, Recourse
from tingsu.settlement.models.offers import (
    Approval,
    DemandAnswer,
    OutsideCase,
    PartyOpinion,
    Remedy,
    Solution,
    SolutionPlan,
)

__all__ = [
    "Approval",
    "Cost",
    "DemandAnswer",
    "ExecutionItem",
    "OutsideCase",
    "PartyOpinion",
    "Payment",
    "PaymentLine",
    "Recourse",
    "Remedy",
    "Solution",
    "SolutionPlan",
]
