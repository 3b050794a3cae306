"""When a colleague is harassed or exposed over a complaint (PS-16): what happened, and what supports and protects them. Nothing of anybody's health."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.clocks.timers import TimerKind
from tingsu.complaints.named import named_complaint
from tingsu.planning.asked import DONE_ON, PROOF, RESULT
from tingsu.process.steps import Field
from tingsu.protection.asked import MEASURES
from tingsu.registers.actions import link_opened
from tingsu.registers.declaration import INVOLVED, LEADERS, OPENER, OWNER, Do, Register, State, declare
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.options import members
from tingsu.registers.owed import Owed

NAME, TIMER = "staff_incident", "staff_support"
SORTS = (
    ("calls", _("Harassing calls or messages")), ("threat", pgettext_lazy("incident", "Threats")), ("insult", pgettext_lazy("incident", "Insults")),
    ("exposed", _("Name, picture, telephone or home made public")), ("on_site", _("Attacked or held on site")),
    ("other", pgettext_lazy("incident", "Something else")),
)  # fmt: skip
OWED = Owed(table="measures", timer=TIMER, called="what")
REPORTED, SUPPORTED, CLOSED = "reported", "supported", "closed"


def opened(entry: OpenedEntry, values: dict[str, Any]) -> None:
    """The complaint in which it happened is linked where its number is given. Raises InvalidInput for a number that the actor may not see."""
    if values.get("case"):
        link_opened(entry, named_complaint(entry.actor, values).pk, "about")


def involved(codes: Any) -> tuple[str, ...]:
    """The colleague concerned, and whoever owes a measure."""
    return (*((str(codes["person"]),) if codes.get("person") else ()), *OWED.doers(codes))


def planned(opened: OpenedEntry, values: dict[str, Any]) -> None:
    OWED.begin(opened)


def taken(opened: OpenedEntry, values: dict[str, Any]) -> None:
    OWED.finish(opened, values["measure"])


def closed(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """Nothing more is owed with it."""
    opened.end(TIMER, "cancelled")


declare(
    Register(
        name=NAME,
        one=pgettext_lazy("record", "Incident against a colleague"),
        many=pgettext_lazy("records", "Incidents against colleagues"),
        hint=_(
            "A colleague was harassed, threatened or exposed over a complaint: reported by anybody, seen by the colleague and whoever leads. What supports "
            "and protects them has an owner and a day. Nothing about anybody's health is kept."
        ),
        prefix="YG",
        icon="user",
        group="",
        order=74,
        title="what",
        readers=LEADERS,
        involves=involved,
        fields=(
            Field(name="what", label=_("What happened"), limit=200),
            Field(name="person", label=_("Colleague concerned"), kind="member", options=members),
            Field(name="sort", label=pgettext_lazy("incident", "Kind"), kind="choice", options=SORTS),
            Field(name="happened_on", label=_("Happened on"), kind="date", past=True),
            Field(name="story", label=_("How it went"), kind="longtext", limit=4000, help=_("Facts only. Nothing about anybody's health.")),
            Field(name="case", label=_("Number of the complaint"), limit=40),
            Field(name="measures", label=_("What supports and protects the colleague"), kind="rows", rows=MEASURES, limit=20,
                  help=_("Such as handing over the case, another number, a day off, a lawyer, a report to the police, support by a professional.")),
            Field(name="measure", label=pgettext_lazy("protection", "Measure"), kind="choice", options=OWED.open),
            DONE_ON,
            RESULT,
            Field(name="police", label=_("Reported to the police or a platform"), limit=200),
            Field(name="outcome", label=pgettext_lazy("incident", "What came of it"), kind="longtext", limit=2000),
            PROOF,
        ),
        form=("what*", "person*", "sort*", "happened_on*", "story*", "case", "proof"),
        passing=("measure", "done_on", "result"),
        columns=("sort", "happened_on"),
        filters=("sort",),
        speaks_of="happened_on",
        clauses=lambda codes: ("ISC 9.7.3.1", "ISC 9.7.3.2", "SZ 4(3).2"),
        on_open=opened,
        states=(
            State(REPORTED, pgettext_lazy("incident", "Reported"), "late"),
            State(SUPPORTED, pgettext_lazy("incident", "Support under way"), "soon"),
            State(CLOSED, pgettext_lazy("incident", "Closed"), "done", open=False),
        ),
        steps=(
            Do(
                name="support", label=_("Decide how to support"), event="support_decided", did=_("decided how the colleague is supported"),
                sources=(REPORTED,), target=SUPPORTED, who=LEADERS, asks=("measures*", "police"), may_start=(TIMER,), effect=planned,
                tells=(OWNER, OPENER), icon="user-plus", clause="ISC 9.7.3.2",
            ),
            Do(
                name="finish", label=_("Report a measure as taken"), event="measure_taken", did=_("reported a measure as taken"), sources=(SUPPORTED,),
                who=(INVOLVED, *LEADERS), asks=("measure*", "done_on*", "result*"), may_stop=(TIMER,), effect=taken, tells=(OWNER,), icon="check",
            ),
            Do(
                name="close", label=pgettext_lazy("incident", "Close"), event="closed", did=_("closed the incident"), sources=(SUPPORTED,), target=CLOSED,
                who=LEADERS, asks=("outcome*",), may_stop=(TIMER,), effect=closed, tells=(OPENER,), tone="done", icon="circle-check", main=False,
            ),
        ),
        timers=(
            TimerKind(
                name=TIMER, of=NAME, label=_("Support for a colleague"), starts=_("support was decided"),
                stops=_("reported as taken"), source="ISC 9.7.3.2", dated=True,
            ),
        ),
    )
)  # fmt: skip
