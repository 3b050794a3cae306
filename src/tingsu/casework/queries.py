"""Reads of casework: rounds of investigation, open tasks, the transfer channel, loads of departments."""

from django.db.models import Count, Q

from tingsu.casework.models import DepartmentTask, Investigation
from tingsu.complaints.models import Complaint
from tingsu.complaints.terms import Verdict
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.ledger import texts_of
from tingsu.kernel.models import Event


def latest_round(complaint: Complaint) -> Investigation | None:
    """The round that counts; earlier ones stay beside it."""
    row = Investigation.objects.filter(complaint=complaint).order_by("-round").first()
    if row is not None:
        row.complaint = complaint
    return row


def transfer_of(complaint: Complaint) -> tuple[str, str]:
    """Name and contact of whoever is responsible instead of us; empty when nobody was named (AS-14)."""
    row = Investigation.objects.filter(complaint=complaint, verdict=Verdict.NOT_OURS).order_by("-round").first()
    if row is not None:
        row.complaint = complaint
        return row.text("transfer_name"), row.text("transfer_contact")
    event = Event.objects.filter(stream_id=complaint.pk, kind="complaint.answer_not_ours").order_by("-seq").first()
    written = texts_of([event]).get(event.pk, {}) if event else {}
    return written.get("transfer_name", ""), written.get("transfer_contact", "")


def tasks_for(actor: Actor, limit: int = 50) -> list[DepartmentTask]:
    """The tasks that wait for the actor's departments, the most urgent first, with their complaints (CO-04)."""
    waiting = DepartmentTask.objects.filter(unit_id__in=actor.unit_ids).exclude(state=DepartmentTask.State.ANSWERED)
    return list(waiting.select_related("complaint").order_by("due_at", "pk")[:limit])


def task_counts(actor: Actor) -> dict[str, int]:
    """How many tasks wait for the actor's departments, and how many of them are late."""
    waiting = DepartmentTask.objects.filter(unit_id__in=actor.unit_ids).exclude(state=DepartmentTask.State.ANSWERED)
    return waiting.aggregate(open=Count("pk"), late=Count("pk", filter=Q(due_at__lt=now())))
