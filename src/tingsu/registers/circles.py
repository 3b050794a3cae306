"""Links that lead somewhere lead nowhere in a circle: what follows from something is not what that followed from."""

import uuid

from tingsu.registers.models import EntryLink

DIRECTED = frozenset({"cause", "follows", "evidence"})
"""Links that say what came before."""
DEEPEST = 40
"""Steps that are walked; each asks once, for all that were reached by the one before."""


def would_close(entry_id: uuid.UUID, other_id: uuid.UUID, kind: str) -> bool:
    """Does the other thing lead back to the entry by links of this type?"""
    if kind not in DIRECTED:
        return False
    reached, new = {other_id}, {other_id}
    for _step in range(DEEPEST):
        if entry_id in new:
            return True
        rows = EntryLink.objects.filter(entry__in=new, kind=kind).values_list("other_id", flat=True)
        new = set(rows) - reached
        if not new:
            return False
        reached |= new
    return True
