"""Whether whoever complains reacts strongly (IV-11, IV-12; CA-63): tone of an answer and choice of a handler go by it."""

from django.db.models import Q

from tingsu.complaints.models import Complaint
from tingsu.complaints.terms import PartyRole
from tingsu.kernel.models import Event

REFUSALS = ("complaint.answer_rejected", "complaint.answer_contested", "complaint.agreement_failed")
"""Events by which an answer or a solution was refused before."""
MARK = "reacts_strongly"
"""The field of a logged contact that says so."""
THEIRS = ("", PartyRole.COMPLAINANT, PartyRole.AGENT)
"""With whom a contact was that says it of the complainant."""


def reacts_strongly(complaint: Complaint) -> bool:
    """Was calmed when it was taken down, complains again, refused an answer or a solution before, or a colleague who spoke with them
    says so. A query where the record alone does not tell.
    """
    if complaint.calming_steps or complaint.repeated:
        return True
    marked = Q(kind="complaint.contact_logged", data__values__reacts_strongly=True, data__values__with_whom__in=THEIRS)
    return Event.objects.filter(Q(kind__in=REFUSALS) | marked, stream_id=complaint.pk).exists()
