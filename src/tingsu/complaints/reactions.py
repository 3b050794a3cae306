"""What a complaint does when one of its promises is warned, broken or escalated (SL-15, E08)."""

import uuid
from typing import Any

from django.db import connection

from tingsu.clocks.models import Promise
from tingsu.clocks.sweep import accompany
from tingsu.complaints import terms
from tingsu.complaints.case import case_of
from tingsu.complaints.models import Complaint
from tingsu.kernel.actor import Actor
from tingsu.kernel.ledger import Chain, reaction
from tingsu.kernel.models import Event
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.letters.models import Notice
from tingsu.letters.notices import notices_for, notify
from tingsu.people import queries as people

LADDER_END = 6
SWEPT_FIELDS = ("organisation_id", "number", "owner_id", "state", "escalation_level", "version")
RAISE_LEVELS = """
UPDATE complaints_complaint c SET escalation_level = v.level, version = v.version
FROM unnest(%s::uuid[], %s::int[], %s::int[]) AS v (id, level, version) WHERE c.organisation_id = %s AND c.id = v.id
"""


def _complaint(chain: Chain) -> Complaint | None:
    """The row of the stream, shared by the reactions of one transaction; None for streams of another kind."""
    if chain.stream.kind != "complaint":
        return None
    if case := chain.companions.get("case"):
        return case.complaint
    if "complaint" not in chain.companions:
        chain.companions["complaint"] = Complaint.objects.get(pk=chain.stream.pk)
    return chain.companions["complaint"]


def _tell(chain: Chain, member_ids: list[uuid.UUID], kind: str, stream_id: uuid.UUID, data: dict[str, Any]) -> None:
    """A notice, written now or, in a sweep, together with those of the whole batch."""
    notices = notices_for(member_ids, kind, stream_id, data)
    if "notices" in chain.companions:
        chain.companions["notices"].extend(notices)
    else:
        Notice.objects.bulk_create(notices)


def load_batch(chains: list[Chain]) -> None:
    """What the reactions of a sweep need of its complaints, read at once."""
    notices: list[Notice] = []
    raised: dict[uuid.UUID, Complaint] = {}
    rows = Complaint.objects.filter(pk__in=[chain.stream.pk for chain in chains])
    found = {row.pk: row for row in rows.only(*SWEPT_FIELDS)} if chains else {}
    for chain in chains:
        if complaint := found.get(chain.stream.pk):
            chain.companions |= {"complaint": complaint, "notices": notices, "raised": raised}


def save_batch(chains: list[Chain]) -> None:
    """What the reactions of a sweep changed, written at once."""
    together = next((chain.companions for chain in chains if "raised" in chain.companions), None)
    if together is None:
        return
    if raised := list(together["raised"].values()):
        with connection.cursor() as cursor:
            cursor.execute(
                RAISE_LEVELS,
                [
                    [complaint.pk for complaint in raised],
                    [complaint.escalation_level for complaint in raised],
                    [complaint.version for complaint in raised],
                    current_organisation_id(),
                ],
            )
    Notice.objects.bulk_create(together["notices"])


accompany("complaint", load=load_batch, save=save_batch)


def _owners(complaint: Complaint, event: Event) -> set[uuid.UUID]:
    """Whose the case is, and whose this promise is: a department's head for its task, an executor for an item."""
    owner = event.data.get("owner")
    return {complaint.owner_id, *([uuid.UUID(owner)] if owner else [])}


@reaction("promise.warned")
def warn_owner(chain: Chain, event: Event, actor: Actor) -> None:
    if complaint := _complaint(chain):
        _tell(
            chain,
            sorted(_owners(complaint, event), key=str),
            "promise.warned",
            complaint.pk,
            {"number": complaint.number, "kind": event.data["kind"], "point": event.data["point"]},
        )


@reaction("promise.breached")
def alert_owner_and_supervisor(chain: Chain, event: Event, actor: Actor) -> None:
    if complaint := _complaint(chain):
        told = _owners(complaint, event) | {member.pk for member in people.active_members(roles=("supervisor",))}
        _tell(
            chain,
            sorted(told, key=str),
            "promise.breached",
            complaint.pk,
            {"number": complaint.number, "kind": event.data["kind"]},
        )


@reaction("promise.escalated")
def raise_level(chain: Chain, event: Event, actor: Actor) -> None:
    """E08 by the system: one rung of the ladder for each broken promise, with its own event."""
    complaint = _complaint(chain)
    if complaint is None or complaint.state in {terms.State.CLOSED, terms.State.ARCHIVED}:
        return
    if complaint.escalation_level >= LADDER_END:
        return
    old = complaint.escalation_level
    complaint.escalation_level = old + 1
    complaint.version += 1
    if "raised" in chain.companions:
        chain.companions["raised"][complaint.pk] = complaint
    else:
        complaint.save(update_fields=["escalation_level", "version"])
    chain.record(
        "complaint.escalated", actor=actor, at=event.at,
        data={"set": {"escalation_level": [old, old + 1]}, "promise": event.data["promise"], "kind": event.data["kind"]},
    )  # fmt: skip


@reaction("promise.lapsed")
def tell_owner_of_silence(chain: Chain, event: Event, actor: Actor) -> None:
    """The parties let their own time pass: the owner goes on, and nobody missed anything (T16)."""
    if complaint := _complaint(chain):
        data = {"number": complaint.number, "kind": event.data["kind"]}
        _tell(chain, [complaint.owner_id], "promise.lapsed", complaint.pk, data)


@reaction("promise.recounted", "promise.lapsed")
def follow_new_due_time(chain: Chain, event: Event, actor: Actor) -> None:
    """The queue sorts by the next promise: one that ended, or a due time that moved with the calendar, moves it (SL-02)."""
    complaint = _complaint(chain)
    if complaint is None or "case" in chain.companions:
        return  # an open case counts its next promise itself
    first = Promise.objects.filter(stream_id=complaint.pk, ended_at__isnull=True).order_by("due_at", "kind").first()
    complaint.next_due_at = first.due_at if first else None
    complaint.next_due_kind = first.kind if first else ""
    complaint.next_due_started_at = first.started_at if first else None
    complaint.save(update_fields=["next_due_at", "next_due_kind", "next_due_started_at"])


@reaction("letter.sent")
def acknowledged(chain: Chain, event: Event, actor: Actor) -> None:
    """The acknowledgement went out: E01, stops T01 (AK-01, AK-12)."""
    if event.data["template"] != "acknowledgement":
        return
    case = case_of(chain, actor, event.at)
    if case.complaint.acknowledged_at is None:
        case.set("acknowledged_at", event.at)
        case.end("acknowledgement")
        case.record("complaint.acknowledged", {"step": "E01", "values": {"means": event.data["channel"]}})
        case.finish(flush=False)


@reaction("letter.failed")
def tell_owner_of_failure(chain: Chain, event: Event, actor: Actor) -> None:
    """A means that failed is a task for somebody (AK-10)."""
    if complaint := _complaint(chain):
        notify(
            [complaint.owner_id],
            "letter.failed",
            complaint.pk,
            {"number": complaint.number, "channel": event.data["channel"]},
        )
