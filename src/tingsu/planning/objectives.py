"""Objectives (MS-16) with the plan of each (MS-17): agreed by somebody else, measured, communicated, updated, concluded."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.clocks.timers import TimerKind
from tingsu.figures.indicators import indicators
from tingsu.kernel.errors import InvalidInput, InvalidValue, Unmet
from tingsu.planning import standing
from tingsu.planning.asked import (
    ACTIONS,
    DONE_ON,
    OPENERS,
    OWNER_FIELD,
    PROOF,
    READERS,
    REASON,
    RESULT,
    UNIT_FIELD,
    WORKERS,
    day_of,
    interval,
    plan_first,
    today,
)
from tingsu.planning.processes import of_indicators
from tingsu.process.steps import Field, Step
from tingsu.registers import receipts
from tingsu.registers.declaration import (
    EVERYBODY,
    EVERYONE,
    INVOLVED,
    LEADERS,
    OPENER,
    OWNER,
    Do,
    Due,
    Recurs,
    Register,
    State,
    declare,
    registers,
)
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.guards import filled
from tingsu.registers.lines import Lines
from tingsu.registers.models import Entry
from tingsu.registers.owed import Owed

NAME = "objective"
ACTION, MEASUREMENT, DUE = "objective_action", "objective_measurement", "objective_due"
LEVELS = (
    ("enterprise", _("Enterprise")),
    ("department", pgettext_lazy("objective", "Department")),
    ("team", pgettext_lazy("objective", "Team")),
    ("post", _("Single post")),
)
DIRECTIONS = (("at_least", pgettext_lazy("objective", "at least")), ("at_most", pgettext_lazy("objective", "at most")))
STANDINGS = (
    ("met", pgettext_lazy("objective", "On target")),
    ("risk", pgettext_lazy("objective", "At risk")),
    ("missed", pgettext_lazy("objective", "Missed")),
)
PROPOSED, RUNNING, ACHIEVED, FAILED, WITHDRAWN = "proposed", "running", "achieved", "missed", "withdrawn"
INDICATOR, OWN = "indicator", "own"
MEASURES = ((INDICATOR, _("An indicator that is counted")), (OWN, _("A number that is entered")))
OWED = Owed(table="actions", timer=ACTION, called="what")
MEASURED = Lines(table="measured", called=("value",))
TOLD = Lines(table="told", called=("audience",))
AIM = (
    "title*",
    "level*",
    "department",
    "policy*",
    "requirements*",
    "measured_by*",
    "indicator*",
    "measure*",
    "direction*",
    "target*",
    "until*",
)
PLAN = ("actions*", "judged_how*", "interval*")


def measurable(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """It can be measured: by an indicator with a target, or in words with a number to reach. Raises InvalidInput."""
    codes = opened.entry.codes
    if codes.get("measured_by") == OWN:
        if standing.number(opened.texts_now().get("target", "")) is None:
            raise InvalidInput({"target": InvalidValue(_("A target is a number such as 95 or 4.5."), code="number")})
        return
    one = indicators().get(codes.get("indicator", ""))
    if one is None or one.target is None:
        error = InvalidValue(
            _("This indicator has no target: set one with the indicators first, or measure in another way."),
            code="target",
        )
        raise InvalidInput({"indicator": error})


def agreed(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """From now on it is measured, and each line of its plan is a promise of whoever it names."""
    OWED.begin(opened)
    plan_first(opened)


def acted(opened: OpenedEntry, values: dict[str, Any]) -> None:
    OWED.finish(opened, values["action"])


def measured(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """The value of the day: counted by its indicator, or entered; how it stands is kept beside it. Raises InvalidInput."""
    day, typed = values["measured_on"], (values.get("value") or "").strip()
    if opened.entry.codes.get("measured_by") == INDICATOR:
        now_standing = standing.standings([opened.entry], day)[0]
        typed = now_standing.value or "–"
        code = now_standing.code
    else:
        value, target = standing.number(typed), standing.number(opened.texts_now().get("target", ""))
        if value is None:
            raise InvalidInput(
                {"value": InvalidValue(_("Enter the value as a number."), code="required" if not typed else "number")}
            )
        over = str(opened.entry.codes["until"]) < day.isoformat()
        code = standing.judged(opened.entry.codes["direction"], value, target, over=over) if target is not None else ""
    marks = {"on": day.isoformat(), **({"standing": code} if code else {})}
    MEASURED.add(("value",), lambda thing: marks)(opened, {"value": typed})


def told_of(opened: OpenedEntry, values: dict[str, Any]) -> None:
    TOLD.add(("told_on", "audience", "way"), lambda thing: {})(opened, values)


def put_before_team(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """Everybody who works here may read it from now on, and is asked to say so (OG-18)."""
    opened.put("for_team", True)
    opened.put("read_by", None)
    opened.tell([pk for pk in receipts.everybody() if pk != opened.actor.id], "asked_to_read")


def asked_to_read(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """It was put before the team as it is now, and this person has not read it yet."""
    codes = opened.entry.codes
    if not codes.get("for_team"):
        return [Unmet("not_for_team", _("it was not put before the team yet"), guard="")]
    if any(str(line["member"]) == str(opened.actor.id) for line in codes.get("read_by", ())):
        return [Unmet("read_already", _("you have read it already"), guard="")]
    return []


def read_it(opened: OpenedEntry, values: dict[str, Any]) -> None:
    opened.put("read_by", [*opened.entry.codes.get("read_by", ()), {"member": opened.actor.id, "on": day_of(opened)}])


def updated(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """Another objective is agreed anew; what was owed for the old one is owed no more."""
    measurable(opened, values)
    for kind in (ACTION, MEASUREMENT):
        opened.end(kind, "cancelled")
    opened.put("next_measured_on", None)
    opened.put("for_team", None)
    opened.put("read_by", None)  # another objective is read anew


def over(opened: OpenedEntry, values: dict[str, Any]) -> None:
    for kind in (ACTION, MEASUREMENT):
        opened.end(kind, "cancelled")
    opened.put("ended_on", day_of(opened))


def told_standing(actor: Any) -> dict[str, Any]:
    """Above the list: how the objectives that run stand today, as far as the reader sees them."""
    rows = (
        registers()[NAME]
        .visible(actor, Entry.objects.filter(state=RUNNING))
        .select_related("stream")
        .order_by("opened_at", "pk")
    )
    return {"standings": standing.standings(rows[:100], today())}


def doers(codes: Any) -> tuple[str, ...]:
    return (*OWED.doers(codes), *((EVERYONE,) if codes.get("for_team") else ()))


declare(
    Register(
        name=NAME,
        one=pgettext_lazy("record", "Objective"),
        many=_("Objectives"),
        hint=_(
            "What complaint handling is to reach, per function and level: a number and a day, in line with the policy, with a plan of who does "
            "what. An objective that names an indicator stands as the live figure stands."
        ),
        prefix="MB",
        icon="flag",
        group="",
        order=45,
        title="title",
        openers=(*OPENERS, "dept", "function"),
        readers=READERS,
        fields=(
            Field(name="title", label=pgettext_lazy("objective", "Objective"), limit=200),
            Field(name="level", label=pgettext_lazy("objective", "Level"), kind="choice", options=LEVELS),
            UNIT_FIELD,
            Field(name="policy", label=_("What of the policy it puts into practice"), kind="longtext", limit=1000),
            Field(name="requirements", label=_("Requirements that were considered"), kind="longtext", limit=1000),
            Field(name="measured_by", label=pgettext_lazy("objective", "Measured by"), kind="choice", options=MEASURES),
            Field(
                name="indicator", label=_("Measured by the indicator"), kind="choice", options=of_indicators, when=("measured_by", INDICATOR),
                help=_("Its target is the number to reach; it is set with the indicators."),
            ),
            Field(name="measure", label=_("How it is measured"), limit=300, when=("measured_by", OWN)),
            Field(name="direction", label=_("Least or most"), kind="choice", options=DIRECTIONS, when=("measured_by", OWN)),
            Field(name="target", label=_("Number to reach"), limit=20, when=("measured_by", OWN)),
            Field(name="until", label=_("To be reached by (day)"), kind="date", future=True),
            OWNER_FIELD,
            Field(name="actions", label=_("Plan: what, who, until when, with what"), kind="rows", rows=ACTIONS, limit=30),
            Field(name="judged_how", label=_("How the result is evaluated"), kind="longtext", limit=1000),
            interval(_("Monitored")),
            Field(name="measured_on", label=_("Last measured"), kind="date", past=True),
            Field(name="next_measured_on", label=_("Measured next"), kind="date"),
            Field(name="value", label=pgettext_lazy("objective", "Value"), limit=20, help=_("Left empty where an indicator counts it.")),
            Field(
                name="measured", label=_("Values over time"), kind="rows",
                rows=(
                    Field(name="on", label=pgettext_lazy("objective", "On"), kind="date"),
                    Field(name="value", label=pgettext_lazy("objective", "Value"), limit=60),
                    Field(name="standing", label=pgettext_lazy("objective", "Standing"), kind="choice", options=STANDINGS),
                ),
            ),
            Field(
                name="told", label=_("Communicated"), kind="rows",
                rows=(
                    Field(name="told_on", label=pgettext_lazy("objective", "On"), kind="date"),
                    Field(name="audience", label=pgettext_lazy("objective", "To whom"), limit=200),
                    Field(name="way", label=pgettext_lazy("objective", "How"), limit=200),
                ),
            ),
            Field(name="for_team", label=_("Put before the team"), kind="bool"),
            Field(
                name="read_by", label=pgettext_lazy("objective", "Read by"), kind="rows",
                rows=(
                    Field(name="member", label=pgettext_lazy("objective", "Who"), kind="member"),
                    Field(name="on", label=pgettext_lazy("objective", "On"), kind="date"),
                ),
            ),
            Field(name="told_on", label=_("Communicated on"), kind="date", past=True),
            Field(name="audience", label=pgettext_lazy("objective", "To whom"), limit=200),
            Field(name="way", label=pgettext_lazy("objective", "How"), limit=200),
            Field(name="action", label=_("Action"), kind="choice", options=OWED.open),
            DONE_ON,
            RESULT,
            PROOF,
            Field(name="finding", label=_("What the evaluation showed"), kind="longtext", limit=2000),
            Field(name="ended_on", label=pgettext_lazy("objective", "Concluded on"), kind="date"),
            REASON,
        ),
        form=(*AIM, "owner"),
        passing=("value", "told_on", "audience", "way", "action", "done_on", "result", "reason"),
        columns=("level", "department", "indicator", "until"),
        filters=("level", "department", "indicator"),
        owner="owner",
        unit="department",
        involves=doers,
        offered=True,
        clauses=lambda codes: ("CTS 6.2", "SZ 5(1)", "ISC 4.2.5"),
        on_open=measurable,
        states=(
            State(PROPOSED, pgettext_lazy("objective", "Waits for agreement"), "soon"),
            State(RUNNING, pgettext_lazy("objective", "Agreed")),
            State(ACHIEVED, pgettext_lazy("objective", "Achieved"), "done", open=False),
            State(FAILED, pgettext_lazy("objective", "Missed"), "late", open=False),
            State(WITHDRAWN, pgettext_lazy("objective", "Withdrawn"), open=False),
        ),
        steps=(
            Do(
                name="plan", label=_("Write the plan"), event="planned", did=_("wrote the plan"), sources=(PROPOSED,), who=(*WORKERS, OPENER),
                asks=PLAN, icon="subtask", clause="CTS 6.2",
            ),
            Do(
                name="agree", label=pgettext_lazy("objective", "Agree"), event="agreed", did=_("agreed to the objective"), sources=(PROPOSED,),
                target=RUNNING, who=LEADERS, not_by=("open", "plan", "revise", "update"), guards=(filled("actions", "judged_how"),),
                effect=agreed, may_start=(ACTION,), tells=(OWNER, OPENER),
                tone="done", icon="checks", clause="CTS 6.2",
            ),
            Do(
                name="give_back", label=pgettext_lazy("objective", "Give back"), event="given_back", did=_("gave the objective back"),
                sources=(PROPOSED,), who=LEADERS, not_by=("open", "plan", "revise", "update"), asks=("reason*",), tells=(OWNER, OPENER), main=False,
                icon="arrow-back-up",
            ),
            Do(
                name="revise", label=_("Write it anew"), event="revised", did=_("wrote it anew"), sources=(PROPOSED,), who=(*WORKERS, OPENER),
                asks=(*AIM, "owner"), effect=measurable, main=False, icon="edit",
            ),
            Do(
                name="measure", label=_("Record how it stands"), event="measured", did=_("recorded how it stands"), sources=(RUNNING,),
                who=WORKERS, asks=("measured_on*", "value"), effect=measured, may_stop=(MEASUREMENT,), icon="chart-bar", clause="CTS 6.2 d",
            ),
            Do(
                name="finish_action", label=_("Report an action as done"), event="action_finished", did=_("reported an action as done"),
                sources=(RUNNING,), who=(*WORKERS, INVOLVED), asks=("action*", "done_on*", "result*", "proof"), effect=acted,
                may_stop=(ACTION,), icon="check", clause="CTS 8.1",
            ),
            Do(
                name="communicate", label=_("Record that it was communicated"), event="communicated", did=_("communicated the objective"),
                sources=(RUNNING,), who=WORKERS, asks=("told_on*", "audience*", "way*"), effect=told_of, main=False, icon="send",
                clause="CTS 6.2 e",
            ),
            Do(
                name="put_before_team", label=_("Put before the team"), event="shared", did=_("put the objective before the team"),
                sources=(RUNNING,), who=WORKERS, effect=put_before_team, main=False, icon="users", clause="ISC 4.2.5",
            ),
            Do(
                name="read", label=_("I have read it"), event="noted", did=_("has read the objective"), sources=(RUNNING,), who=EVERYBODY,
                guards=(asked_to_read,), effect=read_it, main=False, icon="check", clause="ISC 4.2.5",
            ),
            Do(
                name="update", label=_("Update the objective"), event="updated", did=_("updated the objective"), sources=(RUNNING,),
                target=PROPOSED, who=WORKERS, asks=(*AIM, "owner", *PLAN, "reason*"), effect=updated, may_stop=(ACTION, MEASUREMENT),
                main=False, icon="edit", clause="CTS 6.2 f",
            ),
            Do(
                name="achieve", label=_("Conclude: achieved"), event="achieved", did=_("concluded it as achieved"),
                sources=(RUNNING,), target=ACHIEVED, who=LEADERS,
                asks=("finding*",), effect=over, stops=(DUE,), may_stop=(ACTION, MEASUREMENT), tells=(OWNER, OPENER), main=False, tone="done",
                icon="circle-check", clause="CTS 6.2; CTS 9.1",
            ),
            Do(
                name="miss", label=_("Conclude: missed"), event="missed", did=_("concluded it as missed"),
                sources=(RUNNING,), target=FAILED, who=LEADERS,
                asks=("finding*",), effect=over, stops=(DUE,), may_stop=(ACTION, MEASUREMENT), tells=(OWNER, OPENER), main=False, tone="late",
                icon="x", clause="CTS 6.2; CTS 9.1",
            ),
            Do(
                name="withdraw", label=pgettext_lazy("objective", "Withdraw"), event="withdrawn", did=_("withdrew the objective"),
                sources=(PROPOSED, RUNNING), target=WITHDRAWN, who=LEADERS, asks=("reason*",), effect=over, stops=(DUE,),
                may_stop=(ACTION, MEASUREMENT), tells=(OWNER, OPENER), main=False, icon="x",
            ),
        ),
        dues=(
            Due(field="until", timer=DUE, label=_("Objective to be reached"), stops=_("concluded"), source="CTS 6.2"),
            Due(field="next_measured_on", timer=MEASUREMENT, label=_("Monitoring of an objective"), stops=_("standing recorded")),
        ),
        recurs=Recurs(
            interval="interval", counts_from="measured_on", next_on="next_measured_on", timer=MEASUREMENT, after=("measure",)
        ),
        timers=(
            TimerKind(
                name=ACTION, of=NAME, label=_("Action of an objective"), starts=_("objective agreed"), stops=_("action done"),
                source="CTS 8.1", dated=True,
            ),
        ),
        list_template="planning/standings.html",
        list_context=told_standing,
    )
)  # fmt: skip
