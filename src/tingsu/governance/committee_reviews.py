"""Review meetings of the committee, one for every quarter (OG-06): the effect of the plan, what becomes better, and who does it.

The meeting of a quarter is owed from its first day: on the first of each quarter a job opens the record of the one before, and its
limit runs; a closed quarter without a held meeting is overdue, warned and escalated like every limit.
"""

import uuid
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.calendars.arithmetic import Unit
from tingsu.clocks.timers import Limit, TimerKind
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import local_date, now
from tingsu.kernel.errors import InvalidInput, InvalidValue
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.people import queries as people
from tingsu.people.models import Unit as Group
from tingsu.people.roles import Role
from tingsu.process.steps import Field
from tingsu.registers.actions import Opening, open_entry
from tingsu.registers.declaration import LEADERS, OWNER, Do, Register, State, declare, registers
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.models import Entry
from tingsu.registers.options import members
from tingsu.registers.saying import Said, says

NAME = "committee_review"
CONVENERS = (Role.MGMT_REP, Role.TOP_MGMT)


def quarter_of(day: date) -> str:
    """The quarter of a day, such as 2026-Q1."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


def quarter_before(day: date) -> str:
    """The quarter that was closed last."""
    first = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    return quarter_of(first - timedelta(days=1))


def held(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """Somebody of the committee took part, and a decision that was made has somebody who carries it out by a day."""
    seats = {str(post.member_id) for post in people.posts_now(unit_kinds={Group.Kind.COMMITTEE})}
    if seats and not seats & {str(one) for one in values["present"]}:
        raise InvalidInput({"present": InvalidValue(_("Nobody of the committee took part."), code="no_committee")})


def record_id(quarter: str) -> uuid.UUID:
    """One record for each quarter of an organisation, however often the job runs."""
    return uuid.uuid5(current_organisation_id(), f"{NAME}:{quarter}")


def open_owed(at: datetime | None = None) -> Entry | None:
    """The record of the closed quarter, if this firm has a committee and the record is not there yet."""
    day = local_date(at or now(), current_organisation().time_zone)
    quarter = quarter_before(day)
    pk = record_id(quarter)
    seats = [one for one in people.posts_now(unit_kinds={Group.Kind.COMMITTEE}) if one.role in CONVENERS]
    if not seats or Entry.objects.filter(pk=pk).exists():
        return None
    convener = sorted(seats, key=lambda post: (post.role != Role.MGMT_REP, str(post.member_id)))[0].member_id
    said = {"agenda": Said("committee_review", {"quarter": quarter})}
    opening = Opening(id=pk, values={"quarter": quarter, "owner": str(convener)}, said=said)
    return open_entry(
        actor=automation("governance.reviews", current_organisation_id()), register=registers()[NAME], opening=opening
    )


@says("committee_review")
def _agenda(told: Mapping[str, Any]) -> str:
    return str(_("Major complaints, disputes between departments and rectifications of %(quarter)s.") % told)


ACTIONS = (
    Field(name="what", label=_("What becomes better"), required=True),
    Field(name="who", label=pgettext_lazy("review", "Who"), kind="member", options=members, required=True),
    Field(name="by", label=pgettext_lazy("review", "Until"), kind="date", required=True),
)

declare(
    Register(
        name=NAME,
        one=_("Review meeting of the committee"),
        many=_("Review meetings of the committee"),
        hint=_("Every quarter the committee reviews the complaints: whether the plan works, and what becomes better."),
        prefix="FP",
        icon="users",
        chapter="review",
        order=28,
        title="quarter",
        readers=(*LEADERS, Role.QA, Role.AUDITOR, Role.ANALYST),
        openers=CONVENERS,
        fields=(
            Field(name="quarter", label=_("Quarter"), limit=7, help=_("Such as 2026-Q1.")),
            Field(name="owner", label=_("Convened by"), kind="member", options=members),
            Field(name="agenda", label=_("Agenda"), kind="longtext", limit=2000),
            Field(name="held_on", label=_("Held on"), kind="date", past=True),
            Field(name="present", label=_("Took part"), kind="choices", options=members),
            Field(name="cases", label=_("Cases and events reviewed"), kind="longtext", limit=4000),
            Field(name="effect", label=_("Does the plan work"), kind="longtext", limit=4000),
            Field(name="strategy", label=_("How the strategy becomes better"), kind="longtext", limit=4000),
            Field(name="disputes", label=_("Disputes between departments and how they were settled"), kind="longtext", limit=4000),
            Field(name="actions", label=_("Decisions"), kind="rows", rows=ACTIONS),
            Field(name="minutes", label=_("Minutes"), kind="files"),
            Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=1000),
        ),
        form=("quarter*", "owner*", "agenda*"),
        passing=("reason",),
        columns=("held_on",),
        filters=("quarter",),
        owner="owner",
        clauses=lambda codes: ("SVC 2.2.1",) if codes.get("held_on") else (),
        states=(
            State("owed", pgettext_lazy("review", "To be held"), "soon"),
            State("held", pgettext_lazy("review", "Held, minutes to be confirmed"), "soon"),
            State("confirmed", pgettext_lazy("review", "Minutes confirmed"), "done", open=False),
        ),
        opening={"starts": ("committee_review",)},
        steps=(
            Do(
                name="hold", label=_("Record the meeting"), event="held", did=_("recorded the meeting"), sources=("owed",), target="held",
                who=(OWNER, *CONVENERS), effect=held, asks=("held_on*", "present*", "cases*", "effect*", "strategy*", "disputes", "actions", "minutes"),
                stops=("committee_review",), tells=(Role.TOP_MGMT,), clause="SVC 2.2.1",
            ),
            Do(
                name="confirm", label=_("Confirm the minutes"), event="confirmed", did=_("confirmed the minutes"), sources=("held",),
                target="confirmed", who=LEADERS, not_by=("hold",), tells=(OWNER,), tone="done", icon="checks",
            ),
            Do(
                name="give_back", label=pgettext_lazy("review", "Give back"), event="given_back", did=_("gave the minutes back"), sources=("held",),
                target="owed", who=LEADERS, not_by=("hold",), asks=("reason*",), starts=("committee_review",), tells=(OWNER,), main=False,
                icon="arrow-back-up",
            ),
        ),
        timers=(
            TimerKind(
                name="committee_review", of=NAME, label=_("Quarterly review of the committee"), starts=_("quarter closed"),
                stops=_("meeting recorded"), source="SVC 2.2.1",
                limits=(Limit(amount=15, unit=Unit.WORKING_DAY, basis="SVC 2.2.1", ours=True),),
            ),
        ),
    )
)  # fmt: skip
