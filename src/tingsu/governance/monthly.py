"""The register of reports (MO-04, MO-05, OG-07, OG-08, OG-12, OG-16, AI-09): drafted from data, written, approved, released, confirmed.

The figures are counted when a report is drafted, or written again while it is a draft (`report_figures`); afterwards nothing changes in it.
None names whoever complained; medians of the first moments and ratings name colleagues by their work identity (SL-20, SC-13). Whoever
wrote a report does not approve it (`reporting`). What a department reports on its rectifications is counted over its complaints alone
and written by the department (`department_reports`, CO-09).
"""

import uuid
from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.clocks.models import Promise
from tingsu.complaints.models import Complaint
from tingsu.figures import periods
from tingsu.governance import (
    department_reports,
    first_moments,
    payment_flow,
    publishing,
    ratings,
    report_figures,
    report_files,
    report_kinds,
    report_shown,
    report_tables,
    report_withheld,
    reporting,
)
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import month_around
from tingsu.kernel.errors import InvalidInput, InvalidValue
from tingsu.kernel.organisations import current_organisation
from tingsu.people.roles import Role
from tingsu.process.steps import Field
from tingsu.registers.declaration import INVOLVED, LEADERS, OPENER, OWNER, UNIT, Do, Register, State, declare, registers
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.models import Entry
from tingsu.registers.options import departments, members

NAME = report_files.REGISTER
FIGURES = report_withheld.TOTALS
COMPILERS = (Role.ANALYST, Role.SUPERVISOR, Role.MGMT_REP)
DUE = tuple(one.name for one in reporting.TIMERS)


def figures_of(day: date, department: uuid.UUID | None = None) -> dict[str, int]:
    """What a month holds, for all or for the department responsible. Two queries."""
    start, end = month_around(day, current_organisation().time_zone)
    came = Q(received_at__gte=start, received_at__lt=end)
    ours = Complaint.objects.all() if department is None else Complaint.objects.filter(department_id=department)
    counted: dict[str, int] = ours.filter(received_at__lt=end).aggregate(
        received=Count("pk", filter=came),
        high_risk=Count("pk", filter=came & Q(grade="high_risk")),
        repeated=Count("pk", filter=came & Q(repeated=True)),
        closed=Count("pk", filter=Q(closed_at__gte=start, closed_at__lt=end)),
        still_open=Count("pk", filter=Q(closed_at=None) | Q(closed_at__gte=end)),
    )
    of_cases = Promise.objects.filter(stream__in=ours.values("stream"))
    return {**counted, "late": of_cases.filter(breached_at__gte=start, breached_at__lt=end).count()}


def compiled(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """Count the period, and keep what was counted."""
    report_figures.counted(opened, NAME)
    _count_month(opened)


def _count_month(opened: OpenedEntry) -> None:
    if report_kinds.kind_of(opened.entry.codes) == report_kinds.MONTHLY:
        _count(opened)
        first_moments.measured(opened)
        ratings.measured(opened)
        payment_flow.measured(opened)


def begun(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """Count the period; what a department reports on its rectifications is asked of it."""
    if report_kinds.kind_of(opened.entry.codes) == report_kinds.RECTIFICATIONS:
        if not opened.entry.codes.get("department"):
            error = InvalidValue(_("Say which department reports."), code="required")
            raise InvalidInput({"department": error})
        _count(opened)
        department_reports.begun(opened)
        return
    reporting.begun(opened, values, NAME)
    _count_month(opened)


def reported(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """The figures as they are when the department hands its report in, and what it says of each rectification."""
    _count(opened)
    department_reports.reported(opened, values)


def handed_in(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """The limit of its kind is kept."""
    for timer in (reporting.MONTH_DUE, reporting.QUARTER_DUE):
        opened.end(timer)


def given_back(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """Back to whoever wrote it, with its limit."""
    if report_kinds.kind_of(opened.entry.codes) == report_kinds.RECTIFICATIONS:
        department_reports.given_back(opened, values)
    else:
        reporting.given_back(opened)


def _count(opened: OpenedEntry) -> None:
    department = opened.entry.codes.get("department")
    of = uuid.UUID(department) if department else None
    for name, number in figures_of(date.fromisoformat(opened.entry.codes["month"]), of).items():
        opened.put(name, number)


def shown(actor: Actor, entry: Entry) -> dict[str, Any]:
    """The report as its page shows it."""
    full = report_tables.reads_all(actor) or report_kinds.kind_of(entry.codes) == report_kinds.RECTIFICATIONS
    sections = report_shown.sections_of(actor, registers()[NAME], entry, full=full)
    return {"sections": sections, "heading": report_shown.heading_of(entry), "withheld": not full}


declare(
    Register(
        name=NAME,
        one=pgettext_lazy("record", "Report"),
        many=pgettext_lazy("record", "Reports"),
        hint=_(
            "What a month, quarter or year of complaints holds in figures, with what people make of it: drafted from the data, approved by another, "
            "released to its readers, who confirm it. Monthly report of the data analysis group, quarterly report for the committee, report of the "
            "representative, scorecards, effect of informatisation, and what departments report on their rectifications."
        ),
        prefix="YB",
        icon="chart-bar",
        group="watch",
        order=60,
        title="proposals",
        fields=(
            Field(
                name="report", label=pgettext_lazy("report", "Kind of report"), kind="choice", options=report_kinds.KINDS,
                help=_("Left out, it is the monthly report; with a department, what it reports on its rectifications."),
            ),
            Field(name="month", label=_("A day of the period"), kind="date", past=True, help=_("The whole period is counted, as far as it has gone.")),
            Field(name="span", label=_("Length of the period"), kind="choice", options=tuple(periods.KINDS.items()), when=("report", report_kinds.FREE)),
            Field(
                name="department", label=pgettext_lazy("monthly report", "Department"), kind="unit", options=departments,
                help=_("Only for the report of one department on its rectifications, which it writes, and for its scorecard."),
            ),
            Field(name="supplier", label=_("Supplier"), kind="choice", options=report_kinds.suppliers, when=("report", report_kinds.SUPPLIER)),
            Field(name="by_itself", label=_("Draft the next one by itself when its period is over"), kind="bool", when=("report", report_kinds.FREE)),
            Field(name="edition", label=pgettext_lazy("report", "Edition"), kind="number"),
            Field(name="replaces", label=pgettext_lazy("report", "Replaces"), limit=200),
            Field(name="replaced_by", label=pgettext_lazy("report", "Replaced by"), limit=40),
            Field(name="received", label=pgettext_lazy("figure", "Received"), kind="number"),
            Field(name="high_risk", label=pgettext_lazy("figure", "Of these high-risk"), kind="number"),
            Field(name="repeated", label=pgettext_lazy("figure", "Of these repeated"), kind="number"),
            Field(name="closed", label=pgettext_lazy("figure", "Closed"), kind="number"),
            Field(name="still_open", label=pgettext_lazy("figure", "Open at its end"), kind="number"),
            Field(name="late", label=pgettext_lazy("figure", "Limits passed"), kind="number"),
            *first_moments.FIELDS,
            *ratings.FIELDS,
            *payment_flow.FIELDS,
            *report_kinds.COUNTED,
            *department_reports.FIELDS,
            report_kinds.WEIGHTS,
            Field(name="findings", label=_("What stands out"), kind="longtext", limit=4000),
            Field(name="proposals", label=_("Proposals"), kind="longtext", limit=4000),
            report_kinds.MEASURES,
            Field(name="items", label=_("Rectifications"), kind="choices"),
            Field(name="readers", label=pgettext_lazy("report", "Released to"), kind="choices", options=members),
            Field(name="released_on", label=pgettext_lazy("report", "Released on"), kind="date"),
            reporting.RECEIPTS,
            Field(
                name="notice", label=_("What the portal says of the withdrawal"), kind="longtext", limit=500,
                help=_("Everybody reads it: no name, no number of a complaint."),
            ),
            Field(name="files", label=_("Enclosures"), kind="files"),
            Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=1000),
        ),
        form=("report", "month*", "span", "department", "supplier", "by_itself", "findings", "proposals*", "measures", "weights", "files"),
        passing=("reason",),
        columns=("report", "month", "department"),
        filters=("report", "department"),
        unit="department",
        openers=COMPILERS,
        readers=(*LEADERS, Role.ANALYST, Role.QA, Role.AUDITOR),
        involves=lambda codes: tuple(codes.get("readers", ())),
        speaks_of="month",
        clauses=lambda codes: report_kinds.CLAUSES[report_kinds.kind_of(codes)],
        states=(
            State("draft", pgettext_lazy("monthly report", "Draft"), "soon"),
            State(department_reports.OWED, _("To be written by the department"), "soon"),
            State("handed_in", pgettext_lazy("monthly report", "Waits for the leaders"), "soon"),
            State("submitted", pgettext_lazy("report", "Waits for approval"), "soon"),
            State("approved", pgettext_lazy("report", "Approved, to be released"), "soon"),
            State("released", pgettext_lazy("report", "Released, receipts awaited")),
            State("received", pgettext_lazy("report", "Received by all"), "done", open=False),
            State("cleared", pgettext_lazy("report", "Approved, to be published"), "soon"),
            State("published", pgettext_lazy("report", "On the portal"), "done", open=False),
            State("withdrawn", pgettext_lazy("report", "Withdrawn from the portal"), open=False),
            State("noted", pgettext_lazy("monthly report", "Taken note of"), "done", open=False, final=True),
            State("superseded", pgettext_lazy("report", "Replaced by a new version"), open=False, final=True),
        ),
        on_open=begun,
        opening={"may_start": (department_reports.TIMER, *DUE)},
        steps=(
            Do(
                name="compile", label=_("Write and count again"), event="compiled", did=_("wrote the report and counted it again"), sources=("draft",),
                who=COMPILERS, asks=("findings", "proposals*", "measures", "weights", "by_itself"), effect=compiled, icon="refresh", main=False,
            ),
            Do(
                name="hand_in", label=_("Hand in"), event="handed_in", did=_("handed the report in"), sources=("draft",), target="submitted",
                who=COMPILERS, may_stop=DUE, effect=handed_in, tells=(Role.SUPERVISOR, Role.MGMT_REP), icon="send",
                clause="SVC 2.2.2",
            ),
            Do(
                name="report", label=_("Report to the centre"), event="reported", did=_("reported to the centre"), sources=(department_reports.OWED,),
                target="handed_in", who=(OWNER, UNIT), asks=("effects", "findings*", "proposals*", "files"), effect=reported,
                stops=(department_reports.TIMER,), tells=(Role.SUPERVISOR, Role.MGMT_REP), icon="send", clause="SVC 2.2.3",
            ),
            Do(
                name="take_note", label=_("Take note"), event="noted", did=_("took note of the report"), sources=("handed_in",), target="noted",
                who=LEADERS, not_by=("hand_in", "report"), guards=(department_reports.not_by_the_department,), tells=(OWNER, OPENER), tone="done",
                icon="checks",
            ),
            Do(
                name="approve", label=pgettext_lazy("report", "Approve"), event="approved", did=_("approved the report"), sources=("submitted",),
                target="approved", who=LEADERS, not_by=("open", "compile", "hand_in"), guards=(reporting.days_still_ahead,),
                effect=reporting.approved, tells=(OWNER, OPENER), tone="done", icon="checks", clause="SVC 2.2.2",
            ),
            Do(
                name="give_back", label=pgettext_lazy("monthly report", "Give back"), event="given_back", did=_("gave the report back"),
                sources=("handed_in", "submitted"), target="draft", who=LEADERS, asks=("reason*",), effect=given_back,
                may_start=(department_reports.TIMER, *DUE), tells=(OWNER, OPENER), icon="arrow-back-up", main=False,
            ),
            Do(
                name="release", label=pgettext_lazy("report", "Release"), event="released", did=_("released the report"), sources=("approved",),
                target="released", who=COMPILERS, asks=("readers*",), effect=reporting.released, tells=(OWNER,), icon="send", clause="SZ 4(2).2",
            ),
            Do(
                name="confirm", label=_("Confirm receipt"), event="confirmed", did=_("confirmed receipt"), sources=("released",), who=(INVOLVED,),
                guards=(reporting.not_confirmed_yet,), effect=reporting.confirmed, tone="done", icon="check", clause="SZ 4(2).2",
            ),
            Do(
                name="publish", label=_("Publish on the portal"), event="published", did=_("published it on the portal"), sources=("cleared",),
                target="published", who=COMPILERS, effect=publishing.published, stops=(reporting.PUBLIC_DUE,), tells=(OWNER, Role.MGMT_REP),
                icon="world", clause="SZ 8(1)",
            ),
            Do(
                name="withdraw", label=_("Withdraw from the portal"), event="withdrawn", did=_("withdrew it from the portal"), sources=("published",),
                target="withdrawn", who=LEADERS, asks=("notice*",), tells=(OWNER,), icon="eye-off", main=False, clause="SZ 8(1)",
            ),
            Do(
                name="correct", label=pgettext_lazy("report", "Correct by a new version"), event="corrected", did=_("began a new version of it"),
                sources=("approved", "released", "received", "cleared", "published", "withdrawn"),
                target="superseded", who=COMPILERS, asks=("reason*",), effect=reporting.corrected,
                tells=(OWNER,), icon="copy", main=False,
            ),
        ),
        timers=(department_reports.timer_of(NAME), *reporting.TIMERS),
        entry_template="governance/report.html",
        entry_context=shown,
        own_part=frozenset(
            {
                *FIGURES, *(one.name for one in (*first_moments.FIELDS, *ratings.FIELDS, *payment_flow.FIELDS, *report_kinds.COUNTED)),
                "findings", "measures", "items",
            }
        ),
        offers=report_files.offered,
        leaving=report_withheld.leaving,
    )
)  # fmt: skip
