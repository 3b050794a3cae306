"""Offering a case and taking it over: what steps of several apps do (AS-01, AS-15)."""

import uuid

from tingsu.complaints.case import Case
from tingsu.complaints.telling import complainant_of
from tingsu.letters import outbox
from tingsu.letters.notices import notify
from tingsu.people import queries as people


def offer(case: Case, unit_id: uuid.UUID | None, member_id: uuid.UUID | None) -> None:
    """Offer the case to a person, or to everybody of a unit; ownership moves on acceptance only."""
    case.set("offered_unit_id", unit_id)
    case.set("offered_member_id", member_id)
    asked = (
        [member_id] if member_id else [member.pk for member in people.active_members(unit=unit_id)] if unit_id else []
    )
    notify(asked, "case.offered", case.complaint.pk, {"number": case.complaint.number})


def take_over(case: Case, member_id: uuid.UUID) -> None:
    """Ownership passes; earlier and first owner are informed, the complainant is told of a changed contact (AS-15)."""
    before = case.complaint.owner_id
    case.set("offered_unit_id", None)
    case.set("offered_member_id", None)
    case.set("offer_refusals", 0)
    if before == member_id:
        return
    case.own(member_id)
    told = {before, case.complaint.first_owner_id} - {member_id}
    notify(sorted(told, key=str), "case.taken_over", case.complaint.pk, {"number": case.complaint.number})
    if party := complainant_of(case.complaint):
        outbox.queue_letter(
            case.chain, complaint=case.complaint, party=party, template="handler_changed",
            intent=f"handler_changed:{case.event_id}", values={"handler": member_id}, at=case.at,
        )  # fmt: skip
