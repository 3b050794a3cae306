"""The files of an erased thing: keys, names and hashes at once, bytes as soon as the erasure is committed (PS-17)."""

import uuid
from datetime import datetime

from django.db import transaction

from tingsu.files import store
from tingsu.kernel.erasing import erases
from tingsu.kernel.tenancy import current_organisation_id


@erases("files")
def files(thing_id: uuid.UUID, at: datetime) -> int:
    """Originals and thumbnails. A process that dies before the bytes are gone leaves them without a key, to the nightly sweep."""
    organisation_id = current_organisation_id()
    gone = store.erase(thing_id, at)

    def remove() -> None:
        for file_id in gone:
            store.remove_bytes(file_id, organisation_id)

    transaction.on_commit(remove)
    return len(gone)
