"""E24, P20–P22: other ways of redress, followed until they are decided or used up; the complaint stays open (FB-08, XR-05)."""

import uuid
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from tingsu.complaints import terms
from tingsu.complaints.case import Case
from tingsu.complaints.effects import complainant_of
from tingsu.kernel.errors import InvalidInput, InvalidValue
from tingsu.kernel.ids import new_id
from tingsu.kernel.money import yuan
from tingsu.letters import outbox
from tingsu.letters.notices import notify
from tingsu.process.registry import effect
from tingsu.settlement import queries
from tingsu.settlement.effects.drafting import told_of_result
from tingsu.settlement.effects.execution import open_items
from tingsu.settlement.models import OutsideCase
from tingsu.settlement.rulebooks import ways

Values = dict[str, Any]
O = OutsideCase.State  # noqa: E741


@effect("file_outside_case")
def file_outside_case(case: Case, values: Values) -> None:
    """XR-05; arbitration needs the agreement of both parties first (XR-04). A way that was offered becomes the one that is filed."""
    if values["way"] == ways.NEGOTIATION:
        raise InvalidInput({"way": InvalidValue(_("Negotiation is not an outside case: use “Negotiate again”."))})
    if values["way"] == ways.ARBITRATION and values["state"] != O.OFFERED and not values["agreement"]:
        raise InvalidInput(
            {
                "agreement": InvalidValue(
                    _("Arbitration needs the agreement of both parties: give its date, text and signatures.")
                )
            }
        )
    pending = queries.pending_outside_cases(case.complaint)
    offered = next((one for one in pending if (one.way, one.state) == (values["way"], O.OFFERED)), None)
    row = offered or OutsideCase(id=new_id(), complaint=case.complaint, way=values["way"], opened_at=case.at)
    row.state, row.deadline = values["state"], values["deadline"]
    row.ended_at = case.at if values["state"] == O.ENDED else None
    row.seal_all(
        body=values["body"],
        reference=values["reference"],
        note="\n".join(filter(None, (values["note"], values["agreement"]))),
    )
    row.save(force_insert=offered is None)
    if offered:
        case.end("outside_deadline", "cancelled", subject_id=row.pk)
    if values["deadline"] and row.ended_at is None:
        case.start("outside_deadline", due_at=values["deadline"], subject_id=row.pk)
    if values["state"] == O.FILED:
        case.wait_on(terms.WaitingOn.OUTSIDE)
    case.fact("outside_case", row.pk)


@effect("end_outside_case")
def end_outside_case(case: Case, values: Values) -> None:
    """Ended without duties for us."""
    row = close_outside_case(case, values["outside_case"], O.ENDED, values["result"])
    case.fact("outside_case", row.pk)


def close_outside_case(case: Case, chosen: str, state: str, result: str) -> OutsideCase:
    row = next((one for one in queries.pending_outside_cases(case.complaint) if str(one.pk) == chosen), None)
    if row is None:
        raise InvalidInput({"outside_case": InvalidValue(_("This outside case is already decided or ended."))})
    row.state, row.ended_at = state, case.at
    row.seal_all(result=result)
    row.save(update_fields=["state", "ended_at", "result"])
    case.end("outside_deadline", subject_id=row.pk)
    if not queries.pending_outside_cases(case.complaint):
        case.wait_on(terms.WaitingOn.US)
    return row


@effect("reply_outside")
def reply_outside(case: Case, values: Values) -> None:
    """E24: what the outside body asked for has been answered; its deadline ends (T18), the case outside goes on (SL-19)."""
    subject = uuid.UUID(values["outside_case"]) if values["outside_case"] else case.complaint.pk
    if case.running("outside_deadline", subject) is None:
        raise InvalidInput(
            {"outside_case": InvalidValue(_("No deadline of this body is running."), code="no_deadline")}
        )
    case.end("outside_deadline", subject_id=subject)
    case.fact("outside", subject)


@effect("review_refusal")
def review_refusal(case: Case, values: Values) -> None:
    """FB-08: looked at again; the next review date runs by the table."""
    notify([case.complaint.owner_id], "refusal.reviewed", case.complaint.pk, {"number": case.complaint.number})


@effect("renegotiate")
def renegotiate(case: Case, values: Values) -> None:
    """P20: both sides are willing again; a further version of the solution is due."""
    case.wait_on(terms.WaitingOn.US)
    if case.actor.id != case.complaint.owner_id:
        notify([case.complaint.owner_id], "case.renegotiated", case.complaint.pk, {"number": case.complaint.number})


@effect("outside_decision")
def outside_decision(case: Case, values: Values) -> None:
    """P21: what a body outside decided becomes execution items; the authority matrix does not bind a judgement."""
    row = close_outside_case(case, values["outside_case"], O.DECIDED, values["document"])
    open_items(case, outside_case=row, duties=values["duties"])
    case.fact("outside_case", row.pk)
    told_of_result(case)
    parties = queries.parties_concerned(case.complaint)
    told = [complainant_of(case.complaint), *(party for party in parties if party.role == terms.PartyRole.RESPONDENT)]
    for party in filter(None, told):
        template = "respondent_notice" if party.role == terms.PartyRole.RESPONDENT else "feedback"
        outbox.queue_letter(
            case.chain, complaint=case.complaint, party=party, template=template, intent=f"outside_decision:{row.pk}:{party.pk}",
            values={"content": _decision_text(case, row, values), "handler": case.complaint.owner_id}, at=case.at,
        )  # fmt: skip


def _decision_text(case: Case, row: OutsideCase, values: Values) -> str:
    with translation.override(case.complaint.language):
        lines = [_now("We have the decision of %(body)s and will carry it out:") % {"body": row.text("body")}]
        for number, duty in enumerate(values["duties"], 1):
            parts = [
                duty["text"],
                *([yuan(duty["amount"])] if duty["amount"] else []),
                _now("by %(day)s") % {"day": duty["due_on"].isoformat()},
            ]
            lines.append(f"{number}. " + _now(", ").join(parts))
    return "\n".join(lines)


@effect("exhaust")
def exhaust(case: Case, values: Values) -> None:
    """P22: every reasonable way was used or offered; ways that were only offered end here (FB-08, FB-12)."""
    for row in queries.pending_outside_cases(case.complaint):
        row.state, row.ended_at = O.ENDED, case.at
        row.save(update_fields=["state", "ended_at"])
        case.end("outside_deadline", "cancelled", subject_id=row.pk)
    case.set("outcome", terms.Outcome.EXHAUSTED)
    case.wait_on(terms.WaitingOn.US)
