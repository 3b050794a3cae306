"""Which files of a case the complainant's side handed in: what it sent by itself, and what a colleague took from its hand, envelope,
mail or message with the complaint (RG-09). They stand on its own page and on its own copy of the forms; nothing else of the case does.
"""

from django.db.models import Q

from tingsu.complaints.models import Complaint
from tingsu.complaints.terms import Mode
from tingsu.files.models import StoredFile

BY_HAND = frozenset({Mode.IN_PERSON, Mode.LETTER, Mode.EMAIL, Mode.INTERNET})
"""How a complaint comes with papers; on the telephone nobody hands anything over, and what a colleague adds then is ours."""
TAKERS = ("member", "system")


def handed_in(complaint: Complaint) -> Q:
    """As a condition."""
    theirs = Q(received_from="complainant")
    if complaint.mode in BY_HAND:
        theirs |= Q(received_from__in=TAKERS, purpose="evidence", acknowledged_at=complaint.registered_at)
    return theirs


def is_handed_in(complaint: Complaint, file: StoredFile) -> bool:
    """Of a file that was read already."""
    if file.received_from == "complainant":
        return True
    with_it = file.purpose == "evidence" and file.acknowledged_at == complaint.registered_at
    return complaint.mode in BY_HAND and file.received_from in TAKERS and with_it
