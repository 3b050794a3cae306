"""A counter-notice and the notice by which content was removed: found by the address of the content, linked by a person (IN-11).

Whoever answers a removal rarely knows the number of the notice, and is told nothing of whoever gave it. Both name the content by
its address; the words of the search find candidates, and the address itself, opened here, decides.
"""

import re
from collections.abc import Collection
from urllib.parse import unquote, urlsplit
from uuid import UUID

from tingsu.complaints import access, sql
from tingsu.complaints.case_rows import Note, reading_of
from tingsu.complaints.fields.content import COUNTER, ORGANISATION, PERSON
from tingsu.complaints.models import Complaint
from tingsu.complaints.search import FAR, LAST, compares
from tingsu.kernel import words
from tingsu.kernel.actor import Actor
from tingsu.kernel.crypto import Erased
from tingsu.privacy.masking import without_persons

NOTICES = frozenset({ORGANISATION, PERSON})
_ENDS = r"\s，。；、！？“”《》（）<>\""
_WITH_SCHEME = re.compile(rf"(https?)://((?:(?!https?://)[^{_ENDS}/?#])+)([/?#][^{_ENDS}]*)?", re.IGNORECASE)
_BARE = re.compile(
    r"(?<![a-z0-9._@/:-])((?:(?<!\w)[^\W\x00-\x7f]{1,63}\.(?:[a-z0-9-]{1,63}\.)*|(?:[a-z0-9-]{1,63}\.)+)[a-z]{2,24}(?![a-z0-9_-])(?::\d{1,5})?)"
    rf"([/?][^{_ENDS}]*)?",
    re.IGNORECASE,
)
"""Without a scheme a host is Latin, or its first part is whole in other letters: what a Chinese sentence says before is no part."""
_SAID_BEHIND = re.compile(r"([.:][a-z0-9-]+)[^\x00-\x7f][^.:]*$", re.IGNORECASE)
"""What follows a host without a blank: no top domain begins in Latin and goes on in Chinese."""
USUAL_PORTS = {"http": {80}, "https": {443}, "": {80, 443}}
MOST_ADDRESSES, CANDIDATES, MOST = 5, 50, 10
PAGE, PAGES = 200, 10
"""Of complaints with the words of an address, whatever they are about; those of the other side are sought among them."""
OF_CONTENT: Note[list[Complaint]] = Note("complaints.same_content")


def addresses(text: str) -> dict[str, str]:
    """The addresses in a text as they are compared (without scheme, usual port, `www.`, fragment and closing stroke) and as they
    stand there. The query says which content it is, and stays.
    """
    found: dict[int, tuple[str, str]] = {}
    places: list[tuple[int, int]] = []
    for match in _WITH_SCHEME.finditer(text):
        places.append(match.span())
        if host := _host(match[1].lower(), _SAID_BEHIND.sub(r"\1", match[2])):
            found[match.start()] = (host, _tail(match[3] or ""))
    for match in _BARE.finditer(text):
        if any(start <= match.start() < end for start, end in places):
            continue
        if host := _host("", match[1]):
            found[match.start()] = (host, _tail(match[2] or ""))
    compared: dict[str, str] = {}
    for _place, (host, tail) in sorted(found.items()):
        compared.setdefault(f"{_as_sent(host)}{unquote(tail)}", f"{host}{tail}")
    return compared


def _host(scheme: str, written: str) -> str:
    """A host with its port where that is not the usual one; nothing where it is none that all can reach."""
    try:
        parts = urlsplit(f"{scheme or 'http'}://{written}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    if "." not in host and ":" not in host:
        return ""
    for short in ("www.", "m."):
        if (rest := host.removeprefix(short)) != host and "." in rest:
            host = rest
    host = f"[{host}]" if ":" in host else host
    return host if port is None or port in USUAL_PORTS[scheme] else f"{host}:{port}"


def _as_sent(host: str) -> str:
    """A host in letters of its own as programs write it."""
    try:
        return host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        return host


def _tail(written: str) -> str:
    """Path and query as they are compared."""
    path, asks, query = written.partition("#")[0].rstrip("/.,;)").partition("?")
    return f"{path.rstrip('/')}{asks}{query}" if query else path.rstrip("/")


def content_of(complaint: Complaint) -> dict[str, str]:
    """Where the content stands that a complaint is about; nothing once it is erased."""
    try:
        return addresses(complaint.text("content_urls"))
    except Erased:
        return {}


def answered_by(actor: Actor, complaint: Complaint) -> list[Complaint]:
    """The other side of a matter of content, as far as the reader sees it, the newest first: for a counter-notice the notices
    about the same content, for a notice its counter-notices. Nothing, and no query, for any other complaint; else one query for
    each of at most MOST_ADDRESSES addresses, and two for each page of what has its words.
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
        # What looks like a telephone number in an address is no search word (`complaints.search`).
        if not (query := words.tsquery(without_persons(spelt))):
            continue
        rows = Complaint.objects.filter(pk__in=_with_words(query, wanted)).exclude(pk=complaint.pk)
        for row in access.visible_to(actor, rows).select_related("stream"):
            if address in content_of(row):
                found[row.pk] = row
    newest = sorted(found.values(), key=lambda row: (row.received_at, row.pk), reverse=True)[:MOST]
    return read.note(OF_CONTENT, newest)


def _with_words(query: str, wanted: Collection[str]) -> list[UUID]:
    """The newest complaints of these kinds of content with these words: the many others that have them keep none out."""
    found: list[UUID] = []
    before, before_id = FAR, LAST
    for _page in range(PAGES):
        rows = sql.find_words(query, before, before_id, PAGE)
        ids = [row[0] for row in rows]
        found += Complaint.objects.filter(pk__in=ids, content_kind__in=wanted).values_list("pk", flat=True)
        if len(rows) < PAGE or len(found) >= CANDIDATES:
            break
        before_id, before = rows[-1]
    return found


def belong_together(one: Complaint, other: Complaint) -> bool:
    """Is one of them a notice about content, and the other a counter-notice?"""
    return any(a.content_kind == COUNTER and b.content_kind in NOTICES for a, b in ((one, other), (other, one)))
