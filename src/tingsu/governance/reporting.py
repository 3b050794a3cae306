"""The life of a report: counted, written, approved by somebody else, released to those it is for, confirmed by each, corrected by a new version.

What is to become better opens a rectification with its owner and day once the report is approved (MO-04, MO-11). A figure that was wrong is
never changed in a report that people have read: a new version replaces it and says why.
"""

import uuid
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.calendars.arithmetic import Unit
from tingsu.clocks import engine
from tingsu.clocks.timers import Limit, TimerKind
from tingsu.figures import periods
from tingsu.figures.counting import instants
from tingsu.governance import publishing, report_figures, report_files, report_kinds
from tingsu.improvement import rectifications
from tingsu.kernel.clock import local_date
from tingsu.kernel.errors import InvalidInput, InvalidValue, Unmet
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.sql import take_turns
from tingsu.people import queries as people
from tingsu.people.roles import Role
from tingsu.process.steps import Field, Step
from tingsu.registers import actions
from tingsu.registers.actions import Link, Opening, begin_entry, link_opened
from tingsu.registers.declaration import registers
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.models import Entry
from tingsu.registers.options import members
from tingsu.registers.saying import Said, says

MONTH_DUE, QUARTER_DUE, PUBLIC_DUE = "monthly_report", "quarterly_report", "public_statistics"
LIMITS = {report_kinds.MONTHLY: MONTH_DUE, report_kinds.QUARTERLY: QUARTER_DUE, report_kinds.PUBLIC: PUBLIC_DUE}
CHECKED_AFTER = timedelta(days=30)
"""So long after it is carried out the effect of a rectification is checked, unless its department sets another day."""
RECEIPTS = Field(
    name="receipts", label=pgettext_lazy("report", "Receipt confirmed"), kind="rows", limit=200,
    rows=(
        Field(name="member", label=pgettext_lazy("report", "Reader"), kind="member", options=members),
        Field(name="on", label=pgettext_lazy("report", "Confirmed on"), kind="date"),
    ),
)  # fmt: skip


def today(opened: OpenedEntry) -> date:
    return local_date(opened.at, current_organisation().time_zone)


def begun(opened: OpenedEntry, values: Mapping[str, Any], register: str) -> None:
    """A report that is counted begins: one of its kind for a period, with the limit of its kind. Raises InvalidInput."""
    codes = opened.entry.codes
    kind = report_kinds.kind_of(codes)
    for name in report_kinds.SCORED:
        if kind == name and not codes.get(name):
            raise InvalidInput({name: InvalidValue(_("Say of whom the scorecard is."), code="required")})
    if kind != report_kinds.DEPARTMENT and codes.get("department"):
        error = InvalidValue(_("This kind of report is of no single department."), code="choice")
        raise InvalidInput({"department": error})
    period = report_kinds.period_in(codes)
    if kind in LIMITS:
        take_turns(
            f"report:{opened.entry.organisation_id}:{kind}"
        )  # of two who begin the same one, the second is refused
    opened.set("speaks_of", period.first)
    alike = _alike(opened, kind, period)
    earlier = next((row for row in alike if edition_id(row) == opened.entry.pk), None)
    opened.put("edition", edition_of(earlier) + 1 if earlier else 1)
    if earlier is not None:
        opened.write("replaces", earlier.number)
    elif kind in LIMITS and alike:
        error = InvalidValue(
            _("There is one for this period already: %(number)s. Write in that one, or correct it."),
            code="twice",
            number=alike[0].number,
        )
        raise InvalidInput({"month": error})
    if kind == report_kinds.PUBLIC:
        publishing.apart_from_others(opened, period)
    if opened.entry.owner_id is None and (owner := author()) is not None:
        opened.own(owner)
        opened.tell([owner], "given")
    report_figures.counted(opened, register)
    if kind in LIMITS and earlier is not None:
        opened.start(LIMITS[kind])  # what is corrected was not late: its new version is owed from now
    elif kind in LIMITS:
        start_limit(opened, LIMITS[kind], period)


def _alike(opened: OpenedEntry, kind: str, period: periods.Period) -> list[Entry]:
    """Reports of the same kind on the same period that nothing has replaced."""
    rows = Entry.objects.filter(register=opened.register.name, speaks_of__gte=period.first, speaks_of__lt=period.end)
    others = rows.exclude(pk=opened.entry.pk).exclude(state="superseded")
    return [
        row for row in others if (report_kinds.kind_of(row.codes), report_kinds.period_in(row.codes)) == (kind, period)
    ]


def edition_of(entry: Entry) -> int:
    """Which version of a report it is, from 1."""
    return int(entry.codes.get("edition", 1))


def edition_id(entry: Entry) -> uuid.UUID:
    """The id of the version that replaces a report: one, however often somebody presses."""
    return uuid.uuid5(entry.pk, f"edition:{edition_of(entry) + 1}")


def author() -> uuid.UUID | None:
    """Who writes a report that opens by itself: an analyst of the data analysis group, else any analyst, else a supervisor."""
    data = people.posts_now(unit_kinds={"data"})
    for roles, inside in (
        ((Role.ANALYST,), True),
        ((Role.ANALYST,), False),
        ((Role.SUPERVISOR,), False),
        ((Role.MGMT_REP,), False),
    ):
        found = [one.pk for one in people.active_members(roles=roles)]
        mine = [pk for pk in found if not inside or any(post.member_id == pk for post in data)]
        if mine:
            return mine[0]
    return None


def start_limit(opened: OpenedEntry, timer: str, period: periods.Period) -> None:
    """The limit counts from the last moment of the period, so that the first working day after it is the first that counts.

    A report that the system itself opens after that day (a firm that begins with us in mid-month) is owed from then.
    """
    over = instants(period)[1] - timedelta(seconds=1)
    due = engine.new_promise(
        opened.entry.pk, timer, at=over, facts=opened.policy_facts(), owner_id=opened.entry.owner_id
    ).due_at
    if opened.actor.kind == "system" and due < opened.at:
        opened.start(timer)
    else:
        opened.start(timer, at=min(over, opened.at), due_at=due)


def given_back(opened: OpenedEntry) -> None:
    """A report that its leaders gave back is owed again, from now."""
    timer = LIMITS.get(report_kinds.kind_of(opened.entry.codes))
    if timer and opened.running(timer) is None:
        opened.start(timer)


def days_still_ahead(opened: OpenedEntry, step: Step, values: Any) -> list[Unmet]:
    """Nothing is asked of anybody for a day that has passed."""
    late = [row["by"] for row in opened.entry.codes.get("measures", []) if str(row["by"]) < today(opened).isoformat()]
    if not late:
        return []
    return [
        Unmet(
            "day_passed",
            _("a measure is due on %(day)s, which has passed: give the report back for a new day"),
            guard="",
            day=min(late),
        )
    ]


def approved(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    """Each measure becomes a rectification of its department, linked with the report that asked for it."""
    if report_kinds.kind_of(opened.entry.codes) == report_kinds.PUBLIC:
        opened.move_to("cleared")
    texts, numbers = opened.texts_now(), []
    for place, line in enumerate(opened.entry.codes.get("measures", [])):
        until = date.fromisoformat(str(line["by"]))
        made = begin_entry(
            actor=opened.actor,
            register=registers()[rectifications.NAME],
            opening=Opening(
                values={
                    "kind": line["kind"], "what": texts[f"measures.{place}.what"], "department": line["department"], "owner": line["who"],
                    "until": until.isoformat(), "criterion": texts[f"measures.{place}.criterion"],
                    "check_on": (until + CHECKED_AFTER).isoformat(), "every": "monthly",
                },
                links=[Link(other_id=opened.entry.pk, kind="follows")],
                allowed=True,
            ),
        )  # fmt: skip
        numbers.append(made.entry.number)
    opened.put("items", numbers)


def released(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    """It reaches those it is for: each is told, and asked to confirm. Raises InvalidInput."""
    opened.put("released_on", today(opened))
    opened.tell([one for one in map(_id, values["readers"]) if one != opened.actor.id], "released")


def _id(value: Any) -> uuid.UUID:
    return value if isinstance(value, uuid.UUID) else uuid.UUID(str(value))


def not_confirmed_yet(opened: OpenedEntry, step: Step, values: Any) -> list[Unmet]:
    """Each reader confirms once, and nobody for another."""
    codes, mine = opened.entry.codes, str(opened.actor.id)
    if mine not in codes.get("readers", []):
        return [Unmet("not_reader", _("it was released to others"), guard="")]
    if any(row["member"] == mine for row in codes.get("receipts", [])):
        return [Unmet("confirmed", _("you have confirmed it"), guard="")]
    return []


def confirmed(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    """Somebody confirms that the report has reached them; with the last one it is done."""
    codes = opened.entry.codes
    rows = [*codes.get("receipts", []), {"member": str(opened.actor.id), "on": today(opened).isoformat()}]
    opened.put("receipts", rows)
    if {row["member"] for row in rows} >= set(codes.get("readers", [])):
        opened.move_to("received")


def corrected(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    """A new version begins as a draft, counted anew, with what people wrote; this one stays as it was read."""
    codes, texts = opened.entry.codes, opened.texts_now()
    given: dict[str, Any] = {
        name: codes[name]
        for name in ("report", "month", "span", "department", "supplier", "by_itself", "weights")
        if name in codes
    }
    given |= {name: texts.get(name, "") for name in ("findings", "proposals")}
    opening = Opening(id=edition_id(opened.entry), values=given, allowed=True)
    made = begin_entry(actor=opened.actor, register=opened.register, opening=opening)
    link_opened(opened, made.entry.pk, "became")
    opened.write("replaced_by", made.entry.number)
    opened.tell([pk for pk in map(_id, codes.get("readers", [])) if pk != opened.actor.id], "corrected")


@says("report_begun")
def _begun(told: Mapping[str, Any]) -> str:
    return str(_("What follows from %(period)s is still to be written.") % told)


def open_one(
    register: str, kind: str, period: periods.Period, more: Mapping[str, Any], pk: uuid.UUID, by: Any
) -> Entry:
    """A report that opens by itself, as a draft of whoever writes it."""
    return actions.open_entry(
        actor=by, register=registers()[register],
        opening=Opening(
            id=pk, values={"report": kind, "month": period.first.isoformat(), **more},
            said={"proposals": Said("report_begun", {"period": period.written})},
        ),
    )  # fmt: skip


TIMERS = tuple(
    TimerKind(
        name=name, of=report_files.REGISTER, label=label, starts=starts, stops=pgettext_lazy("report", "handed in"), source=source,
        limits=(Limit(amount=days, unit=Unit.WORKING_DAY, basis=source, ours=True),),
    )
    for name, label, starts, source, days in (
        (MONTH_DUE, _("Monthly report of the data analysis group"), _("month over"), "SVC 2.2.2", 5),
        (QUARTER_DUE, _("Quarterly report for the committee"), _("quarter over"), "SVC 2.2.1", 15),
        (PUBLIC_DUE, pgettext_lazy("report", "Public statistics"), pgettext_lazy("report", "period over"), "SZ 8(1)", 20),
    )
)  # fmt: skip
