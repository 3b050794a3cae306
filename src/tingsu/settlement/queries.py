"""Reads of settlement: the version that counts, what the case already owes, opinions, items, cases outside."""

from datetime import datetime

from django.db.models import Q

from tingsu.complaints.case_rows import rows_of
from tingsu.complaints.models import Complaint, Party
from tingsu.complaints.terms import PartyRole
from tingsu.kernel.models import Event
from tingsu.registers.models import Entry
from tingsu.settlement.models import Approval, ExecutionItem, OutsideCase, PartyOpinion, Solution, SolutionPlan

S = Solution.State


def solution_in(complaint: Complaint, *states: str) -> Solution | None:
    """The newest version in one of these states."""
    return max(Solution.of(complaint, state__in=states), key=lambda one: one.version, default=None)


def latest_solution(complaint: Complaint) -> Solution | None:
    return solution_in(complaint, *S.values)


def plan_in_force(complaint: Complaint) -> SolutionPlan | None:
    """What the complainant was told last of a solution that takes longer (RM-11)."""
    return next(iter(SolutionPlan.of(complaint, replaced_at=None)), None)


def open_approval(complaint: Complaint) -> Approval | None:
    found = next(iter(Approval.of(complaint, decision=Approval.Decision.OPEN)), None)
    if found:
        found.complaint = complaint
        found.solution = next(iter(Solution.of(complaint, pk=found.solution_id)))
    return found


def committed_fen(complaint: Complaint, besides: Solution | None = None) -> int:
    """What the case already owes or has paid, in fen, beside one version of the solution.

    Money paid under earlier versions, open duties, and versions approved or sent count; refused and replaced offers bind
    nobody. So a payment cannot be split over several versions to stay within an authority (OG-09, RM-10).
    """
    own = besides.pk if besides else None
    owed = sum(
        item.amount_fen or 0 if item.paid_fen is None else item.paid_fen
        for item in ExecutionItem.of(complaint, outside_case_id=None)
        if item.solution_id != own and not (item.state == ExecutionItem.State.FAILED and item.paid_fen is None)
    )
    offers = [one for one in Solution.of(complaint, state__in=(S.APPROVED, S.SENT)) if one.pk != own]
    return owed + sum(one.total_fen for one in offers)


def parties_concerned(complaint: Complaint) -> list[Party]:
    """Complainant and, where recorded, respondents: those whose opinion is asked (FB-01)."""
    roles = (PartyRole.COMPLAINANT, PartyRole.RESPONDENT)
    return sorted(rows_of(Party, complaint, role__in=roles), key=lambda party: roles.index(PartyRole(party.role)))


RECURRENCE = ("nonconformity", "rectification")
"""Registers whose entries act against recurrence."""
MOST_RECORDS = 20


def recurrence_records(complaint: Complaint) -> list[Entry]:
    """Records against recurrence that are linked with the case, the newest first (RM-12)."""
    rows = Entry.objects.filter(register__in=RECURRENCE, links__other_id=complaint.pk).exclude(state="dropped")
    return list(rows.distinct().order_by("-opened_at", "id")[:MOST_RECORDS])


def latest_opinions(solution: Solution) -> dict[object, PartyOpinion]:
    """The opinion that counts of each party: the last one given."""
    rows = sorted(PartyOpinion.of(solution.complaint, solution=solution), key=lambda row: row.given_at)
    return {row.party_id: row for row in rows}


def current_items(complaint: Complaint) -> list[ExecutionItem]:
    """The items of the present execution; those of an earlier one are history."""
    return ExecutionItem.of(complaint, current=True)


def pending_outside_cases(complaint: Complaint) -> list[OutsideCase]:
    """Ways under way: offered or filed, not yet decided or ended."""
    return OutsideCase.of(complaint, state__in=(OutsideCase.State.OFFERED, OutsideCase.State.FILED))


def contacts_since(complaint: Complaint, since: datetime, purpose: str) -> int:
    """Contacts and attempts on record for a purpose (E06 log_contact), counted in the ledger."""
    return Event.objects.filter(
        Q(data__values__purpose=purpose), stream_id=complaint.pk, kind="complaint.contact_logged", at__gte=since
    ).count()
