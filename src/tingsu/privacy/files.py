"""What the store is told about each opening: an entry in the access log, and the name this viewer may see."""

from tingsu.files import checks, store
from tingsu.files.access import Witness
from tingsu.files.models import StoredFile
from tingsu.kernel.actor import Actor
from tingsu.kernel.crypto import Erased
from tingsu.privacy.fields import PERSON, Sight, may_reveal, sight
from tingsu.privacy.log import log_access
from tingsu.privacy.masking import Known
from tingsu.privacy.purposes import PURPOSES
from tingsu.privacy.show import known_about, show_text


def note_opening(actor: Actor, file: StoredFile, what: str, purpose: str, known: Known | None = None) -> str:
    """Note the opening and give the name under which the file is shown or saved. `known` as for `shown_name`."""
    log_access(actor, what, file.stream_id, f"file.{file.pk.hex}", purpose)
    return shown_name(actor, file, known)


def sees_content(actor: Actor, file: StoredFile) -> bool:
    """Who is shown a person's name at least masked, or a loose file of one's own: what is in a file cannot be masked, so whoever counts
    cases without persons opens none (PS-06).
    """
    loose = file.stream_id is None and file.received_by == actor.id
    return loose or sight(actor, PERSON, "name", door="page") is not Sight.NEVER


def sees_original(actor: Actor, file: StoredFile) -> bool:
    """Clear sight of files, or a loose file of one's own. A masked name means a masked file. A copy of everything about a person
    opens to whoever may open that person's fields.
    """
    if file.purpose == store.COPY:
        return may_reveal(actor, "complainant", "name")
    loose = file.stream_id is None and file.received_by == actor.id
    return loose or sight(actor, "file", "name", door="page") in {Sight.CLEAR, Sight.COVERED}


WITNESS = Witness(note=note_opening, sees_content=sees_content, sees_original=sees_original, purposes=PURPOSES)


def shown_name(actor: Actor, file: StoredFile, known: Known | None = None) -> str:
    """A name as this viewer may see it: numbers inside it masked; who may see no name gets a neutral one.

    Whoever shows several files of one thing gives what is `known` of its people, else it is asked for each.
    """
    own = actor.kind in {"complainant", "respondent"} and file.received_by == actor.id
    people = known_about(file.stream_id) if known is None else known
    try:
        name = show_text(actor, "file", "name", store.name_of(file), "page", known=people, own=own)
    except Erased:
        name = ""
    return name or neutral_name(file)


def neutral_name(file: StoredFile) -> str:
    """Such as file-3f2a91.pdf: from the id and the type only."""
    endings = {kind.media_type: kind.endings[0] for kind in checks.TYPES.values()}
    return f"file-{file.pk.hex[-6:]}{endings.get(file.media_type, '')}"
