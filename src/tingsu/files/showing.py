"""A file as a viewer may have it: without place, camera and author, else as it came for those who see personal data (PS-05)."""

from tingsu.files import access, metadata, store
from tingsu.files.errors import ContentNotShown, OriginalNotAllowed
from tingsu.files.models import StoredFile
from tingsu.kernel.actor import Actor


def shown_to(actor: Actor, file: StoredFile) -> tuple[str, bytes]:
    """Type and content for this viewer. Kinds of which we cannot take the metadata out open to clear sight only.

    Raises ContentNotShown and OriginalNotAllowed, with the refusal in the access log; FileGone, FileQuarantined, FileDamaged.
    """
    if not access.sees_content(actor, file):
        access.note_opening(actor, file, "refused")
        raise ContentNotShown
    try:
        return store.open_clean(file)
    except metadata.NotCleanable:
        if not access.sees_original(actor, file):
            access.note_opening(actor, file, "refused")
            raise OriginalNotAllowed from None
        return file.media_type, store.open_file(file)
