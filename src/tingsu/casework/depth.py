"""How deep a complaint is to be investigated: proposed from how serious and how frequent it is (IV-06)."""

from tingsu.casework.models import Depth
from tingsu.complaints.models import Complaint
from tingsu.complaints.terms import Grade, Urgency

OFTEN = 3
"""From this many complaints on the same problem the cause is looked for in depth."""


def proposed_depth(complaint: Complaint) -> Depth:
    """In depth for high risk, major, crisis and frequent ones; standard for urgent, difficult and repeated; else basic."""
    if complaint.grade == Grade.HIGH_RISK or complaint.major or complaint.crisis or complaint.repeat_count >= OFTEN:
        return Depth.IN_DEPTH
    if complaint.difficult or complaint.repeated or complaint.urgency == Urgency.URGENT:
        return Depth.STANDARD
    return Depth.BASIC
