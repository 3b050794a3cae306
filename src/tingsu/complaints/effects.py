"""What the complaint's own steps do beside moving the state (process.md §3, §4)."""

import uuid
from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.clocks import escalation
from tingsu.complaints import access, terms
from tingsu.complaints.case import Case
from tingsu.complaints.case_rows import rows_of
from tingsu.complaints.guards import MAX_REFUSALS
from tingsu.complaints.models import Complaint, ComplaintLink, Party
from tingsu.files import store
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, InvalidValue, NotFound, Unmet
from tingsu.letters import outbox
from tingsu.letters.notices import notify
from tingsu.people import queries as people
from tingsu.process.registry import effect

Values = dict[str, Any]
SUPERVISED_FROM = 3
SIGNED_BY = {"signed": "image", "signature_refused": "refused", "online": "online"}


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


def complainant_of(complaint: Complaint) -> Party | None:
    """Whoever letters go to: the agent if there is one, else the complainant."""
    parties = {party.role: party for party in rows_of(Party, complaint)}
    return parties.get(terms.PartyRole.AGENT) or parties.get(terms.PartyRole.COMPLAINANT)


@effect("acknowledge")
def acknowledge(case: Case, values: Values) -> None:
    """E01 by hand or by the letter that went out: stage 1 of the tracking form (AK-12)."""
    case.set("acknowledged_at", case.at)


@effect("complete_registration")
def complete_registration(case: Case, values: Values) -> None:
    """E02: a person completes the record, which pushes it; the system pushes one that is still incomplete (CA-08)."""
    if case.actor.kind != "system":
        complete(case)
    else:
        case.set("pushed_at", case.at)
    if case.complaint.offered_unit_id is None:
        case.fact("pushed_to", "investigation")


def complete(case: Case) -> None:
    """Nothing is missing any more: completion and push are one, so T05 ends where it starts (SL-08)."""
    if case.complaint.completed_at is None:
        case.set("completed_at", case.at)
    if case.complaint.pushed_at is None:
        case.set("pushed_at", case.at)
        case.start("push_to_investigation")
        case.end("push_to_investigation")


@effect("confirm_record")
def confirm_record(case: Case, values: Values) -> None:
    """E03: what was signed, refused or confirmed online is the form's signature too (RG-05)."""
    case.set("record_confirmed_at", case.at)
    if signed := SIGNED_BY.get(values["how"]):
        case.complaint.signed_by, case.complaint.signed_at = signed, None if signed == "refused" else case.at
        case.also_save("signed_by")
        case.also_save("signed_at")


@effect("feed_back")
def feed_back(case: Case, values: Values) -> None:
    """E06: first reply, progress, next date; a letter when the means is electronic."""
    if case.complaint.first_reply_at is None:
        case.set("first_reply_at", case.at)
    case.set("last_feedback_at", case.at)
    case.set("next_feedback_at", values["next_at"])
    if values["next_at"]:
        case.start("promised_date", due_at=values["next_at"])
    if values["means"] in {"sms", "email", "portal"} and (party := complainant_of(case.complaint)):
        outbox.queue_letter(
            case.chain, complaint=case.complaint, party=party, template="feedback",
            intent=f"feedback:{case.event_id}",
            values={
                "content": values["content"], "next_at": values["next_at"] or "", "progress": values["progress"],
                "handler": case.complaint.owner_id, "moved": values["date_moved_reason"],
            },
            at=case.at, channel=values["means"], undo_seconds=10,
        )  # fmt: skip
    if not case.actor.has_role("ai_agent"):
        case.end("urgent_response")  # what a program says is no contact by a person (CA-51)
        case.end("dedicated_contact")


@effect("log_contact")
def log_contact(case: Case, values: Values) -> None:
    """A call or visit is on record; T02 ends by the table, for an attempt as well, the promised call only once made (AK-09)."""
    if values["direction"] == "out":
        case.end("dedicated_contact")


@effect("transfer")
def transfer(case: Case, values: Values) -> None:
    offer(case, None, values["member"])


@effect("accept_transfer")
def accept_transfer(case: Case, values: Values) -> None:
    take_over(case, _person(case))


def _person(case: Case) -> uuid.UUID:
    if case.actor.id is None:
        raise NotFound
    return case.actor.id


@effect("refuse_transfer")
def refuse_transfer(case: Case, values: Values) -> None:
    """E07: a refusal returns the case; in routing it goes back to the dispatcher's desk, never to nobody."""
    case.set("offer_refusals", case.complaint.offer_refusals + 1)
    if (
        case.complaint.state == terms.State.ROUTING
        and case.complaint.offered_member_id
        and case.complaint.offered_unit_id
    ):
        case.set("offered_member_id", None)
    elif case.complaint.state != terms.State.ROUTING:
        case.set("offered_member_id", None)
        case.set("offered_unit_id", None)
    notify([case.complaint.owner_id], "case.refused", case.complaint.pk, {"number": case.complaint.number})
    if case.complaint.offer_refusals >= MAX_REFUSALS:
        climb(case, "refused")  # the supervisor rules (AS-01)


@effect("withdraw_offer")
def withdraw_offer(case: Case, values: Values) -> None:
    case.set("offered_member_id", None)
    case.set("offered_unit_id", None)


@effect("assign")
def assign(case: Case, values: Values) -> None:
    """A supervisor's assignment. In routing it offers, for the process wants an acceptance; elsewhere it decides.

    A level that was overridden with a reason stands in the event, where G4 finds it when the case is accepted (AS-02).
    """
    needed = case.complaint.required_level
    if needed and not people.has_level(values["member"], needed):
        case.fact("level_overridden", needed)
    if case.complaint.state == terms.State.ROUTING:
        offer(case, case.complaint.offered_unit_id, values["member"])
    else:
        take_over(case, values["member"])
        notify([values["member"]], "case.assigned", case.complaint.pk, {"number": case.complaint.number})


@effect("escalate")
def escalate(case: Case, values: Values) -> None:
    """E08: the next level is told and called until somebody takes it up; there is no last step (AS-07, AS-08, CA-57)."""
    climb(case, "hand")


def climb(case: Case, trigger: str, *, at_least: bool = False) -> None:
    """The complaint goes up its ladder; the event of this step says how far, why and who was told."""
    climbed = escalation.climb(case.chain, trigger, actor=case.actor, at=case.at, at_least=at_least)
    if climbed:
        case.set("escalation_level", climbed.new[0])
        case.fact(escalation.FACT, climbed.as_data())


@effect("supervise")
def supervise(case: Case, values: Values) -> None:
    """E09: supervision by the centre head, who is told and called; T11 starts by the table (AS-12, SL-10)."""
    case.set("supervised", True)
    climb(case, "repeated", at_least=True)
    told = [case.complaint.owner_id, *heads_to_tell(case)]
    notify(told, "case.supervised", case.complaint.pk, {"number": case.complaint.number})


def heads_to_tell(case: Case) -> list[uuid.UUID]:
    """Those who supervise, beside whoever acts."""
    return [member.pk for member in people.active_members(roles=("supervisor",)) if member.pk != case.actor.id]


@effect("inform_of_ways")
def inform_of_ways(case: Case, values: Values) -> None:
    tell_of_ways(case, values["note"])


def tell_of_ways(case: Case, note: str = "") -> None:
    """E15: the list of other ways of redress goes to the complainant and is noted (SZ 6(9))."""
    case.set("ways_informed_at", case.at)
    if party := complainant_of(case.complaint):
        outbox.queue_letter(
            case.chain, complaint=case.complaint, party=party, template="ways",
            intent=f"ways:{case.event_id}", values={"note": note}, at=case.at,
        )  # fmt: skip


@effect("link")
def link(case: Case, values: Values) -> None:
    other = _other(case, values["number"])
    _row, created = ComplaintLink.objects.get_or_create(
        complaint=case.complaint, other=other, defaults={"kind": values["kind"], "confirmed_at": case.at}
    )
    if not created:
        raise ConditionsUnmet([Unmet("link", "already_linked", _("these complaints are already linked"))])
    case.fact("other", other.pk)
    if values["kind"] == terms.LinkKind.REPEATED:
        note_repeat(case, other.repeat_count + 1)


def note_repeat(case: Case, count: int) -> None:
    """The same complainant complains of the same problem again; from the third time on under supervision (AS-12)."""
    case.set("repeated", True)
    case.set("repeat_count", max(case.complaint.repeat_count, count))
    if case.complaint.repeat_count >= SUPERVISED_FROM and not case.complaint.supervised:
        supervise(case, {})
        case.start("repeat_solution")


@effect("unlink")
def unlink(case: Case, values: Values) -> None:
    other = _other(case, values["number"])
    deleted, _rows = ComplaintLink.objects.filter(complaint=case.complaint, other=other).delete()
    if not deleted:
        raise ConditionsUnmet([Unmet("unlink", "not_linked", _("these complaints are not linked"))])
    case.fact("other", other.pk)
    if not ComplaintLink.objects.filter(complaint=case.complaint, kind=terms.LinkKind.REPEATED).exists():
        case.set("repeated", False)
        case.set("repeat_count", 1)


def _other(case: Case, number: str) -> Complaint:
    other = access.visible_to(case.actor).filter(number=number.strip().upper()).first()
    if other is None or other.pk == case.complaint.pk:
        raise InvalidInput(
            {
                "number": InvalidValue(
                    _("There is no other complaint with this number that you may see."), code="number_unknown"
                )
            }
        )
    return other


@effect("set_waiting")
def set_waiting(case: Case, values: Values) -> None:
    case.wait_on(values["waiting_on"])


def categories_of(values: Values) -> list[dict[str, Any]]:
    """RL-2 with their extra fields: 3 and 4 need the delay, 6 and 35 a text (TR-04). Raises InvalidInput."""
    rows: list[dict[str, Any]] = []
    errors: dict[str, Any] = {}
    for code in values["categories"]:
        number = int(str(code).partition(".")[0])
        extra = terms.CATEGORIES[number][1]
        row: dict[str, Any] = {"no": number}
        if extra == "delay":
            if values["delay_days"] is None:
                errors["delay_days"] = InvalidValue(code="required")
            row |= {"delay": values["delay_days"], "unit": "day"}
        if extra == "text" and not values["category_text"]:
            errors["category_text"] = InvalidValue(code="required")
        if "." in str(code):
            row["sub"] = str(code)
        rows.append(row)
    if errors:
        raise InvalidInput(errors)
    return rows


@effect("add_facts")
def add_facts(case: Case, values: Values) -> None:
    """New facts from whoever; files get their note 材料已收悉 (RG-09)."""
    if values["files"]:
        store.attach(values["files"], case.complaint.pk, case.at, actor=case.actor)
    if case.actor.kind in {"complainant", "respondent"}:
        if case.complaint.waiting_on == case.actor.kind:
            case.wait_on(terms.WaitingOn.US)
        notify([case.complaint.owner_id], "case.new_facts", case.complaint.pk, {"number": case.complaint.number})


@effect("withdraw")
def withdraw(case: Case, values: Values) -> None:
    """The statement is a flag on the usual path (process.md §8.6); safety matters are still investigated."""
    case.set("withdrawn", True)
    if case.actor.kind == "complainant":
        notify([case.complaint.owner_id], "case.withdrawn", case.complaint.pk, {"number": case.complaint.number})
