"""A mediation as its parties read it: who mediates, when and how, and what was agreed (MD-06, MD-07)."""

from dataclasses import dataclass
from datetime import datetime

from tingsu.casework.models import Mediation, MediationSession
from tingsu.casework.steps.mediation import waits_for_ruling
from tingsu.complaints.models import Complaint, Party
from tingsu.complaints.terms import PartyRole
from tingsu.people.queries import public_identity


@dataclass(frozen=True, kw_only=True)
class ShownMediation:
    """The newest mediation of a case; staff by work identity (invariant 7)."""

    mediator: str
    state: str
    appointed_at: datetime
    called_for: datetime | None
    how: str
    agreement: str
    ended_at: datetime | None
    objected: bool
    """An objection waits for its decision."""


def mediation_for(complaint: Complaint, party: Party) -> ShownMediation | None:
    """The mediation under way, or how the last one ended; a respondent reads only of one they were invited to."""
    rows = sorted(Mediation.of(complaint), key=lambda row: row.appointed_at)
    if party.role == PartyRole.RESPONDENT:
        rows = [row for row in rows if MediationSession.Present.RESPONDENT in row.called_sides]
    if not rows:
        return None
    row = rows[-1]
    return ShownMediation(
        mediator=public_identity(row.mediator_id),
        state=row.state,
        appointed_at=row.appointed_at,
        called_for=row.called_for,
        how=row.shown("called_how"),
        agreement=row.shown("agreement"),
        ended_at=row.ended_at,
        objected=waits_for_ruling(row),
    )
