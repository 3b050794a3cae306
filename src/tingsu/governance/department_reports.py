"""What a department reports to the centre each month of all its rectifications together (CO-09, OG-08, SVC 2.2.3).

A monthly report of the same register as that of the data analysis group, but of one department: its complaints of the month in figures,
every rectification that ran in it with where it stands, and what the department says of each. Handed in, what it says is the report of each
rectification too, so nothing is reported twice.
"""

import uuid
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.calendars.arithmetic import Unit
from tingsu.casework.interfaces import asked_first
from tingsu.clocks.timers import Limit, TimerKind
from tingsu.governance import report_kinds
from tingsu.improvement import rectifications
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import local_date, month_around, month_of, now
from tingsu.kernel.errors import InvalidInput, InvalidValue, Unmet
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.people import queries as people
from tingsu.people.roles import Role
from tingsu.process.steps import Field, Options, Step
from tingsu.registers import actions
from tingsu.registers.declaration import registers
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.models import Entry
from tingsu.registers.saying import Said, says

OWED, TIMER = "owed", "department_report"
ASKED_FIRST = (Role.SUPERVISOR, Role.MGMT_REP)
"""Who answers for the report of a department in which nobody can."""
MOST = 100
RUNNING = frozenset({"open", "carried"})
"""States of a rectification whose effect is still to be reported."""


def run_in(department: uuid.UUID, month: date) -> QuerySet[Entry]:
    """Rectifications of a department that ran on some day of a month, the oldest first."""
    start, end = month_around(month, current_organisation().time_zone)
    rows = Entry.objects.filter(register=rectifications.NAME, unit_id=department, opened_at__lt=end)
    return rows.filter(Q(state__in=RUNNING) | Q(entered_at__gte=start)).order_by("opened_at", "id")


def of_this_report(report: Any) -> Options:
    """The rectifications that a report is of, by number: with their kind and where they stand."""
    if not isinstance(report, Entry):
        return ()
    kinds = {code: str(label) for code, label in rectifications.KINDS}
    states = registers()[rectifications.NAME].state_by_code
    return tuple(
        (line["number"], f"{line['number']} · {kinds.get(line['kind'], '')} · {states[line['stage']].label}")
        for line in report.codes.get("standing", [])
    )


def _stages(report: Any) -> Options:
    return tuple((one.code, one.label) for one in registers()[rectifications.NAME].states)


FIELDS = (
    Field(
        name="standing", label=_("Rectifications of the month"), kind="rows", limit=MOST,
        rows=(
            Field(name="number", label=_("Number"), limit=30),
            Field(name="kind", label=pgettext_lazy("rectification", "Kind"), kind="choice", options=rectifications.KINDS),
            Field(name="stage", label=pgettext_lazy("department report", "Stands at"), kind="choice", options=_stages),
            Field(name="until", label=pgettext_lazy("rectification", "Carried out by"), kind="date"),
            Field(name="done_on", label=_("Done on"), kind="date"),
            Field(name="check_on", label=_("Effect checked on"), kind="date"),
            Field(name="late", label=pgettext_lazy("department report", "Past its day"), kind="bool"),
        ),
    ),
    Field(
        name="effects", label=_("What each has achieved"), kind="rows", limit=MOST,
        rows=(
            Field(name="measure", label=_("Rectification"), kind="choice", options=of_this_report, required=True),
            Field(name="effect", label=_("Effect so far"), kind="longtext", limit=2000, required=True),
            Field(name="figure", label=_("In figures"), limit=200, help=_("Such as complaints of this kind before and after.")),
        ),
    ),
)  # fmt: skip


def begun(opened: OpenedEntry) -> None:
    """A report of a department: what ran in the month, whom it is asked of, and by when."""
    department = uuid.UUID(opened.entry.codes["department"])
    owner = asked_first(department) or _next_above()
    if owner is not None:
        opened.own(owner)
    take_stock(opened)
    standing = opened.entry.codes.get("standing", [])
    opened.put("effects", [{"measure": line["number"]} for line in standing if line["stage"] in RUNNING])
    opened.move_to(OWED)
    opened.start(TIMER, owner_id=owner)
    if owner is not None and owner != opened.actor.id:
        opened.tell([owner], "given")


def _next_above() -> uuid.UUID | None:
    return next((found[0].pk for role in ASKED_FIRST if (found := people.active_members(roles=(role,)))), None)


def take_stock(opened: OpenedEntry) -> None:
    """Where every rectification of the month stands today."""
    codes, today = opened.entry.codes, local_date(opened.at, current_organisation().time_zone).isoformat()
    lines = []
    for row in run_in(uuid.UUID(codes["department"]), date.fromisoformat(codes["month"]))[:MOST]:
        day = row.codes.get("until" if row.state == "open" else "check_on", "")
        lines.append(
            {"number": row.number, "kind": row.codes.get("kind"), "stage": row.state, "late": row.state in RUNNING and day < today}
            | {name: row.codes.get(name) for name in ("until", "done_on", "check_on")}
        )  # fmt: skip
    opened.put("standing", lines)


def reported(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    """Each rectification that still runs is spoken of once; what is said of it is its own report too. Raises InvalidInput."""
    take_stock(opened)
    known = {line["number"]: line["stage"] for line in opened.entry.codes.get("standing", [])}
    said = [str(line["measure"]) for line in values["effects"]]
    owed = {number for number, stage in known.items() if stage in RUNNING}
    if twice := sorted({number for number in said if said.count(number) > 1}):
        _refuse(_("%(number)s stands here twice: say it in one line."), "twice", twice[0])
    if missing := sorted(owed - set(said)):
        _refuse(_("Nothing is said of %(number)s: what has it achieved so far?"), "missing", missing[0])
    rows = Entry.objects.filter(register=rectifications.NAME, number__in=owed)
    told = {str(line["measure"]): line for line in values["effects"]}
    for row in rows.order_by("pk"):
        line = told[row.number]
        actions.follow(
            actor=opened.actor, entry_id=row.pk, register=registers()[rectifications.NAME], step="report",
            values={"report": line["effect"], "figure": line["figure"]},
        )  # fmt: skip


def _refuse(sentence: Any, code: str, number: str) -> None:
    raise InvalidInput({"effects": InvalidValue(sentence, code=code, number=number)})


def given_back(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    """Back to whoever wrote it: that of a department with its limit."""
    if opened.entry.codes.get("department"):
        opened.move_to(OWED)
        opened.start(TIMER, owner_id=opened.entry.owner_id)


def not_by_the_department(opened: OpenedEntry, step: Step, values: Any) -> list[Unmet]:
    """Nobody who works in the department takes note of its report for the centre (VL-10)."""
    if opened.entry.unit_id is None or opened.entry.unit_id not in opened.actor.unit_ids:
        return []
    return [Unmet("own_department", _("somebody outside the department takes note of its report"), guard="")]


def entry_id(department: uuid.UUID, first: date) -> uuid.UUID:
    """One report for each month of a department, however often the job runs."""
    return uuid.uuid5(current_organisation_id(), f"{TIMER}:{department}:{first:%Y-%m}")


def open_owed(register: str, at: datetime | None = None) -> list[Entry]:
    """The reports on the month before of every department in which a rectification ran, as far as none was opened yet."""
    first, after = month_of(
        local_date(at or now(), current_organisation().time_zone).replace(day=1) - timedelta(days=1)
    )
    rows = Entry.objects.filter(register=register, speaks_of__gte=first, speaks_of__lt=after).exclude(unit_id=None)
    there = {row.unit_id for row in rows if report_kinds.kind_of(row.codes) == report_kinds.RECTIFICATIONS}
    made = []
    for unit in people.units():
        if unit.pk in there or not run_in(unit.pk, first).exists():
            continue
        told = {"month": f"{first:%Y-%m}"}
        opening = actions.Opening(
            id=entry_id(unit.pk, first), values={"report": report_kinds.RECTIFICATIONS, "month": first.isoformat(), "department": str(unit.pk)},
            said={"proposals": Said(TIMER, told)},
        )  # fmt: skip
        made.append(
            actions.open_entry(
                actor=automation("governance.department_reports", current_organisation_id()),
                register=registers()[register],
                opening=opening,
            )
        )
    return made


@says(TIMER)
def _about(told: Mapping[str, Any]) -> str:
    return str(_("What the rectifications of %(month)s have achieved, and what should follow.") % told)


def timer_of(register: str) -> TimerKind:
    """The limit by which a department reports."""
    return TimerKind(
        name=TIMER, of=register, label=_("Monthly report of a department"), starts=_("month over"), stops=_("handed in"), source="SVC 2.2.3",
        limits=(Limit(amount=5, unit=Unit.WORKING_DAY, basis="SVC 2.2.3", ours=True),),
    )  # fmt: skip
