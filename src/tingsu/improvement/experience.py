"""What leaders and staff see with their own eyes: days of leaders in user service (OG-15), sessions of service experience (IM-15), and what
others do better (IM-17, ME-10). Each ends with what follows from it.
"""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.clocks.timers import TimerKind
from tingsu.improvement import reminding
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import local_date, now
from tingsu.kernel.errors import Unmet
from tingsu.kernel.organisations import current_organisation
from tingsu.letters.notices import declare as declare_notices
from tingsu.letters.notices import notify
from tingsu.people import queries as people
from tingsu.people.roles import Role
from tingsu.process.steps import Field, Step
from tingsu.registers.declaration import INVOLVED, LEADERS, OPENER, OWNER, Do, Register, State, declare
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.models import Entry
from tingsu.registers.options import members
from tingsu.registers.owed import Owed

NAME = "experience"
ACTION = "experience_action"
DAY, SESSION, EXCHANGE = "leader_day", "session", "exchange"
KINDS = (
    (SESSION, _("Session of service experience")), (DAY, _("A leader's part in user service")),
    (EXCHANGE, _("Comparison with others")),
)  # fmt: skip
FORMS = (
    ("calls", _("Took or listened to calls")), ("cases", _("Handled or reviewed cases")), ("visit", _("Visited complainants or branches")),
    ("community", _("Answered users in public")), ("try", _("Went the way of a user")), ("other", pgettext_lazy("form", "Other")),
)  # fmt: skip
CLAUSES = {DAY: ("ISC 4.2.2",), SESSION: ("ISC 10.2.2",), EXCHANGE: ("ISC 10.1.2", "SZ F.9")}
LONGEST_DAY = 16 * 60
REMINDED = "experience.leader_owed"
ACTIONS = (
    Field(name="what", label=_("What becomes better"), required=True),
    Field(name="who", label=pgettext_lazy("review", "Who"), kind="member", options=members, required=True),
    Field(name="until", label=pgettext_lazy("review", "Until"), kind="date", required=True, future=True),
)
OWED = Owed(table="actions", timer=ACTION, called="what")
declare_notices({REMINDED: (_("Your part in user service is not recorded for this year yet"), "users")})


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One leader in one calendar year."""

    member_id: uuid.UUID
    name: str
    level: str
    times: int
    minutes: int


def leaders() -> dict[uuid.UUID, str]:
    """Everybody who leads, with their level in words: by role, or at the head of a unit. The highest level counts."""
    found: dict[uuid.UUID, str] = {}
    for role in (Role.TOP_MGMT, Role.MGMT_REP, Role.SUPERVISOR):
        for member in people.active_members(roles=(role,)):
            found.setdefault(member.pk, str(role.label))
    for post in people.posts_now():
        if post.is_head:
            found.setdefault(post.member_id, str(_("Head of %(unit)s") % {"unit": people.unit_name(post.unit_id)}))
    return found


def standings(year: int) -> list[Standing]:
    """Each leader of today with what is recorded of a calendar year, those without first (OG-15)."""
    days = Entry.objects.filter(
        register=NAME, speaks_of__gte=date(year, 1, 1), speaks_of__lte=date(year, 12, 31)
    ).exclude(state="dropped")
    times: dict[uuid.UUID, list[int]] = {}
    for codes in days.values_list("codes", flat=True):
        if codes.get("kind") == DAY:
            times.setdefault(uuid.UUID(codes["leader"]), []).append(codes["minutes"])
    rows = [
        Standing(
            member_id=pk, name=people.staff_identity(pk), level=level, times=len(times.get(pk, [])), minutes=sum(times.get(pk, []))
        )
        for pk, level in leaders().items()
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (row.times > 0, row.level, row.name))


def remind(at: datetime | None = None) -> int:
    """On the first day of each month from the one that the rule names: leaders without a day this year. Gives how many were told."""
    day = local_date(at or now(), current_organisation().time_zone)
    if day.day != 1 or day.month < reminding.remind_from():
        return 0
    owed = [row.member_id for row in standings(day.year) if not row.times]
    if owed:
        notify(owed, REMINDED, None, {"year": day.year})
    return len(owed)


def above(actor: Actor) -> dict[str, Any]:
    """What stands above the list: this year and the last one, for who sees all; everybody else sees the own line."""
    this = local_date(now(), current_organisation().time_zone).year
    sees_all = people.reads_all(actor, (*LEADERS, Role.QA, Role.AUDITOR))
    years = [
        (year, [row for row in standings(year) if sees_all or row.member_id == actor.id]) for year in (this, this - 1)
    ]
    return {"years": [(year, sum(row.times > 0 for row in rows), rows) for year, rows in years if rows]}


def decided(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """Each line is a promise of who took it on."""
    OWED.begin(opened)


def finished(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """One is done; with the last one the matter ends."""
    if OWED.finish(opened, values["action"]):
        opened.move_to("followed")


def a_leader(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """A leader's part is one of somebody who leads, and no longer than a day."""
    if values is None or values.get("kind") != DAY:
        return []
    unmet = []
    if values.get("leader") and uuid.UUID(str(values["leader"])) not in leaders():
        unmet.append(
            Unmet(
                "no_leader",
                _("this person leads nothing here: choose a leader, or record a session"),
                value_of="leader",
            )
        )
    if values.get("minutes") is not None and not 1 <= values["minutes"] <= LONGEST_DAY:
        unmet.append(Unmet("no_duration", _("say how many minutes it took, from 1 to 960"), value_of="minutes"))
    return unmet


declare(
    Register(
        name=NAME,
        one=_("Service experience"),
        many=_("Service experience"),
        hint=_(
            "Seen with one's own eyes: every leader's part in user service each year, sessions in which staff live through what users live "
            "through, and what other organisations do better. Each ends with what follows from it."
        ),
        prefix="TY",
        icon="users",
        group="improve",
        order=45,
        title="observations",
        readers=(*LEADERS, Role.QA, Role.AUDITOR, Role.ANALYST),
        fields=(
            Field(name="kind", label=pgettext_lazy("experience", "Kind"), kind="choice", options=KINDS),
            Field(name="held_on", label=pgettext_lazy("experience", "On"), kind="date", past=True),
            Field(name="leader", label=_("Leader"), kind="member", options=members, when=("kind", DAY)),
            Field(name="form", label=pgettext_lazy("experience", "Form"), kind="choice", options=FORMS, when=("kind", f"{DAY}|{SESSION}")),
            Field(name="minutes", label=pgettext_lazy("experience", "Minutes"), kind="number", when=("kind", DAY)),
            Field(name="participants", label=_("Participants"), kind="longtext", limit=500, when=("kind", SESSION)),
            Field(name="partner", label=_("Compared with"), limit=200, when=("kind", EXCHANGE)),
            Field(name="observations", label=pgettext_lazy("experience", "What was seen"), kind="longtext", limit=4000),
            Field(name="useful", label=_("What is useful for us"), kind="longtext", limit=2000, when=("kind", EXCHANGE)),
            Field(name="proof", label=pgettext_lazy("entry", "Proof"), kind="files"),
            Field(name="actions", label=_("What follows"), kind="rows", rows=ACTIONS),
            Field(name="action", label=_("Action"), kind="choice", options=OWED.open),
            Field(name="result", label=pgettext_lazy("action", "Result"), kind="longtext", limit=2000),
            Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=1000),
        ),
        form=("kind*", "held_on*", "leader*", "form*", "minutes*", "participants*", "partner*", "observations*", "useful*", "proof"),
        passing=("action", "result", "reason"),
        columns=("kind", "held_on", "leader"),
        filters=("kind", "leader"),
        speaks_of="held_on",
        clauses=lambda codes: CLAUSES.get(str(codes.get("kind")), ()),
        involves=OWED.doers,
        list_template="improvement/leaders.html",
        list_context=above,
        opening={"guards": (a_leader,)},
        states=(
            State("noted", pgettext_lazy("experience", "What follows is open"), "soon"),
            State("acting", pgettext_lazy("experience", "Being followed up")),
            State("followed", pgettext_lazy("experience", "Followed up"), "done", open=False),
            State("noted_only", _("Nothing follows"), open=False),
            State("dropped", pgettext_lazy("experience", "Recorded by mistake"), open=False, final=True),
        ),
        steps=(
            Do(
                name="decide", label=_("Say what follows"), event="decided", did=pgettext_lazy("experience", "said what follows from it"),
                sources=("noted", "noted_only"), target="acting", who=(OWNER, OPENER, *LEADERS, Role.QA), asks=("actions*",), effect=decided,
                may_start=(ACTION,), icon="subtask", clause="ISC 10.2.2",
            ),
            Do(
                name="finish", label=_("Report an action as done"), event="action_finished", did=_("reported an action as done"),
                sources=("acting",), who=(OWNER, INVOLVED, *LEADERS, Role.QA), asks=("action*", "result*", "proof"), may_stop=(ACTION,),
                effect=finished, tells=(OPENER,), icon="check",
            ),
            Do(
                name="nothing", label=_("Nothing follows"), event="nothing_decided", did=_("found that nothing follows"), sources=("noted",),
                target="noted_only", who=(OWNER, OPENER, *LEADERS, Role.QA), asks=("reason*",), main=False, icon="circle-check",
            ),
            Do(
                name="drop", label=_("Recorded by mistake"), event="dropped", did=_("found that it was recorded by mistake"),
                sources=("noted", "noted_only"), target="dropped", who=(OPENER, Role.QA), asks=("reason*",), main=False, icon="x",
            ),
        ),
        timers=(
            TimerKind(
                name=ACTION, of=NAME, label=_("Action after an experience"), starts=_("said what follows"), stops=_("action done"),
                source="ISC 10.2.2", dated=True,
            ),
        ),
    )
)  # fmt: skip
