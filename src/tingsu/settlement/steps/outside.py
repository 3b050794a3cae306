"""Cases before bodies outside: E24, P21."""

import uuid
from typing import Any

from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tingsu.complaints import terms
from tingsu.complaints.case import Case
from tingsu.complaints.steps.common import LATE_REASON, MEANS, lateness_explained
from tingsu.complaints.telling import complainant_of
from tingsu.complaints.terms import OPEN_STATES, State
from tingsu.kernel.errors import InvalidInput, InvalidValue, Unmet
from tingsu.kernel.ids import new_id
from tingsu.kernel.money import yuan
from tingsu.letters import outbox
from tingsu.pages.words import day_words
from tingsu.process.steps import Field, Options, Step, Values, options
from tingsu.settlement import queries
from tingsu.settlement.items import open_items
from tingsu.settlement.models import OutsideCase
from tingsu.settlement.options import executor_options, way_options
from tingsu.settlement.rulebooks import ways
from tingsu.settlement.solutions import told_of_result

O = OutsideCase.State  # noqa: E741
HEARING = Field(name="hearing_at", label=_("Hearing on"), kind="datetime")
COSTS = Field(
    name="costs", label=_("Costs so far (yuan)"), kind="money",
    help=_("Fees, lawyers, experts, travel, all together; not what a decision obliges us to."),
)  # fmt: skip


@options("outside_cases")
def outside_case_options(complaint: Any) -> Options:
    if complaint is None:
        return ()
    return tuple((str(row.pk), outside_label(row)) for row in queries.pending_outside_cases(complaint))


def outside_label(row: OutsideCase) -> str:
    return f"{ways.name_of(row.way)} · {row.covered('body')}"


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
    row.filed_by, row.filed_on = values["filed_by"] or row.filed_by, values["filed_on"] or row.filed_on
    row.hearing_at = values["hearing_at"] or row.hearing_at
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


FILE_OUTSIDE_CASE = Step(
    id="E24",
    name="file_outside_case",
    event="complaint.outside_case_filed",
    label=_("Record an outside case"),
    sources=(State.EXTERNAL_ROUTE,),
    who=("owner", "supervisor"),
    may_start=("outside_deadline",),
    clause="SZ 7; XR-05",
    effect=file_outside_case,
    fields=(
        Field(name="way", label=_("Way"), kind="choice", options=way_options, required=True),
        Field(name="body", label=_("Body"), required=True),
        Field(name="reference", label=_("Its reference number"), limit=80),
        Field(
            name="state",
            label=_("State"),
            kind="choice",
            required=True,
            options=(("offered", _("Offered")), ("filed", _("Filed")), ("ended", _("Ended without decision"))),
        ),
        Field(
            name="agreement",
            label=_("Arbitration agreement: date, text, signatures"),
            kind="longtext",
            when=("way", "arbitration"),
        ),
        Field(name="filed_by", label=_("Filed by"), kind="choice", options=tuple(OutsideCase.FiledBy.choices)),
        Field(name="filed_on", label=_("Filed on"), kind="date", past=True),
        HEARING,
        Field(name="deadline", label=_("Its deadline"), kind="datetime", future=True),
        Field(name="note", label=_("Remark"), kind="longtext"),
    ),
)


def pending(case: Case, chosen: str) -> OutsideCase:
    """The case outside that is not over yet. Raises InvalidInput."""
    row = next((one for one in queries.pending_outside_cases(case.complaint) if str(one.pk) == chosen), None)
    if row is None:
        raise InvalidInput({"outside_case": InvalidValue(_("This outside case is already decided or ended."))})
    return row


def close_outside_case(case: Case, state: str, result: str, values: Values) -> OutsideCase:
    row = pending(case, values["outside_case"])
    row.state, row.ended_at = state, case.at
    row.decided_on = values["decided_on"]
    row.costs_fen = row.costs_fen if values["costs"] is None else values["costs"]
    row.seal_all(result=result)
    row.save(update_fields=["state", "ended_at", "result", "decided_on", "costs_fen"])
    case.end("outside_deadline", subject_id=row.pk)
    if not queries.pending_outside_cases(case.complaint):
        case.wait_on(terms.WaitingOn.US)
    return row


def end_outside_case(case: Case, values: Values) -> None:
    """Ended without duties for us."""
    row = close_outside_case(case, O.ENDED, values["result"], values)
    case.fact("outside_case", row.pk)


END_OUTSIDE_CASE = Step(
    id="E24",
    name="end_outside_case",
    decides=True,
    event="complaint.outside_case_ended",
    label=_("End an outside case"),
    sources=(State.EXTERNAL_ROUTE,),
    who=("owner", "supervisor"),
    may_stop=("outside_deadline",),
    beside=("outside", "matter"),
    clause="SZ 7; XR-05",
    effect=end_outside_case,
    fields=(
        Field(name="outside_case", label=_("Outside case"), kind="choice", options=outside_case_options, required=True),
        Field(name="result", label=_("Result"), kind="longtext", required=True),
        Field(name="decided_on", label=_("Ended on"), kind="date", past=True),
        COSTS,
    ),
)


def note_outside_course(case: Case, values: Values) -> None:
    """XR-05: what becomes known between filing and decision, without another deadline and without another letter."""
    row = pending(case, values["outside_case"])
    if row.state != O.FILED:
        raise InvalidInput(
            {"outside_case": InvalidValue(_("This way was offered only; record first that it was filed."))}
        )
    if values["hearing_at"] is None and values["costs"] is None and not values["note"]:
        raise InvalidInput({"note": InvalidValue(_("Say what is new: the hearing, the costs, or in words."))})
    row.hearing_at = values["hearing_at"] or row.hearing_at
    row.costs_fen = row.costs_fen if values["costs"] is None else values["costs"]
    row.save(update_fields=["hearing_at", "costs_fen"])
    case.fact("outside_case", row.pk)


NOTE_OUTSIDE_COURSE = Step(
    id="E24",
    name="note_outside_course",
    event="complaint.outside_course_noted",
    label=_("Note hearing and costs of an outside case"),
    sources=(State.EXTERNAL_ROUTE,),
    who=("owner", "supervisor"),
    beside=("outside", "matter"),
    clause="SZ 7; XR-05",
    effect=note_outside_course,
    fields=(
        Field(name="outside_case", label=_("Outside case"), kind="choice", options=outside_case_options, required=True),
        HEARING,
        COSTS,
        Field(name="note", label=_("Remark"), kind="longtext"),
    ),
)


def outside_deadline_runs(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    if case.running("outside_deadline"):
        return []
    return [Unmet("no_deadline", _("no deadline of an outside body is running"))]


def reply_outside(case: Case, values: Values) -> None:
    """E24: what the outside body asked for has been answered; its deadline ends (T18), the case outside goes on (SL-19)."""
    subject = uuid.UUID(values["outside_case"]) if values["outside_case"] else case.complaint.pk
    if case.running("outside_deadline", subject) is None:
        raise InvalidInput(
            {"outside_case": InvalidValue(_("No deadline of this body is running."), code="no_deadline")}
        )
    case.end("outside_deadline", subject_id=subject)
    case.fact("outside", subject)


REPLY_OUTSIDE = Step(
    id="E24",
    name="reply_outside",
    event="complaint.outside_body_replied_to",
    label=_("Record the reply to an outside body"),
    sources=OPEN_STATES,
    who=("owner", "supervisor"),
    guards=(outside_deadline_runs,),
    may_stop=("outside_deadline",),
    beside=("outside", "matter"),
    clause="ISC 7.1.2.4; SL-19",
    effect=reply_outside,
    fields=(
        Field(
            name="outside_case",
            label=_("Outside case; leave empty for the body that passed the complaint on"),
            kind="choice",
            options=outside_case_options,
        ),
        Field(name="means", label=_("By what means"), kind="choice", options=MEANS, required=True),
        Field(name="content", label=_("What was answered"), kind="longtext", required=True),
    ),
)


def outside_decision(case: Case, values: Values) -> None:
    """P21: what a body outside decided becomes execution items; the authority matrix does not bind a judgement."""
    row = close_outside_case(case, O.DECIDED, values["document"], values)
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
        lines = [gettext("We have the decision of %(body)s and will carry it out:") % {"body": row.text("body")}]
        for number, duty in enumerate(values["duties"], 1):
            parts = [
                duty["text"],
                *([yuan(duty["amount"])] if duty["amount"] else []),
                gettext("by %(day)s") % {"day": day_words(duty["due_on"])},
            ]
            lines.append(f"{number}. " + gettext(", ").join(parts))
    return "\n".join(lines)


OUTSIDE_DECISION = Step(
    id="P21",
    name="outside_decision",
    decides=True,
    event="complaint.outside_decision_entered",
    label=_("Enter an outside decision"),
    sources=(State.EXTERNAL_ROUTE,),
    target=State.EXECUTING,
    who=("owner",),
    guards=(lateness_explained,),
    stops=(
        "refusal_review",
        "urgent_response",
        "first_reply",
        "dedicated_contact",
        "progress_feedback",
        "promised_date",
    ),
    starts=("progress_feedback",),
    may_start=("execution",),
    may_stop=("outside_deadline",),
    beside=("outside", "remedies", "matter"),
    clause="SZ 7, 6(9)",
    effect=outside_decision,
    fields=(
        Field(name="outside_case", label=_("Outside case"), kind="choice", options=outside_case_options, required=True),
        Field(name="document", label=_("Document"), required=True),
        Field(name="decided_on", label=_("Decided on"), kind="date", past=True),
        COSTS,
        Field(
            name="duties",
            label=_("Duties"),
            kind="rows",
            required=True,
            rows=(
                Field(name="text", label=_("Duty"), required=True),
                Field(name="amount", label=_("Amount (yuan)"), kind="money"),
                Field(
                    name="executor", label=_("Carried out by"), kind="member", options=executor_options, required=True
                ),
                Field(name="due_on", label=_("To be done by"), kind="date", future=True, required=True),
            ),
        ),
        LATE_REASON,
    ),
)


STEPS = (FILE_OUTSIDE_CASE, NOTE_OUTSIDE_COURSE, END_OUTSIDE_CASE, REPLY_OUTSIDE, OUTSIDE_DECISION)
