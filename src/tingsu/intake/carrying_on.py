"""What a closed complaint leaves to do is a complaint of its own, registered together with the answer that promises it (CA-41, process.md §8.7)."""

from typing import Any

from tingsu.aftercare import reviews
from tingsu.complaints.case import Case
from tingsu.complaints.fields import PARTIES, CaseField, asked_of
from tingsu.complaints.models import Complaint, ComplaintLink, Demand, Party
from tingsu.complaints.terms import LinkKind, PartyKind
from tingsu.intake.actions import register_within
from tingsu.intake.reading import Intake, Wish
from tingsu.kernel.actor import automation
from tingsu.people import queries as people
from tingsu.people.roles import Role

OWNERS = (Role.FRONTLINE, Role.SPECIALIST, Role.SUPERVISOR)
"""Who may have a case."""
OF_ITS_OWN = frozenset(
    {
        "channel", "transferred_by", "outside_reference", "outside_deadline", "signed_by", "record_confirmed", "promise_contact",
        "calming_steps", "expected_reply_at", "expected_reply_reason", "description", "additional_info", "department", "repeats",
    }
)  # fmt: skip
"""What belongs to one receipt, or is said anew: never taken over."""


def carry_on(closed: Case, *, asked: str, answer: str, by_another: bool = False) -> Complaint:
    """Register the follow-up of a closed case: the same people, matter and demands, in the words of the request, linked with it.
    Its limits run from now. The last owner has it, who is responsible to the end (AS-01); somebody on duty where that
    person is not there any more, or (`by_another`) where what that person did is what went wrong. Inside the open transaction: with the
    answer or not at all. Raises what registration raises.
    """
    complaint = closed.complaint
    actor = automation("intake.carrying_on", complaint.organisation_id)
    intake = Intake(
        extra={"carries_on": complaint.pk}, **_known_of(complaint), description=asked, additional_info=answer
    )

    def as_before(made: Complaint) -> None:
        made.categories, made.category_version = complaint.categories, complaint.category_version
        made.record_confirmed_at = closed.at if complaint.record_confirmed_at else None

    made = register_within(
        actor=actor,
        intake=intake,
        at=closed.at,
        owner_id=_another_than(complaint) if by_another else _owner_of(complaint),
        known={complaint.pk},
        put=as_before,
    )
    link = ComplaintLink(complaint=made, other=complaint, kind=LinkKind.RELATED, confirmed_at=closed.at)
    link.save(force_insert=True)
    return made


def _owner_of(complaint: Complaint) -> Any:
    """The last owner, if that person is at work and still has such a post; None lets the intake rules choose."""
    able = {one.pk for one in people.active_members(roles=OWNERS) if one.on_duty}
    return complaint.owner_id if complaint.owner_id in able else None


def _another_than(complaint: Complaint) -> Any:
    """Somebody else on duty with such a post, drawn by the case; the last owner only where nobody else is there."""
    able = [one.pk for one in people.active_members(roles=OWNERS[:2]) if one.on_duty and one.pk != complaint.owner_id]
    return able[complaint.pk.int % len(able)] if able else _owner_of(complaint)


def _known_of(complaint: Complaint) -> dict[str, Any]:
    known = {
        one.name: _value(complaint, one)
        for one in asked_of("complaint")
        if one.name not in OF_ITS_OWN and one.name not in {"categories", "received_at"}
    }
    if complaint.channel not in {"media", "regulator"}:  # that pressure was answered; what follows is the person's own
        known["channel"] = complaint.channel
    for party in Party.objects.filter(complaint=complaint, role__in=PARTIES):
        known |= {one.name: _of_person(party, one) for one in asked_of(party.role)}
    demands = Demand.objects.filter(complaint=complaint).order_by("position")
    known["demands"] = tuple(Wish(kind=one.kind, amount_fen=one.amount_fen, detail=one.text()) for one in demands)
    return {name: value for name, value in known.items() if value not in (None, "", (), [])}


def _value(complaint: Complaint, one: CaseField) -> Any:
    value = complaint.text(one.stored) if one.sealed else getattr(complaint, one.stored)
    return tuple(value) if isinstance(value, list) else value


def _of_person(party: Party, one: CaseField) -> Any:
    if one.name == "is_organisation":
        return party.kind == PartyKind.ORGANISATION
    return "" if party.erased_at else party.text(one.stored) if one.sealed else getattr(party, one.stored)


reviews.carried_on_by(carry_on)
