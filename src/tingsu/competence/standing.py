"""Whether a staff level has been earned: what `people` asks before anybody is lifted by hand (PE-05, PE-30)."""

import uuid

from tingsu.competence import criteria
from tingsu.competence.files import file_of
from tingsu.people import grading
from tingsu.people.roles import STAFF_RANK
from tingsu.registers.models import Entry


def earned(member_id: uuid.UUID, level: str) -> bool:
    """Somebody without a file brings the level along, as a list of the set-up says it; with a file it takes an assessment."""
    if file_of(member_id) is None:
        return True
    given = Entry.objects.filter(register="grading", state="given", facets__name="person", facets__value=str(member_id))
    held = {row.codes["level"] for row in given}
    return any(STAFF_RANK.get(criteria.work_of(one), 0) >= STAFF_RANK[level] for one in held)


grading.declare(earned)
