"""Who may not decide on a case because it is about them (G5; IV-03, VL-10). One place for every step that asks."""

import uuid

from tingsu.complaints.case_rows import rows_of
from tingsu.complaints.models import Complaint, Party
from tingsu.kernel.crypto import Erased
from tingsu.kernel.fields import LANGUAGES
from tingsu.people import queries as people

UNIT, PERSON, INTEREST = "unit_concerned", "person_concerned", "declared_interest"
SHORTEST_NAME = 2


def dependence_of(member_id: uuid.UUID | None, unit_ids: frozenset[uuid.UUID], complaint: Complaint) -> str:
    """Why this member cannot investigate, decide, mediate or check the case: a code, or an empty text if nothing stands in the way.

    1. The unit complained of is one of the member's. 2. The member is the person complained of: staff number, work
    identity or name stands in that field. 3. The member has declared an interest in the unit or in one of the parties.
    """
    if complaint.unit_concerned_id is not None and complaint.unit_concerned_id in unit_ids:
        return UNIT
    member = people.member_or_none(member_id)
    if member is None:
        return ""
    if _is_named(complaint, member_id):
        return PERSON
    interests = set(member.interests)
    if interests and (str(complaint.unit_concerned_id) in interests or interests & _parties(complaint)):
        return INTEREST
    return ""


def plainly_dependent(member_id: uuid.UUID, unit_ids: frozenset[uuid.UUID], complaint: Complaint) -> bool:
    """What the rows at hand say already, for lists of candidates: the own unit, or one with a declared interest. No query."""
    unit = complaint.unit_concerned_id
    if unit is None:
        return False
    member = people.member_or_none(member_id)
    return unit in unit_ids or (member is not None and str(unit) in member.interests)


def _is_named(complaint: Complaint, member_id: uuid.UUID | None) -> bool:
    if not complaint.person_concerned:
        return False
    member = people.member_or_none(member_id)
    if member is None:
        return False
    try:
        concerned = complaint.text("person_concerned")
        names = {
            member.staff_number,
            people.name_of(member),
            *(member.alias.get(language, "") for language in LANGUAGES),
        }
    except Erased:
        return False
    return any(len(name) >= SHORTEST_NAME and name in concerned for name in names)


def _parties(complaint: Complaint) -> set[str]:
    """Fingerprints of the parties' names, as interests are declared: no name is opened for this."""
    return {bytes(party.name_index).hex() for party in rows_of(Party, complaint) if party.name_index}
