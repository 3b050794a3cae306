"""What programs are called where people read of what they did: on the same pages as members, in the same log and ledger (AI-04).

The ledger holds the code of a program's access, which never changes. Its name is known to the app that issues access, which says so
here when it loads; it is looked up when a page is made.
"""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tingsu.kernel.tenancy import current_organisation_id
from tingsu.people import directory


@dataclass(frozen=True)
class Program:
    """One access of a program: its code in the ledger, what its makers call it, and the member who answers for it."""

    code: str
    name: str
    member: str


_cache: dict[uuid.UUID, tuple[float, list[Program]]] = {}
directory.forgotten_with(_cache.clear)
_known: list[Callable[[], list[Program]]] = []


def declare(programs: Callable[[], list[Program]]) -> None:
    """Say who knows the programs of the organisation we act for: one app."""
    if _known:
        raise RuntimeError("two apps issue access to programs")
    _known.append(programs)


def programs() -> list[Program]:
    """Every access that was ever given, revoked ones too, by name; kept for a few seconds."""
    organisation_id = current_organisation_id()
    kept = _cache.get(organisation_id)
    if kept is None or kept[0] <= time.monotonic():
        kept = time.monotonic() + directory.CACHE_SECONDS, _known[0]() if _known else []
        _cache[organisation_id] = kept
    return kept[1]


def program_words(code: str, known: dict[str, Program] | None = None) -> str:
    """A program as people read of it: its name, and who answers for it; the code alone for one that is not known any more."""
    found = ({one.code: one for one in programs()} if known is None else known).get(code)
    if found is None:
        return _("Program %(name)s") % {"name": code}
    return _("Program “%(name)s” (for %(who)s)") % {"name": found.name, "who": found.member}
