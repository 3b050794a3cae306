"""What was agreed, and what follows a result that does not satisfy: requests for review or mediation, a low rating."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise as Text
from django.utils.translation import gettext_lazy as _

from tingsu.aftercare.events import ANSWERED
from tingsu.aftercare.models import ReviewRequest
from tingsu.aftercare.queries import round_of
from tingsu.aftercare.reviews import requests_of
from tingsu.clocks.models import Promise
from tingsu.complaints.models import Complaint, ComplaintLink, Party
from tingsu.complaints.terms import State
from tingsu.kernel.fields import in_language
from tingsu.letters.links import case_token
from tingsu.people.queries import public_identity
from tingsu.portal.grounds import Grounds, of_solution
from tingsu.settlement import queries, wording
from tingsu.settlement.models import ExecutionItem, Payment, Remedy, Solution
from tingsu.settlement.rulebooks import payments, remedies

TITLES = {
    "review": _("Your request for review"),
    "mediation": _("Your request for mediation"),
}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request of the complainant: who answers it by when, or the written result."""

    title: str | Text
    asked_at: datetime
    by: datetime
    who: str
    late: bool
    result: str | Text = ""
    answer: str = ""
    answered_at: datetime | None = None
    follow_up: str = ""
    follow_up_token: str = ""
    """Opens that complaint for the same person; empty where somebody named it by hand."""


def requests_for(complaint: Complaint, at: datetime, party: Party | None = None) -> list[Asked]:
    """Requests for review or mediation, the newest first; they stay on the page. `party` is who reads it."""
    return [
        Asked(
            title=TITLES[row.kind],
            asked_at=row.asked_at,
            by=row.due_at,
            who=public_identity(row.answered_by or row.reviewer_id) if row.answered_by or row.reviewer_id else "",
            late=row.state == ReviewRequest.State.OPEN and row.due_at < at,
            result=ANSWERED.get(row.result, ""),
            answer=row.shown("answer"),
            answered_at=row.answered_at,
            follow_up=row.follow_up,
            follow_up_token=_way_on(complaint, row, party) if row.follow_up and party else "",
        )
        for row in reversed(requests_of(complaint))
    ]


def _way_on(complaint: Complaint, row: ReviewRequest, party: Party) -> str:
    """The key of whoever reads this to what was registered with the answer: it has the same people, with no code in their hands."""
    link = ComplaintLink.objects.filter(other=complaint, complaint__number=row.follow_up, confirmed_at=row.answered_at)
    there = Party.objects.filter(complaint__in=link.values("complaint"), role=party.role, erased_at=None).first()
    return case_token(there.complaint_id, there.pk) if there else ""


@dataclass(frozen=True, kw_only=True)
class Call:
    """After a low rating: who calls, by when; None where nobody could be named."""

    who: str
    by: datetime | None


def call_after_low_rating(complaint: Complaint, promises: list[Promise]) -> Call | None:
    """The call that was promised, until somebody has made it (SC-03)."""
    current = round_of(complaint)
    if current is None or current.rating is None or not current.is_low or current.low_followed:
        return None
    by = next((one.due_at for one in promises if one.is_open and one.kind == "low_rating_call"), None)
    who = public_identity(current.rating.caller_id) if current.rating.caller_id else ""
    return Call(who=who, by=by)


@dataclass(frozen=True, kw_only=True)
class Agreed:
    """What was agreed, with what became of it."""

    wording: str
    at: datetime | None
    terms: list["AgreedTerm"] = field(default_factory=list)
    grounds: Grounds = field(default_factory=Grounds)


def did_not_accept(complaint: Complaint, party: Party) -> bool:
    """Is the case with other ways because this respondent did not accept the last proposal (FB-15)?"""
    solution = queries.solution_in(complaint, Solution.State.REFUSED)
    if complaint.state != State.EXTERNAL_ROUTE or solution is None:
        return False
    said = queries.latest_opinions(solution).get(party.pk)
    return said is not None and not said.agrees


@dataclass(frozen=True, kw_only=True)
class AgreedTerm:
    """One measure: amount in fen, the day it was promised for, when it was done and checked."""

    what: Any
    amount_fen: int | None = None
    detail: str = ""
    due_on: date | None = None
    done_at: datetime | None = None
    checked_at: datetime | None = None
    failed: bool = False
    means: str = ""
    """By what means money was paid, once it was."""
    arrives_on: date | None = None
    received_at: datetime | None = None
    missing: bool = False


def agreed_for(complaint: Complaint, party: Party) -> Agreed | None:
    """The version that both sides agreed to, from the agreement to the end of the complaint and after (FB-04)."""
    solution = queries.solution_in(complaint, Solution.State.AGREED)
    if solution is None:
        return None
    names = {code: in_language(entry["name"]) for code, entry in remedies.by_code(solution.remedies_version).items()}
    items = sorted(ExecutionItem.of(complaint, solution=solution), key=lambda item: item.position)
    paid = {one.item_id: one for one in Payment.of(complaint) if one.paid_at}
    terms = []
    for row in sorted(Remedy.of(complaint, solution=solution), key=lambda row: row.position):
        item = next((one for one in items if one.remedy == row.code), None)
        if item:
            items.remove(item)
        terms.append(_term(row, item, names.get(row.code, row.code), paid.get(item.pk) if item else None))
    return Agreed(
        wording=wording.words_for(solution, party.role), at=solution.settled_at, terms=terms,
        grounds=of_solution(complaint, party, solution),
    )  # fmt: skip


def _term(row: Remedy, item: ExecutionItem | None, what: Any, paid: Payment | None) -> AgreedTerm:
    state = paid.state if paid else ""
    return AgreedTerm(
        what=what,
        amount_fen=row.amount_fen,
        detail=row.shown("detail"),
        due_on=item.due_on if item and item.due_on else row.due_on,
        done_at=item.done_at if item else None,
        checked_at=item.verified_at if item else None,
        failed=item is not None and item.state == ExecutionItem.State.FAILED,
        means=payments.name_of(paid.means, paid.means_version) if paid else "",
        arrives_on=paid.arrives_on if paid and state == Payment.State.PAID else None,
        received_at=paid.answered_at if paid and state == Payment.State.RECEIVED else None,
        missing=state == Payment.State.MISSING,
    )
