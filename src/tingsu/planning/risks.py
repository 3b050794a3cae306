"""Risks and opportunities (MS-05, MS-18): likelihood by effect, what is done, where it becomes part of the work, whether it had its effect."""

import uuid
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.clocks.timers import TimerKind
from tingsu.kernel.errors import InvalidInput, InvalidValue
from tingsu.planning.asked import (
    ACTIONS,
    DONE_ON,
    ORIGIN,
    OWNER_FIELD,
    PROOF,
    READERS,
    REASON,
    RESULT,
    UNIT_FIELD,
    WORKERS,
    linked_with_origin,
)
from tingsu.planning.processes import of_processes
from tingsu.process.steps import Field
from tingsu.registers.declaration import INVOLVED, LEADERS, OWNER, Do, Due, Register, State, declare
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.owed import Owed

NAME = "risk"
ACTION, REVIEW, AGAIN = "risk_action", "risk_review", "risk_assessment"
SORTS = (("risk", pgettext_lazy("risk", "Risk")), ("opportunity", pgettext_lazy("risk", "Opportunity")))
SOURCES = (
    ("context", _("A factor of the context")),
    ("party", _("An interested party")),
    ("process", _("A process")),
    ("change", _("A change")),
    ("complaints", _("What complaints show")),
    ("other", pgettext_lazy("risk", "Something else")),
)
TYPES = (
    ("late", _("Late handling")),
    ("escalation", _("Escalation and spill-over")),
    ("legal", _("Legal risk")),
    ("privacy", _("Personal data")),
    ("reputation", _("Reputation")),
    ("people", _("People and competence")),
    ("supplier", _("Suppliers")),
    ("system", _("Systems and channels")),
    ("service", _("Better service")),
    ("other", pgettext_lazy("risk", "Something else")),
)
AIMS = (
    ("results", _("Achieve the intended results")),
    ("adverse", _("Prevent or reduce adverse effects")),
    ("improve", _("Improve")),
)
LIKELIHOODS = (
    ("1", _("1 – hardly to be expected")),
    ("2", _("2 – less than once a year")),
    ("3", _("3 – about once a year")),
    ("4", _("4 – several times a year")),
    ("5", _("5 – every month or more often")),
)
EFFECTS = (
    ("1", _("1 – hardly noticed")),
    ("2", _("2 – some complainants, made good at once")),
    ("3", _("3 – many complainants, or money")),
    ("4", _("4 – authority, court or press")),
    ("5", _("5 – the enterprise as a whole")),
)
LEVELS = (
    ("low", pgettext_lazy("risk", "Low")),
    ("medium", pgettext_lazy("risk", "Medium")),
    ("high", pgettext_lazy("risk", "High")),
)
MEDIUM_FROM, HIGH_FROM = 5, 12
OWED = Owed(table="actions", timer=ACTION, called="what")
ASSESSED, ACTING, JUDGED, CONTROLLED, ACCEPTED, ENDED = (
    "assessed",
    "acting",
    "review",
    "controlled",
    "accepted",
    "ended",
)


def level_of(likelihood: Any, effect: Any) -> tuple[int, str]:
    """Likelihood by effect, from 1 to 25, and the level of that: low to 4, medium to 11, high from 12."""
    score = int(likelihood) * int(effect)
    return score, "high" if score >= HIGH_FROM else "medium" if score >= MEDIUM_FROM else "low"


def assessed(opened: OpenedEntry, values: dict[str, Any]) -> None:
    codes = opened.entry.codes
    score, level = level_of(codes["likelihood"], codes["impact"])
    opened.put("score", score)
    opened.put("level", level)


def opened_risk(opened: OpenedEntry, values: dict[str, Any]) -> None:
    assessed(opened, values)
    linked_with_origin(opened, values)


def planned(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """Each action is a promise of whoever it names. Raises InvalidInput where the effect would be judged before they are done."""
    if values["review_on"].isoformat() < max(str(line["until"]) for line in opened.entry.codes["actions"]):
        error = InvalidValue(_("The effect is judged after the last action is done, not before."), code="order")
        raise InvalidInput({"review_on": error})
    opened.end(AGAIN, "cancelled")
    OWED.begin(opened)


def acted(opened: OpenedEntry, values: dict[str, Any]) -> None:
    if OWED.finish(opened, values["action"]):
        opened.move_to(JUDGED)


def judged_effective(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """What is left of the risk is what it is assessed at from now on."""
    opened.put("effective", True)
    opened.put("likelihood", values["likelihood_left"])
    opened.put("impact", values["impact_left"])
    assessed(opened, values)


def reopened(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """It stands where it stood, or worse: assessed anew, and actions are decided again."""
    opened.put("effective", False)
    assessed(opened, values)


def left(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """Nothing of it is owed any more."""
    for kind in (ACTION, REVIEW, AGAIN):
        opened.end(kind, "cancelled")


def doers(codes: Any) -> tuple[str, ...]:
    return OWED.doers(codes)


def risks_of_process(process_id: uuid.UUID) -> Any:
    """Risks whose action is part of a process, the gravest first. One query."""
    from tingsu.registers.models import Entry

    rows = Entry.objects.filter(register=NAME, codes__process=str(process_id)).exclude(state=ENDED)
    return rows.select_related("stream").order_by("-codes__score", "number")[:50]


GRADES = ("likelihood*", "impact*")
declare(
    Register(
        name=NAME,
        one=_("Risk or opportunity"),
        many=_("Risks and opportunities"),
        hint=_(
            "What could keep complaint handling from its results, or make it better: likelihood by effect gives the level. Actions have an "
            "owner and a day, become part of a process, and somebody else judges whether they had their effect."
        ),
        prefix="FJ",
        icon="alert-triangle",
        group="",
        order=44,
        title="title",
        readers=READERS,
        fields=(
            Field(name="sort", label=pgettext_lazy("risk", "Risk or opportunity"), kind="choice", options=SORTS),
            Field(name="came_from", label=pgettext_lazy("risk", "Source"), kind="choice", options=SOURCES),
            ORIGIN,
            Field(name="title", label=_("What could happen"), limit=200),
            Field(name="why", label=_("Why, and what it would mean"), kind="longtext", limit=2000),
            Field(name="type", label=pgettext_lazy("risk", "Type"), kind="choice", options=TYPES),
            Field(name="aims", label=_("What dealing with it serves"), kind="choices", options=AIMS),
            Field(name="likelihood", label=_("Likelihood"), kind="choice", options=LIKELIHOODS),
            Field(name="impact", label=pgettext_lazy("risk", "Effect"), kind="choice", options=EFFECTS),
            Field(name="score", label=_("Likelihood × effect"), kind="number"),
            Field(name="level", label=pgettext_lazy("risk", "Level"), kind="choice", options=LEVELS),
            UNIT_FIELD,
            OWNER_FIELD,
            Field(name="actions", label=_("Actions"), kind="rows", rows=ACTIONS, limit=30),
            Field(name="process", label=_("Process that it becomes part of"), kind="choice", options=of_processes),
            Field(name="integration", label=_("How it becomes part of the process"), kind="longtext", limit=1500),
            Field(name="criterion", label=_("How we will know that it worked"), kind="longtext", limit=1500),
            Field(name="review_on", label=_("Effect judged by (day)"), kind="date", future=True),
            Field(name="action", label=_("Action"), kind="choice", options=OWED.open),
            DONE_ON,
            RESULT,
            PROOF,
            Field(name="finding", label=_("What judging the effect showed"), kind="longtext", limit=2000),
            Field(name="likelihood_left", label=_("Likelihood that is left"), kind="choice", options=LIKELIHOODS),
            Field(name="impact_left", label=_("Effect that is left"), kind="choice", options=EFFECTS),
            Field(name="effective", label=_("Actions had their effect"), kind="bool"),
            Field(name="again_on", label=_("Assessed again on"), kind="date", future=True),
            REASON,
        ),
        form=("sort*", "came_from*", "origin", "title*", "why*", "type*", "aims*", *GRADES, "department", "owner"),
        passing=("origin", "action", "done_on", "result", "likelihood_left", "impact_left", "reason"),
        columns=("sort", "type", "score", "level"),
        filters=("sort", "level", "type", "came_from", "process", "department"),
        owner="owner",
        unit="department",
        graded="level",
        involves=doers,
        clauses=lambda codes: ("CTS 6.1", "CTS 4.4.1 f"),
        on_open=opened_risk,
        states=(
            State(ASSESSED, _("Action to be decided"), "soon"),
            State(ACTING, pgettext_lazy("risk", "Actions are being taken")),
            State(JUDGED, _("Effect to be judged"), "soon"),
            State(CONTROLLED, _("Under control"), "done"),
            State(ACCEPTED, _("Accepted as it is"), "done"),
            State(ENDED, pgettext_lazy("planning", "No longer applies"), open=False),
        ),
        steps=(
            Do(
                name="plan", label=_("Plan actions"), event="planned", did=_("planned actions"), sources=(ASSESSED,), target=ACTING, who=WORKERS,
                asks=("actions*", "process", "integration*", "criterion*", "review_on*"), effect=planned, may_start=(ACTION,),
                may_stop=(AGAIN,), icon="subtask", clause="CTS 6.1; CTS 8.1",
            ),
            Do(
                name="finish_action", label=_("Report an action as done"), event="action_finished", did=_("reported an action as done"),
                sources=(ACTING,), who=(*WORKERS, INVOLVED), asks=("action*", "done_on*", "result*", "proof"), effect=acted,
                may_stop=(ACTION,), icon="check", clause="CTS 8.1",
            ),
            Do(
                name="confirm", label=_("Confirm the effect"), event="confirmed", did=_("found the actions effective"), sources=(JUDGED,),
                target=CONTROLLED, who=WORKERS, not_by=("plan", "finish_action"),
                guards=(OWED.none_of_own(_("you owed an action: somebody else judges the effect")),),
                asks=("finding*", "likelihood_left*", "impact_left*", "again_on*"), effect=judged_effective, stops=(REVIEW,), tells=(OWNER,),
                tone="done", icon="circle-check", clause="CTS 6.1",
            ),
            Do(
                name="reopen", label=_("Not effective: open again"), event="reopened", did=_("found no effect and reopened it"),
                sources=(JUDGED,), target=ASSESSED, who=WORKERS, not_by=("plan", "finish_action"),
                guards=(OWED.none_of_own(_("you owed an action: somebody else judges the effect")),), asks=("finding*", *GRADES),
                effect=reopened, stops=(REVIEW,), tells=(OWNER,),
                main=False, tone="late", icon="repeat", clause="CTS 6.1",
            ),
            Do(
                name="accept", label=_("Accept it as it is"), event="accepted", did=_("accepted it as it is"), sources=(ASSESSED,),
                target=ACCEPTED, who=LEADERS, not_by=("open",), asks=("reason*", "again_on*"), tells=(OWNER,), main=False, icon="checks",
            ),
            Do(
                name="assess", label=_("Assess it again"), event="assessed", did=_("assessed it again"),
                sources=(ASSESSED, CONTROLLED, ACCEPTED), target=ASSESSED, who=WORKERS, asks=(*GRADES, "reason*"), effect=assessed,
                stops=(AGAIN,), main=False, icon="scale", clause="CTS 6.1",
            ),
            Do(
                name="change", label=_("Change details"), event="changed", did=_("changed the details"), main=False, icon="edit",
                sources=(ASSESSED, ACTING, JUDGED, CONTROLLED, ACCEPTED), who=WORKERS,
                asks=("title*", "why*", "type*", "aims*", "department", "owner"),
            ),
            Do(
                name="end", label=_("It no longer applies"), event="ended", did=_("said that it no longer applies"),
                sources=(ASSESSED, CONTROLLED, ACCEPTED), target=ENDED, who=LEADERS, not_by=("open",), asks=("reason*",), effect=left,
                may_stop=(ACTION, REVIEW, AGAIN), tells=(OWNER,), main=False, icon="x",
            ),
        ),
        dues=(
            Due(field="review_on", timer=REVIEW, label=_("Effect of actions on a risk"), stops=_("effect judged"), source="CTS 6.1"),
            Due(field="again_on", timer=AGAIN, label=_("Risk assessed again"), stops=_("assessed again")),
        ),
        timers=(
            TimerKind(
                name=ACTION, of=NAME, label=_("Action on a risk or opportunity"), starts=_("actions planned"), stops=_("action done"),
                source="CTS 8.1", dated=True,
            ),
        ),
        list_template="planning/risks.html",
    )
)  # fmt: skip
