"""E23, P15–P17: what the parties say about a solution that was sent, and what follows."""

import uuid
from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.complaints import terms
from tingsu.complaints.case import Case
from tingsu.complaints.effects import tell_of_ways
from tingsu.complaints.models import Party
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import ConditionsUnmet, NotAllowed, Unmet
from tingsu.kernel.ids import new_id
from tingsu.letters.notices import notify
from tingsu.process.registry import effect
from tingsu.settlement import queries
from tingsu.settlement.effects.drafting import settle
from tingsu.settlement.effects.execution import open_items
from tingsu.settlement.models import PartyOpinion, Remedy, Solution

Values = dict[str, Any]
S = Solution.State


@effect("record_opinion")
def record_opinion(case: Case, values: Values) -> None:
    """FB-01: agree or not, in their words, when and by what means. A party speaks for itself only."""
    solution = sent_solution(case)
    party = next(one for one in queries.parties_concerned(case.complaint) if str(one.pk) == values["party"])
    if not may_speak_for(case.actor, party):
        raise NotAllowed(_("You can only give your own opinion."))
    opinion = PartyOpinion(
        id=new_id(), complaint=case.complaint, solution=solution, party=party, agrees=values["agrees"] == "agree",
        negotiable=bool(values["negotiable"]), means=values["means"], given_at=case.at,
        recorded_by_kind=case.actor.kind, recorded_by=case.actor.id,
    )  # fmt: skip
    opinion.seal_all(words=values["text"])
    opinion.save(force_insert=True)
    case.fact("solution", solution.pk)
    case.fact("opinion", opinion.pk)
    if party.role == terms.PartyRole.COMPLAINANT and case.complaint.waiting_on == terms.WaitingOn.COMPLAINANT:
        case.wait_on(terms.WaitingOn.US)
    if case.actor.kind != "member":
        notify(
            [case.complaint.owner_id],
            "opinion.given",
            case.complaint.pk,
            {"number": case.complaint.number, "agrees": opinion.agrees},
        )


def may_speak_for(actor: Actor, party: Party) -> bool:
    if actor.kind == "complainant":
        return party.role == terms.PartyRole.COMPLAINANT
    return actor.id == party.pk if actor.kind == "respondent" else True


def sent_solution(case: Case) -> Solution:
    """The version that is with the parties. Raises ConditionsUnmet."""
    solution = queries.solution_in(case.complaint, S.SENT)
    if solution is None:
        raise ConditionsUnmet([Unmet("solution_ready", "no_solution", _("no solution has been sent"))])
    return solution


@effect("agree")
def agree(case: Case, values: Values) -> None:
    """P15: each remedy becomes an execution item with its own time limit (FB-04)."""
    solution = sent_solution(case)
    settle(case, solution, S.AGREED)
    remedies = sorted(Remedy.of(case.complaint, solution=solution), key=lambda row: row.position)
    open_items(case, solution=solution, duties=[
        {"remedy": row.code, "amount": row.amount_fen, "text": row.text("detail"), "executor": row.executor_id, "due_on": row.due_on}
        for row in remedies
    ], promised_at=solution.sent_at)  # fmt: skip
    case.fact("solution", solution.pk)
    case.wait_on(terms.WaitingOn.US)


@effect("revise")
def revise(case: Case, values: Values) -> None:
    """P16: the version stays as refused; the next one answers the counter-proposal (FB-03)."""
    solution = sent_solution(case)
    settle(case, solution, S.REFUSED)
    case.fact("solution", solution.pk)
    case.wait_on(terms.WaitingOn.US)


@effect("no_agreement")
def no_agreement(case: Case, values: Values) -> None:
    """P17: the complaint stays open; the other ways are told and the refusal is on record (FB-06, FB-07, FB-15)."""
    solution = sent_solution(case)
    case.fact("refused_by", refusing_roles(solution))
    settle(case, solution, S.REFUSED)
    case.fact("solution", solution.pk)
    tell_of_ways(case)
    case.wait_on(terms.WaitingOn.COMPLAINANT)


def refusing_roles(solution: Solution) -> list[str]:
    """Which side did not accept; empty after silence."""
    refusing: list[uuid.UUID] = [one.party_id for one in queries.latest_opinions(solution).values() if not one.agrees]
    return sorted(set(Party.objects.filter(pk__in=refusing).values_list("role", flat=True)))
