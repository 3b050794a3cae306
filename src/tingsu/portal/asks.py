"""What waits for the complainant: a proposal, an answer, a rating. At most one is first on the page."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from tingsu.complaints.models import Complaint, Party
from tingsu.complaints.moves import spoken_for
from tingsu.complaints.terms import State
from tingsu.kernel.fields import in_language
from tingsu.portal.grounds import Answered, of_solution
from tingsu.settlement import queries, wording
from tingsu.settlement.models import Remedy, Solution
from tingsu.settlement.rulebooks import remedies


@dataclass(frozen=True, kw_only=True)
class Term:
    """One thing we offer: what, how much, by when."""

    what: Any
    amount_fen: int | None = None
    detail: str = ""
    due_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A solution that was sent, in the words meant for the parties, with what it rests on (AK-11): no internal opinion or approval."""

    version: int
    wording: str
    total_fen: int
    sent_at: datetime | None
    terms: list[Term] = field(default_factory=list)
    answers: list[Answered] = field(default_factory=list)
    bases: list[str] = field(default_factory=list)
    """Laws, rules and commitments it was decided on, by name, as they stood then."""
    said: str = ""
    """This party's opinion so far: agree, disagree or nothing."""
    other_side: bool = False
    """Somebody else has not agreed yet."""


def proposal_for(complaint: Complaint, party: Party) -> Proposal | None:
    """The version that is with the parties, while their opinion is asked (P13, E23)."""
    if complaint.state != State.FEEDBACK:
        return None
    solution = queries.solution_in(complaint, Solution.State.SENT)
    if solution is None:
        return None
    about = spoken_for(complaint, party)
    grounds = of_solution(complaint, party, solution)
    opinions = queries.latest_opinions(solution)
    opinion = opinions.get(about.pk) if about else None
    others = [
        opinions.get(one.pk) for one in queries.parties_concerned(complaint) if about is None or one.pk != about.pk
    ]
    return Proposal(
        version=solution.version,
        wording=wording.words_for(solution, party.role),
        total_fen=solution.total_fen,
        sent_at=solution.sent_at,
        terms=_terms(complaint, solution),
        answers=grounds.answers,
        bases=grounds.bases,
        said="" if opinion is None else "agree" if opinion.agrees else "disagree",
        other_side=any(one is None or not one.agrees for one in others),
    )


def _terms(complaint: Complaint, solution: Solution) -> list[Term]:
    known = remedies.by_code(solution.remedies_version)
    names = {code: in_language(entry["name"]) for code, entry in known.items()}
    rows = sorted(Remedy.of(complaint, solution=solution), key=lambda row: row.position)
    return [
        Term(
            what=names.get(row.code, row.code), amount_fen=row.amount_fen, detail=row.shown("detail"), due_on=row.due_on
        )
        for row in rows
    ]
