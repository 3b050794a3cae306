"""The tracking form of SZ Annex C on paper: its six sections, filled from the case and its ledger (RG-10, RG-11, FB-13, RC-11)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tingsu.aftercare.stages import Stage, tracking_form
from tingsu.complaints import recorded_words, terms
from tingsu.complaints.case_rows import reading
from tingsu.complaints.covering import covered, windows_of
from tingsu.complaints.fields import CaseField, on_form
from tingsu.complaints.models import Complaint, ComplaintLink
from tingsu.complaints.paperwork import Content, Reader
from tingsu.complaints.process import PROCESS
from tingsu.kernel import rulebooks
from tingsu.kernel.actor import Actor
from tingsu.kernel.fields import in_language
from tingsu.kernel.ledger import texts_of
from tingsu.kernel.models import Event
from tingsu.kernel.money import yuan
from tingsu.kernel.punctuation import listed
from tingsu.pages.pdf import Blank, Part, in_full, instant
from tingsu.process.steps import options_of

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


RECEIPT, REFERENCE, PROBLEM, ASSESSMENT, MEASURES = range(1, 6)
TITLES = (
    gettext_lazy("1 Receipt"),
    gettext_lazy("2 Reference"),
    gettext_lazy("3 The problem"),
    gettext_lazy("4 Assessment"),
    gettext_lazy("5 Measures"),
)
TRACKING = gettext_lazy("6 Tracking")

Lines = list[tuple[Text, Text]]


def form_c(actor: Actor, complaint: Complaint) -> Form:
    """C.1 to C.6 for the page, from the catalogue of fields; personal data as the privacy table shows it to this reader."""
    with reading(complaint):
        reader = Reader(actor=actor, complaint=complaint, windows=windows_of(actor, complaint))
        return Form(sections_of(reader), tracking_form(complaint))


def sections_of(reader: Reader, *, boxes: bool = False) -> list[Section]:
    """C.1 to C.5. Inside a reading of the case; without what boxes tell as well."""
    told = TICKED if boxes else frozenset()
    return [Section(str(title), _lines(reader, number, told)) for number, title in enumerate(TITLES, 1)]


def content(reader: Reader) -> Content:
    """The form as a document: what the paper has boxes for is ticked, all boxes shown (SZ C.1, C.3, C.5)."""
    parts = []
    for number, section in enumerate(sections_of(reader, boxes=True), 1):
        facts = [(str(label), str(words)) for label, words in section.lines]
        parts.append(Part(heading=section.title, facts=in_full(facts), blanks=BOXES.get(number, _no_boxes)(reader)))
    stages = [
        [f"{one.number} {one.name}", _stage_day(one), str(one.by), str(one.remark)]
        for one in tracking_form(reader.complaint)
    ]
    heads = [_("Measure taken"), _("Date"), _("Name"), pgettext("form", "Remark")]
    parts.append(Part(heading=str(TRACKING), heads=heads, rows=stages, widths=[5, 3, 3, 5]))
    return Content(parts=parts)


def _no_boxes(reader: Reader) -> list[Blank]:
    return []


def _stage_day(stage: Stage) -> str:
    return instant(stage.at) if stage.at else _("not applicable") if stage.not_applicable else ""


def _modes(reader: Reader) -> list[Blank]:
    chosen = reader.complaint.mode
    return [Blank(label=_("Mode"), boxes=[(str(words), code == chosen) for code, words in terms.Mode.choices])]


def _categories(reader: Reader) -> list[Blank]:
    """The 35 categories in their order; categories that an organisation added below them are told in the lines above."""
    chosen = {entry["no"] for entry in reader.complaint.categories}
    return [
        Blank(
            label=_("Problem categories"),
            boxes=[(f"{no}) {words}", no in chosen) for no, (words, _more) in terms.CATEGORIES.items()],
        )
    ]


def _remedies(reader: Reader) -> list[Blank]:
    chosen = {row["code"] for row in _sent_remedies(reader.complaint)}
    entries = rulebooks.in_force("remedies").body["remedies"]
    return [
        Blank(
            label=_("Measures to be taken"),
            boxes=[
                (f"{one['code']}) {in_language(one['name'])}", one["code"] in chosen)
                for one in entries
                if one["code"].isdigit()
            ],
        )
    ]


BOXES: dict[int, Callable[[Reader], list[Blank]]] = {RECEIPT: _modes, PROBLEM: _categories, MEASURES: _remedies}


TICKED = frozenset({"mode"})
"""Fields that the boxes tell whole."""


def _lines(reader: Reader, number: int, told: frozenset[str]) -> Lines:
    """What the catalogue places in a section, and what the steps add to it."""
    before = _assessed(reader.complaint) if number == ASSESSMENT else []
    if number == ASSESSMENT and not before:
        return [(_("Assessment"), _("not assessed yet"))]
    fields = [one for one in on_form("form_c", number) if one.name not in told]
    lines = [line for one in fields for line in TOLD.get(one.name, _plain)(reader, one)]
    return [*before, *lines, *(_measures(reader.complaint) if number == MEASURES else [])]


def _plain(reader: Reader, one: CaseField) -> Lines:
    """A field as it is recorded; a dash where there is nothing."""
    return [(one.field.label, recorded_words.words_of(reader, one) or "–")]


def _received(reader: Reader, one: CaseField) -> Lines:
    received = timezone.localtime(reader.complaint.received_at)
    return [(_("Date of the complaint"), f"{received:%Y-%m-%d}"), (_("Time of the complaint"), f"{received:%H:%M}")]


def _code(reader: Reader, one: CaseField) -> Lines:
    """Masked for staff until somebody opens it with a purpose (CA-58)."""
    if not reader.complaint.code:
        return [(_("Unique identification code"), "–")]
    return [(_("Unique identification code"), recorded_words.words_of(reader, one) or "–")]


def _complainant(reader: Reader, one: CaseField) -> Lines:
    if reader.complaint.anonymous:
        return [(_("Complainant"), _("Anonymous"))]
    view = recorded_words.person(reader, terms.PartyRole.COMPLAINANT)
    return [(_("Complainant"), (view.short or view.name) if view else "–")]


def _reference(reader: Reader, one: CaseField) -> Lines:
    """The number, and that the person is described on the registration form of the same number (RG-11)."""
    number = reader.complaint.number
    return [
        (one.field.label, number),
        (_("Information on the complainant"), _("see the registration form %(number)s") % {"number": number}),
    ]


def _linked(reader: Reader, one: CaseField) -> Lines:
    return [(_("Related complaints"), listed(_related(reader.complaint)) or "–")]


def _if_given(reader: Reader, one: CaseField) -> Lines:
    return _plain(reader, one) if getattr(reader.complaint, one.stored) else []


TOLD: dict[str, Callable[[Reader, CaseField], Lines]] = {
    "received_at": _received, "number": _reference, "mode_other": _if_given, "code": _code, "name": _complainant, "repeats": _linked,
}  # fmt: skip
"""Fields that the form tells in words of its own."""


def _related(complaint: Complaint) -> list[str]:
    links = ComplaintLink.objects.filter(Q(complaint=complaint) | Q(other=complaint)).select_related(
        "complaint", "other"
    )
    return sorted({one.number for link in links for one in (link.complaint, link.other)} - {complaint.number})


def _latest(complaint: Complaint, kind: str, **data: Any) -> Mapping[str, Any] | None:
    """The data of the last event of a kind; the rooms of one floor meet in the ledger."""
    last = _last(complaint, kind, **data)
    return last.data if last else None


def _last(complaint: Complaint, kind: str, **data: Any) -> Event | None:
    return Event.objects.filter(stream_id=complaint.pk, kind=kind, **data).order_by("-seq").first()


def _assessed(complaint: Complaint) -> Lines:
    """The answers of the last grading that the form prints, in the words of its step; none before it. A score has its word of the
    scale that was used, and what was seen of the criterion behind it (SZ C.4, TR-10).
    """
    graded = _last(complaint, "complaint.graded")
    if graded is None:
        return []
    step, values = PROCESS["assess_and_grade"], graded.data["values"]
    seen = texts_of([graded]).get(graded.pk, {})
    scale = rulebooks.version_of("assessment", graded.data.get("rules", {}).get("criteria", 0)).body["scale"]
    words = {str(one["value"]): f"{one['value']} {in_language(one['name'])}" for one in scale}
    lines: Lines = []
    for name in ASSESSED:
        field, value = step.field(name), values.get(name)
        if field.kind == "bool":
            lines.append((field.label, _("Yes") if value else _("No")))
            continue
        told = [words.get(str(value), str(value or "–")), covered(complaint, seen.get(f"{name}_text", ""))]
        lines.append((field.label, "\n".join(filter(None, told))))
    if measured := _latest(complaint, "complaint.immediate_measure_recorded"):
        effects = dict(options_of(PROCESS["immediate_measure"].field("effective")))
        lines.append((_("Was the immediate measure effective?"), effects.get(measured["values"].get("effective"), "–")))
    return lines


def _sent(complaint: Complaint) -> Event | None:
    """The solution that was sent last, or that of a case solved at once."""
    sent = _latest(complaint, "complaint.solution_sent")
    drafted = _last(complaint, "complaint.solution_drafted", data__solution=sent["solution"]) if sent else None
    return drafted or _last(complaint, "complaint.solved_directly")


def _sent_remedies(complaint: Complaint) -> list[dict[str, Any]]:
    source = _sent(complaint)
    return list(source.data["values"].get("remedies", [])) if source else []


def _measures(complaint: Complaint) -> Lines:
    """The remedies of the version that was sent last, or of a case solved at once: what each costs, and what was written of it (SZ C.5)."""
    source = _sent(complaint)
    if source is None:
        return []
    names = {entry["code"]: in_language(entry["name"]) for entry in rulebooks.in_force("remedies").body["remedies"]}
    rows, written = _sent_remedies(complaint), texts_of([source]).get(source.pk, {})
    lines: Lines = [(_("Remedy required"), _("Yes") if rows else _("No"))]
    for place, row in enumerate(rows):
        code = row["code"]
        label = f"{code} {names.get(code, '')}" if code.isdigit() else names.get(code, code)
        total = _("Total %(amount)s") % {"amount": yuan(row["amount"])} if row.get("amount") else ""
        told = [total, covered(complaint, written.get(f"remedies.{place}.text", ""))]
        lines.append((label, "\n".join(filter(None, told)) or _("Yes")))
    return lines
