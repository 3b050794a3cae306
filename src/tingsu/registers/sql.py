"""SQL by hand of the registers: the words of their search."""

import uuid

from tingsu.kernel import sql

FIND_ENTRIES = "SELECT id FROM tingsu_find_entries(%s, %s, %s)"


def find_entries(register: str, query: str, most: int) -> list[uuid.UUID]:
    """Entries of a register with these words. The caller narrows to what the reader may see."""
    return [found for (found,) in sql.rows_of(FIND_ENTRIES, register, query, most)]
