"""Who may open a file: asked of the apps that know the history it belongs to (PS-03, PS-11).

The store knows neither people nor complaints. An app above registers a checker that answers with the actor who may open
the file, or None; and one app registers the witness that writes the access log and says under which name it is shown.
"""

from collections.abc import Callable

from django.http import HttpRequest

from tingsu.files.models import StoredFile
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import NotFound

Checker = Callable[[HttpRequest, StoredFile], Actor | None]
Witness = Callable[[Actor, StoredFile, str], str]
_checkers: dict[str, Checker] = {}
_witness: dict[str, Witness] = {}


def register_checker(name: str, check: Checker) -> None:
    """Declare who opens the files of one kind of history. Any checker that names an actor opens the file."""
    if name in _checkers:
        raise RuntimeError(f"file checker {name} registered twice")
    _checkers[name] = check


def register_witness(witness: Witness) -> None:
    """Declare who notes each opening (actor, file, what) and answers with the name the actor may see. One owner."""
    if _witness:
        raise RuntimeError("the witness of files has two owners")
    _witness["witness"] = witness


def actor_for_file(request: HttpRequest, file: StoredFile) -> Actor:
    """Who opens this file. Raises NotFound when nobody vouches: what one may not see does not exist."""
    for check in _checkers.values():
        if (actor := check(request, file)) is not None:
            return actor
    raise NotFound


def note_opening(actor: Actor, file: StoredFile, what: str) -> str:
    """Write the opening down and get the name to show. Without a witness nothing is served."""
    return _witness["witness"](actor, file, what)
