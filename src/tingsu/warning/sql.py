"""SQL by hand of early warning: which words the texts of a week hold."""

import uuid
from collections.abc import Collection
from datetime import datetime

from tingsu.kernel import sql
from tingsu.kernel.tenancy import current_organisation_id

# The newest texts of complaints received in a time, at most so many; suggestions and praise are none.
OF_WEEK = """
SELECT s.id, s.words FROM complaints_searchentry s
JOIN complaints_complaint c ON c.organisation_id = s.organisation_id AND c.id = s.id AND c.kind = 'complaint'
WHERE s.organisation_id = {organisation} AND s.received_at >= {begin} AND s.received_at < {end}
ORDER BY s.received_at DESC, s.id DESC LIMIT {most}
"""
# One sign alone and numbers say nothing of what a text is about.
WORDS = "SELECT word, ndoc FROM ts_stat(format(%s, %s::uuid, %s::timestamptz, %s::timestamptz, %s::int)) WHERE length(word) > 1 AND word !~ '^[0-9]+$'"
HOLDERS = (
    "SELECT t.id, ARRAY(SELECT unnest(tsvector_to_array(t.words)) INTERSECT SELECT unnest(%s::text[])) FROM ({texts}) t"
)
TEXTS = "SELECT count(*) FROM ({texts}) t"
# Complaints received in a time whose texts hold so many of some words at least.
HOLDING = """
SELECT s.id FROM complaints_searchentry s WHERE s.organisation_id = %s AND s.received_at >= %s AND s.received_at < %s
AND (SELECT count(*) FROM unnest(%s::text[]) asked(word) WHERE s.words @@ quote_literal(asked.word)::tsquery) >= %s
ORDER BY s.received_at DESC, s.id DESC LIMIT %s
"""
_QUOTED = OF_WEEK.replace("SELECT s.id, s.words", "SELECT s.words").format(
    organisation="%L", begin="%L", end="%L", most="%s"
)
_ASKED = OF_WEEK.format(organisation="%s", begin="%s", end="%s", most="%s")


def holding(begin: datetime, end: datetime, words: Collection[str], held: int, most: int) -> list[uuid.UUID]:
    """The complaints received in a time whose texts hold so many of some words at least, the newest, at most so many."""
    return [one for (one,) in sql.rows_of(HOLDING, current_organisation_id(), begin, end, list(words), held, most)]


def texts_between(begin: datetime, end: datetime, most: int) -> int:
    """How many texts there are, at most so many."""
    return int(sql.value_of(TEXTS.format(texts=_ASKED), current_organisation_id(), begin, end, most))


def words_between(begin: datetime, end: datetime, most: int) -> dict[str, int]:
    """How many of the newest texts hold each word."""
    return dict(sql.rows_of(WORDS, _QUOTED, current_organisation_id(), begin, end, most))


def holders_between(begin: datetime, end: datetime, most: int, words: Collection[str]) -> dict[str, set[uuid.UUID]]:
    """Which complaints hold each of some words."""
    found: dict[str, set[uuid.UUID]] = {}
    rows = sql.rows_of(HOLDERS.format(texts=_ASKED), list(words), current_organisation_id(), begin, end, most)
    for complaint_id, held in rows:
        for word in held:
            found.setdefault(word, set()).add(complaint_id)
    return found
