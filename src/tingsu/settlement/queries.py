"""Reads of settlement: the version that counts, what the case already owes, opinions, items, cases outside."""

from datetime import datetime

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce

from tingsu.complaints.models import Complaint, Party
from tingsu.complaints.terms import PartyRole
from tingsu.kernel.models import Event
from tingsu.settlement.models import Approval, ExecutionItem, OutsideCase, PartyOpinion, Solution

S = Solution.State


def solution_in(complaint: Complaint, *states: str) -> Solution | None:
    """The newest version in one of these states."""
    found = Solution.objects.filter(complaint=complaint, state__in=states).order_by("-version").first()
    if found:
        found.complaint = complaint
    return found


def latest_solution(complaint: Complaint) -> Solution | None:
    return solution_in(complaint, *S.values)


def open_approval(complaint: Complaint) -> Approval | None:
    found = (
        Approval.objects.filter(complaint=complaint, decision=Approval.Decision.OPEN).select_related("solution").first()
    )
    if found:
        found.complaint = found.solution.complaint = complaint
    return found


def committed_fen(complaint: Complaint, besides: Solution | None = None) -> int:
    """What the case already owes or has paid, in fen, beside one version of the solution.

    Money paid under earlier versions, open duties, and versions approved or sent count; refused and replaced offers bind
    nobody. So a payment cannot be split over several versions to stay within an authority (OG-09, RM-10).
    """
    items = ExecutionItem.objects.filter(complaint=complaint).exclude(
        state=ExecutionItem.State.FAILED, paid_fen__isnull=True
    )
    offers = Solution.objects.filter(complaint=complaint, state__in=(S.APPROVED, S.SENT))
    if besides is not None:
        items, offers = items.exclude(solution=besides), offers.exclude(pk=besides.pk)
    owed = items.filter(outside_case__isnull=True).aggregate(sum=Sum(Coalesce("paid_fen", "amount_fen")))["sum"] or 0
    return owed + (offers.aggregate(sum=Sum("total_fen"))["sum"] or 0)


def parties_concerned(complaint: Complaint) -> list[Party]:
    """Complainant and, where recorded, respondents: those whose opinion is asked (FB-01)."""
    roles = (PartyRole.COMPLAINANT, PartyRole.RESPONDENT)
    return sorted(
        Party.objects.filter(complaint=complaint, role__in=roles),
        key=lambda party: (roles.index(PartyRole(party.role)), party.pk),
    )


def latest_opinions(solution: Solution) -> dict[object, PartyOpinion]:
    """The opinion that counts of each party: the last one given."""
    rows = PartyOpinion.objects.filter(solution=solution).order_by("given_at", "pk")
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
        Q(data__values__purpose=purpose), stream_id=complaint.pk, kind="complaint.log_contact", at__gte=since
    ).count()
