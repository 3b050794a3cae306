"""Who opened which attachment of a case, when, and what for: the chain that makes evidence worth something (IV-08, PS-06).

Every opening stands in the access log. Here the log is told beside the files, to whoever answers for the case or checks it.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise

from tingsu.complaints.models import Complaint
from tingsu.desk.uploads import names_of_files
from tingsu.kernel.actor import Actor
from tingsu.pages.pager import Page
from tingsu.people.roles import CENTRE_ROLES, Role
from tingsu.privacy.actions import PURPOSES
from tingsu.privacy.models import AccessEntry
from tingsu.privacy.queries import Filter, log_page

READERS = frozenset(CENTRE_ROLES) - {Role.ANALYST}


@dataclass(frozen=True, kw_only=True)
class Opening:
    """One opening of a file."""

    at: datetime
    who: str
    what: str | Promise
    refused: bool
    file_id: uuid.UUID | None
    file: str
    """Its name as the reader may see it; empty for one that is gone."""
    purpose: str | Promise


def may_read_openings(actor: Actor) -> bool:
    """Whoever handles cases, leads or checks; not whoever only counts them, nor departments that lend a hand."""
    return actor.kind == "member" and actor.has_role(*READERS)


def openings_of(
    actor: Actor, complaint: Complaint, *, file_id: uuid.UUID | None = None, after: str = ""
) -> tuple[list[Opening], Page[AccessEntry]]:
    """A page of the openings of a case's files, newest first, or of one file. The same number of queries, however many there are.

    Raises UnknownPage.
    """
    lines, page = log_page(actor, Filter(stream_id=complaint.pk, files=True, file_id=file_id), after)
    ids = [_id_in(line.entry.field) for line in lines]
    names = names_of_files(actor, complaint, [str(one) for one in set(ids) if one])
    found = []
    for line, opened in zip(lines, ids, strict=True):
        found.append(
            Opening(
                at=line.entry.at, who=line.who, what=line.what, refused=line.entry.what == "refused", file_id=opened,
                file=names.get(str(opened), ""), purpose=PURPOSES.get(line.purpose, line.purpose),
            )
        )  # fmt: skip
    return found, page


def _id_in(field: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(field.partition(".")[2])
    except ValueError:
        return None
