"""Casework on the case page: investigation, department tasks, risk and opinions, mediation. Texts pass the masks of privacy."""

import uuid
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.casework import checklist, queries
from tingsu.casework.interfaces import contact_words
from tingsu.casework.models import (
    Clue,
    DepartmentTask,
    Dispute,
    FunctionOpinion,
    Investigation,
    Mediation,
    MediationSession,
    RiskAssessment,
)
from tingsu.casework.steps.mediation import SIDES, waits_for_ruling
from tingsu.casework.steps.tasks import DECIDED_THERE, LOOKED_INTO
from tingsu.complaints import lists
from tingsu.complaints.case_rows import CaseRow
from tingsu.complaints.models import Complaint
from tingsu.complaints.process import PROCESS
from tingsu.complaints.registry import Panel, head_notes, panel
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.money import yuan
from tingsu.kernel.punctuation import after_label, listed
from tingsu.pages.faces import date_words
from tingsu.people import queries as people
from tingsu.process.steps import options_of

PARTIES = {
    "enterprise": _("Enterprise"), "department": _("Department"), "partner": _("Partner"),
    "customer": _("Customer"), "third_party": _("Third party"),
}  # fmt: skip
HEARD = {"heard": _("Statement present"), "refused": _("Refused or not reached"), "none": _("No separate respondent")}
MARKS = {"opinion": _("public opinion"), "litigation": _("litigation"), "penalty": _("administrative penalty")}


def texts(row: CaseRow, *names: str) -> dict[str, str]:
    """Sealed texts of a row as the page may show them."""
    return {name: row.covered(name) for name in names}


def investigation_context(actor: Actor, complaint: Complaint) -> dict[str, Any] | None:
    row = queries.latest_round(complaint)
    if row is None:
        return None
    concluded = row.state == Investigation.State.CONCLUDED
    return {
        "round": row,
        "texts": texts(
            row,
            "plan",
            "reopened_words",
            "depth_reason",
            "background",
            "cause",
            "damage",
            "demand",
            "evidence",
            "reasons",
        ),
        "investigator": people.alias_of(row.concluded_by or complaint.owner_id),
        "units": [people.unit_name(uuid.UUID(unit)) for unit in row.unit_ids],
        "lead": people.unit_name(complaint.lead_unit_id),
        "shares": shares_of(row),
        "sources": sources_of(row),
        "losses": losses_of(row),
        "checklist": [] if concluded else [checklist.name_of(code) for code in checklist.needed_at(row.depth)],
        "heard": [HEARD[row.objectivity[who]] for who in ("complainant_heard", "respondent_heard")]
        if concluded
        else [],
        "earlier": row.round - 1,
        "note": row.get_verdict_display() if concluded else row.get_depth_display(),
    }


def shares_of(row: Investigation) -> list[tuple[str, int, str]]:
    """Who answers for how much, and on which basis (IV-15)."""
    bases, names = row.covered("responsibility_bases").split("\n"), row.covered("responsibility_names").split("\n")
    found = []
    for place, line in enumerate(row.responsibility):
        who = names[place] if place < len(names) else ""
        party = str(PARTIES[line["party"]])
        found.append(
            (after_label(party, who) if who else party, line["share"], bases[place] if place < len(bases) else "")
        )
    return found


def sources_of(row: Investigation) -> list[tuple[str, str, str]]:
    """What was looked for: source, what came of it, why not."""
    states = dict(options_of(PROCESS["find_founded"].field("sources").rows[1]))
    reasons = row.covered("source_reasons").split("\n")
    return [
        (checklist.name_of(line["source"]), str(states[line["state"]]), reasons[place] if place < len(reasons) else "")
        for place, line in enumerate(row.sources)
    ]


def losses_of(row: Investigation) -> list[tuple[str, str, str, str]]:
    """The record of the loss: item, claimed, assessed, and on what the assessment rests (RM-06)."""
    items, bases = row.covered("loss_items").split("\n"), row.covered("loss_bases").split("\n")

    def at(lines: list[str], place: int) -> str:
        return lines[place] if place < len(lines) else ""

    return [
        (at(items, place), yuan(line["claimed"]), yuan(line["assessed"]), at(bases, place))
        for place, line in enumerate(row.loss)
    ]


TASK_TEXTS = (
    "request", "answer", "conclusion", "evidence", "improvement", "responsible_words", "proposal", "return_reason",
)  # fmt: skip


def lacking(row: DepartmentTask, complaint: Complaint) -> str:
    """Which of the five steps of the department have no record, of an answer that should have them (CO-03)."""
    if row.is_open or lists.topic_of(complaint) not in DECIDED_THERE or row.kind not in LOOKED_INTO:
        return ""
    steps = (
        (row.answer, _("investigation")),
        (row.evidence or row.files, _("evidence")),
        (row.responsible, _("responsibility")),
        (row.proposal, _("solution offered")),
        (row.spoke not in {"", DepartmentTask.Spoke.NOT}, _("talk with the user")),
    )
    return listed(str(words) for there, words in steps if not there)


def tasks_context(actor: Actor, complaint: Complaint) -> dict[str, Any] | None:
    rows = DepartmentTask.of(complaint)
    if not rows:
        return None
    at = now()
    # A department rings or writes to whoever asked; the body finds its own people anyway.
    asked_here = {row.asked_by for row in rows if row.asked_by and row.unit_id in actor.unit_ids}
    addresses = people.work_addresses(asked_here) if asked_here else {}
    shown = [
        {
            "task": row,
            "unit": people.unit_name(row.unit_id),
            "late": row.is_open and row.due_at < at,
            "texts": texts(row, *TASK_TEXTS),
            "lacks": lacking(row, complaint),
            "answerer": people.alias_of(row.answered_by),
            "asker": people.staff_identity(row.asked_by),
            "contact": contact_words(row.unit_id) if row.is_open else "",
            "address": addresses.get(row.asked_by, ("", ""))[0] if row.asked_by else "",
        }
        for row in rows
    ]
    waiting = sum(row.is_open for row in rows)
    return {"tasks": shown, "note": _("%(count)s open") % {"count": waiting} if waiting else ""}


def dispute_context(actor: Actor, complaint: Complaint) -> dict[str, Any] | None:
    """Between whom, what about, who rules, how many agree; and what was ruled (AS-13)."""
    rows = Dispute.of(complaint)
    if not rows:
        return None
    shown = [
        {
            "dispute": row,
            "open": row.state == Dispute.State.OPEN,
            "units": listed(people.unit_name(uuid.UUID(one)) for one in row.unit_ids),
            "question": row.covered("question"),
            "ruling": row.covered("ruling"),
            "asker": people.staff_identity(row.asked_by),
            "ruled": people.unit_name(row.ruled_unit_id),
            "votes": [
                (people.staff_identity(uuid.UUID(one["member"])), people.unit_name(uuid.UUID(one["unit"])))
                for one in row.votes
            ],
        }
        for row in reversed(rows)
    ]
    return {"disputes": shown, "note": rows[-1].get_state_display()}


panel(
    Panel(
        name="dispute", title=_("Dispute between departments"), template="casework/dispute.html", context=dispute_context, order=38,
    )
)  # fmt: skip


def clues_context(actor: Actor, complaint: Complaint) -> dict[str, Any] | None:
    """What was heard, from whom, and what came of it; open ones first (IV-20)."""
    rows = Clue.of(complaint)
    if not rows:
        return None
    sources = {code: str(label) for code, label in options_of(PROCESS["note_clue"].field("source"))}
    shown = [
        {
            "row": row,
            "source": sources.get(row.source, row.source),
            "texts": texts(row, "words", "who", "to_do", "follow_up"),
            "by": people.staff_identity(row.noted_by),
            "follower": people.staff_identity(row.followed_by),
        }
        for row in sorted(rows, key=lambda row: row.state != Clue.State.OPEN)
    ]
    waiting = sum(row.state == Clue.State.OPEN for row in rows)
    return {"clues": shown, "note": _("%(count)s open") % {"count": waiting} if waiting else ""}


panel(Panel(name="clues", title=_("Clues"), template="casework/clues.html", context=clues_context, order=36))


def open_tasks(actor: Actor, complaint: Complaint) -> list[str]:
    """For the head of the case: which department has still to answer, and until when."""
    rows = sorted((row for row in DepartmentTask.of(complaint) if row.is_open), key=lambda row: row.due_at)
    return [
        _("%(unit)s answers by %(when)s") % {"unit": people.unit_name(row.unit_id), "when": date_words(row.due_at)}
        for row in rows
    ]


head_notes(open_tasks)


def risk_context(actor: Actor, complaint: Complaint) -> dict[str, Any] | None:
    opinions, assessments = FunctionOpinion.of(complaint), RiskAssessment.of(complaint)
    if not (opinions or assessments or complaint.risk_marks):
        return None
    covered = {mark for row in assessments for mark in row.risk_marks}
    at = now()
    return {
        "marks": [MARKS.get(mark, mark) for mark in complaint.risk_marks],
        "to_assess": not set(complaint.risk_marks) <= covered,
        "opinions": [_opinion(row, at) for row in opinions],
        "assessments": [
            {
                "row": row,
                "texts": texts(row, "law", "severity", "choices", "decision"),
                "participants": [people.alias_of(uuid.UUID(one)) for one in row.participants],
            }
            for row in assessments
        ],
    }


def present_words(session: MediationSession) -> str:
    """Who took part in a session of a mediation."""
    names = dict(MediationSession.Present.choices)
    return listed(str(names[one]) for one in session.present if one in names)


def proposals_of(session: MediationSession) -> list[tuple[Any, str]]:
    """What each side proposed in it, by whom."""
    named = [(one, PROCESS["mediate"].field(one).label) for one in (*SIDES, "proposals")]
    known = [(label if session.present else _("Proposals"), session.covered(one)) for one, label in named]
    return [(label, words) for label, words in known if words]


def _opinion(row: FunctionOpinion, at: datetime) -> dict[str, Any]:
    """One opinion: question and answer, its limit, how the solution stands to it; of an outside body what it was given."""
    names = ("question", "content", "stance_words", "allowed_reason", "released", "secrecy_basis", "returned_words")
    open_still = row.state == FunctionOpinion.State.OPEN
    return {
        "opinion": row,
        "outside": row.kind == FunctionOpinion.Kind.OUTSIDE,
        "of": people.unit_name(row.unit_id) if row.unit_id else row.covered("body"),
        "texts": texts(row, *names),
        "contact": contact_words(row.unit_id) if row.unit_id and open_still else "",
        "due": row.due_at if open_still and row.unit_id else None,
        "late": bool(open_still and row.unit_id and row.due_at and row.due_at < at),
        "giver": people.alias_of(row.given_by),
        "allower": people.staff_identity(row.allowed_by),
        "cost": yuan(row.cost_fen) if row.cost_fen is not None else "",
        "commitments": len(row.secrecy_files),
        "out": bool(row.released_until and row.returned_at is None),
        "out_late": bool(row.released_until and row.returned_at is None and row.due_at and row.due_at < at),
    }


def mediation_context(actor: Actor, complaint: Complaint) -> dict[str, Any] | None:
    rows = Mediation.of(complaint)
    if not rows:
        return None
    sessions = MediationSession.of(complaint)
    shown = [
        {
            "mediation": row,
            "mediator": people.alias_of(row.mediator_id),
            "agreement": row.covered("agreement"),
            "how": row.covered("called_how") if row.called_for else "",
            "objection": row.covered("objection") if waits_for_ruling(row) else "",
            "sessions": [
                {
                    "session": one,
                    "present": present_words(one),
                    "texts": texts(one, "means", "content"),
                    "proposals": proposals_of(one),
                }
                for one in sessions
                if one.mediation_id == row.pk
            ],
        }
        for row in rows
    ]
    return {"mediations": shown, "note": rows[-1].get_state_display()}


panel(Panel(name="tasks", title=_("Department tasks"), template="casework/tasks.html", context=tasks_context, order=40))
panel(
    Panel(
        name="investigation",
        title=_("Investigation"),
        template="casework/investigation.html",
        context=investigation_context,
        order=35,
    )
)
panel(
    Panel(
        name="risk",
        title=_("Escalation risks and opinions"),
        template="casework/risk.html",
        context=risk_context,
        order=45,
    )
)
panel(
    Panel(
        name="mediation", title=_("Mediation"), template="casework/mediation.html", context=mediation_context, order=50
    )
)
