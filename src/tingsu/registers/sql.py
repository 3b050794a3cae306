"""SQL by hand of the registers: the words of their search, and counts that do not grow with a register."""

import uuid
from collections.abc import Sequence

from tingsu.kernel import sql
from tingsu.kernel.tenancy import current_organisation_id

FIND_ENTRIES = "SELECT id FROM tingsu_find_entries(%s, %s, %s)"
MOST_VALUES = 300
"""Values of one field that are counted at most (suppliers, people)."""
COUNT_VALUES = """
WITH RECURSIVE asked AS (
  SELECT %s::uuid AS organisation, %s::varchar AS register, name::varchar FROM unnest(%s::varchar[]) AS name
), known AS (
  SELECT a.*, 1 AS place, (SELECT f.value FROM registers_entryfacet f
    WHERE f.organisation_id = a.organisation AND f.register = a.register AND f.name = a.name ORDER BY f.value LIMIT 1) AS value
  FROM asked a
  UNION ALL
  SELECT k.organisation, k.register, k.name, k.place + 1, (SELECT f.value FROM registers_entryfacet f
    WHERE f.organisation_id = k.organisation AND f.register = k.register AND f.name = k.name AND f.value > k.value
    ORDER BY f.value LIMIT 1)
  FROM known k WHERE k.value IS NOT NULL AND k.place < %s
)
SELECT k.name, k.value, (SELECT count(*) FROM (SELECT 1 FROM registers_entryfacet f
    WHERE f.organisation_id = k.organisation AND f.register = k.register AND f.name = k.name AND f.value = k.value
    LIMIT %s) AS few)
FROM known k WHERE k.value IS NOT NULL
"""
"""The values of some fields by walking from one to the next in the index, each counted as far as a number."""


def count_values(register: str, names: Sequence[str], most: int) -> list[tuple[str, str, int]]:
    """How many entries have each value of some fields: (field, value, number), no further than `most`."""
    rows = sql.rows_of(COUNT_VALUES, current_organisation_id(), register, list(names), MOST_VALUES, most)
    return [(name, value, number) for name, value, number in rows]


def find_entries(register: str, query: str, most: int) -> list[uuid.UUID]:
    """Entries of a register with these words. The caller narrows to what the reader may see."""
    return [found for (found,) in sql.rows_of(FIND_ENTRIES, register, query, most)]
