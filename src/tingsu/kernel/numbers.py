"""Serial numbers without gaps for people to read. Take one last: everybody in the same scope waits for its row."""

from django.db import connection

from tingsu.kernel.ids import new_id
from tingsu.kernel.tenancy import current_organisation_id

NEXT = """
INSERT INTO kernel_numberseries (id, organisation_id, scope, last) VALUES (%s, %s, %s, 1)
ON CONFLICT (organisation_id, scope) DO UPDATE SET last = kernel_numberseries.last + 1 RETURNING last
"""


def next_serial(scope: str) -> int:
    """The next serial of a scope, inside the open transaction; rolled back with it, so never a hole, never twice."""
    with connection.cursor() as cursor:
        cursor.execute(NEXT, [new_id(), current_organisation_id(), scope])
        found: int = cursor.fetchone()[0]
        return found
