"""Offering a case and taking it over: what steps of several apps do (AS-01, AS-02, AS-15)."""

import uuid

from django.utils.functional import Promise
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from tingsu.complaints.asides import OFFER_RECALLED
from tingsu.complaints.case import Case
from tingsu.complaints.models import Complaint
from tingsu.complaints.telling import complainant_of
from tingsu.kernel.errors import Unmet
from tingsu.kernel.models import Event
from tingsu.letters import outbox
from tingsu.people import alone, readiness
from tingsu.people import queries as people
from tingsu.people.roles import StaffLevel


def offer(case: Case, unit_id: uuid.UUID | None, member_id: uuid.UUID | None) -> None:
    """Offer the case to a person, or to everybody of a unit who may take it; ownership moves on acceptance only."""
    case.set("offered_unit_id", unit_id)
    case.set("offered_member_id", member_id)
    needed = case.complaint.required_level
    asked = [member_id] if member_id else _able(unit_id, needed) if unit_id else []
    case.tell(asked, "case.offered")


def below_level(
    complaint: Complaint, needed: str, member_id: uuid.UUID | None, unit_id: uuid.UUID | None = None
) -> list[Unmet]:
    """What refuses an offer: the person named, or everybody of the unit, stands below the staff level (AS-02, AS-09).

    A supervisor's assignment with a reason counts for the person it names. Whoever could not accept is never offered it, nor
    is anybody who may not work alone yet (PE-12, PE-15). One who works alone accepts at any level, with a warning (G4, ME-11).
    """
    if unready := not_ready(member_id):
        return unready
    if unit_id is not None and member_id is None and not alone.one_person() and not _able(unit_id, ""):
        sentence = _("nobody of %(unit)s may take cases now: they still work under guidance, or wait for their release")
        return [Unmet("unit_not_ready", sentence, unit=people.unit_name(unit_id))]
    if not needed or (member_id is None and unit_id is None) or alone.one_person():
        return []
    level = StaffLevel(needed).label
    if member_id is not None:
        if people.has_level(member_id, needed) or level_overridden(complaint, member_id, needed):
            return []
        sentence = _("the case needs a %(level)s; choose another person, or let a supervisor assign it with a reason")
        return [Unmet("level_too_low", sentence, level=level)]
    if _able(unit_id, needed):
        return []
    sentence = _("nobody of %(unit)s is a %(level)s; choose another group, or let a supervisor assign it with a reason")
    return [Unmet("unit_level_too_low", sentence, level=level, unit=people.unit_name(unit_id))]


def not_ready(member_id: uuid.UUID | None) -> list[Unmet]:
    """What refuses to give a person a case whatever their level: pending, or under guidance without a senior. No reason lifts it."""
    code = readiness.hindrance(member_id)
    if not code or alone.one_person():
        return []
    return [Unmet(code, readiness.SENTENCES[code], who=people.staff_identity(member_id))]


def level_overridden(complaint: Complaint, member_id: uuid.UUID | None, needed: str) -> bool:
    """Has a supervisor assigned the case to this person below this level, with a reason (AS-02)?"""
    assigned = Event.objects.filter(stream_id=complaint.pk, kind="complaint.assigned")
    return assigned.filter(data__values__member=str(member_id), data__level_overridden=needed).exists()


def recall_below_level(case: Case) -> None:
    """The case has come to need a higher level: an offer to somebody below it is taken back, and those who lead are told."""
    c = case.complaint
    if c.offered_member_id is None or not below_level(c, c.required_level, c.offered_member_id):
        return
    case.fact(OFFER_RECALLED, c.offered_member_id)
    case.set("offered_member_id", None)
    told = [c.owner_id, *(member.pk for member in people.active_members(roles=("supervisor",)))]
    case.tell(told, "case.offer_recalled")


def _able(unit_id: uuid.UUID | None, needed: str) -> list[uuid.UUID]:
    """Who of a unit reaches a staff level now and may take cases."""
    found = [one for one in people.active_members(unit=unit_id) if not readiness.hindered(one)]
    return [one.pk for one in found if not needed or people.has_level(one.pk, needed)]


CHANGES: dict[str, str | Promise] = {
    "complaint.accepted": _(
        "It went to the team that checks matters of this kind, and this colleague has taken it on."
    ),
    "complaint.handover_accepted": _(
        "The colleague before handed it over, and this colleague has agreed to take it on."
    ),
    "complaint.assigned": _("Our supervisor asked this colleague to take it on, so that it goes on without a break."),
}
"""Why the contact changed, by the event that changed it, in words for the complainant: no note among ourselves is told."""


def take_over(case: Case, member_id: uuid.UUID, event: str) -> None:
    """Ownership passes; earlier and first owner are informed, the complainant is told who follows and why (AS-01, AS-15)."""
    before = case.complaint.owner_id
    case.set("offered_unit_id", None)
    case.set("offered_member_id", None)
    case.set("offer_refusals", 0)
    if before == member_id:
        return
    case.own(member_id)
    told = {before, case.complaint.first_owner_id} - {member_id}
    case.tell(sorted(told, key=str), "case.taken_over")
    if party := complainant_of(case.complaint):
        outbox.queue_letter(
            case.chain, complaint=case.complaint, party=party, template="handler_changed",
            intent=f"handler_changed:{case.event_id}",
            values={"handler": member_id, "why": _why(case, event), "first": _first(case, member_id)}, at=case.at,
        )  # fmt: skip


def _why(case: Case, event: str) -> str:
    with override(case.complaint.language):
        return str(CHANGES[event])


def _first(case: Case, member_id: uuid.UUID) -> str:
    """That whoever received the complaint stays informed; empty where that is who follows it now."""
    first = case.complaint.first_owner_id
    if first == member_id:
        return ""
    with override(case.complaint.language):
        known = people.public_identity(first, case.complaint.language)
        return gettext("%(who)s, who took your complaint, is kept informed until it is settled.") % {"who": known}
