"""The complaint itself, the people in it, and what helps to find and show it."""

from tingsu.complaints.models.complaint import Complaint
from tingsu.complaints.models.parties import Demand, OtherPhone, Party
from tingsu.complaints.models.work import (
    CaseMember,
    ComplaintLink,
    ComplaintMark,
    PaperRun,
    Presence,
    SavedView,
    SearchEntry,
)

__all__ = [
    "CaseMember",
    "Complaint",
    "ComplaintLink",
    "ComplaintMark",
    "Demand",
    "OtherPhone",
    "PaperRun",
    "Party",
    "Presence",
    "SavedView",
    "SearchEntry",
]
