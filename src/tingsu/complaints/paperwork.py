"""The documents of a case: each declared once, and served from there to the case page, the address, programs, the complete file
and bulk work (RC-11).

Content is read through the masks of privacy, as on the page. With a purpose, whoever may open personal fields gets them in
the clear; either way the access log says who printed what. Apps declare theirs in a module of the name `papers`.
"""

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Any, cast

from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tingsu.complaints.case_rows import reading
from tingsu.complaints.covering import WINDOWS, is_opened, windows_of
from tingsu.complaints.models import Complaint
from tingsu.complaints.terms import Format
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import NotAllowed, NotFound, TingsuError, too_long
from tingsu.kernel.fields import in_language
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.punctuation import listed
from tingsu.kernel.spelling import tidy
from tingsu.pages import joining, pdf
from tingsu.pages.joining import Source
from tingsu.pages.pdf import Part, Sheet
from tingsu.people.queries import staff_identity
from tingsu.privacy.fields import WRITTEN, may_reveal
from tingsu.privacy.log import log_access
from tingsu.privacy.purposes import PURPOSE_LIMIT
from tingsu.privacy.queries import PLACE_WORDS
from tingsu.privacy.show import Windows

if TYPE_CHECKING:
    from tingsu.complaints.case import Case

Text = str | Promise
LANGUAGES = ("zh-hans", "en")
STAFF = frozenset({"member", "token", "system"})
_papers: dict[str, "Paper"] = {}


class NotYet(TingsuError):
    """The case has not come to where this document begins."""

    code, status = "document_not_yet", 409
    sentence = _("This document does not exist yet: %(why)s")


class AllOpen(Windows):
    """Everything that may be opened is open: for one document, made for a purpose. Who may open what is still asked of each field."""

    def __init__(self, until: datetime) -> None:
        super().__init__()
        self.until = until

    def get(self, key: Any, default: Any = None) -> datetime:
        return self.until

    def __contains__(self, key: object) -> bool:
        return True


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Who reads which case, and what is open to them."""

    actor: Actor
    complaint: Complaint
    windows: Windows
    own: bool = False
    """The person whose case it is."""
    kept: bool = False
    """What is signed stays word for word and is read by colleagues later: files are named in it as those see them."""
    item: str = ""
    """Which one, of a document of which a case may have several."""
    purpose: str = ""
    """What it is for, where personal data stands in the clear."""
    door: str = "page"
    """The door of the privacy table: what leaves in bulk is masked for everybody (PS-06)."""

    @property
    def written(self) -> bool:
        """Is what was written in the case open to this reader?"""
        return is_opened(self.complaint)


@dataclass(frozen=True, kw_only=True)
class Content:
    """What a document says: its parts, and other files whose pages stand on the bare ones at its end."""

    parts: Sequence[Part]
    sources: Sequence[Source] = ()
    subtitle: str = ""
    contents: int | None = None
    """With a list of what it holds, behind so many of its parts."""


Item = tuple[str, Text]
"""Key and words of one of several."""


@dataclass(frozen=True, kw_only=True)
class Signer:
    """One side that signs a document."""

    side: str
    """complainant, respondent, mediator or receiver."""
    words: Text
    parties: frozenset[str] = frozenset()
    """Parties of the case who sign for this side: by a link, on their own page, or on the screen of a colleague beside them."""
    member: Callable[[Actor], bool] | None = None
    """The colleague who signs for this side; None where none of ours does."""


@dataclass(frozen=True, kw_only=True)
class Signed:
    """What a signature says of itself to the document's own app."""

    side: str
    way: str
    """drawn, typed, or refused."""
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Paper:
    """One document: its code at every door, its words, who may have it, when it exists, and what it reads."""

    code: str
    title: Text
    hint: Text
    """What it is for, in one sentence."""
    content: Callable[[Reader], Content]
    order: int
    missing: Callable[[Complaint], Text] = lambda complaint: ""
    """What has to happen before it exists; empty when it does."""
    items: Callable[[Complaint], list[Item]] | None = None
    """Of which a case has several, the oldest first: the versions of a report, letters."""
    readers: frozenset[str] = STAFF
    """Kinds of actors; whoever has it must see the case as well."""
    roles: frozenset[str] = frozenset()
    """Roles that may have it; empty: everybody who sees the case."""
    to_party: bool = False
    """It goes to the complainant, who gets it in large print where they asked for that (IN-18)."""
    filed: bool = True
    """Part of the complete file."""
    bulk: bool = True
    """Made of every case of an export too."""
    to_sign: Callable[[Complaint, str], Sequence[Part]] | None = None
    """(case, item) → what is signed, the same for everybody who signs, without places to sign; None: it is not signed here."""
    ready: Callable[[Complaint, str], bool] = lambda complaint, item: True
    """(case, item) → is there something to sign by now? Nobody is asked to sign an empty record."""
    signers: Callable[[Complaint, str], Sequence[Signer]] = lambda complaint, item: ()
    """(case, item) → who signs, in the order of the places."""
    on_signed: Callable[["Case", Signed], None] | None = None
    """What a signature means for the case, in its open transaction (RG-05, RG-18)."""

    def open_to(self, actor: Actor) -> bool:
        """May this actor have it, of a case that they see?"""
        return actor.kind in self.readers and (not self.roles or actor.kind == "system" or actor.has_role(*self.roles))


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """How a document is asked for."""

    language: str = ""
    """Empty: that of the page."""
    item: str = ""
    purpose: str = ""
    """With it personal data stands in the clear, as far as the reader may open it."""
    opened_for: str = ""
    """What an archived file was opened for: the access log tells it, nothing is opened by it."""
    large: bool = False


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A document as the case page and the API list it."""

    code: str
    title: Text
    hint: Text
    missing: Text = ""
    item: str = ""
    item_words: Text = ""


@dataclass(frozen=True, kw_only=True)
class Made:
    """A document that was made: in memory while it is short, else in a nameless temporary file, which ends with its last reader."""

    name: str
    file: IO[bytes] = field(repr=False)

    @property
    def content(self) -> bytes:
        """All of it at once."""
        self.file.seek(0)
        return self.file.read()


Signatures = Callable[[Reader, Paper, Content], Content]
_signatures: list[Signatures] = []


def shows_signatures(function: Signatures) -> Signatures:
    """Register who puts the signatures of a document into it. One owner."""
    if _signatures:
        raise RuntimeError("the signatures of documents have two owners")
    _signatures.append(function)
    return function


def content_of(paper: Paper, reader: Reader) -> Content:
    """What a document says, with the signatures that stand below it (RG-05, MD-06)."""
    content = paper.content(reader)
    return _signatures[0](reader, paper, content) if _signatures and paper.to_sign is not None else content


def declare(paper: Paper) -> None:
    """Add a document. One owner."""
    if paper.code in _papers:
        raise RuntimeError(f"the document {paper.code} is declared twice")
    _papers[paper.code] = paper
    PLACE_WORDS[f"document.{paper.code}"] = paper.title  # as the access log names it


def papers() -> list[Paper]:
    """Every document of a case, in the order of lists."""
    return sorted(_papers.values(), key=lambda paper: (paper.order, paper.code))


def paper_named(code: str, actor: Actor) -> Paper:
    """Raises NotFound, also for what this actor may not have."""
    paper = _papers.get(code)
    if paper is None or not paper.open_to(actor):
        raise NotFound
    return paper


def offers(actor: Actor, complaint: Complaint) -> list[Offer]:
    """What the reader may have of a case, with what is missing of those that do not exist yet."""
    found: list[Offer] = []
    for paper in papers():
        if not paper.open_to(actor):
            continue
        one = Offer(code=paper.code, title=paper.title, hint=paper.hint, missing=paper.missing(complaint))
        if paper.items is None or one.missing:
            found.append(one)
        else:
            found += [replace(one, item=key, item_words=words) for key, words in paper.items(complaint)]
    return found


def may_have_clear(actor: Actor) -> bool:
    """May the actor have a document with what was written in the clear, saying what for?"""
    return may_reveal(actor, *WRITTEN)


def make(
    actor: Actor, complaint: Complaint, code: str, wanted: Wanted, *, door: str = "page", own: bool = False
) -> Made:
    """One document of a case that the actor sees, noted in the access log. Outside any transaction: it takes a while.

    Raises NotFound, NotYet, NotAllowed for a purpose of somebody who may not open personal data, InvalidValue.
    """
    paper = paper_named(code, actor)
    purpose = tidy(wanted.purpose)
    if len(purpose) > PURPOSE_LIMIT:
        raise too_long(purpose, PURPOSE_LIMIT)
    if purpose and not may_have_clear(actor):
        log_access(actor, "refused", complaint.pk, f"document.{code}", purpose, door)
        raise NotAllowed
    with as_wanted(wanted.language):
        if why := paper.missing(complaint):
            raise NotYet(why=str(why))
        log_access(actor, "printed", complaint.pk, f"document.{code}", purpose or wanted.opened_for, door)
        sheet, sources = sheet_of(actor, complaint, paper, wanted, own=own, bulk=door == "export")
        file: IO[bytes] = cast("IO[bytes]", SpooledTemporaryFile(pdf.SHORT_FILE))  # noqa: SIM115 — the answer closes it
        file.write(pdf.pdf(sheet))
        joining.join(file, sources)
        file.seek(0)
        return Made(name=f"{complaint.number}-{paper.title}", file=file)


def sheet_of(
    actor: Actor, complaint: Complaint, paper: Paper, wanted: Wanted, *, own: bool = False, bulk: bool = False
) -> tuple[Sheet, Sequence[Source]]:
    """The document before it is set, in the language that is on, and files to be joined to it. Raises NotFound for an unknown item."""
    at = now()
    item = wanted.item
    if paper.items is not None:
        keys = [key for key, _words in paper.items(complaint)]
        item = item or (keys[-1] if keys else "")
        if item not in keys:
            raise NotFound
    elif item:
        raise NotFound
    with reading(complaint) as read:
        if tidy(wanted.purpose):
            read.note(WINDOWS, AllOpen(at + timedelta(minutes=1)))
        elif bulk:
            read.note(WINDOWS, {})
        reader = Reader(
            actor=actor,
            complaint=complaint,
            windows=windows_of(actor, complaint),
            own=own,
            item=item,
            purpose=tidy(wanted.purpose),
        )
        content = content_of(paper, reader)
    sheet = Sheet(
        firm=in_language(current_organisation().name), title=f"{paper.title} {complaint.number}", subtitle=content.subtitle,
        by="" if own else staff_identity(actor.id) or actor.name, at=at, parts=content.parts,
        large=wanted.large or (paper.to_party and complaint.format == Format.LARGE_PRINT), contents=content.contents,
    )  # fmt: skip
    return sheet, content.sources


@contextmanager
def as_wanted(language: str) -> Iterator[None]:
    """In a language of the two, and in the firm's own time."""
    chosen = language if language in LANGUAGES else translation.get_language()
    with translation.override(chosen), timezone.override(current_organisation().time_zone):
        yield


def filed(actor: Actor, complaint: Complaint) -> Iterator[tuple[Paper, str, Text]]:
    """Every document that belongs into the complete file and exists: with the key and words of each of several."""
    for paper in papers():
        if not paper.filed or not paper.open_to(actor) or paper.missing(complaint):
            continue
        items: Iterable[Item] = paper.items(complaint) if paper.items else [("", "")]
        for key, words in items:
            yield paper, key, words


def names_listed(ids: Iterable[object], names: Callable[[uuid.UUID], str]) -> str:
    """Names of people or units whose ids stand as texts in a row."""
    return listed(filter(None, (names(uuid.UUID(str(one))) for one in ids)))
