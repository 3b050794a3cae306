"""Informatisation of complaint work: what is needed and planned, how a system was chosen, joined and accepted, and the process redesigned
with it (AI-06, AI-07, AI-08; SZ 10.1 to 10.3). Its effect is told by the report of figures (AI-09).
"""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.kernel.errors import Unmet
from tingsu.people.roles import Role
from tingsu.process.steps import Field, Step
from tingsu.registers.declaration import LEADERS, OPENER, OWNER, Do, Due, Register, State, declare
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.options import members

NAME = "informatisation"
GOALS = (
    ("faster", _("Faster handling")), ("satisfaction", _("Higher satisfaction")), ("manual", _("Less manual work")),
    ("other", pgettext_lazy("goal", "Other")),
)  # fmt: skip
PLATFORMS = (
    ("crm", _("CRM")), ("tickets", _("Ticket system")), ("ai", _("AI service")), ("complaints", _("Complaint management system")),
    ("other", pgettext_lazy("platform", "Other")),
)  # fmt: skip
WANTED = (
    Field(name="goal", label=_("Goal"), kind="choice", options=GOALS, required=True),
    Field(name="measure", label=_("Measured by"), limit=200, required=True),
    Field(name="now", label=pgettext_lazy("goal", "Today"), limit=60, required=True),
    Field(name="target", label=pgettext_lazy("goal", "Target"), limit=60, required=True),
)
JOINED = (
    Field(name="system", label=_("Existing system"), limit=120, required=True),
    Field(name="how", label=_("How it is connected"), limit=300, required=True),
    Field(name="seamless", label=_("Without typing anything twice"), kind="bool"),
)
REDESIGNED = (
    Field(name="step", label=_("Step of the process"), limit=120, required=True),
    Field(name="guide", label=_("Operation guide"), limit=120, required=True, help=_("Number of the document.")),
    Field(name="standard", label=_("Uniform standard"), limit=300, required=True),
    Field(name="removed", label=_("What was removed"), limit=300),
)
REACHED = (
    Field(name="measure", label=_("Measured by"), limit=200, required=True),
    Field(name="value", label=pgettext_lazy("goal", "Reached"), limit=60, required=True),
    Field(name="adjusted", label=_("What is adjusted"), limit=300),
)
WORKERS = (OWNER, OPENER, *LEADERS)


def every_goal_judged(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """Each goal of the plan is held beside what was reached, none is passed over."""
    wanted = len(opened.entry.codes.get("goals", ()))
    if values is None or len(values.get("reached") or ()) >= wanted:
        return []
    return [
        Unmet(
            "goals_open",
            _("hold each of the %(number)s goals beside what was reached"),
            value_of="reached",
            number=wanted,
        )
    ]


declare(
    Register(
        name=NAME,
        one=pgettext_lazy("record", "Informatisation"),
        many=pgettext_lazy("record", "Informatisation"),
        hint=_(
            "Systems for complaint work from the need to the effect: goals and pain points with a plan, choice and connection of the system and its "
            "acceptance, the process redesigned with it, and whether the goals were reached."
        ),
        prefix="XX",
        icon="adjustments",
        group="system",
        chapter="improvement",
        order=52,
        title="project",
        readers=(*LEADERS, Role.QA, Role.AUDITOR, Role.ANALYST),
        openers=(*LEADERS, Role.QA, Role.ANALYST),
        fields=(
            Field(name="project", label=pgettext_lazy("informatisation", "Project"), limit=120),
            Field(name="owner", label=_("Owner"), kind="member", options=members),
            Field(name="pains", label=_("Pain points"), kind="longtext", limit=2000),
            Field(name="goals", label=_("Goals"), kind="rows", rows=WANTED, limit=12),
            Field(name="plan", label=_("Implementation plan"), kind="longtext", limit=4000),
            Field(name="until", label=_("In use by"), kind="date"),
            Field(name="budget", label=_("Budget"), kind="money"),
            Field(name="resources", label=_("People and resources"), kind="longtext", limit=1000),
            Field(name="platform", label=_("Platform"), kind="choice", options=PLATFORMS),
            Field(name="why_platform", label=_("Why this one"), kind="longtext", limit=1000),
            Field(name="joined", label=_("Connection with existing systems"), kind="rows", rows=JOINED, limit=20),
            Field(name="acceptance", label=_("What the acceptance found"), kind="longtext", limit=2000),
            Field(name="redesigned", label=_("The redesigned process"), kind="rows", rows=REDESIGNED, limit=40),
            Field(name="training", label=_("Training on functions and steps"), kind="longtext", limit=1000),
            Field(name="reached", label=_("Goals and what was reached"), kind="rows", rows=REACHED, limit=12),
            Field(name="proof", label=pgettext_lazy("entry", "Proof"), kind="files"),
            Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=1000),
        ),
        form=("project*", "owner*", "pains*", "goals*", "plan*", "until*", "budget", "resources*"),
        passing=("reason",),
        columns=("platform", "until"),
        filters=("platform",),
        owner="owner",
        clauses=lambda codes: ("SZ 10.1", *(("SZ 10.2",) if codes.get("platform") else ()), *(("SZ 10.3",) if codes.get("redesigned") else ())),
        states=(
            State("planned", pgettext_lazy("informatisation", "Planned"), "soon"),
            State("built", pgettext_lazy("informatisation", "Waits for acceptance"), "soon"),
            State("accepted", pgettext_lazy("informatisation", "Accepted, process being redesigned")),
            State("running", pgettext_lazy("informatisation", "In use")),
            State("evaluated", pgettext_lazy("informatisation", "Evaluated"), "done", open=False),
            State("dropped", pgettext_lazy("informatisation", "Given up"), open=False),
        ),
        steps=(
            Do(
                name="build", label=_("Report the system as built"), event="built", did=_("reported the system as built"), sources=("planned",),
                target="built", who=WORKERS, asks=("platform*", "why_platform*", "joined*", "proof"), tells=LEADERS, icon="check", clause="SZ 10.2",
            ),
            Do(
                name="accept", label=_("Accept it"), event="accepted", did=_("accepted the system"), sources=("built",), target="accepted",
                who=(*LEADERS, Role.QA), not_by=("build",), asks=("acceptance*", "proof"), tells=(OWNER,), tone="done", icon="checks",
                clause="SZ 10.2",
            ),
            Do(
                name="refuse", label=_("Do not accept it"), event="refused", did=_("did not accept the system"), sources=("built",),
                target="planned", who=(*LEADERS, Role.QA), not_by=("build",), asks=("reason*",), tells=(OWNER,), main=False, icon="arrow-back-up",
            ),
            Do(
                name="redesign", label=_("Describe the redesigned process"), event="redesigned", did=_("described the redesigned process"),
                sources=("accepted", "running"), target="running", who=WORKERS, asks=("redesigned*", "training*", "proof"),
                stops=("informatisation",), icon="list-details", clause="SZ 10.3",
            ),
            Do(
                name="evaluate", label=_("Hold goals beside values"), event="evaluated", did=_("held goals beside values"),
                sources=("running", "evaluated"), target="evaluated", who=(*WORKERS, Role.ANALYST, Role.QA), asks=("reached*", "proof"),
                guards=(every_goal_judged,), tells=(OWNER, Role.TOP_MGMT), tone="done", icon="chart-bar", clause="SZ 10.4",
            ),
            Do(
                name="drop", label=pgettext_lazy("informatisation", "Give it up"), event="dropped",
                did=pgettext_lazy("informatisation", "gave the project up"), sources=("planned", "built"), target="dropped", who=LEADERS,
                asks=("reason*",), stops=("informatisation",), tells=(OWNER,), main=False, icon="x",
            ),
        ),
        dues=(
            Due(field="until", timer="informatisation", label=_("System in use"), stops=_("redesigned process described")),
        ),
    )
)  # fmt: skip
