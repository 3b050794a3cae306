"""Signatures on paper: below the document as long as it says what was signed, and with the signed version as one of its own."""

import base64
from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from tingsu.complaints import recorded_words
from tingsu.complaints.covering import known_in
from tingsu.complaints.paperwork import Content, NotYet, Paper, Reader, shows_signatures
from tingsu.kernel.crypto import Erased
from tingsu.pages.pdf import Part, instant
from tingsu.pages.pdf import Signing as OnPaper
from tingsu.people.queries import staff_identity
from tingsu.privacy.fields import Sight, sight
from tingsu.privacy.show import show_text
from tingsu.signing import documents
from tingsu.signing.documents import Document
from tingsu.signing.models import Signature, SignedVersion


@shows_signatures
def with_signatures(reader: Reader, paper: Paper, content: Content) -> Content:
    """The document as it stands now with whoever signed exactly this; of one that changed since, which version was signed."""
    complaint = reader.complaint
    one = Document(
        paper=paper, item=reader.item, words=str(paper.title), signers=tuple(paper.signers(complaint, reader.item))
    )
    known = documents.versions(complaint, one)
    if not known:
        return content
    try:
        same = documents.matching(known[-1], documents.written(documents.parts_to_sign(complaint, one)))
    except NotYet:
        same = False
    if not same:
        note = _(
            "Changed since it was signed: what stands above is not what was signed. Signed version %(number)s is a document of its "
            "own (SHA-256 %(digest)s)."
        ) % {"number": known[-1].number, "digest": recorded_words.in_eights(known[-1].digest)}
        return replace(content, parts=[*content.parts, Part(heading=_("Signatures"), note=note)])
    given = {row.side for row in documents.signatures(complaint, known[-1])}
    open_places = [str(signer.words) for signer in one.signers if signer.side not in given]
    parts = [replace(part, signs=[]) for part in content.parts]
    return replace(content, parts=[*parts, *signature_parts(reader, known[-1], one, open_places)])


def signature_parts(
    reader: Reader, version: SignedVersion, one: Document, open_places: Sequence[str] = ()
) -> list[Part]:
    """The signatures of a version, each with name, time, way and the hash of what was signed."""
    rows = documents.signatures(reader.complaint, version)
    facts = [
        (_("Signed version"), str(version.number)),
        (_("What was signed (SHA-256)"), recorded_words.in_eights(version.digest)),
    ]
    signed = [_on_paper(reader, row, one) for row in rows]
    return [Part(heading=_("Signatures"), facts=facts, signed=signed, signs=open_places)]


def _on_paper(reader: Reader, row: Signature, one: Document) -> OnPaper:
    words = next((str(signer.words) for signer in one.signers if signer.side == row.side), row.side)
    name = name_of(reader, row)
    lines = [instant(row.signed_at), str(row.get_way_display())]
    if row.witness_id is not None and row.way != Signature.Way.REFUSED:
        lines.append(_("On the screen of %(who)s") % {"who": staff_identity(row.witness_id)})
    elif row.link_id is not None:
        lines.append(_("By a link that was sent to this person and opened once"))
    if row.ink:
        lines.append(_("Drawing (SHA-256): %(digest)s") % {"digest": recorded_words.in_eights(row.ink)})
    who = f"{words} · {name}" if name else words
    if row.way == Signature.Way.REFUSED:
        reason = _shown(reader, "reason", row.shown("reason"))
        noted = _("noted by %(who)s") % {"who": staff_identity(row.witness_id)}
        return OnPaper(who=who, mark=_("will not sign"), words=[*lines[:1], noted, *([reason] if reason else [])])
    if row.way == Signature.Way.TYPED:
        return OnPaper(who=who, mark=name, words=lines)
    if not sees_drawing(reader):
        return OnPaper(who=who, mark=_("(signed by hand; covered here)"), words=lines)
    drawn = documents.drawing(row)
    if not drawn:
        return OnPaper(who=who, mark=_("(erased)"), words=lines)
    return OnPaper(who=who, drawing=base64.b64decode(drawn), words=lines)


def name_of(reader: Reader, row: Signature) -> str:
    """The name as this reader may see it; of a colleague the work identity."""
    if row.member_id is not None:
        return staff_identity(row.member_id)
    try:
        return _shown(reader, "name", row.text("name"))
    except Erased:
        return _("(erased)")


def sees_drawing(reader: Reader) -> bool:
    """The drawing is personal: the own copy has it, who opened the document with a purpose, and whom the table trusts."""
    if reader.own or reader.written:
        return True
    return sight(reader.actor, "signature", "drawing", door=reader.door) is Sight.CLEAR


def _shown(reader: Reader, name: str, words: str) -> str:
    if reader.own or reader.written:
        return words
    return show_text(reader.actor, "signature", name, words, reader.door, known=known_in(reader.complaint))


def covered_parts(reader: Reader, parts: Sequence[Part]) -> list[Part]:
    """A content that was kept, masked as this reader reads the case."""

    def words(text: str) -> str:
        return _shown(reader, "content", text)

    return [
        replace(
            part,
            facts=[(label, words(said)) for label, said in part.facts],
            rows=[[words(cell) for cell in row] for row in part.rows],
            texts=[words(text) for text in part.texts],
        )
        for part in parts
    ]


def version_content(reader: Reader, version: SignedVersion, one: Document) -> Content:
    """One signed version as a document: what was signed, word for word, and the signatures below it."""
    _salt, content = documents.kept(version)
    parts = covered_parts(reader, documents.read(content)) if content else [Part(texts=[_("(erased)")])]
    return Content(
        parts=[*parts, *signature_parts(reader, version, one)],
        subtitle=_("%(document)s · signed version %(number)s") % {"document": one.words, "number": version.number},
    )
