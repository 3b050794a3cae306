"""A counter-notice and the notice by which content was removed: found by the address of the content, linked by a person (IN-11).

Whoever answers a removal rarely knows the number of the notice, and is told nothing of whoever gave it. Both name the content by
its address; the words of the search find candidates, and the address itself, opened here, decides.
"""

import re
from urllib.parse import unquote

from tingsu.complaints import access, sql
from tingsu.complaints.case_rows import Note, reading_of
from tingsu.complaints.fields.content import COUNTER, ORGANISATION, PERSON
from tingsu.complaints.models import Complaint
from tingsu.complaints.search import FAR, LAST, compares
from tingsu.kernel import words
from tingsu.kernel.actor import Actor
from tingsu.kernel.crypto import Erased

NOTICES = frozenset({ORGANISATION, PERSON})
ADDRESS = re.compile(
    r"(?:https?://)?((?:[\w-]{1,63}\.)+[a-z]{2,24}(?::\d{1,5})?)(/[^\s，。；、！？“”《》（）<>\"]*)?", re.IGNORECASE
)
MOST_ADDRESSES, CANDIDATES, MOST = 5, 50, 10
OF_CONTENT: Note[list[Complaint]] = Note("complaints.same_content")


def addresses(text: str) -> dict[str, str]:
    """The addresses in a text as they are compared (without scheme, `www.`, fragment and closing stroke) and as they stand there."""
    found: dict[str, str] = {}
    for match in ADDRESS.finditer(text):
        host = match[1].lower().removeprefix("www.").removeprefix("m.")
        path = (match[2] or "").partition("#")[0].rstrip("/.,;)")
        found.setdefault(f"{host}{unquote(path)}", f"{host}{path}")
    return found


def content_of(complaint: Complaint) -> dict[str, str]:
    """Where the content stands that a complaint is about; nothing once it is erased."""
    try:
        return addresses(complaint.text("content_urls"))
    except Erased:
        return {}


def answered_by(actor: Actor, complaint: Complaint) -> list[Complaint]:
    """The other side of a matter of content, as far as the reader sees it, the newest first: for a counter-notice the notices
    about the same content, for a notice its counter-notices. Nothing, and no query, for any other complaint; else two queries for
    each of at most MOST_ADDRESSES addresses.
    """
    kind = complaint.content_kind
    if (kind != COUNTER and kind not in NOTICES) or not compares(actor, "complaint", "content_urls"):
        return []
    read = reading_of(complaint)
    if (kept := read.noted(OF_CONTENT)) is not None:
        return kept
    wanted = NOTICES if kind == COUNTER else {COUNTER}
    mine, found = content_of(complaint), dict[object, Complaint]()
    for address, spelt in list(mine.items())[:MOST_ADDRESSES]:
        if not (query := words.tsquery(spelt)):
            continue
        ids = [row[0] for row in sql.find_words(query, FAR, LAST, CANDIDATES)]
        rows = Complaint.objects.filter(pk__in=ids, content_kind__in=wanted).exclude(pk=complaint.pk)
        for row in access.visible_to(actor, rows).select_related("stream"):
            if address in content_of(row):
                found[row.pk] = row
    newest = sorted(found.values(), key=lambda row: (row.received_at, row.pk), reverse=True)[:MOST]
    return read.note(OF_CONTENT, newest)


def belong_together(one: Complaint, other: Complaint) -> bool:
    """Is one of them a notice about content, and the other a counter-notice?"""
    return any(a.content_kind == COUNTER and b.content_kind in NOTICES for a, b in ((one, other), (other, one)))
