"""Whom letters of a case go to, and the list of other ways: what steps of several apps do."""

from tingsu.complaints import terms
from tingsu.complaints.case import Case
from tingsu.complaints.case_rows import rows_of
from tingsu.complaints.models import Complaint, Party
from tingsu.kernel.fingerprints import fingerprint
from tingsu.kernel.ids import new_code
from tingsu.letters import outbox


def complainant_of(complaint: Complaint) -> Party | None:
    """Whoever letters go to: the agent if there is one, else the complainant."""
    parties = {party.role: party for party in rows_of(Party, complaint)}
    return parties.get(terms.PartyRole.AGENT) or parties.get(terms.PartyRole.COMPLAINANT)


def exchange_code(complaint: Complaint) -> None:
    """Another access code in the place of the old one, unsaved: `code` and `code_index`."""
    code = new_code()
    complaint.seal("code", code)
    complaint.code_index = fingerprint(complaint.organisation_id, "code", code)


def tell_of_ways(case: Case, note: str = "") -> None:
    """E15: the list of other ways of redress goes to the complainant and is noted (SZ 6(9))."""
    case.set("ways_informed_at", case.at)
    if party := complainant_of(case.complaint):
        outbox.queue_letter(
            case.chain, complaint=case.complaint, party=party, template="ways",
            intent=f"ways:{case.event_id}", values={"note": note}, at=case.at,
        )  # fmt: skip
