"""Rectifications: what a department changes after a case, with owner, date, effect at an interval, and a check by somebody else (CO-09, OG-08)."""

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.casework.interfaces import asked_first
from tingsu.improvement import tracker
from tingsu.kernel.clock import local_date
from tingsu.kernel.errors import InvalidInput, InvalidValue, Unmet
from tingsu.kernel.organisations import current_organisation
from tingsu.people.roles import Role
from tingsu.process.steps import Field, Step
from tingsu.registers.declaration import LEADERS, OPENER, OWNER, UNIT, Do, Due, Recurs, Register, State, declare
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.intervals import INTERVALS, following
from tingsu.registers.options import departments, members
from tingsu.registers.recurrence import begin_occurrence

NAME = "rectification"
KINDS = (
    ("process", _("Process")), ("training", _("Training")), ("product", _("Product or service")), ("rules", _("Rules or contract")),
    ("other", pgettext_lazy("rectification", "Other")),
)  # fmt: skip
CHECKERS = (*LEADERS, Role.QA)
DOERS = (OWNER, UNIT)


def today(opened: OpenedEntry) -> Any:
    return local_date(opened.at, current_organisation().time_zone)


def begun(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    """The contact of the department answers for it where nobody else was named; the first report is owed after one interval."""
    _after(values["until"], values["check_on"])
    if not values["owner"]:
        owner = asked_first(uuid.UUID(str(values["department"])))
        if owner is None:
            raise InvalidInput(
                {"owner": InvalidValue(_("Nobody leads this department: say who answers for it."), code="required")}
            )
        opened.put("owner", owner)
        opened.own(owner)
    opened.put("reported_on", today(opened))
    if opened.register.recurs is not None:
        begin_occurrence(opened, opened.register.recurs, following(today(opened), values["every"]))
    if opened.entry.owner_id != opened.actor.id:
        opened.tell([opened.entry.owner_id], "given")


def _after(until: date, check_on: date) -> None:
    """Raises InvalidInput."""
    if check_on < until:
        error = InvalidValue(_("The effect is checked after it is carried out."), code="too_early")
        raise InvalidInput({"check_on": error})


def reported(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    """The effect so far: the next report is counted from this day."""
    opened.put("reported_on", today(opened))


def again(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    """Without effect it is done again, under new dates."""
    _after(values["until"], values["check_on"])


def check_day_reached(opened: OpenedEntry, step: Step, values: Any) -> list[Unmet]:
    """The effect is judged on the day that was set, not before."""
    day = opened.entry.codes["check_on"]
    if today(opened).isoformat() >= day:
        return []
    return [Unmet("too_early", _("the check of the effect was set for %(day)s"), guard="", day=day)]


def not_its_own(opened: OpenedEntry, step: Step, values: Any) -> list[Unmet]:
    """Nobody who works in the department checks its effect, and not whoever answers for it (CO-09)."""
    if opened.actor.id != opened.entry.owner_id and opened.entry.unit_id not in opened.actor.unit_ids:
        return []
    return [Unmet("own_department", _("somebody outside the department checks the effect"), guard="")]


declare(
    Register(
        name=NAME,
        one=_("Rectification"),
        many=_("Rectifications"),
        hint=_(
            "What a department changes so that it does not happen again: carried out by a day, its effect reported at an "
            "interval, and checked by somebody else. It goes on after the complaint is closed."
        ),
        prefix="ZG",
        icon="adjustments",
        group="improve",
        order=20,
        title="what",
        readers=(*LEADERS, Role.QA, Role.AUDITOR, Role.ANALYST),
        openers=CHECKERS,
        fields=(
            Field(name="kind", label=pgettext_lazy("rectification", "Kind"), kind="choice", options=KINDS),
            Field(name="what", label=_("What is to change"), kind="longtext", limit=2000),
            Field(name="department", label=pgettext_lazy("rectification", "Department"), kind="unit", options=departments),
            Field(
                name="owner", label=_("Owner"), kind="member", options=members,
                help=_("Left out, the contact person of the department answers for it."),
            ),
            Field(name="until", label=pgettext_lazy("rectification", "Carried out by"), kind="date", future=True),
            Field(name="criterion", label=_("How we will know that it worked"), kind="longtext", limit=1000),
            Field(name="check_on", label=_("Effect checked on"), kind="date", future=True),
            Field(name="every", label=_("Effect reported"), kind="choice", options=INTERVALS),
            Field(name="reported_on", label=_("Last report"), kind="date"),
            Field(name="next_report", label=_("Next report"), kind="date"),
            Field(name="report", label=_("Effect so far"), kind="longtext", limit=2000),
            Field(name="figure", label=_("In figures"), limit=200, help=_("Such as complaints of this kind before and after.")),
            Field(name="done_on", label=_("Done on"), kind="date", past=True),
            Field(name="result", label=pgettext_lazy("action", "Result"), kind="longtext", limit=2000),
            Field(name="proof", label=pgettext_lazy("entry", "Proof"), kind="files"),
            Field(name="effect", label=_("What the check found"), kind="longtext", limit=2000),
            *tracker.FIELDS,
            Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=1000),
        ),
        form=("kind*", "what*", "department*", "owner", "until*", "criterion*", "check_on*", "every*", "cases"),
        passing=("reason",),
        columns=("department", "kind", "until"),
        filters=("department", "kind", "tracker_state", "tracker_key"),
        sought=("tracker_key",),
        list_template="improvement/tracker_link.html",
        owner="owner",
        unit="department",
        states=(
            State("open", pgettext_lazy("rectification", "To be carried out"), "soon"),
            State("carried", _("Carried out, effect watched")),
            State("effective", pgettext_lazy("rectification", "Effective"), "done", open=False),
            State("dropped", pgettext_lazy("rectification", "Not needed"), open=False),
        ),
        on_open=begun,
        steps=(
            Do(
                name="finish", label=_("Report as carried out"), event="finished", did=_("reported it as carried out"), sources=("open",),
                target="carried", who=DOERS, asks=("done_on*", "result*", "proof"), stops=("rectification_done",),
                tells=(OPENER, Role.QA), icon="check", clause="SVC 2.2.3",
            ),
            Do(
                name="report", label=_("Report the effect"), event="reported", did=_("reported the effect"), sources=("open", "carried"),
                who=DOERS, asks=("report*", "figure", "proof"), stops=("rectification_report",), effect=reported, tells=(OPENER,),
                icon="chart-bar", clause="SVC 2.2.3", main=False,
            ),
            tracker.tracked((*DOERS, *CHECKERS)),
            Do(
                name="confirm", label=_("Confirm the effect"), event="confirmed", did=_("found it effective"), sources=("carried",),
                target="effective", who=CHECKERS, not_by=("finish", "report"), asks=("effect*",), guards=(not_its_own, check_day_reached),
                stops=("rectification_check", "rectification_report"), tells=(OWNER, OPENER), tone="done", icon="circle-check", clause="SVC 2.2.3",
            ),
            Do(
                name="reopen", label=_("No effect: once more"), event="reopened", did=_("found no effect"), sources=("carried",), target="open",
                who=CHECKERS, not_by=("finish", "report"), asks=("effect*", "until*", "check_on*"), guards=(not_its_own, check_day_reached),
                effect=again, stops=("rectification_check",), tells=(OWNER,), tone="late", icon="repeat", main=False,
            ),
            Do(
                name="drop", label=pgettext_lazy("rectification", "Not needed"), event="dropped", did=_("found it not needed"), sources=("open",),
                target="dropped", who=CHECKERS, not_by=("open",), guards=(not_its_own,), asks=("reason*",), tells=(OWNER,), main=False,
                stops=("rectification_done", "rectification_check", "rectification_report"), icon="x",
            ),
        ),
        dues=(
            Due(field="until", timer="rectification_done", label=_("Rectification"), stops=_("reported as carried out")),
            Due(field="check_on", timer="rectification_check", label=_("Check of the effect"), stops=_("effect judged")),
            Due(field="next_report", timer="rectification_report", label=_("Report of the effect"), stops=_("effect reported")),
        ),
        recurs=Recurs(interval="every", counts_from="reported_on", next_on="next_report", timer="rectification_report", after=("report",)),
    )
)  # fmt: skip
