"""The tracking form of SZ Annex C on paper: its six sections, filled from the case and its ledger (FB-13, RC-11)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from tingsu.aftercare.stages import Stage, tracking_form
from tingsu.complaints import terms
from tingsu.complaints.case_rows import reading, rows_of
from tingsu.complaints.covering import covered, known_in
from tingsu.complaints.fields import CaseField, on_form
from tingsu.complaints.fields.reading import in_words
from tingsu.complaints.models import Complaint, ComplaintLink, Party
from tingsu.complaints.process import PROCESS
from tingsu.kernel import rulebooks
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import local
from tingsu.kernel.fields import in_language
from tingsu.kernel.models import Event
from tingsu.kernel.money import yuan
from tingsu.privacy.show import show_field, show_party

Text = str | Promise
ASSESSED = ("severity", "complexity", "impact", "safety_issue", "immediate_action", "compensation_possible")


@dataclass(frozen=True)
class Section:
    """One section of the form: its title and lines of label and value."""

    title: str
    lines: list[tuple[Text, Text]]


@dataclass(frozen=True)
class Form:
    """The whole form as the reader may see it."""

    sections: list[Section]
    stages: list[Stage]


ASSESSMENT, MEASURES = 4, 5
TITLES = (_l("1 Receipt"), _l("2 Reference"), _l("3 The problem"), _l("4 Assessment"), _l("5 Measures"))


@dataclass(frozen=True)
class Reader:
    """Who reads the form of which case, in which time zone."""

    actor: Actor
    complaint: Complaint
    zone: str


Lines = list[tuple[Text, Text]]


def form_c(actor: Actor, complaint: Complaint, zone: str) -> Form:
    """C.1 to C.6, from the catalogue of fields; personal data as the privacy table shows it to this reader."""
    reader = Reader(actor, complaint, zone)
    with reading(complaint):
        sections = [Section(str(title), _lines(reader, number)) for number, title in enumerate(TITLES, 1)]
        return Form(sections, tracking_form(complaint))


def _lines(reader: Reader, number: int) -> Lines:
    """What the catalogue places in a section, and what the steps add to it."""
    before = _assessed(reader.complaint) if number == ASSESSMENT else []
    if number == ASSESSMENT and not before:
        return [(_("Assessment"), _("not assessed yet"))]
    lines = [line for one in on_form("form_c", number) for line in TOLD.get(one.name, _plain)(reader, one)]
    return [*before, *lines, *(_measures(reader.complaint) if number == MEASURES else [])]


def _plain(reader: Reader, one: CaseField) -> Lines:
    """A field as it is recorded; a dash where there is nothing."""
    complaint = reader.complaint
    if one.personal is not None:
        return [
            (
                one.field.label,
                show_field(reader.actor, complaint, one.stored, "page", known=known_in(complaint)).value or "–",
            )
        ]
    value = in_words(one, getattr(complaint, one.stored))
    if one.free and value:
        value = covered(complaint, str(value))
    return [(one.field.label, value.isoformat() if isinstance(value, date) else str(value or "–"))]


def _received(reader: Reader, one: CaseField) -> Lines:
    received = local(reader.complaint.received_at, reader.zone)
    return [(_("Date of the complaint"), f"{received:%Y-%m-%d}"), (_("Time of the complaint"), f"{received:%H:%M}")]


def _code(reader: Reader, one: CaseField) -> Lines:
    return [(_("Unique identification code"), _("kept sealed; the complainant has it"))]


def _complainant(reader: Reader, one: CaseField) -> Lines:
    if reader.complaint.anonymous:
        return [(_("Complainant"), _("Anonymous"))]
    party = next(iter(rows_of(Party, reader.complaint, role=terms.PartyRole.COMPLAINANT)), None)
    return [(_("Complainant"), show_party(reader.actor, party, "page").short if party else "–")]


def _linked(reader: Reader, one: CaseField) -> Lines:
    return [(_("Related complaints"), ", ".join(_related(reader.complaint)) or "–")]


def _if_given(reader: Reader, one: CaseField) -> Lines:
    return _plain(reader, one) if getattr(reader.complaint, one.stored) else []


TOLD: dict[str, Callable[[Reader, CaseField], Lines]] = {
    "received_at": _received, "mode_other": _if_given, "code": _code, "name": _complainant, "repeats": _linked,
}  # fmt: skip
"""Fields that the form tells in words of its own."""


def _related(complaint: Complaint) -> list[str]:
    links = ComplaintLink.objects.filter(Q(complaint=complaint) | Q(other=complaint)).select_related(
        "complaint", "other"
    )
    return sorted({one.number for link in links for one in (link.complaint, link.other)} - {complaint.number})


def _latest(complaint: Complaint, kind: str, **data: Any) -> Mapping[str, Any] | None:
    """The data of the last event of a kind; the rooms of one floor meet in the ledger."""
    return (
        Event.objects.filter(stream_id=complaint.pk, kind=kind, **data)
        .order_by("-seq")
        .values_list("data", flat=True)
        .first()
    )


def _assessed(complaint: Complaint) -> Lines:
    """The answers of the last grading that the form prints, in the words of its step; none before it."""
    graded = _latest(complaint, "complaint.graded")
    if graded is None:
        return []
    step = PROCESS["assess_and_grade"]
    lines: Lines = []
    for name in ASSESSED:
        field = step.field(name)
        value = graded["values"].get(name)
        if field.kind == "bool":
            lines.append((field.label, _("Yes") if value else _("No")))
        else:
            words = dict(field.options) if isinstance(field.options, tuple) else {}
            lines.append((field.label, words.get(str(value), value or "–")))
    return lines


def _measures(complaint: Complaint) -> Lines:
    """The remedies of the version that was sent last, or of a case solved at once."""
    sent = _latest(complaint, "complaint.solution_sent")
    drafted = _latest(complaint, "complaint.solution_drafted", data__solution=sent["solution"]) if sent else None
    source = drafted or _latest(complaint, "complaint.solved_directly")
    if source is None:
        return []
    names = {entry["code"]: in_language(entry["name"]) for entry in rulebooks.in_force("remedies").body["remedies"]}
    rows = source["values"].get("remedies", [])
    lines: Lines = [(_("Remedy required"), _("Yes") if rows else _("No"))]
    for row in rows:
        code = row["code"]
        label = f"{code} {names.get(code, '')}" if code.isdigit() else names.get(code, code)
        lines.append((label, _("Total %(amount)s") % {"amount": yuan(row["amount"])} if row.get("amount") else "☑"))
    return lines
