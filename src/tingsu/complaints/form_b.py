"""The registration form of SZ Annex B on paper, blank or filled: its six sections, made from the catalogue of fields
(RG-01 … RG-07, RC-11).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tingsu.complaints import recorded_words
from tingsu.complaints.case_rows import rows_of
from tingsu.complaints.fields import CaseField, on_form
from tingsu.complaints.models import Party
from tingsu.complaints.paperwork import Reader
from tingsu.complaints.terms import PartyRole
from tingsu.pages import pdf
from tingsu.process.steps import Field

Text = str | Promise
TITLES: tuple[Text, ...] = (
    _("Details of the complainant"), _("Product or service"), _("The problem"), _("Remedy requested"),
    _("Date and signature"), _("Attachments"),
)  # fmt: skip
MUCH = 5000
"""Characters of a field that get a large box."""
OWN_WORDS: dict[str, Text] = {
    "anonymous": _("I wish to stay anonymous"), "is_organisation": _("I write for an organisation"),
    "signed_at": _("Date"), "signed_by": _("Signature"), "files": _("List of attachments"),
}  # fmt: skip
"""What paper asks for in other words than a page."""
LINES = {"": 1, "tall": 3, "taller": 8}
"""Lines to write on, of each height."""
SIGNING = 5
"""The section with the signatures."""
SIGNED = "signed_by"
"""On paper a line to sign on, not the ways in which a page takes a signature."""


@dataclass(frozen=True)
class Line:
    """A place to write: what goes there, how high it is on paper, and what can be ticked instead."""

    label: Text
    height: str = ""
    boxes: tuple[Text, ...] = ()


@dataclass(frozen=True)
class Part:
    """One section: lines to write on and boxes to tick below them."""

    title: Text
    lines: list[Line] = field(default_factory=list)
    boxes: list[Text] = field(default_factory=list)


def blank_form() -> list[Part]:
    """The six sections in the order of the form."""
    parts = [Part(title) for title in TITLES]
    for number, part in enumerate(parts, 1):
        for one in on_form("form_b", number):
            _place(part, one.field)
    return parts


def _place(part: Part, asked: Field) -> None:
    label = OWN_WORDS.get(asked.name, asked.label)
    if asked.kind == "bool":
        part.boxes.append(label)
    elif asked.kind == "rows":
        for inner in asked.rows:
            _place(part, inner)
    elif isinstance(asked.options, tuple) and asked.options and asked.name != SIGNED:
        part.lines.append(Line(label, boxes=tuple(words for _code, words in asked.options)))
    else:
        part.lines.append(Line(label, _height(asked)))


def _height(asked: Field) -> str:
    if asked.kind not in {"longtext", "files"}:
        return ""
    return "taller" if asked.limit >= MUCH else "tall"


def blank_parts() -> list[pdf.Part]:
    """The blank form as a document to print."""
    return [
        pdf.Part(
            heading=f"{number} {part.title}",
            blanks=[
                *(
                    pdf.Blank(label=str(one.label), lines=LINES[one.height], boxes=_open(one.boxes))
                    for one in part.lines
                ),
                *([pdf.Blank(boxes=_open(part.boxes))] if part.boxes else []),
            ],
        )
        for number, part in enumerate(blank_form(), 1)
    ]


def _open(boxes: Iterable[Text]) -> list[tuple[str, bool]]:
    return [(str(words), False) for words in boxes]


def parts_to_sign(reader: Reader) -> list[pdf.Part]:
    """What is signed of the form: every section but the one that says by whom and when it was."""
    return [part for number, part in enumerate(filled_parts(reader), 1) if number != SIGNING]


def filled_parts(reader: Reader) -> list[pdf.Part]:
    """The form of one complaint: every line of it, with a dash where nothing is recorded; boxes ticked."""
    found = []
    for number, title in enumerate(TITLES, 1):
        facts: list[tuple[str, str]] = []
        boxes: list[tuple[str, bool]] = []
        for one in on_form("form_b", number):
            label = str(OWN_WORDS.get(one.name, one.field.label))
            if one.field.kind == "bool":
                boxes.append((label, _ticked(reader, one)))
            else:
                facts.append((label, _filled(reader, one) or "–"))
        signs = [str(_("Signature of the complainant")), str(_("Received by"))] if number == SIGNING else []
        found.append(
            pdf.Part(
                heading=f"{number} {title}",
                facts=pdf.in_full(facts),
                blanks=[pdf.Blank(boxes=boxes)] if boxes else [],
                signs=signs,
            )
        )
    return found


def _ticked(reader: Reader, one: CaseField) -> bool:
    if one.name == "is_organisation":
        party = next(iter(rows_of(Party, reader.complaint, role=PartyRole.COMPLAINANT)), None)
        return party is not None and party.kind == "organisation"
    return bool(getattr(reader.complaint, one.stored))


def _filled(reader: Reader, one: CaseField) -> str:
    if one.name == "demands":
        return "\n".join(recorded_words.demands(reader))
    if one.name == "files":
        return "\n".join(recorded_words.file_words(reader, file) for file in recorded_words.files(reader))
    return recorded_words.words_of(reader, one) if one.stored else ""
