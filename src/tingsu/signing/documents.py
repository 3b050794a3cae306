"""What is signed: the content of a document as data, its versions, and whether it changed since (RG-05, RG-18, MD-06)."""

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from django.utils.translation import gettext as _

from tingsu.complaints.case_rows import reading, rows_of
from tingsu.complaints.covering import OPENED
from tingsu.complaints.models import Complaint, Party
from tingsu.complaints.paperwork import NotYet, Paper, Signer, as_wanted, papers
from tingsu.kernel.crypto import Erased
from tingsu.kernel.errors import NotFound
from tingsu.pages.pdf import Blank, Part
from tingsu.process.steps import Options
from tingsu.signing.models import Signature, SignedPiece, SignedVersion

PARTS = {one.name: one.default for one in fields(Part) if one.name not in {"pictures", "signed"}}


@dataclass(frozen=True, kw_only=True)
class Document:
    """One document of a case that can be signed: which, what it says now, and by whom it is signed."""

    paper: Paper
    item: str
    words: str
    signers: tuple[Signer, ...]

    @property
    def key(self) -> str:
        """Its name in forms and addresses."""
        return f"{self.paper.code}:{self.item}"

    def signer(self, side: str) -> Signer:
        """Raises NotFound."""
        found = next((one for one in self.signers if one.side == side), None)
        if found is None:
            raise NotFound
        return found


def documents(complaint: Complaint) -> list[Document]:
    """Those that exist of this case. No query but those of the case's rows."""
    found = []
    for paper in papers():
        if paper.to_sign is None or paper.missing(complaint):
            continue
        items = paper.items(complaint) if paper.items is not None else [("", "")]
        for key, words in items:
            if not paper.ready(complaint, key):
                continue
            name = " · ".join(filter(None, (str(paper.title), str(words))))
            found.append(Document(paper=paper, item=key, words=name, signers=tuple(paper.signers(complaint, key))))
    return found


def document(complaint: Complaint, key: str) -> Document:
    """One of them. Raises NotFound."""
    found = next((one for one in documents(complaint) if one.key == key), None)
    if found is None:
        raise NotFound
    return found


def signable_documents(complaint: Complaint | None) -> Options:
    """The documents of a case for a form."""
    return tuple((one.key, one.words) for one in documents(complaint)) if complaint is not None else ()


def parts_to_sign(complaint: Complaint, one: Document) -> Sequence[Part]:
    """What is to be signed now, in the language of the case and as everybody reads it who signs. Raises NotYet once erased."""
    if one.paper.to_sign is None:
        raise NotFound
    with as_wanted(complaint.language), reading(complaint) as read:
        # What a reader has opened for himself is no part of what is signed.
        opened = read.notes.pop(OPENED, None)
        try:
            complaint.stream.key()
            return one.paper.to_sign(complaint, one.item)
        except Erased as gone:
            raise NotYet(why=_("the personal data of this complaint has been erased")) from gone
        finally:
            if opened is not None:
                read.note(OPENED, opened)


def written(parts: Sequence[Part]) -> str:
    """A content as one text, the same for the same content."""
    said = [
        {name: value for name, value in asdict(part).items() if name in PARTS and value != PARTS[name]}
        for part in parts
    ]
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def read(text: str) -> list[Part]:
    """The parts of a content that was kept."""
    return [Part(**{name: _value(name, value) for name, value in said.items()}) for said in json.loads(text)]


def _value(name: str, value: Any) -> Any:
    if name == "blanks":
        return [Blank(**{**one, "boxes": [(words, on) for words, on in one.get("boxes", ())]}) for one in value]
    return [(label, words) for label, words in value] if name == "facts" else value


def mark_of(content: str) -> str:
    """Says in a form which content somebody read, so that nobody signs another one. Not kept."""
    return hashlib.sha256(content.encode()).hexdigest()


def digest_of(salt: str, content: str) -> str:
    """The proof of a version: SHA-256 over its salt and its content."""
    return hashlib.sha256(f"{salt}\n{content}".encode()).hexdigest()


def versions(complaint: Complaint, one: Document) -> list[SignedVersion]:
    """What was signed of a document, the oldest first. No query of its own."""
    rows = SignedVersion.of(complaint, document=one.paper.code, item=one.item)
    return sorted(rows, key=lambda row: row.number)


def signatures(complaint: Complaint, version: SignedVersion) -> list[Signature]:
    """Whose signatures stand below a version, in the order in which they were given."""
    return sorted(Signature.of(complaint, version_id=version.pk), key=lambda row: (row.signed_at, row.pk))


def kept(version: SignedVersion) -> tuple[str, str]:
    """Salt and content of a version; two empty ones once erased. One query."""
    piece = SignedPiece.objects.filter(pk=version.pk).first()
    if piece is None:
        return "", ""
    piece.complaint = version.complaint
    try:
        salt, _break, content = piece.text().partition("\n")
    except Erased:
        return "", ""
    return salt, content


def drawing(signature: Signature) -> str:
    """The drawing of a signature as it is kept, base64; nothing once erased. One query."""
    piece = SignedPiece.objects.filter(pk=signature.pk).first() if signature.ink else None
    if piece is None:
        return ""
    piece.complaint = signature.complaint
    try:
        return piece.text()
    except Erased:
        return ""


def matching(version: SignedVersion, content: str) -> bool:
    """Is this the very content of the version?"""
    salt, _content = kept(version)
    return bool(salt) and digest_of(salt, content) == version.digest


def pinned(complaint: Complaint, one: Document, content: str, at: Any) -> SignedVersion:
    """The version of this content: the newest if it is the same, else a new one, in the open transaction."""
    known = versions(complaint, one)
    if known and matching(known[-1], content):
        return known[-1]
    salt = secrets.token_hex(16)
    row = SignedVersion(
        complaint=complaint, document=one.paper.code, item=one.item, number=len(known) + 1, digest=digest_of(salt, content),
        pinned_at=at,
    )  # fmt: skip
    row.save(force_insert=True)
    piece = SignedPiece(id=row.pk, complaint=complaint)
    piece.seal(f"{salt}\n{content}")
    piece.save(force_insert=True)
    return row


def parties_of(complaint: Complaint) -> list[Party]:
    """The people of a case."""
    return rows_of(Party, complaint)
