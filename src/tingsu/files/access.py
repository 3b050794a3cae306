"""Who may open a file: asked of the kind of thing whose history it belongs to (PS-03, PS-11).

The store knows neither people nor complaints. Each kind says who opens its files (`kernel/kinds.py`); a loose file, which
belongs to nothing yet, opens for whom any kind vouches. One app registers the witness that writes the access log and says
under which name a file is shown.
"""

from collections.abc import Callable

from django.http import HttpRequest

from tingsu.files.models import StoredFile
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import NotFound
from tingsu.kernel.kinds import kind_or_none, kinds

Witness = Callable[[Actor, StoredFile, str], str]
_witness: dict[str, Witness] = {}


def register_witness(witness: Witness) -> None:
    """Declare who notes each opening (actor, file, what) and answers with the name the actor may see. One owner."""
    if _witness:
        raise RuntimeError("the witness of files has two owners")
    _witness["witness"] = witness


def actor_for_file(request: HttpRequest, file: StoredFile) -> Actor:
    """Who opens this file. Raises NotFound when nobody vouches: what one may not see does not exist."""
    if file.stream is None:
        asked = list(kinds().values())
    else:
        known = kind_or_none(file.stream.kind)
        asked = [known] if known else []
    for kind in asked:
        if kind.opens_file is not None and (actor := kind.opens_file(request, file)) is not None:
            return actor
    raise NotFound


def note_opening(actor: Actor, file: StoredFile, what: str) -> str:
    """Write the opening down and get the name to show. Without a witness nothing is served."""
    return _witness["witness"](actor, file, what)
