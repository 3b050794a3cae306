"""Reads of casework: rounds of investigation, and who is responsible instead of us."""

import uuid

from django.db.models import OuterRef, QuerySet

from tingsu.casework.models import DepartmentTask, Investigation
from tingsu.complaints.models import Complaint
from tingsu.complaints.terms import Verdict
from tingsu.kernel.ledger import texts_of
from tingsu.kernel.models import Event


def latest_round(complaint: Complaint) -> Investigation | None:
    """The round that counts; earlier ones stay beside it."""
    return max(Investigation.of(complaint), key=lambda row: row.round, default=None)


def transfer_of(complaint: Complaint) -> tuple[str, str]:
    """Name and contact of whoever is responsible instead of us; empty when nobody was named (AS-14)."""
    row = Investigation.objects.filter(complaint=complaint, verdict=Verdict.NOT_OURS).order_by("-round").first()
    if row is not None:
        row.complaint = complaint
        return row.text("transfer_name"), row.text("transfer_contact")
    event = Event.objects.filter(stream_id=complaint.pk, kind="complaint.answered_not_ours").order_by("-seq").first()
    written = texts_of([event]).get(event.pk, {}) if event else {}
    return written.get("transfer_name", ""), written.get("transfer_contact", "")


def open_tasks_of(unit_id: uuid.UUID | OuterRef) -> QuerySet[DepartmentTask]:
    """What a department has been asked and has not answered."""
    return DepartmentTask.objects.filter(unit_id=unit_id).exclude(state=DepartmentTask.State.ANSWERED)
