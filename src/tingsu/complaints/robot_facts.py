"""What a group robot may say of a complaint outside the house: grade and next deadline."""

import uuid
from collections.abc import Collection, Mapping

from tingsu.clocks.timers import timer_name
from tingsu.complaints.models import Complaint
from tingsu.letters.robots.posting import Facts, fill, tell_facts


def facts(ids: Collection[uuid.UUID]) -> Mapping[uuid.UUID, Facts]:
    """Grade in words and next deadline of the complaints among these things. One query."""
    rows = Complaint.objects.filter(pk__in=ids).only("id", "grade", "next_due_at")
    return {row.pk: Facts(str(row.get_grade_display()) if row.grade else "", row.next_due_at) for row in rows}


tell_facts(facts)
fill("timer", lambda data: str(timer_name(str(data.get("kind", "")))))
