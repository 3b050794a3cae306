"""SQL by hand of the conformity view: the clauses that entries prove, with the newest of each, however many there are."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from tingsu.kernel import sql
from tingsu.kernel.tenancy import current_organisation_id

COUNT_TO = 1000
"""Entries are counted so far; one more says that there are more."""
NEWEST = 12
"""So many of the newest entries of a register say how its proof of a clause stands."""
MOST_VALUES = 120
"""Clauses of one register."""
PROVED = """
WITH RECURSIVE known AS (
  SELECT r.register, 1 AS place, (SELECT f.value FROM registers_entryfacet f
    WHERE f.organisation_id = %s AND f.register = r.register AND f.name = 'clause' ORDER BY f.value LIMIT 1) AS value
  FROM unnest(%s::varchar[]) AS r (register)
  UNION ALL
  SELECT k.register, k.place + 1, (SELECT f.value FROM registers_entryfacet f
    WHERE f.organisation_id = %s AND f.register = k.register AND f.name = 'clause' AND f.value > k.value ORDER BY f.value LIMIT 1)
  FROM known k WHERE k.value IS NOT NULL AND k.place < %s
)
SELECT k.register, k.value, n.total, e.id, e.state, e.speaks_of, e.expires_on, e.opened_at
FROM known k
CROSS JOIN LATERAL (SELECT count(*) AS total FROM (SELECT 1 FROM registers_entryfacet f
    WHERE f.organisation_id = %s AND f.register = k.register AND f.name = 'clause' AND f.value = k.value LIMIT %s) few) n
CROSS JOIN LATERAL (SELECT f.entry_id FROM registers_entryfacet f
    WHERE f.organisation_id = %s AND f.register = k.register AND f.name = 'clause' AND f.value = k.value
    ORDER BY f.opened_at DESC, f.entry_id DESC LIMIT %s) newest
JOIN registers_entry e ON e.organisation_id = %s AND e.id = newest.entry_id
WHERE k.value IS NOT NULL
ORDER BY k.register, k.value, e.opened_at DESC, e.id DESC
"""


class Proved(NamedTuple):
    """One of the newest entries of a register that prove a clause, and how many there are of them."""

    register: str
    clause: str
    total: int
    id: uuid.UUID
    state: str
    speaks_of: date | None
    expires_on: date | None
    opened_at: datetime


def proved(registers: Sequence[str]) -> list[Proved]:
    """For each clause that entries of these registers prove: the newest entries, newest first."""
    ours = current_organisation_id()
    rows = sql.rows_of(
        PROVED, ours, list(registers), ours, MOST_VALUES, ours, COUNT_TO + 1, ours, NEWEST, ours,
    )  # fmt: skip
    return [Proved(*row) for row in rows]
