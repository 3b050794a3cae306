"""The daily check that nothing which reached us stayed unrecorded (RG-26): what each channel counted, beside what is registered.

A job opens the check of the day before, once. The hotline, the chat and whoever empties the letter box say how many of theirs were
complaints, typed in or sent by a program; mails and slips of boxes are counted by the system itself, for it holds every one, and so is any
way in that says so (`complaints.coming_in`). Where the numbers differ the list of differences stays, with what was found, and beside it what
came in and stands in no case, by number; what is registered afterwards counts when it is compared again.
"""

import uuid
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Min
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.calendars.arithmetic import Unit
from tingsu.clocks.timers import Limit, TimerKind
from tingsu.complaints import coming_in
from tingsu.complaints.fields.receipt import DOORS
from tingsu.complaints.models import Complaint
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import day_around, local_date, now
from tingsu.kernel.errors import Unmet
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.punctuation import listed
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.people import queries as people
from tingsu.people.roles import Role
from tingsu.process.steps import Field, Step, Values
from tingsu.registers.actions import Opening, open_entry
from tingsu.registers.declaration import LEADERS, OWNER, Do, Register, State, declare, registers
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.models import Entry
from tingsu.registers.options import members
from tingsu.registers.saying import Said, says

NAME = "inflow_check"
LONGEST_OUTAGE = 31
"""Days after which a check that was never opened is opened no more."""
MOST_NAMED = 50
"""Things without a case that a check names; of more it says how many."""
WORKERS = (OWNER, Role.FRONTLINE, Role.SPECIALIST, Role.COACH, *LEADERS)

OCCASIONS = (("regular", pgettext_lazy("occasion", "Regular")), ("between", pgettext_lazy("occasion", "In between")))
CAME = (
    Field(name="way", label=_("Channel"), kind="choice", options=DOORS, required=True),
    Field(name="came", label=_("Complaints that came in"), kind="number", required=True, limit=100_000),
)
COMPARED = (
    Field(name="way", label=_("Channel"), kind="choice", options=DOORS),
    Field(name="came", label=_("Complaints that came in"), kind="number"),
    Field(name="registered", label=pgettext_lazy("inflow", "Registered"), kind="number"),
    Field(name="missing", label=_("Not registered"), kind="number"),
    Field(name="beyond", label=_("Registered beyond that"), kind="number"),
)


def registered_on(day: date) -> Counter[str]:
    """Complaints received on a day, whenever they were registered, by channel. One query."""
    start, end = day_around(day, current_organisation().time_zone)
    rows = Complaint.objects.filter(received_at__gte=start, received_at__lt=end).order_by()
    return Counter(dict(rows.values_list("channel").annotate(n=Count("pk"))))


def compare(day: date, told: dict[str, int]) -> list[dict[str, Any]]:
    """One line for each channel that somebody counted or that the system counts itself."""
    came = {**coming_in.came(day), **told}
    stands = registered_on(day)
    lines = []
    for way, _words in DOORS:
        if way not in told and not came.get(way):
            continue
        lines.append(
            {
                "way": way, "came": came.get(way, 0), "registered": stands[way],
                "missing": max(0, came.get(way, 0) - stands[way]), "beyond": max(0, stands[way] - came.get(way, 0)),
            }
        )  # fmt: skip
    return lines


def _keep(opened: OpenedEntry, lines: list[dict[str, Any]]) -> None:
    opened.put("compared", lines)
    opened.put("missing", sum(line["missing"] for line in lines))
    loose = coming_in.without_a_case(date.fromisoformat(opened.entry.codes["day"]))
    opened.put("unplaced", len(loose))
    lines = [[one.number, one.register, one.state] for one in loose[:MOST_NAMED]]
    told = {"lines": lines, "more": max(0, len(loose) - MOST_NAMED)}
    opened.say("loose", Said("inflow_loose", told) if loose else None)


@says("inflow_loose")
def _in_words(told: Mapping[str, Any]) -> str:
    """A line for each thing without a case."""
    lines = [
        _("%(number)s, %(what)s: %(state)s")
        % {"number": number, "what": coming_in.called(register), "state": coming_in.state_words(register, state)}
        for number, register, state in told["lines"]
    ]
    return "\n".join([*lines, *([_("and %(more)s more") % {"more": told["more"]}] if told["more"] else [])])


@says("inflow_check")
def _about(told: Mapping[str, Any]) -> str:
    return str(_("What came in on %(day)s, beside what is registered.") % told)


def begun(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """What is known without asking anybody: mails."""
    _keep(opened, compare(date.fromisoformat(opened.entry.codes["day"]), {}))


def _told(values: Mapping[str, Any]) -> dict[str, int]:
    told: dict[str, int] = {}
    for line in values["came"]:
        told[line["way"]] = told.get(line["way"], 0) + line["came"]
    return told


def found_out(opened: OpenedEntry, step: Step, values: Values | None) -> list[Unmet]:
    """What is not registered is found out and said before the day is settled."""
    if values is None or values["found"]:
        return []
    names = dict(DOORS)
    lost = [line for line in compare(date.fromisoformat(opened.entry.codes["day"]), _told(values)) if line["missing"]]
    words = listed(
        str(
            _("%(channel)s: %(came)s came in, %(registered)s registered")
            % {"channel": names[line["way"]], "came": line["came"], "registered": line["registered"]}
        )
        for line in lost
    )
    sentence = _("%(differences)s. Register what is missing, or say what you found.")
    return [Unmet("differs", sentence, value_of="found", differences=words)] if lost else []


def counted(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """What the channels counted, beside what is registered."""
    _keep(opened, compare(date.fromisoformat(opened.entry.codes["day"]), _told(values)))


def again(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """The same counts beside what is registered by now."""
    told = {line["way"]: line["came"] for line in opened.entry.codes.get("came", ())}
    _keep(opened, compare(date.fromisoformat(opened.entry.codes["day"]), told))


def entry_id(day: date) -> uuid.UUID:
    """One check for each day of an organisation, however often the job runs."""
    return uuid.uuid5(current_organisation_id(), f"{NAME}:{day}")


def owed_days(at: datetime) -> list[date]:
    """The days of which no check was opened yet: the day before, and those before it on which nothing ran here (an outage, a
    holiday without power), as far back as `LONGEST_OUTAGE` and not before the first check of all. Two queries.
    """
    before = local_date(at, current_organisation().time_zone) - timedelta(days=1)
    days = [before - timedelta(days=back) for back in reversed(range(LONGEST_OUTAGE))]
    known = set(Entry.objects.filter(register=NAME, speaks_of__in=days).values_list("speaks_of", flat=True))
    first = Entry.objects.filter(register=NAME).aggregate(first=Min("speaks_of"))["first"]
    return [one for one in days if one not in known and (one == before or (first is not None and one > first))]


def open_owed(at: datetime | None = None) -> Entry | None:
    """The check of the day before, if anything was ever received here and nobody opened it yet; and of the days before it that
    were left out.
    """
    days = owed_days(at or now()) if Complaint.objects.exists() else []
    owner = next((found[0] for role in LEADERS if (found := people.active_members(roles=(role,)))), None)
    if owner is None:
        return None
    made = None
    for day in days:
        made = _open(day, owner.pk)
    return made


def _open(day: date, owner_id: uuid.UUID) -> Entry:
    values = {"day": day.isoformat(), "occasion": "regular", "owner": str(owner_id)}
    return open_entry(
        actor=automation("improvement.inflow", current_organisation_id()),
        register=registers()[NAME],
        opening=Opening(
            id=entry_id(day), values=values, said={"about": Said("inflow_check", {"day": day.isoformat()})}
        ),
    )


declare(
    Register(
        name=NAME,
        one=_("Daily check of the inflow"),
        many=_("Daily checks of the inflow"),
        hint=_(
            "Every day: how many complaints came in by each channel, how many are registered, what is missing, and which mails, letters and "
            "slips stand in no case. Mails and slips are counted by the system; others say theirs, typed in or sent by a program."
        ),
        prefix="RJ",
        icon="inbox",
        group="intake",
        order=37,
        title="about",
        fields=(
            Field(name="day", label=_("Day"), kind="date", past=True),
            Field(name="occasion", label=_("Occasion"), kind="choice", options=OCCASIONS),
            Field(name="owner", label=_("Responsible"), kind="member", options=members),
            Field(name="about", label=pgettext_lazy("report", "Matter"), kind="longtext", limit=1000),
            Field(name="came", label=_("Counted by the channels"), kind="rows", rows=CAME, limit=20),
            Field(name="compared", label=_("Came in and registered"), kind="rows", rows=COMPARED, limit=20),
            Field(name="missing", label=_("Not registered"), kind="number"),
            Field(name="unplaced", label=_("Without a case"), kind="number"),
            Field(name="loose", label=_("What stands in no case"), kind="longtext", limit=6000),
            Field(name="found", label=_("What was found about the difference"), kind="longtext", limit=2000),
        ),
        form=("day*", "occasion*", "owner*", "about*"),
        columns=("day", "missing", "unplaced"),
        filters=("occasion",),
        openers=LEADERS,
        readers=(*LEADERS, Role.FRONTLINE, Role.SPECIALIST, Role.COACH, Role.QA, Role.ANALYST, Role.AUDITOR),
        owner="owner",
        speaks_of="day",
        clauses=lambda codes: ("CTS 8.2",),
        opening={"starts": ("inflow_check",)},
        states=(
            State("open", pgettext_lazy("inflow", "To be counted"), "soon"),
            State("settled", pgettext_lazy("inflow", "Compared"), "done", open=False),
        ),
        on_open=begun,
        steps=(
            Do(
                name="count", label=_("Enter what the channels counted"), event="counted", did=_("compared what came in with what is registered"),
                sources=("open",), target="settled", who=WORKERS, asks=("came*", "found"), guards=(found_out,), effect=counted, stops=("inflow_check",),
                icon="checks", tone="done", clause="CTS 8.2",
            ),
            Do(
                name="compare", label=_("Compare again"), event="compared_again", did=_("compared again"), sources=("open", "settled"), who=WORKERS,
                effect=again, icon="refresh", main=False,
            ),
        ),
        timers=(
            TimerKind(
                name="inflow_check", of=NAME, label=_("Daily check of the inflow"), starts=_("day over"), stops=_("compared"),
                source="CTS 8.2", limits=(Limit(amount=1, unit=Unit.WORKING_DAY, basis="CTS 8.2", ours=True),),
            ),
        ),
    )
)  # fmt: skip
