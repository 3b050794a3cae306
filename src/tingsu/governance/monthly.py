"""The register of monthly reports (OG-07, SVC 2.2.2): the data analysis group compiles a month, writes proposals and hands it in.

The figures are counted when it is compiled, or compiled again while it is a draft, over the days of the organisation's month; none
names whoever complained; the medians of the first moments and the ratings name colleagues by their work identity (SL-20, SC-13).
Whoever handed it in does not take note of it. A report of one department is counted over its complaints alone and written by the
department (`department_reports`, CO-09).
"""

import uuid
from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.clocks.models import Promise
from tingsu.complaints.models import Complaint
from tingsu.governance import department_reports, first_moments, payment_flow, ratings
from tingsu.kernel.clock import month_around
from tingsu.kernel.organisations import current_organisation
from tingsu.people.roles import Role
from tingsu.process.steps import Field
from tingsu.registers.declaration import LEADERS, OPENER, OWNER, UNIT, Do, Register, State, declare
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.options import departments

NAME = "monthly_report"
FIGURES = ("received", "high_risk", "repeated", "closed", "still_open", "late")
COMPILERS = (Role.ANALYST, Role.SUPERVISOR)


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
    """Count the month, and keep what was counted."""
    _count(opened)
    if not opened.entry.codes.get("department"):
        first_moments.measured(opened)
        ratings.measured(opened)
        payment_flow.measured(opened)


def begun(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """Count the month; what a department reports is asked of it."""
    compiled(opened, values)
    if opened.entry.codes.get("department"):
        department_reports.begun(opened)


def reported(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """The figures as they are when the department hands its report in, and what it says of each rectification."""
    _count(opened)
    department_reports.reported(opened, values)


def _count(opened: OpenedEntry) -> None:
    department = opened.entry.codes.get("department")
    of = uuid.UUID(department) if department else None
    for name, number in figures_of(date.fromisoformat(opened.entry.codes["month"]), of).items():
        opened.put(name, number)


declare(
    Register(
        name=NAME,
        one=_("Monthly report"),
        many=_("Monthly reports"),
        hint=_(
            "What a month of complaints holds in figures, with proposals: compiled by the data analysis group, handed to the leaders. And what each "
            "department reports of all its rectifications together, opened by itself when the month is over."
        ),
        prefix="YB",
        icon="chart-bar",
        order=30,
        title="proposals",
        fields=(
            Field(name="month", label=_("A day of the month"), kind="date", past=True, help=_("The whole month is counted, as far as it has gone.")),
            Field(
                name="department", label=pgettext_lazy("monthly report", "Department"), kind="unit", options=departments,
                help=_("Only for the report of one department on its rectifications: it writes the report."),
            ),
            Field(name="received", label=pgettext_lazy("figure", "Received"), kind="number"),
            Field(name="high_risk", label=pgettext_lazy("figure", "Of these high-risk"), kind="number"),
            Field(name="repeated", label=pgettext_lazy("figure", "Of these repeated"), kind="number"),
            Field(name="closed", label=pgettext_lazy("figure", "Closed"), kind="number"),
            Field(name="still_open", label=pgettext_lazy("figure", "Open at its end"), kind="number"),
            Field(name="late", label=pgettext_lazy("figure", "Limits passed"), kind="number"),
            *first_moments.FIELDS,
            *ratings.FIELDS,
            *payment_flow.FIELDS,
            *department_reports.FIELDS,
            Field(name="findings", label=_("What stands out"), kind="longtext", limit=4000),
            Field(name="proposals", label=_("Proposals"), kind="longtext", limit=4000),
            Field(name="files", label=_("Enclosures"), kind="files"),
            Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=1000),
        ),
        form=("month*", "department", "findings", "proposals*", "files"),
        passing=("reason",),
        columns=("month", "department", "received", "closed", "late"),
        filters=("department",),
        unit="department",
        openers=COMPILERS,
        readers=(*LEADERS, Role.ANALYST, Role.QA, Role.AUDITOR),
        speaks_of="month",
        clauses=lambda codes: ("SVC 2.2.3",) if codes.get("department") else ("SVC 2.2.2",),
        states=(
            State("draft", pgettext_lazy("monthly report", "Draft"), "soon"),
            State(department_reports.OWED, _("To be written by the department"), "soon"),
            State("handed_in", pgettext_lazy("monthly report", "Waits for the leaders"), "soon"),
            State("noted", pgettext_lazy("monthly report", "Taken note of"), "done", open=False, final=True),
        ),
        on_open=begun,
        opening={"may_start": (department_reports.TIMER,)},
        steps=(
            Do(
                name="compile", label=_("Count again"), event="compiled", did=_("counted the month again"), sources=("draft",),
                who=COMPILERS, asks=("findings", "proposals*"), effect=compiled, icon="refresh", main=False,
            ),
            Do(
                name="hand_in", label=_("Hand in"), event="handed_in", did=_("handed the report in"), sources=("draft",), target="handed_in",
                who=COMPILERS, tells=(Role.SUPERVISOR, Role.MGMT_REP), icon="send", clause="SVC 2.2.2",
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
                name="give_back", label=pgettext_lazy("monthly report", "Give back"), event="given_back", did=_("gave the report back"),
                sources=("handed_in",), target="draft", who=LEADERS, asks=("reason*",), effect=department_reports.given_back,
                may_start=(department_reports.TIMER,), tells=(OWNER, OPENER), icon="arrow-back-up", main=False,
            ),
        ),
        timers=(department_reports.timer_of(NAME),),
    )
)  # fmt: skip
