"""Who opened, printed, saved or revealed what of a case, when, and what for: the chain that makes evidence worth something, and
what an archived file owes (IV-08, RC-05, PS-06).

Every opening stands in the access log. Here the log is told beside the case, to whoever answers for it or checks it: on a page, to
programs, and as a document of the complete file.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tingsu.complaints.covering import known_in
from tingsu.complaints.models import Complaint
from tingsu.complaints.paperwork import Content, Reader
from tingsu.files.models import StoredFile
from tingsu.kernel.actor import Actor
from tingsu.pages.pager import Page
from tingsu.pages.pdf import Part, instant
from tingsu.people.roles import CENTRE_ROLES, Role
from tingsu.privacy.files import shown_name
from tingsu.privacy.models import AccessEntry
from tingsu.privacy.queries import PAGE, Filter, log_page

READERS = frozenset(CENTRE_ROLES) - {Role.ANALYST}
MOST, AT_ONCE = 500, 250
"""Lines of the document, the newest; read so many at once."""


@dataclass(frozen=True, kw_only=True)
class Opening:
    """One access to a case or to one of its files."""

    at: datetime
    who: str
    code: str
    """opened, printed, downloaded, revealed, exported, listed, searched or refused."""
    what: str | Promise
    place: str
    """What of the case: a document, a field, a part; empty for its page, and for a file."""
    refused: bool
    file_id: uuid.UUID | None
    file: str
    """Its name as the reader may see it; empty for one that is gone."""
    purpose: str | Promise
    door: str


def may_read_openings(actor: Actor) -> bool:
    """Whoever handles cases, leads or checks; not whoever only counts them, nor departments that lend a hand. A program: as far as the
    member behind it may.
    """
    if actor.kind == "token":
        return not actor.held.isdisjoint(READERS)
    return actor.kind == "member" and actor.has_role(*READERS)


def openings_of(
    actor: Actor, complaint: Complaint, *, files: bool = True, file_id: uuid.UUID | None = None, after: str = "", limit: int = PAGE
) -> tuple[list[Opening], Page[AccessEntry]]:  # fmt: skip
    """A page of the openings of a case's files, newest first, of one file, or without `files` of everything about the case. The same
    number of queries, however many there are.

    Raises UnknownPage.
    """
    lines, page = log_page(actor, Filter(stream_id=complaint.pk, files=files, file_id=file_id), after, limit)
    ids = [_id_in(line.entry.field) for line in lines]
    names = _names(actor, complaint, {one for one in ids if one})
    found = []
    for line, opened in zip(lines, ids, strict=True):
        found.append(
            Opening(
                at=line.entry.at, who=line.who, code=line.entry.what, what=line.what, place="" if opened else line.field,
                refused=line.entry.what == "refused", file_id=opened, file=names.get(opened, "") if opened else "",
                purpose=line.purpose, door=line.entry.door,
            )
        )  # fmt: skip
    return found, page


def _names(actor: Actor, complaint: Complaint, ids: set[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Names of files as the reader may see them. One query, none without files."""
    if not ids:
        return {}
    rows = StoredFile.objects.filter(pk__in=ids, stream_id=complaint.pk, erased_at__isnull=True).select_related(
        "stream"
    )
    known = known_in(complaint)
    return {row.pk: shown_name(actor, row, known) for row in rows}


def _id_in(field: str) -> uuid.UUID | None:
    subject, _dot, name = field.partition(".")
    if subject != "file":
        return None
    try:
        return uuid.UUID(name)
    except ValueError:
        return None


def access_record(reader: Reader) -> Content:
    """Who opened, copied or printed what of the case (调阅记录): the newest lines, and that there are older ones."""
    rows: list[list[str]] = []
    after = ""
    while len(rows) < MOST:
        found, page = openings_of(reader.actor, reader.complaint, files=False, after=after, limit=AT_ONCE)
        rows += [_row(one) for one in found]
        after = page.following
        if not after:
            break
    heads = [
        pgettext("access", "When"), pgettext("access", "Who"), pgettext("access", "What was done"),
        pgettext("access", "Of what"), pgettext("access", "Purpose"),
    ]  # fmt: skip
    note = _("Newest first; the %(n)s newest lines. Older ones stand in the access log.") % {"n": MOST} if after else ""
    return Content(
        parts=[
            Part(
                heading=_("Who opened, copied or printed it"), heads=heads, rows=rows, widths=[5, 5, 3, 6, 6],
                note=note or _("Newest first. Nobody can change or delete an entry."),
            )
        ]
    )  # fmt: skip


def _row(one: Opening) -> list[str]:
    what = one.file or (_("erased attachment") if one.file_id else one.place) or pgettext("access", "The case")
    return [instant(one.at), one.who, str(one.what), what, str(one.purpose) or "–"]
