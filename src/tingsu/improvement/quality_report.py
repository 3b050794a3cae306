"""The monthly report on the quality of records (RC-09): which are missing something, which were wrong, unit by unit, person by person.

A job opens it for the month before, once; it counts by itself and names the records. Whoever answers for it says what it shows and what
becomes better, within a limit; somebody who leads, and did not write it, takes note.
"""

import uuid
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.calendars.arithmetic import Unit
from tingsu.clocks.timers import Limit, TimerKind
from tingsu.complaints.models import Complaint
from tingsu.improvement import record_checks
from tingsu.improvement.inflow import OCCASIONS
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import local_date, month_around, month_of, now
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.people import queries as people
from tingsu.people.roles import Role
from tingsu.process.steps import Field
from tingsu.registers.actions import Opening, open_entry
from tingsu.registers.declaration import LEADERS, OPENER, OWNER, Do, Register, State, declare, registers
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.models import Entry
from tingsu.registers.options import departments, members
from tingsu.registers.saying import Said, says

NAME = "data_quality"
WRITERS = (OWNER, Role.ANALYST, Role.QA, Role.SUPERVISOR, Role.MGMT_REP)
ASKED_FIRST = (Role.QA, Role.ANALYST, Role.SUPERVISOR, Role.MGMT_REP)
MOST_RECORDS, MOST_PEOPLE = 200, 200

PEOPLE = (
    Field(name="unit", label=pgettext_lazy("quality", "Unit"), kind="unit", options=departments),
    Field(name="member", label=pgettext_lazy("quality", "Recorded by"), kind="member", options=members),
    Field(name="recorded", label=pgettext_lazy("quality", "Recorded"), kind="number"),
    Field(name="lacking", label=pgettext_lazy("quality", "Missing something"), kind="number"),
    Field(name="wrong", label=pgettext_lazy("quality", "Recorded wrongly"), kind="number"),
)
COUNTS = (
    Field(name="what", label=pgettext_lazy("quality", "What"), kind="choice", options=record_checks.KINDS),
    Field(name="records", label=pgettext_lazy("quality", "Records"), kind="number"),
)
RECORDS = (
    Field(name="number", label=_("Complaint"), limit=40),
    Field(name="member", label=pgettext_lazy("quality", "Recorded by"), kind="member", options=members),
    Field(name="what", label=_("Missing or wrong"), kind="choices", options=record_checks.KINDS),
)
MEASURES = (
    Field(name="what", label=_("What becomes better"), required=True),
    Field(name="who", label=pgettext_lazy("review", "Who"), kind="member", options=members, required=True),
    Field(name="by", label=pgettext_lazy("review", "Until"), kind="date", required=True),
)


def compiled(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """Look through the month, and keep what was found."""
    day = date.fromisoformat(opened.entry.codes["month"])
    found = record_checks.look(*month_around(day, current_organisation().time_zone))
    opened.put("recorded", found.recorded)
    opened.put("flawed", found.flawed)
    opened.put("wrong", found.counts[record_checks.WRONG])
    opened.put("counts", [{"what": code, "records": found.counts[code]} for code, _label in record_checks.KINDS])
    opened.put("people", _people(found))
    opened.put(
        "records",
        [
            {"number": number, "member": str(who) if who else None, "what": codes}
            for number, who, codes in found.records[:MOST_RECORDS]
        ],
    )


def _people(found: record_checks.Found) -> list[dict[str, Any]]:
    """One line for each who recorded something, those with most that is missing or wrong first."""
    order = sorted(
        found.people.items(), key=lambda one: (-one[1].lacking - one[1].wrong, -one[1].recorded, str(one[0]))
    )
    lines = []
    for who, counted in order[:MOST_PEOPLE]:
        posts = people.posts_of(who) if who else []
        lines.append(
            {
                "unit": str(posts[0].unit_id) if posts else None, "member": str(who) if who else None,
                "recorded": counted.recorded, "lacking": counted.lacking, "wrong": counted.wrong,
            }
        )  # fmt: skip
    return lines


def entry_id(first: date) -> uuid.UUID:
    """One report for each month of an organisation, however often the job runs."""
    return uuid.uuid5(current_organisation_id(), f"{NAME}:{first:%Y-%m}")


def open_owed(at: datetime | None = None) -> Entry | None:
    """The report on the month before, if complaints were received in it and nobody opened one yet."""
    zone = current_organisation().time_zone
    first, after = month_of(local_date(at or now(), zone).replace(day=1) - timedelta(days=1))
    start, end = month_around(first, zone)
    if (
        Entry.objects.filter(register=NAME, speaks_of__gte=first, speaks_of__lt=after).exists()
        or not Complaint.objects.filter(received_at__gte=start, received_at__lt=end).exists()
    ):
        return None
    owner = next((found[0] for role in ASKED_FIRST if (found := people.active_members(roles=(role,)))), None)
    if owner is None:
        return None
    values = {"month": first.isoformat(), "occasion": "regular", "owner": str(owner.pk)}
    return open_entry(
        actor=automation("improvement.quality_reports", current_organisation_id()),
        register=registers()[NAME],
        opening=Opening(
            id=entry_id(first), values=values, said={"about": Said("quality_report", {"month": f"{first:%Y-%m}"})}
        ),
    )


@says("quality_report")
def _about(told: Mapping[str, Any]) -> str:
    return str(_("Missing and wrong records of %(month)s.") % told)


declare(
    Register(
        name=NAME,
        one=_("Report on the quality of records"),
        many=_("Quality of records"),
        hint=_(
            "Every month: which complaint records lack something, which were wrong and corrected, by unit and person. Opened and counted "
            "by itself; what it shows and what becomes better is written by whoever answers for it."
        ),
        prefix="LZ",
        icon="list-details",
        chapter="data",
        order=31,
        title="about",
        fields=(
            Field(name="month", label=_("A day of the month"), kind="date", past=True, help=_("The whole month is looked through.")),
            Field(name="occasion", label=_("Occasion"), kind="choice", options=OCCASIONS),
            Field(name="owner", label=_("Responsible"), kind="member", options=members),
            Field(name="about", label=pgettext_lazy("report", "Matter"), kind="longtext", limit=1000),
            Field(name="recorded", label=_("Complaints received"), kind="number"),
            Field(name="flawed", label=_("Records with something missing or wrong"), kind="number"),
            Field(name="wrong", label=_("Recorded wrongly, corrected"), kind="number"),
            Field(name="counts", label=_("What is missing or wrong"), kind="rows", rows=COUNTS),
            Field(name="people", label=_("By unit and person"), kind="rows", rows=PEOPLE, limit=MOST_PEOPLE),
            Field(name="records", label=_("Records listed"), kind="rows", rows=RECORDS, limit=MOST_RECORDS, help=_("The newest 200.")),
            Field(name="findings", label=pgettext_lazy("quality", "What it shows"), kind="longtext", limit=4000),
            Field(name="measures", label=_("What becomes better"), kind="rows", rows=MEASURES),
            Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=1000),
        ),
        form=("month*", "occasion*", "owner*", "about*"),
        passing=("reason",),
        columns=("month", "recorded", "flawed", "wrong"),
        openers=(Role.QA, Role.ANALYST, Role.SUPERVISOR, Role.MGMT_REP),
        readers=(*LEADERS, Role.QA, Role.ANALYST, Role.AUDITOR),
        filters=("occasion",),
        owner="owner",
        speaks_of="month",
        clauses=lambda codes: ("SZ 8(1)", "CTS 10.1"),
        opening={"starts": ("data_quality_report",)},
        states=(
            State("counted", pgettext_lazy("quality", "Counted, to be assessed"), "soon"),
            State("assessed", pgettext_lazy("quality", "Waits for the leaders"), "soon"),
            State("noted", pgettext_lazy("quality", "Taken note of"), "done", open=False, final=True),
        ),
        on_open=compiled,
        steps=(
            Do(
                name="count", label=_("Count again"), event="counted", did=_("counted the records again"), sources=("counted",), who=WRITERS,
                effect=compiled, icon="refresh", main=False,
            ),
            Do(
                name="assess", label=_("Say what it shows"), event="assessed", did=_("said what the records of the month show"),
                sources=("counted",), target="assessed", who=WRITERS, asks=("findings*", "measures"), stops=("data_quality_report",),
                tells=(Role.SUPERVISOR, Role.MGMT_REP), icon="edit", clause="SZ 8(1)",
            ),
            Do(
                name="take_note", label=_("Take note"), event="noted", did=_("took note of the report"), sources=("assessed",), target="noted",
                who=LEADERS, not_by=("assess",), tells=(OWNER, OPENER), tone="done", icon="checks",
            ),
            Do(
                name="give_back", label=pgettext_lazy("quality", "Give back"), event="given_back", did=_("gave the report back"),
                sources=("assessed",), target="counted", who=LEADERS, asks=("reason*",), starts=("data_quality_report",), tells=(OWNER,),
                icon="arrow-back-up", main=False,
            ),
        ),
        timers=(
            TimerKind(
                name="data_quality_report", of=NAME, label=_("Assessment of the quality of records"), starts=_("month counted"),
                stops=_("said what it shows"), source="SZ 8(1)",
                limits=(Limit(amount=5, unit=Unit.WORKING_DAY, basis="SZ 8(1)", ours=True),),
            ),
        ),
    )
)  # fmt: skip
