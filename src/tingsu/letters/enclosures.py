"""Files that go with a letter: named in its words, and inside the mail as far as mail servers carry them."""

import uuid
from collections.abc import Iterable

from tingsu.files import metadata, store
from tingsu.files.models import StoredFile
from tingsu.kernel.errors import TingsuError
from tingsu.letters.providers import Enclosed

MAIL_BYTES = 10 * 1024 * 1024
"""All files of one mail together; above it common servers refuse the whole letter. The follow-up page has every file."""


def files_with(stream_id: uuid.UUID, ids: Iterable[str]) -> list[StoredFile]:
    """Files of this history that may still be had, in the order in which they were chosen. One query."""
    wanted = [str(one) for one in ids]
    if not wanted:
        return []
    rows = StoredFile.objects.filter(pk__in=wanted, stream_id=stream_id, erased_at=None, quarantined_at=None)
    found = {str(row.pk): row for row in rows}
    return [found[one] for one in wanted if one in found]


def copy_for_outside(file: StoredFile) -> tuple[str, str, bytes]:
    """Name, type and content as they leave the house: without place, camera and author where the kind can be had without."""
    name = store.name_of(file)
    try:
        media_type, content = store.open_clean(file)
    except metadata.NotCleanable:
        return name, file.media_type, store.open_file(file)
    if media_type != file.media_type:
        name = f"{name.rpartition('.')[0] or name}.jpg"
    return name, media_type, content


def enclosed_in(files: Iterable[StoredFile]) -> tuple[Enclosed, ...]:
    """What travels inside the mail, as far as there is room; a file that cannot be read stays behind, the letter leaves."""
    found, room = [], MAIL_BYTES
    for file in files:
        if file.size > room:
            continue
        try:
            name, media_type, content = copy_for_outside(file)
        except TingsuError:
            continue
        room -= len(content)
        found.append(Enclosed(name, media_type, content))
    return tuple(found)
