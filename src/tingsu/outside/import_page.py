"""An import on its page: what became of its lines, and why each refused one was."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tingsu.complaints.access import visible_to
from tingsu.complaints.models import Complaint
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import NotFound
from tingsu.outside import lines, replies
from tingsu.outside.import_steps import NAME, NEW, counts_of, table_of
from tingsu.outside.models import ImportLine
from tingsu.outside.platforms import MEDIA
from tingsu.pages.export import Column, Format, export
from tingsu.people.access import Can, actor_for
from tingsu.privacy.log import log_access
from tingsu.process.steps import Label
from tingsu.registers.access import get_entry, register_of
from tingsu.registers.models import Entry

V = ImportLine.Verdict
SHOWN = 50
PIECE = 1000
"""Lines of a file that are asked for together."""
WORDS: dict[str, Label] = {
    V.FITS: pgettext_lazy("import", "New"),
    V.CHANGED: pgettext_lazy("import", "Changed"),
    V.KNOWN: pgettext_lazy("import", "Known already"),
    V.REFUSED: pgettext_lazy("import", "Refused"),
    V.MADE: pgettext_lazy("import", "Registered"),
    V.UPDATED: pgettext_lazy("import", "Brought up to date"),
}
TONE = {V.FITS: "plain", V.CHANGED: "plain", V.KNOWN: "outline", V.REFUSED: "late", V.MADE: "done", V.UPDATED: "done"}


def context(actor: Actor, entry: Entry) -> dict[str, Any]:
    """Counts as they stand now, and the first refused lines with why."""
    counts = counts_of(entry.pk)
    return {
        "verdicts": [{"label": WORDS[one], "tone": TONE[one], "count": counts[one]} for one in V if counts[one]],
        "lines_done": sum(count for verdict, count in counts.items() if verdict not in NEW),
        "lines_all": sum(counts.values()),
        "mentions": entry.codes["source"] == MEDIA,
        "moving": entry.state in {"checking", "under_way"},
        "refused": list(_refused(entry, SHOWN)) if counts[V.REFUSED] else [],
        "refused_more": max(counts[V.REFUSED] - SHOWN, 0),
    }


def _refused(entry: Entry, most: int) -> Iterator[dict[str, Any]]:
    for row in ImportLine.objects.filter(entry_id=entry.pk, verdict=V.REFUSED).order_by("number")[:most]:
        yield _told(row)


def _told(row: ImportLine) -> dict[str, Any]:
    why = lines.said_in(row.said, get_language())
    return {"number": row.number, "verdict": WORDS[row.verdict], "why": why, "complaint": row.complaint_id}


def offers(actor: Actor, entry: Entry) -> list[tuple[Label, str]]:
    """What became of each line, as a list."""
    if not entry.codes.get("total") or entry.state == "checking":
        return []
    words: list[tuple[Label, str, str]] = [
        (gettext_lazy("What became of each line (XLSX)"), "lines", "xlsx"),
        (gettext_lazy("What became of each line (CSV)"), "lines", "csv"),
    ]
    if entry.codes.get("made") or entry.codes.get("known"):
        words += [
            (gettext_lazy("The list with our answers (XLSX)"), "replies", "xlsx"),
            (gettext_lazy("The list with our answers (CSV)"), "replies", "csv"),
        ]
    return [(label, reverse(f"outside:{what}", args=[entry.number, form])) for label, what, form in words]


@never_cache
@require_GET
def lines_file(request: HttpRequest, number: str, form: str) -> HttpResponseBase:
    """Every line with its verdict, its reason, and the number of the complaint it became, for whoever sees that one."""
    actor, entry, known = _asked_for(request, number, form)
    columns = [
        Column(label=pgettext_lazy("import", "Line"), value=lambda one: one["number"], kind="number"),
        Column(label=gettext_lazy("What became of it"), value=lambda one: str(one["verdict"])),
        Column(label=gettext_lazy("Why"), value=lambda one: one["why"]),
        Column(label=gettext_lazy("Complaint"), value=lambda one: one["case"]),
    ]
    return export(f"{entry.number}-lines", columns, _every(actor, entry), known)


@never_cache
@require_GET
def replies_file(request: HttpRequest, number: str, form: str) -> HttpResponseBase:
    """The list in its own columns with what we answered, to be given back to the platform."""
    actor, entry, known = _asked_for(request, number, form)
    found = table_of(entry)
    if found is None:
        raise NotFound
    meanings = [line.get("meaning") or "" for line in entry.codes["columns"]]
    shape = replies.shape_of(found.head, meanings)
    made = replies.rows(actor, entry, found, shape)
    return export(f"{entry.number}-replies", replies.file_columns(shape), made, known)


def _asked_for(request: HttpRequest, number: str, form: str) -> tuple[Actor, Entry, Format]:
    """Who asks for a file of which import; written to the log of accesses."""
    actor = actor_for(request, needs=Can.DESK)
    entry = get_entry(actor, register_of(NAME), number)
    known: Format | None = "csv" if form == "csv" else "xlsx" if form == "xlsx" else None
    if known is None or not entry.codes.get("total"):
        raise NotFound
    log_access(actor, "exported", entry.pk, field=NAME)
    return actor, entry, known


def _every(actor: Actor, entry: Entry) -> Iterator[dict[str, Any]]:
    last = 0
    while some := list(ImportLine.objects.filter(entry_id=entry.pk, number__gt=last).order_by("number")[:PIECE]):
        last = some[-1].number
        mine = visible_to(
            actor, Complaint.objects.filter(pk__in=[row.complaint_id for row in some if row.complaint_id])
        )
        numbers = dict(mine.values_list("pk", "number"))
        for row in some:
            yield {**_told(row), "case": numbers.get(row.complaint_id, "") if row.complaint_id else ""}
