"""Who may open a file: asked of the kind of thing whose history it belongs to (PS-03, PS-11).

The store knows neither people nor complaints. Each kind says who opens its files (`kernel/kinds.py`); a loose file, which
belongs to nothing yet, opens for whom any kind vouches. One app registers the witness that writes the access log and says
under which name a file is shown.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import Promise

from tingsu.files.errors import ContentNotShown
from tingsu.files.models import StoredFile
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import NotFound
from tingsu.kernel.kinds import kind_or_none, kinds

Purposes = Mapping[str, "str | Promise"]


@dataclass(frozen=True)
class Witness:
    """Who writes the access log and knows what a viewer may see of files. Told by the app that owns personal data."""

    note: Callable[[Actor, StoredFile, str, str], str]
    """(actor, file, what, purpose): write the opening down, and answer with the name the actor may see."""
    sees_content: Callable[[Actor, StoredFile], bool]
    """Whether this viewer may see people at all, masked or not: a picture or a letter shows them as they are."""
    sees_original: Callable[[Actor, StoredFile], bool]
    """Whether this viewer sees personal data of files in the clear; everybody else gets copies without metadata."""
    purposes: Purposes
    """What an original may be asked for; any other words may be typed."""


_witness: dict[str, Witness] = {}


def register_witness(witness: Witness) -> None:
    """Declare the witness. One owner."""
    if _witness:
        raise RuntimeError("the witness of files has two owners")
    _witness["witness"] = witness


def actor_for_file(request: HttpRequest, file: StoredFile) -> Actor:
    """Who opens this file. Raises NotFound when nobody vouches: what one may not see does not exist; ContentNotShown for whoever
    is shown no person (PS-06).
    """
    actor = _vouched(request, file)
    if not sees_content(actor, file):
        note_opening(actor, file, "refused")
        raise ContentNotShown
    return actor


def _vouched(request: HttpRequest, file: StoredFile) -> Actor:
    if file.stream is None:
        asked = list(kinds().values())
    else:
        known = kind_or_none(file.stream.kind)
        asked = [known] if known else []
    for kind in asked:
        if kind.opens_file is not None and (actor := kind.opens_file(request, file)) is not None:
            return actor
    raise NotFound


def note_opening(actor: Actor, file: StoredFile, what: str, purpose: str = "") -> str:
    """Write the opening down and get the name to show. Without a witness nothing is served."""
    return _witness["witness"].note(actor, file, what, purpose)


def sees_content(actor: Actor, file: StoredFile) -> bool:
    """Whether the file opens to this viewer at all."""
    return _witness["witness"].sees_content(actor, file)


def sees_original(actor: Actor, file: StoredFile) -> bool:
    """Whether the file may be opened as it was received, with place, camera and author (PS-05)."""
    return _witness["witness"].sees_original(actor, file)


def purposes() -> Purposes:
    """What an original may be asked for."""
    return _witness["witness"].purposes
