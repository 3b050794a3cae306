"""A report as PDF and as workbook, in either language (MO-04). It leaves the centre: small counts are withheld in it (MO-13)."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tingsu.governance import report_kinds, report_shown
from tingsu.governance.report_tables import Cell, Section
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import NotFound
from tingsu.kernel.fields import in_language
from tingsu.kernel.organisations import current_organisation, in_practice
from tingsu.kernel.punctuation import listed
from tingsu.pages.books import Page, workbook
from tingsu.pages.export import TYPES
from tingsu.pages.pdf import Part, Sheet, instant, pdf_response, table
from tingsu.people.access import Can, actor_for
from tingsu.people.queries import staff_identity
from tingsu.privacy.log import log_access
from tingsu.registers import reading
from tingsu.registers.access import get_entry, register_of
from tingsu.registers.models import Entry

REGISTER = "monthly_report"
FILES: dict[str, tuple[str, str, str | Promise]] = {
    "zh.pdf": ("zh-hans", "pdf", pgettext_lazy("report file", "PDF, Chinese")),
    "en.pdf": ("en", "pdf", pgettext_lazy("report file", "PDF, English")),
    "zh.xlsx": ("zh-hans", "xlsx", pgettext_lazy("report file", "XLSX, Chinese")),
    "en.xlsx": ("en", "xlsx", pgettext_lazy("report file", "XLSX, English")),
}


def offered(actor: Actor, entry: Entry) -> list[tuple[Any, str]]:
    """The files of a report, for whoever sees it."""
    if report_kinds.kind_of(entry.codes) == report_kinds.RECTIFICATIONS:
        return []
    return [
        (label, reverse("governance:report_file", args=[entry.number, name]))
        for name, (_language, _form, label) in FILES.items()
    ]


@never_cache
@require_GET
def report_file(request: HttpRequest, number: str, name: str) -> HttpResponseBase:
    """One file of a report; that somebody fetched it is noted."""
    actor, register = actor_for(request, needs=Can.DESK), register_of(REGISTER)
    entry = get_entry(actor, register, number)
    if name not in FILES or not offered(actor, entry):
        raise NotFound
    language, form, _label = FILES[name]
    log_access(actor, "downloaded", entry.pk, form)
    with translation.override(language):
        sections = report_shown.sections_of(actor, register, entry, full=False, door="export")
        file = f"{entry.number}-{language[:2]}"
        if form == "pdf":
            return pdf_response(file, sheet(actor, entry, sections))
        return _xlsx(file, entry, sections)


def facts_of(entry: Entry) -> list[tuple[str, str]]:
    """Number, period, version, state, who approved and who was to read it."""
    codes = entry.codes
    period = report_kinds.period_in(codes)
    texts = entry.worded_or_none() or {}
    readers = [reading.name_words(one) for one in codes.get("readers", [])]
    receipts = [f"{reading.name_words(row['member'])} {row['on']}" for row in codes.get("receipts", [])]
    facts = [
        (_("Number"), entry.number),
        (pgettext("figures", "Period"), f"{period.first:%Y-%m-%d} – {period.last:%Y-%m-%d}"),
        (pgettext("report", "Edition"), str(codes.get("edition", 1))),
        (pgettext("report", "Replaces"), texts.get("replaces", "")),
        (pgettext("report", "Replaced by"), texts.get("replaced_by", "")),
        (_("State"), entry.get_state_display()),
        (_("Written by"), staff_identity(entry.owner_id)),
        (pgettext("report", "Approved by"), reading.name_words(entry.hands.get("approve"))),
        (
            pgettext("report", "Released to"),
            listed(readers),
        ),
        (pgettext("report", "Receipt confirmed"), "\n".join(receipts)),
    ]
    return [(label, words) for label, words in facts if words]


def sheet(actor: Actor, entry: Entry, sections: list[Section]) -> Sheet:
    """The report as a document."""
    parts = [Part(facts=facts_of(entry))]
    for one in sections:
        if one.rows:
            made = table(one.heads, [[cell.words for cell in row] for row in one.rows], widths=_widths(one))
            parts.append(
                Part(
                    heading=one.title, heads=made.heads, rows=made.rows, widths=made.widths, note=one.note or made.note
                )
            )
        else:
            parts.append(Part(heading=one.title, texts=[*one.texts, *([one.note] if one.note else [])]))
    note = _(
        "A rate of fewer than 30 cases is shown as counts. Counts of 1 to 4 complaints, and what would tell them, are withheld in files."
    )
    parts.append(Part(texts=[note]))
    return Sheet(
        firm=in_language(current_organisation().name), title=report_shown.heading_of(entry),
        subtitle=f"{entry.number} · {entry.get_state_display()}", by=staff_identity(actor.id) or actor.name, at=now(), parts=parts, wide=True,
    )  # fmt: skip


def _widths(section: Section) -> list[int]:
    """The first column is for names, others for numbers and short words."""
    return [
        4,
        *(
            2 if any(len(row[place].words) > 12 for row in section.rows) else 1
            for place in range(1, len(section.heads))
        ),
    ]


def _xlsx(name: str, entry: Entry, sections: list[Section]) -> HttpResponse:
    title = report_shown.heading_of(entry)
    pages = [
        Page(
            name=pgettext("report", "Report"),
            rows=[[title, instant(now())], *([label, words] for label, words in facts_of(entry))],
        )
    ]
    pages += [
        Page(
            name=one.title, heads=one.heads, rows=[[_value(cell) for cell in row] for row in one.rows],
            notes=[*one.texts, *([one.note] if one.note else [])],
        )
        for one in sections
    ]  # fmt: skip
    response = HttpResponse(workbook(pages, title=title), content_type=TYPES["xlsx"])
    name = f"practice-{name}" if in_practice() else name
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.xlsx") or "attachment"
    response["Cache-Control"] = "no-store"
    return response


def _value(cell: Cell) -> str | int:
    """Whole numbers as numbers, everything else as it reads."""
    plain = cell.words.replace(",", "")
    return int(plain) if cell.number and plain.isascii() and plain.isdigit() and len(plain) < 15 else cell.words
