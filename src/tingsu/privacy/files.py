"""What the store is told about each opening: an entry in the access log, and the name this viewer may see."""

from tingsu.files import checks, store
from tingsu.files.models import StoredFile
from tingsu.kernel.actor import Actor
from tingsu.kernel.crypto import Erased
from tingsu.privacy.log import log_access
from tingsu.privacy.show import show_text


def witness(actor: Actor, file: StoredFile, what: str) -> str:
    """Note the opening and give the name under which the file is shown or saved."""
    log_access(actor, what, file.stream_id, f"file.{file.pk.hex}")
    return shown_name(actor, file)


def shown_name(actor: Actor, file: StoredFile) -> str:
    """A name as this viewer may see it: numbers inside it masked; who may see no name gets a neutral one."""
    own = actor.kind in {"complainant", "respondent"} and file.received_by == actor.id
    try:
        name = show_text(actor, "file", "name", store.name_of(file), own=own)
    except Erased:
        name = ""
    return name or neutral_name(file)


def neutral_name(file: StoredFile) -> str:
    """Such as file-3f2a91.pdf: from the id and the type only."""
    endings = {kind.media_type: kind.endings[0] for kind in checks.TYPES.values()}
    return f"file-{file.pk.hex[-6:]}{endings.get(file.media_type, '')}"
