"""The registration form of SZ Annex B on paper, blank: its six sections, made from the catalogue of fields (RG-01 … RG-07)."""

from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tingsu.complaints.fields import on_form
from tingsu.process.steps import Field

Text = str | Promise
TITLES: tuple[Text, ...] = (
    _("Details of the complainant"), _("Product or service"), _("The problem"), _("Remedy requested"),
    _("Date and signature"), _("Attachments"),
)  # fmt: skip
MUCH = 5000
"""Characters of a field that get a large box."""
OWN_WORDS: dict[str, Text] = {
    "anonymous": _("I wish to stay anonymous"), "is_organisation": _("I write for an organisation"), "country": _("Country"),
    "signed_at": _("Date"), "signed_by": _("Signature"), "files": _("List of attachments"),
}  # fmt: skip
"""What paper asks for in other words than a page."""
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
