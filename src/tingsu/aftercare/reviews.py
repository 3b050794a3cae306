"""Requests for review (申请复核) and mediation (申请调解): who may answer, what stands open, what was answered."""

import uuid
from collections.abc import Callable, Iterable
from typing import Any
from zlib import crc32

from django.db.models import Exists, OuterRef, QuerySet

from tingsu.aftercare.models import ResultNotice, ReviewRequest
from tingsu.complaints.models import Complaint
from tingsu.complaints.registry import owed
from tingsu.kernel.models import Event
from tingsu.kernel.shapes import found_by
from tingsu.people import queries as people

FOLLOWERS = ("specialist", "supervisor")
"""Who may call after a low rating, and answer a request for review or mediation (SC-03, FB-06)."""
DECISIONS = (
    "complaint.found_founded", "complaint.found_unfounded", "complaint.answered_not_ours", "complaint.answer_delivered",
    "complaint.solved_directly", "complaint.solution_sent", "complaint.solution_approved", "complaint.result_notified",
    "complaint.review_answered",
)  # fmt: skip
"""Whoever took one of these has decided on the case before."""
APPOINTED = "complaint.mediator_appointed"
Carried = Callable[..., Complaint]
_carried: list[Carried] = []


def carried_on_by(register: Carried) -> None:
    """Registration, which stands above this app, says how what follows a closed case becomes a complaint of its own."""
    _carried[:] = [register]


def carry_on(closed: Any, *, asked: str, answer: str) -> Complaint:
    """The complaint in which the result of a request is carried out once its case is closed; in the open transaction."""
    return _carried[0](closed, asked=asked, answer=answer)


MEDIATED_IN = ("handling", "feedback", "external_route")
"""Where a mediator can be asked for (E12)."""


def requests_of(complaint: Complaint) -> list[ReviewRequest]:
    """Every request of a case, oldest first."""
    return sorted(ReviewRequest.of(complaint), key=lambda row: row.asked_at)


def open_request(complaint: Complaint) -> ReviewRequest | None:
    """The request that waits for its written result; there is at most one."""
    return next((row for row in requests_of(complaint) if row.state == ReviewRequest.State.OPEN), None)


def changed_since(complaint: Complaint, notice: ResultNotice | None) -> bool:
    """Was the result changed by a review, or a mediation arranged, after it had been told?"""
    if notice is None:
        return False
    answered = [row for row in requests_of(complaint) if row.answered_at and row.answered_at > notice.sent_at]
    return any(row.result in {"changed", "mediation"} for row in answered)


def involved(complaint: Complaint) -> set[uuid.UUID | None]:
    """Who handled the case or decided on it: none of them answers a request about it."""
    found: set[uuid.UUID | None] = {complaint.owner_id}
    found |= {row.owner_id for row in requests_of(complaint)}
    return found | set(found_by(_deciders, complaint.pk))


def _deciders(case: Any) -> QuerySet[Any, uuid.UUID | None]:
    decided = Event.objects.filter(stream_id=case, kind__in=DECISIONS, actor_kind="member")
    return decided.values_list("actor_id", flat=True)


def somebody_else(complaint: Complaint, but: Iterable[uuid.UUID | None]) -> uuid.UUID | None:
    """One of those who may follow up, none of these, shared out by the case's number; None where there is nobody else."""
    without = set(but)
    able = [member.pk for member in people.active_members(roles=FOLLOWERS) if member.pk not in without]
    return able[crc32(complaint.number.encode()) % len(able)] if able else None


@owed("appoint_mediator")
def mediation_owed(complaint: Complaint) -> bool:
    """Was the complainant told that a mediation takes place, here or in the closed case that this one carries on, and no
    mediator was asked since? Queries only where a mediator can be asked for.
    """
    if complaint.state not in MEDIATED_IN:
        return False
    told = [row.answered_at for row in requests_of(complaint) if row.result == "mediation" and row.answered_at]
    told += [row.answered_at for row in carried_on(complaint.number) if row.answered_at]
    if not told:
        return False
    appointed = Event.objects.filter(stream_id=complaint.pk, kind=APPOINTED, at__gte=max(told))
    return not appointed.exists()


def carried_on(number: Any) -> QuerySet[ReviewRequest]:
    """Requests of closed cases whose mediation was promised under this number, which is their follow-up (process.md §8.7)."""
    return ReviewRequest.objects.filter(follow_up=number, result="mediation").exclude(follow_up="")


def follow_ups_owed(owner_id: uuid.UUID | None) -> QuerySet[Complaint]:
    """Cases of an owner in which a mediation promised for a closed case takes place, and that have no mediator yet."""
    rows = Complaint.objects.filter(owner_id=owner_id, state__in=MEDIATED_IN)
    rows = rows.filter(Exists(carried_on(OuterRef("number"))))
    return rows.filter(~Exists(Event.objects.filter(stream_id=OuterRef("pk"), kind=APPOINTED)))


def mediations_owed(owner_id: uuid.UUID | None) -> QuerySet[ReviewRequest]:
    """The same for every open case of an owner, in one question."""
    appointed = Event.objects.filter(
        stream_id=OuterRef("complaint_id"), kind=APPOINTED, at__gte=OuterRef("answered_at")
    )
    rows = ReviewRequest.objects.filter(result="mediation", complaint__owner_id=owner_id)
    return rows.filter(~Exists(appointed), complaint__state__in=MEDIATED_IN)
