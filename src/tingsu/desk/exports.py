"""Case lists as files: asked for with a purpose, approved by somebody else, marked on every row (PS-06, PS-09).

The register keeps who asked for which list and why, who approved it, and until when it may be fetched. What is fetched is
what the filter shows at that moment, in the rights of whoever asked, masked as every export is.
"""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from tingsu.complaints import access, paper_runs
from tingsu.complaints.fields import FILTERS, CaseField
from tingsu.complaints.fields.reading import in_words, visible
from tingsu.complaints.models import Complaint
from tingsu.complaints.papers import SVC_COLUMNS, register_rows
from tingsu.desk import queue
from tingsu.desk.narrowing import chips_of
from tingsu.desk.question import question_of
from tingsu.desk.rows import CaseLine, rows_of
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import day_around, now
from tingsu.kernel.errors import NotFound, TingsuError
from tingsu.kernel.fields import in_language
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.punctuation import after_label
from tingsu.pages import pdf
from tingsu.pages.export import Column
from tingsu.pages.words import moment_words
from tingsu.people.access import Can, roles_with
from tingsu.people.queries import has_left_since, staff_identity
from tingsu.people.roles import Role
from tingsu.process.steps import Field
from tingsu.registers.declaration import CHECKERS, LEADERS, OPENER, Do, Register, State, declare
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.models import Entry

NAME = "export"
FETCHED_WITHIN = timedelta(hours=24)
TOGETHER = 200
MOST_CASES = 100_000
USES = (
    ("inside", pgettext_lazy("export", "Within the centre")),
    ("house", pgettext_lazy("export", "Other departments of the house")),
    ("authority", pgettext_lazy("export", "An authority or a court")),
    ("outside", pgettext_lazy("export", "Others outside")),
)
"""Who gets to see the list: whoever approves decides by it."""


def asked_for(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """What is asked for, in words and numbers, made from the filter itself: nobody approves other words than are exported."""
    if period := period_of(values):
        opened.write("shown", _("Received from %(first)s to %(last)s") % {"first": period[0], "last": period[1]})
        opened.put("cases", min(received_in(opened.actor, period)[: queue.CAP].count(), queue.CAP))
        return
    query = QueryDict(values["filters"].lstrip("?"))
    known = question_of(opened.actor, query, opened.at)
    asked = known.asked
    parts = [str(known.chosen.name if known.chosen else known.view.label if known.view else _("All open"))]
    parts += [after_label(chip["label"], chip["value"]) for chip in chips_of(asked)]
    opened.write("filters", asked.url(view="all" if known.chosen else asked.view).lstrip("?"))
    opened.write("shown", " · ".join(parts))
    opened.put("cases", min(queue.counts([queue.counted(known.ways, Q())])[0], queue.CAP))


def period_of(values: Mapping[str, Any]) -> tuple[date, date] | None:
    """The first and the last day of receipt that are asked for; a missing end is the other one."""
    days = [parse_date(str(values.get(name) or "")) for name in ("received_from", "received_to")]
    first, last = days[0] or days[1], days[1] or days[0]
    return (min(first, last), max(first, last)) if first and last else None


def received_in(actor: Actor, period: tuple[date, date]) -> QuerySet[Complaint]:
    """Every case that was received in these days of the firm's own time and that the actor sees, open or not, as it came."""
    zone = current_organisation().time_zone
    start, end = day_around(period[0], zone)[0], day_around(period[1], zone)[1]
    rows = Complaint.objects.filter(received_at__gte=start, received_at__lt=end)
    return access.visible_to(actor, rows).order_by("received_at", "pk")


def fetched_until(opened: OpenedEntry, values: dict[str, Any]) -> None:
    opened.put("until", opened.at + FETCHED_WITHIN)


class ExportOver(TingsuError):
    """What was approved is there for a day."""

    code, status = "export_over", 410
    sentence = gettext_lazy("This export could be fetched until %(until)s. Ask for a new one.")


def may_fetch(actor: Actor, entry: Entry) -> bool:
    """Only whoever asked, only what was approved, only for a day, and only while they still hold the right: not who left meanwhile."""
    until = _until(entry)
    return _is_theirs(actor, entry) and until is not None and until > now()


def check_fetch(actor: Actor, entry: Entry) -> None:
    """Raises NotFound for everybody but whoever asked, and for them ExportOver once the day is over."""
    if not _is_theirs(actor, entry):
        raise NotFound
    if not may_fetch(actor, entry):
        raise ExportOver(until=until_words(entry))


def until_words(entry: Entry) -> str:
    """Until when an approved export may be fetched."""
    until = _until(entry)
    return moment_words(until) if until else "–"


def _is_theirs(actor: Actor, entry: Entry) -> bool:
    approved = entry.register == NAME and entry.state == "approved"
    theirs = approved and entry.opened_by == actor.id and actor.has_role(*roles_with(Can.EXPORT))
    return theirs and not has_left_since(actor.id, entry.opened_at)


def _until(entry: Entry) -> datetime | None:
    return parse_datetime(str(entry.codes.get("until", "")))


def offers(actor: Actor, entry: Entry) -> list[tuple[Any, str]]:
    """The files that this person may fetch from the page of the entry."""
    if not may_fetch(actor, entry):
        return []
    return [
        (label, reverse("desk:export", args=[entry.number, form]))
        for form, label in (
            ("csv", _("As CSV")), ("xlsx", _("As a spreadsheet (XLSX)")), ("pdf", _("As acceptance register (PDF)")),
        )
    ] + [(_("A document of every case"), reverse("desk:runs", args=[entry.number]))]  # fmt: skip


def mark_of(actor: Actor, entry: Entry) -> str:
    """Who fetched it, when, for what: stands on every row and below every printed page."""
    words = {
        "who": staff_identity(actor.id), "when": moment_words(now()), "number": entry.number, "purpose": entry.written()["purpose"],
    }  # fmt: skip
    return _("%(number)s · %(who)s · %(when)s · for: %(purpose)s") % words


@dataclass(frozen=True, slots=True)
class Line:
    """One case of the file: as the list shows it, and its row for what can be filtered by."""

    shown: CaseLine
    case: Complaint


def told_of(actor: Actor) -> list[CaseField]:
    """What a list can be narrowed by stands in the file too, as far as this person sees it in an export (TR-22)."""
    return [one for one in FILTERS if one.name != "state" and visible(actor, one, door="export")]


def rows_for(actor: Actor, entry: Entry) -> Iterator[Line]:
    """The cases that the filter shows now, in the order of the list, read page by page."""
    more = [one.stored for one in told_of(actor)]
    for page in pages_for(actor, entry, more):
        yield from _lines(actor, page)


def pages_for(actor: Actor, entry: Entry, more: list[str]) -> Iterator[list[Complaint]]:
    """The cases of the list, or of the period of receipt, page by page."""
    if period := period_of(entry.codes):
        ids = list(received_in(actor, period).values_list("pk", flat=True)[:MOST_CASES])
        for place in range(0, len(ids), TOGETHER):
            found = Complaint.objects.select_related("stream").in_bulk(ids[place : place + TOGETHER])
            yield [found[pk] for pk in ids[place : place + TOGETHER] if pk in found]
        return
    rows = question_of(actor, QueryDict(entry.written().get("filters", "")), now()).walked
    after = ""
    while True:
        page = queue.page_of(rows, after, TOGETHER, more=more)
        yield page.rows
        if not page.following:
            return
        after = page.following


def register_sheet(actor: Actor, entry: Entry, mark: str) -> pdf.Sheet:
    """The acceptance register (投诉受理登记表) of the cases of an export, masked, at most MOST_ROWS of them (SVC 3.1.2)."""
    rows: list[list[str]] = []
    for page in pages_for(actor, entry, []):
        ids = [one.pk for one in page]
        whole = Complaint.objects.select_related("stream").in_bulk(ids)
        rows += register_rows(actor, [whole[pk] for pk in ids if pk in whole])
        if len(rows) > pdf.MOST_ROWS:
            break
    return register_of(actor, rows, f"{entry.written().get('shown', '')} · {mark}")


def register_of(actor: Actor, rows: list[list[str]], subtitle: str) -> pdf.Sheet:
    """The acceptance register with these lines."""
    heads = [str(words) for words in SVC_COLUMNS.values()]
    return pdf.Sheet(
        firm=in_language(current_organisation().name), title=_("Complaint acceptance register"),
        subtitle=subtitle, by=staff_identity(actor.id) or actor.name, at=now(), wide=True,
        parts=[pdf.table(heads, rows, widths=[3, 3, 3, 3, 3, 2, 4, 2, 2, 2, 8, 4, 4])],
    )  # fmt: skip


def _lines(actor: Actor, cases: list[Complaint]) -> list[Line]:
    return [Line(*both) for both in zip(rows_of(actor, cases, door="export"), cases, strict=True)]


def columns(actor: Actor, mark: str) -> list[Column]:
    """What the list shows, everything it can be narrowed by, and the mark."""
    told = [
        Column(label=one.field.label, value=lambda row, one=one: in_words(one, getattr(row.case, one.stored)))
        for one in told_of(actor)
    ]
    return [
        Column(label=_("Number"), value=lambda row: row.shown.number),
        Column(label=_("Risk"), value=lambda row: row.shown.risk_words),
        Column(label=_("Cause"), value=lambda row: row.shown.cause),
        Column(label=_("Summary"), value=lambda row: row.shown.summary),
        Column(label=_("Complainant"), value=lambda row: row.shown.complainant),
        Column(label=pgettext("queue", "Product"), value=lambda row: row.shown.product),
        Column(label=_("Owner"), value=lambda row: row.shown.owner),
        Column(label=_("Stage"), value=lambda row: row.shown.stage),
        Column(
            label=_("Next deadline"),
            value=lambda row: row.shown.promise.due_at if row.shown.promise else None,
            kind="instant",
        ),
        Column(label=_("What is due"), value=lambda row: row.shown.promise_name),
        Column(label=pgettext("queue", "Received"), value=lambda row: row.shown.received_at, kind="instant"),
        *told,
        Column(label=_("Exported"), value=lambda row: mark),
    ]


def _declared() -> Register:
    return Register(
        name=NAME,
        one=gettext_lazy("Export of a case list"),
        many=gettext_lazy("Exports of case lists"),
        hint=gettext_lazy("Who took which list of cases out of the system, for what, and who approved it."),
        prefix="DC",
        icon="download",
        chapter="data",
        order=90,
        title="purpose",
        openers=tuple(sorted(roles_with(Can.EXPORT))),
        readers=(*LEADERS, *CHECKERS, Role.DSO),
        fields=(
            Field(name="purpose", label=gettext_lazy("What it is needed for"), kind="longtext", limit=300),
            Field(name="use", label=gettext_lazy("For whom"), kind="choice", options=USES),
            Field(name="received_from", label=gettext_lazy("Received from"), kind="date"),
            Field(
                name="received_to",
                label=gettext_lazy("Received until"),
                kind="date",
                help=gettext_lazy("With days of receipt the export holds every case of these days, open or closed, and the list above is left aside."),
            ),
            Field(
                name="filters",
                label=gettext_lazy("The list, as its address says it"),
                limit=500,
                help=gettext_lazy("Comes from the queue when you ask from there. Empty: all open cases that you may see."),
            ),
            Field(name="shown", label=gettext_lazy("The list in words"), limit=1000, kind="longtext"),
            Field(name="cases", label=gettext_lazy("Cases when it was asked for"), kind="number"),
            Field(name="until", label=gettext_lazy("To be fetched until"), kind="datetime"),
            Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=1000),
        ),
        form=("purpose*", "use*", "filters", "received_from", "received_to"),
        passing=("reason",),
        columns=("use", "shown", "cases", "until"),
        filters=("use",),
        on_open=asked_for,
        states=(
            State("asked", pgettext_lazy("export", "Waits for approval"), "soon"),
            State("approved", pgettext_lazy("export", "Approved"), "done", open=False),
            State("refused", pgettext_lazy("export", "Refused"), open=False, final=True),
            State("withdrawn", pgettext_lazy("export", "Withdrawn"), open=False, final=True),
        ),
        steps=(
            Do(
                name="allow", label=pgettext_lazy("export", "Approve the export"), event="approved", did=gettext_lazy("approved the export"),
                sources=("asked",), target="approved", who=(*LEADERS, Role.DSO), not_by=("open",), effect=fetched_until, tells=(OPENER,),
                tone="done", icon="checks", clause="PS-06",
            ),
            Do(
                name="refuse", label=pgettext_lazy("export", "Refuse the export"), event="refused", did=gettext_lazy("refused the export"),
                sources=("asked",), target="refused", who=(*LEADERS, Role.DSO), not_by=("open",), asks=("reason*",), tells=(OPENER,),
                main=False, icon="x",
            ),
            Do(
                name="withdraw", label=pgettext_lazy("export", "Withdraw"), event="withdrawn", did=gettext_lazy("withdrew the export"),
                sources=("asked", "approved"), target="withdrawn", who=(OPENER,), main=False, icon="archive",
            ),
        ),
        offers=offers,
    )  # fmt: skip


def _cases(actor: Actor, entry: Entry) -> Iterator[Complaint]:
    for page in pages_for(actor, entry, []):
        yield from page


def _queue(run_id: uuid.UUID) -> None:
    from tingsu.desk.tasks import make_papers

    make_papers.defer(run=str(run_id))


declare(_declared())
paper_runs.declare(
    paper_runs.Lists(register=NAME, may_fetch=may_fetch, check_fetch=check_fetch, cases=_cases, queue=_queue)
)
