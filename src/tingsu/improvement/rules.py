"""Which events of a complaint open a nonconformity by themselves (IM-01, SL-16, SC-12).

The event queues a job in its own transaction, so that neither a sweep nor a person waits for the register's counter; the
job opens the entry under an id made from the event, and running it twice opens nothing twice.
"""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from tingsu.clocks.company import company_of
from tingsu.clocks.timers import timer_name
from tingsu.complaints.models import Complaint
from tingsu.complaints.steps.correcting import OURS
from tingsu.complaints.terms import State
from tingsu.improvement import tasks
from tingsu.kernel.actor import Actor, automation
from tingsu.kernel.clock import local_date
from tingsu.kernel.ledger import Chain, reaction
from tingsu.kernel.models import Event
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.people import queries as people
from tingsu.people.roles import Role
from tingsu.registers.actions import Link, Opening, open_entry
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry
from tingsu.registers.saying import Said, says

LATE, ERROR, NOT_SATISFIED, NOT_DONE = "late", "record_error", "not_satisfied", "failed_execution"


@reaction("promise.breached")
def open_for_breach(chain: Chain, event: Event, actor: Actor) -> None:
    """A promise to a complainant was broken."""
    if chain.stream.kind == "complaint":
        with company_of(chain) as company:
            company.queue(tasks.open_nonconformity, event_id=str(event.pk), source=LATE)


@reaction("complaint.rated", "complaint.called_back")
def open_for_low_rating(chain: Chain, event: Event, actor: Actor) -> None:
    """A complainant said that they are not satisfied, in the survey or in a callback."""
    if event.body.get("low"):
        tasks.open_nonconformity.defer(event_id=str(event.pk), source=NOT_SATISFIED)


@reaction("complaint.result_rejected")
def open_for_refused_result(chain: Chain, event: Event, actor: Actor) -> None:
    """A complainant refused the result after all was done: nothing says more clearly that they are not satisfied (SC-12)."""
    tasks.open_nonconformity.defer(event_id=str(event.pk), source=NOT_SATISFIED)


@reaction("complaint.execution_failed")
def open_for_failed_execution(chain: Chain, event: Event, actor: Actor) -> None:
    """What was agreed was not carried out."""
    tasks.open_nonconformity.defer(event_id=str(event.pk), source=NOT_DONE)


@reaction("complaint.record_corrected")
def open_for_record_error(chain: Chain, event: Event, actor: Actor) -> None:
    """A record had to be corrected: it was wrong."""
    if is_record_error(event):
        tasks.open_nonconformity.defer(event_id=str(event.pk), source=ERROR)


def is_record_error(event: Event) -> bool:
    """Was the record wrong? What was told later, or had been empty, is no error of ours (RC-09)."""
    return bool(event.body.get("cause") == OURS)


def entry_id(event_id: uuid.UUID) -> uuid.UUID:
    """The id of the nonconformity that an event opens."""
    return uuid.uuid5(event_id, "nonconformity")


def open_nonconformity(event_id: uuid.UUID, source: str) -> Entry | None:
    """Open the nonconformity of an event; None when it stands already."""
    event = Event.objects.get(pk=event_id)
    pk = entry_id(event_id)
    if Entry.objects.filter(pk=pk).exists():
        return None
    complaint = Complaint.objects.get(pk=event.stream_id)
    where = _where(event, complaint)
    values = {
        **where,
        "source": source,
        "found_on": local_date(event.at, current_organisation().time_zone).isoformat(),
        "severity": "major" if complaint.grade == "high_risk" or complaint.urgency == "urgent" else "minor",
        "owner": str(_owner(complaint, where)),
    }
    return open_entry(
        actor=automation("improvement.rules", current_organisation_id()),
        register=registers()["nonconformity"],
        opening=Opening(
            id=pk,
            values=values,
            said={"description": said_of(event, complaint, source)},
            links=(Link(other_id=complaint.pk, kind="about"),),
        ),
    )


def said_of(event: Event, complaint: Complaint, source: str) -> Said:
    """What happened: codes only, nothing that anybody wrote."""
    told = {"number": complaint.number, "source": source}
    if source == LATE:
        due = local_date(datetime.fromisoformat(event.body["due_at"]), current_organisation().time_zone)
        told |= {"timer": event.body["kind"], "due": due.isoformat()}
    return Said("nonconformity", told)


@says("nonconformity")
def _words(told: Mapping[str, Any]) -> str:
    sentences = {
        LATE: _("Complaint %(number)s: the time limit “%(timer)s” passed unmet on %(due)s."),
        NOT_SATISFIED: _("Complaint %(number)s: the complainant is not satisfied with how it was handled."),
        NOT_DONE: _("Complaint %(number)s: an agreed measure was not carried out."),
        ERROR: _("Complaint %(number)s: the record was wrong and had to be corrected."),
    }
    timer = timer_name(told["timer"]) if "timer" in told else ""
    return sentences[told["source"]] % {"due": "", **told, "timer": timer}


def _where(event: Event, complaint: Complaint) -> dict[str, str]:
    """Stage, person and department: what nonconformities are counted by (SL-16)."""
    moves = Event.objects.filter(stream_id=event.stream_id, seq__lte=event.seq, data__set__has_key="state")
    last = moves.order_by("-seq").values_list("data__set__state", flat=True).first()
    stage = last[1] if last else State.REGISTERED
    if event.kind != "promise.breached" and last and last[0] and moves.filter(pk=event.pk).exists():
        stage = last[0]  # the event itself left the stage in which it went wrong
    person = event.body.get("owner") or str(complaint.owner_id)
    found = {"person": str(person)}
    if stage not in {State.CLOSED, State.ARCHIVED}:
        found["stage"] = str(stage)
    if posts := people.posts_of(uuid.UUID(str(person))):
        found["department"] = str(posts[0].unit_id)
    return found


def _owner(complaint: Complaint, where: dict[str, str]) -> uuid.UUID:
    """Who leads the group in which it went wrong answers for it, or the next one above: never whoever it speaks of.
    Without a leader a supervisor does; where there is none, whoever owns the case.
    """
    unit = people.unit_or_none(uuid.UUID(where["department"])) if "department" in where else None
    while unit is not None:
        for head in people.heads_of(unit.pk):
            if head.active and str(head.pk) != where["person"]:
                return head.pk
        unit = people.unit_or_none(unit.parent_id)
    leaders = people.active_members(roles=(Role.SUPERVISOR,))
    return leaders[0].pk if leaders else complaint.owner_id
