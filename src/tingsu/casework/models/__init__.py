"""Rows of casework: investigation, what others are asked, mediation."""

from tingsu.casework.models.asking import DepartmentTask, Dispute, FunctionOpinion
from tingsu.casework.models.criminal import Assistance, CriminalLead
from tingsu.casework.models.extending import LimitExtension
from tingsu.casework.models.investigation import DEPTH_RANK, Clue, Depth, Investigation, RiskAssessment
from tingsu.casework.models.mediation import ENDED_MEDIATIONS, Mediation, MediationSession

__all__ = [
    "DEPTH_RANK",
    "ENDED_MEDIATIONS",
    "Assistance",
    "Clue",
    "CriminalLead",
    "DepartmentTask",
    "Depth",
    "Dispute",
    "FunctionOpinion",
    "Investigation",
    "LimitExtension",
    "Mediation",
    "MediationSession",
    "RiskAssessment",
]
