"""Settlement on the case page: remedies and approvals, opinions of the parties, execution, ways outside."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.complaints import terms
from tingsu.complaints.actions import time_zone
from tingsu.complaints.case_rows import rows_of
from tingsu.complaints.models import Complaint, Party
from tingsu.complaints.registry import Panel, panel
from tingsu.complaints.steps.common import MEANS
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import local_date, now
from tingsu.kernel.models import Event
from tingsu.kernel.money import yuan
from tingsu.letters.models import Letter
from tingsu.people import queries as people
from tingsu.people.roles import Role
from tingsu.registers.models import Entry
from tingsu.settlement import queries
from tingsu.settlement.batches import batches_of
from tingsu.settlement.models import (
    Approval,
    Cost,
    ExecutionItem,
    OutsideCase,
    PartyOpinion,
    Payment,
    PaymentLine,
    Recourse,
    Remedy,
    Solution,
)
from tingsu.settlement.options import recurrence_label
from tingsu.settlement.rulebooks import advance, bases, payments, remedies, ways
from tingsu.settlement.wording import replies_of

TONE = {
    "draft": "outline", "submitted": "soon", "approved": "done", "returned": "high", "sent": "accent", "agreed": "done",
    "refused": "high", "rejected": "high", "replaced": "outline", "open": "soon", "done": "accent", "verified": "done", "failed": "high",
    "asked": "soon", "ordered": "accent", "paid": "done", "received": "done", "missing": "high",
    "offered": "outline", "filed": "accent", "decided": "done", "ended": "outline",
}  # fmt: skip
"""Badge of a state: colour is for what waits or went wrong."""


def remedies_context(actor: Actor, complaint: Complaint) -> dict[str, Any] | None:
    """The newest version in full, the older ones as a line each (FB-03), and who decided on it (RM-10)."""
    solutions = sorted(Solution.of(complaint), key=lambda one: one.version, reverse=True)
    if not solutions:
        return None
    shown = solutions[0]
    rows = sorted(Remedy.of(complaint, solution=shown), key=lambda row: row.position)
    codes = [row.code for row in rows]
    return {
        "note": yuan(shown.total_fen) if shown.total_fen else "",
        "solution": shown,
        "tone": TONE[shown.state],
        "opinion": shown.covered("opinion"),
        "wording": shown.covered("wording"),
        "conditions": shown.covered("conditions"),
        "prevention": shown.covered("prevention"),
        "recurrence": _recurrence(shown),
        "rows": [
            {
                "name": remedies.name_of(row.code, shown.remedies_version),
                "amount": yuan(row.amount_fen) if row.amount_fen else "",
                "detail": row.covered("detail"),
                "executor": people.alias_of(row.executor_id),
                "due_on": row.due_on,
            }
            for row in rows
        ],
        "responses": remedies.response_names(shown.responses, shown.remedies_version)
        or remedies.responses_for(codes, shown.remedies_version),
        "replies": [
            {"reply": reply, "amount": yuan(reply.amount_fen) if reply.amount_fen else ""}
            for reply in replies_of(shown)
        ],
        "bases": bases.names(shown.bases, shown.bases_version),
        "total": yuan(shown.total_fen),
        "committed": _committed(complaint, shown),
        "author": people.alias_of(shown.drafted_by),
        "approvals": [_approval(row) for row in Approval.of(complaint, solution=shown)],
        "older": [{"solution": one, "tone": TONE[one.state], "total": yuan(one.total_fen)} for one in solutions[1:]],
    }


def _recurrence(shown: Solution) -> str:
    """The record that acts against recurrence, as it stands now (RM-12)."""
    if shown.recurrence_id is None:
        return ""
    entry = Entry.objects.filter(pk=shown.recurrence_id).first()
    return recurrence_label(entry) if entry else ""


def plan_context(actor: Actor, complaint: Complaint) -> dict[str, Any] | None:
    """What the complainant was told of a solution that takes longer (RM-11)."""
    plan = queries.plan_in_force(complaint)
    if plan is None:
        return None
    return {
        "plan": plan,
        "measure": plan.covered("measure"),
        "interim": plan.covered("interim"),
        "why": plan.covered("why"),
        "maker": people.alias_of(plan.made_by),
    }


def _committed(complaint: Complaint, shown: Solution) -> str:
    """The total of the case, when earlier versions count too."""
    besides = queries.committed_fen(complaint, besides=shown)
    return yuan(besides + shown.total_fen) if besides else ""


def _approval(row: Approval) -> dict[str, Any]:
    return {
        "approval": row,
        "roles": [Role(role).label for role in row.roles],
        "asked_by": people.alias_of(row.asked_by),
        "decided_by": people.alias_of(row.decided_by),
        "reason": row.covered("reason"),
        "total": yuan(row.committed_fen),
        "votes": [
            (people.alias_of(uuid.UUID(one["member"])), Approval.Decision(one["decision"]).label) for one in row.votes
        ],
    }


def opinions_context(actor: Actor, complaint: Complaint) -> dict[str, Any] | None:
    """Who was asked about the version sent last, and what each said (FB-01)."""
    solution = queries.solution_in(
        complaint,
        *(state for state in Solution.State if state not in {"draft", "submitted", "approved", "returned", "rejected"}),
    )
    if solution is None or solution.sent_at is None:
        return None
    given = PartyOpinion.of(complaint, solution=solution)
    parties = queries.parties_concerned(complaint)
    return {
        "solution": solution,
        "sides": [
            {
                "role": terms.PartyRole(party.role).label,
                "opinions": [_opinion(row) for row in given if row.party_id == party.pk],
            }
            for party in parties
        ],
        "informed": _informed(complaint, solution),
        "no_respondent": not any(party.role == terms.PartyRole.RESPONDENT for party in parties),
    }


def _informed(complaint: Complaint, solution: Solution) -> list[dict[str, Any]]:
    """Everybody who was told of this version, as it was kept when it was sent: parties with their letter, and staff (FB-02)."""
    events = Event.objects.filter(stream_id=complaint.pk, kind="complaint.solution_sent").order_by("-seq")
    sent: dict[str, Any] = next((one.data for one in events if one.data.get("version") == solution.version), {})
    letters = {
        str(row.pk): row for row in Letter.objects.filter(stream_id=complaint.pk, intent__startswith="solution:")
    }
    roles = {str(party.pk): terms.PartyRole(party.role).label for party in rows_of(Party, complaint)}
    found: list[dict[str, Any]] = []
    for one in sent.get("informed", []):
        if "member" in one:
            found.append({"who": people.alias_of(uuid.UUID(one["member"]))})
            continue
        letter = letters.get(one.get("letter", ""))
        means = dict(MEANS).get(letter.channel, letter.channel) if letter else ""
        found.append({"who": roles.get(one["party"], ""), "letter": letter, "means": means})
    return found


MEANS_WORDS = {"withdrawal": _("by withdrawing"), "direct": _("in the first contact")}


def _opinion(row: PartyOpinion) -> dict[str, Any]:
    return {
        "opinion": row,
        "words": row.covered("words"),
        "means": {**dict(MEANS), **MEANS_WORDS}.get(row.means, row.means),
    }


Held = tuple[PaymentLine, str] | None
"""The line of a payment in a batch, with the number of the batch."""


def execution_context(actor: Actor, complaint: Complaint) -> dict[str, Any] | None:
    """Items with executor, date, proof and verification (FB-04)."""
    items = ExecutionItem.of(complaint)
    if not items:
        return None
    current = [item for item in items if item.current]
    in_batches = batches_of(complaint)
    paid = {
        row.item_id: (row, in_batches.get(row.pk))
        for row in Payment.of(complaint)
        if row.state != Payment.State.RETURNED
    }
    left = sum(item.state in {ExecutionItem.State.OPEN, ExecutionItem.State.DONE} for item in current)
    today = local_date(now(), time_zone())
    return {
        "note": _("%(count)s to do") % {"count": left} if left and complaint.state == terms.State.EXECUTING else "",
        "items": [_item(item, today, paid) for item in sorted(current, key=lambda one: one.position)],
        "earlier": [_item(item, today, paid) for item in items if not item.current],
    }


def _item(item: ExecutionItem, today: Any, of: Mapping[uuid.UUID, tuple[Payment, Held]]) -> dict[str, Any]:
    return {
        "item": item,
        "tone": TONE[item.state],
        "name": remedies.name_of(item.remedy) if item.remedy else _("Duty from outside"),
        "duty": item.covered("duty"),
        "amount": yuan(item.amount_fen) if item.amount_fen else "",
        "paid": yuan(item.paid_fen) if item.paid_fen else "",
        "executor": people.alias_of(item.executor_id),
        "proof": item.covered("proof"),
        "remark": item.covered("remark"),
        "verifier": people.alias_of(item.verified_by),
        "payment": _payment(*of[item.pk]) if item.pk in of else None,
        "late": item.state == ExecutionItem.State.OPEN and item.due_on is not None and item.due_on < today,
    }


def _payment(row: Payment, held: Held) -> dict[str, Any]:
    """How the money of an item goes: means, payee and account, order, batch, receipt (RM-08)."""
    return {
        "batch": held[1] if held else "",
        "batch_state": held[0].get_state_display() if held else "",
        "row": row,
        "tone": TONE[row.state],
        "means": payments.name_of(row.means, row.means_version),
        "payee": row.covered("payee"),
        "account": row.covered("account"),
        "asked_by": people.alias_of(row.asked_by),
        "checked_by": people.alias_of(row.checked_by),
        "words": row.covered("words"),
    }


def costs_context(actor: Actor, complaint: Complaint) -> dict[str, Any] | None:
    """What the complaint cost: paid out, got back, goods, time and fees (RM-07, RM-13)."""
    costs, recourses = Cost.of(complaint), Recourse.of(complaint)
    paid = sum(item.paid_fen or 0 for item in ExecutionItem.of(complaint))
    if not (costs or recourses or paid):
        return None
    recovered = sum(row.recovered_fen or 0 for row in recourses)
    total = paid - recovered + sum(row.amount_fen or 0 for row in costs)
    return {
        "note": yuan(total),
        "paid": yuan(paid) if paid else "",
        "recovered": yuan(recovered) if recovered else "",
        "minutes": sum(row.minutes or 0 for row in costs),
        "rows": [
            {
                "row": row,
                "amount": yuan(row.amount_fen) if row.amount_fen else "",
                "words": row.covered("note"),
            }
            for row in costs
        ],
        "recourses": [
            {
                "row": row,
                "amount": yuan(row.amount_fen),
                "against": row.covered("against"),
                "rule": advance.name_of(row.rule, row.rule_version),
                "result": row.covered("result"),
                "tone": {"open": "soon", "recovered": "done"}.get(row.state, "outline"),
            }
            for row in recourses
        ],
    }


def outside_context(actor: Actor, complaint: Complaint) -> dict[str, Any] | None:
    """Ways outside the company that were offered or taken (XR-05)."""
    rows = OutsideCase.of(complaint)
    if not rows and complaint.state != terms.State.EXTERNAL_ROUTE:
        return None
    return {
        "ways": [label for _code, label in ways.options(complaint.province)],
        "informed_at": complaint.ways_informed_at,
        "rows": [
            {
                "row": row,
                "tone": TONE[row.state],
                "way": ways.name_of(row.way),
                "body": row.covered("body"),
                "reference": row.covered("reference"),
                "note": row.covered("note"),
                "result": row.covered("result"),
                "costs": "" if row.costs_fen is None else yuan(row.costs_fen),
            }
            for row in rows
        ],
    }


panel(
    Panel(
        name="remedies",
        title=_("Remedies and approvals"),
        template="settlement/remedies.html",
        context=remedies_context,
        order=60,
    )
)
panel(
    Panel(
        name="solution_plan",
        title=_("Planned solution"),
        template="settlement/plan.html",
        context=plan_context,
        order=59,
    )
)
panel(
    Panel(
        name="opinions",
        title=_("Opinions of the parties"),
        template="settlement/opinions.html",
        context=opinions_context,
        order=62,
    )
)
panel(
    Panel(
        name="execution",
        title=_("Execution"),
        template="settlement/execution.html",
        context=execution_context,
        order=64,
    )
)
panel(
    Panel(
        name="outside",
        title=_("Other ways of redress"),
        template="settlement/outside.html",
        context=outside_context,
        order=66,
    )
)
panel(
    Panel(
        name="costs", title=_("Costs and recourse"), template="settlement/costs.html", context=costs_context, order=68
    )
)
