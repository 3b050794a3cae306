"""The decisions addressed to a party and what they rest on, as long as the case is open to them (AK-11): the words meant for the
parties, what is said to each wish, and laws, rules and commitments by name. No internal opinion, verdict or approval.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.functional import Promise as Text
from django.utils.translation import gettext_lazy as _

from tingsu.complaints.models import Complaint, Demand, Party
from tingsu.complaints.recorded import bases_cited
from tingsu.complaints.terms import PartyRole
from tingsu.portal.causes import DEMAND_WORDS
from tingsu.settlement import wording
from tingsu.settlement.models import DemandAnswer, Solution
from tingsu.settlement.rulebooks import bases


@dataclass(frozen=True, kw_only=True)
class Answered:
    """What we say to one of the demands."""

    demand: Any
    decision: Any
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Grounds:
    """What a decision rests on."""

    answers: list[Answered] = field(default_factory=list)
    bases: list[str] = field(default_factory=list)
    """Laws, rules and commitments it was decided on, by name."""


@dataclass(frozen=True, kw_only=True)
class Decided:
    """What we decided last and told this party."""

    title: str | Text
    at: datetime | None
    words: str
    grounds: Grounds


def of_solution(complaint: Complaint, party: Party, solution: Solution) -> Grounds:
    """What a solution rests on, as it stood when it was written; what is said to each wish is for whoever wished it."""
    answers = answers_in(complaint, solution) if party.role != PartyRole.RESPONDENT else []
    return Grounds(answers=answers, bases=bases.names(solution.bases, solution.bases_version))


def answers_in(complaint: Complaint, solution: Solution) -> list[Answered]:
    """What a solution says to each demand."""
    kinds = dict(Demand.objects.filter(complaint=complaint).values_list("pk", "kind"))
    return [
        Answered(
            demand=DEMAND_WORDS.get(kinds.get(row.demand_id, ""), ""),
            decision=row.get_decision_display(),
            reason=row.shown("reason"),
        )
        for row in DemandAnswer.of(complaint, solution=solution)
    ]


def of_answer(complaint: Complaint) -> Grounds:
    """What an answer rests on: the bases that were cited for the verdict, or for its not being ours."""
    return Grounds(bases=bases.names(bases_cited(complaint), bases.in_force().version))


def last_decision(complaint: Complaint, party: Party, answer: str) -> Decided | None:
    """What was decided last: the answer, whose words are given, or the proposal that was sent; None where nothing was told yet."""
    told = [one for one in Solution.of(complaint) if one.sent_at is not None]
    last = max(told, key=lambda one: one.version, default=None)
    answered = complaint.answered_at if party.role != PartyRole.RESPONDENT and answer else None
    if answered and (last is None or last.sent_at is None or answered > last.sent_at):
        return Decided(title=_("Our answer"), at=answered, words=answer, grounds=of_answer(complaint))
    if last is None:
        return None
    words = wording.words_for(last, party.role)
    return Decided(
        title=_("Our last proposal"), at=last.sent_at, words=words, grounds=of_solution(complaint, party, last)
    )
