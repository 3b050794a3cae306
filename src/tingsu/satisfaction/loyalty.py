"""How many complainants would use us again, of those whom surveys asked: what the indicator of loyalty counts (KP-14)."""

import uuid
from datetime import date

from tingsu.registers.models import Entry
from tingsu.satisfaction.answering import questionnaire_of
from tingsu.satisfaction.models import Answer


def again(first: date, end: date) -> tuple[int, int]:
    """Yes, and yes or no, of the answers in time that complainants gave from a day on and before another. Two queries."""
    rows = Answer.objects.filter(answered_on__gte=first, answered_on__lt=end, late=False)
    told: dict[uuid.UUID, list[dict[str, dict[str, int]]]] = {}
    for survey_id, values in rows.values_list("survey_id", "values"):
        told.setdefault(survey_id, []).append(values)
    said: list[int] = []
    for entry in Entry.objects.filter(pk__in=told):
        items = questionnaire_of(entry).asked_again
        said += [one[item.code]["x"] for one in told[entry.pk] for item in items if "x" in one.get(item.code, {})]
    return sum(said), len(said)
