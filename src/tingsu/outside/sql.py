"""SQL by hand of imported lists: what became of many lines, in one statement."""

import uuid
from collections.abc import Sequence

from tingsu.kernel import sql
from tingsu.kernel.tenancy import current_organisation_id

LINES_MADE = """
UPDATE outside_importline l SET verdict = 'made', complaint_id = v.complaint, spill_over_id = v.spill
FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[]) AS v (id, complaint, spill) WHERE l.organisation_id = %s AND l.id = v.id
"""


def lines_made(made: Sequence[tuple[uuid.UUID, uuid.UUID | None, uuid.UUID | None]]) -> None:
    """Lines that the transaction has locked became complaints, and spill-over complaints: (line, complaint, entry)."""
    ids, complaints, spills = zip(*made, strict=True)
    sql.change(LINES_MADE, list(ids), list(complaints), list(spills), current_organisation_id())
