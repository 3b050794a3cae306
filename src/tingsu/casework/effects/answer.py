"""The answer when a complaint is not founded or not ours: E22, P10, P12."""

from typing import Any

from django.utils.translation import gettext, override

from tingsu.casework import queries
from tingsu.complaints import terms
from tingsu.complaints.case import Case
from tingsu.complaints.effects import complainant_of, tell_of_ways
from tingsu.kernel.errors import InvalidInput, InvalidValue
from tingsu.letters import outbox
from tingsu.letters.notices import notify
from tingsu.process.registry import effect

Values = dict[str, Any]


@effect("deliver_answer")
def deliver_answer(case: Case, values: Values) -> None:
    """E22: answer and list of other ways go out together; the time for an opinion runs (IV-11, AS-14, SZ 6(9))."""
    if "〔" in values["answer"] or "〕" in values["answer"]:
        raise InvalidInput({"answer": InvalidValue(code="placeholder")})
    c = case.complaint
    answer_by = case.start("parties_opinion").due_at
    case.set("answered_at", case.at)
    case.set("last_feedback_at", case.at)
    if c.first_reply_at is None:
        case.set("first_reply_at", case.at)
    if party := complainant_of(c):
        outbox.queue_letter(
            case.chain, complaint=c, party=party, template="answer", intent=f"answer:{case.event_id}",
            values={"answer": values["answer"], "transfer": _transfer(case), "answer_by": answer_by, "handler": c.owner_id},
            at=case.at,
        )  # fmt: skip
    tell_of_ways(case)
    case.wait_on(terms.WaitingOn.COMPLAINANT)


def _transfer(case: Case) -> str:
    """Who is responsible instead, in the complainant's language; empty when nobody is named (AS-14)."""
    name, contact = queries.transfer_of(case.complaint)
    if not name:
        return ""
    with override(case.complaint.language):
        return gettext("Responsible: %(name)s, contact: %(contact)s") % {"name": name, "contact": contact}


@effect("answer_settled")
def answer_settled(case: Case, values: Values) -> None:
    """P10: accepted, or no objection within the period. Staff who record it note how calming went (ISC 9.2.3)."""
    if case.actor.kind == "member" and not values["calming"]:
        raise InvalidInput({"calming": InvalidValue(code="required")})
    not_ours = case.complaint.verdict == terms.Verdict.NOT_OURS
    case.set("outcome", terms.Outcome.REFERRED_OUT if not_ours else terms.Outcome.UNFOUNDED_ANSWERED)
    case.wait_on(terms.WaitingOn.US)
    if case.actor.id != case.complaint.owner_id:
        notify([case.complaint.owner_id], "case.answer_settled", case.complaint.pk, {"number": case.complaint.number})


@effect("reject_answer")
def reject_answer(case: Case, values: Values) -> None:
    """P12: the complaint stays open; the list of other ways goes out again (SZ 6(9), CTS 8.6 d)."""
    tell_of_ways(case)
    case.wait_on(terms.WaitingOn.US)
    if case.actor.id != case.complaint.owner_id:
        notify([case.complaint.owner_id], "case.answer_rejected", case.complaint.pk, {"number": case.complaint.number})
