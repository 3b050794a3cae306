"""A version as PDF: the cover (DI-08), then the text as it was written (CTS 7.5.2)."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tingsu.documents import shown
from tingsu.documents.writing import Block, bare, headed
from tingsu.files import store
from tingsu.files.models import StoredFile
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.fields import in_language
from tingsu.kernel.organisations import current_organisation
from tingsu.pages.pdf import Part, Sheet, table
from tingsu.people.queries import staff_identity
from tingsu.registers import reading
from tingsu.registers.models import Entry


def sheet_of(actor: Actor, entry: Entry) -> Sheet:
    """The whole document; what is not in force says so at its head."""
    texts = entry.worded_or_none() or {}
    parts = [Part(heading=_("Cover"), facts=shown.cover(entry))]
    if texts.get("change"):
        parts.append(Part(heading=pgettext("document", "What has changed"), texts=[texts["change"]]))
    parts += _written(shown.drawn(actor, entry, texts.get("body", "")))
    ids = {str(one) for one in entry.codes.get("file") or []}
    if files := [one for one in reading.files_of(actor, entry, "page") if str(one["id"]) in ids]:
        facts = [(one["name"], f"{one['type']} · SHA-256 {one['hash']}") for one in files]
        parts.append(Part(heading=_("Files"), facts=facts))
    status = shown.status_of(entry)[0]
    return Sheet(
        firm=in_language(current_organisation().name), title=texts.get("title") or pgettext("text", "(erased)"),
        subtitle=f"{entry.number} · {status}", by=staff_identity(actor.id) or actor.name, at=now(), parts=parts,
    )  # fmt: skip


def _written(found: list[Block]) -> Iterator[Part]:
    """The text as parts, each below its heading."""
    for words, level, below in headed(found):
        deep = min(level + 1, 3)
        if not below:
            yield Part(heading=words, deep=deep)
        for place, one in enumerate(below):
            yield _part(one, words if place == 0 else "", deep)


def _part(one: Block, heading: str, deep: int) -> Part:
    if one.kind == "table":
        made = table(
            [bare(cell) for cell in one.heads],
            [[bare("".join(span.words for span in cell)) for cell in row] for row in one.cells],
        )
        return Part(heading=heading, deep=deep, heads=made.heads, rows=made.rows, widths=made.widths, note=made.note)
    if one.kind == "picture":
        row = StoredFile.objects.filter(pk=one.file).select_related("stream").first() if one.file else None
        if row is None:
            return Part(heading=heading, deep=deep, texts=[one.lines[0]])
        return Part(heading=heading, deep=deep, pictures=[(store.open_file(row), one.lines[0])])
    if one.kind == "points":
        return Part(heading=heading, deep=deep, texts=["\n".join(f"• {bare(line)}" for line in one.lines)])
    if one.kind == "steps":
        numbered = (f"{place}. {bare(line)}" for place, line in enumerate(one.lines, one.first))
        return Part(heading=heading, deep=deep, texts=["\n".join(numbered)])
    return Part(heading=heading, deep=deep, texts=["\n".join(bare(line) for line in one.lines)])
