"""What an entry leaves beside its texts: search words and the fingerprints by which lists filter (PS-17)."""

import uuid
from datetime import datetime

from tingsu.kernel.erasing import erases
from tingsu.registers.declaration import register_named
from tingsu.registers.models import Entry, EntryFacet, EntryWords


@erases("words")
def words(entry_id: uuid.UUID, at: datetime) -> int:
    """Words, and facets of texts; facets of codes stay for the figures."""
    entry = Entry.objects.filter(pk=entry_id).first()
    known = register_named(entry.register) if entry else None
    if known is None:
        return 0
    of_texts = [one for one in known.filters if known.by_name[one].kind == "text"]
    EntryFacet.objects.filter(entry_id=entry_id, name__in=of_texts).delete()
    return EntryWords.objects.filter(pk=entry_id).delete()[0]
