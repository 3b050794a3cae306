"""Appraisals of departments and persons by complaint results (OG-16, PE-26): a set with weight and target, agreed before; counted when its period
is over; heard, approved by somebody else, handed over to the personnel system.
"""

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.appraisal import measures
from tingsu.appraisal.appraisal_shown import approved_periods, shown
from tingsu.appraisal.objecting import refuse, today
from tingsu.calendars.arithmetic import Unit
from tingsu.clocks.timers import Limit, TimerKind
from tingsu.figures import periods
from tingsu.figures.periods import Period, period_of
from tingsu.governance import report_figures, report_kinds
from tingsu.kernel.errors import InvalidInput, InvalidValue, Unmet
from tingsu.people import alone
from tingsu.people import queries as people
from tingsu.people.roles import Role
from tingsu.process.steps import Field, Step, asks_who
from tingsu.registers.actions import Opening, begin_entry, link_opened
from tingsu.registers.declaration import INVOLVED, LEADERS, OWNER, UNIT, Do, Register, State, declare
from tingsu.registers.entry import OpenedEntry, end_of
from tingsu.registers.models import Entry
from tingsu.registers.options import departments, members

NAME, TIMER = "appraisal", "appraisal_count"
DEPARTMENT, PERSON = "department", "person"
DRAFT, AGREED, COUNTED, APPROVED, HANDED, DROPPED = "draft", "agreed", "counted", "approved", "handed_over", "dropped"
OF = ((DEPARTMENT, pgettext_lazy("appraisal", "A department")), (PERSON, pgettext_lazy("appraisal", "A person")))
MAKERS = (*LEADERS, Role.QA)
MOST = 12
DAYS = 10


def period_in(codes: Mapping[str, Any]) -> Period:
    return period_of(date.fromisoformat(str(codes["month"])), str(codes["span"]))


def concerned(codes: Mapping[str, Any]) -> set[str]:
    """The person it is of; of a department whoever leads it."""
    if codes.get("of") == PERSON:
        return {str(codes["person"])} if codes.get("person") else set()
    return (
        {str(one.pk) for one in people.heads_of(uuid.UUID(str(codes["department"])))}
        if codes.get("department")
        else set()
    )


def begun(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    """Without a set of its own that of the last one is taken, at first every indicator that fits, weighted alike. Raises InvalidInput."""
    codes = opened.entry.codes
    of = str(codes["of"])
    who = codes.get(of)
    opened.put("period", period_in(codes).written)
    if not codes.get("lines"):
        last = (
            Entry.objects.filter(register=NAME, **{f"codes__{of}": who})
            .exclude(pk=opened.entry.pk)
            .order_by("-opened_at", "-pk")
            .first()
        )
        known = sorted(measures.known_for(of))[:MOST]
        opened.put("lines", last.codes.get("lines") if last else [{"code": code, "weight": 1} for code in known])
    fitting(opened)
    head = next(iter(sorted(concerned(codes))), None)
    opened.put("heard_by", head)


def fitting(opened: OpenedEntry, values: Mapping[str, Any] | None = None) -> None:
    """Every measure fits whom the appraisal is of, once, with a weight; persons have complaint measures too. Raises InvalidInput."""
    lines = opened.entry.codes.get("lines") or ()
    if not lines:
        raise InvalidInput({"lines": InvalidValue(_("Name the indicators with their weights."), code="required")})
    codes = [str(line["code"]) for line in lines]
    if len(set(codes)) < len(codes):
        raise refuse("lines", _("Each indicator stands in the set once."))
    if wrong := set(codes) - measures.known_for(str(opened.entry.codes["of"])):
        raise refuse(
            "lines",
            _("%(indicator)s does not fit: departments are appraised by indicators, persons by their own measures."),
            indicator=sorted(wrong)[0],
        )
    if any(int(line["weight"]) <= 0 for line in lines):
        raise refuse("lines", _("A weight is above nought."))


@asks_who
def not_of_oneself(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """Nobody agrees to or approves the appraisal of himself or of the department that he leads."""
    if str(opened.actor.id) not in concerned(opened.entry.codes) or alone.warned(opened, "own_work"):
        return []
    return [
        Unmet(
            "own_appraisal", _("this appraises you, or the department that you lead: somebody else does it"), guard=""
        )
    ]


@asks_who
def of_oneself(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """The person appraised speaks; for a department whoever works in it."""
    codes = opened.entry.codes
    if codes.get("of") == DEPARTMENT or str(opened.actor.id) in concerned(codes):
        return []
    return [Unmet("not_yours", _("this is the appraisal of somebody else"), guard="")]


def period_is_over(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """What is counted is over."""
    if today(opened) >= period_in(opened.entry.codes).end:
        return []
    return [Unmet("period_runs", _("its period still runs"))]


def only_one(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """One appraisal of a department or person for a period."""
    codes = opened.entry.codes
    alike = Entry.objects.filter(register=NAME, **{f"codes__{codes['of']}": codes.get(str(codes["of"]))}).exclude(
        pk=opened.entry.pk
    )
    running = alike.exclude(state__in=(DRAFT, DROPPED)).values_list("number", "codes")
    other = next((number for number, told in running if told.get("period") == codes.get("period")), "")
    return [Unmet("second", _("there is one for this period already: %(number)s") % {"number": other})] if other else []


def agreed(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """From the end of its period on it is owed within ten working days (ours)."""
    start = end_of(date.fromordinal(period_in(opened.entry.codes).end.toordinal() - 1))
    opened.start(TIMER, at=max(start, opened.at))
    opened.tell([uuid.UUID(one) for one in concerned(opened.entry.codes) if one != str(opened.actor.id)], "set_for_you")


def counted(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """Weight, target, actual and score of each measure; what is of too few is not scored, and its weight is left out."""
    codes = opened.entry.codes
    of, period = str(codes["of"]), period_in(codes)
    ones = {line["code"]: measures.defined(line["code"], period, line.get("target")) for line in codes["lines"]}
    found = measures.counted(of, uuid.UUID(str(codes[of])), [one for one in ones.values() if one], period)
    lines = []
    for line in codes["lines"]:
        one, told = ones[line["code"]], found.get(line["code"])
        if one is None or told is None:
            continue
        lines.append(
            {
                "code": one.code, "version": one.version, "weight": line["weight"], "target": line.get("target"), "part": told.part,
                "whole": told.whole, "amount": told.amount, "score": report_figures.score_of(one, told),
            }
        )  # fmt: skip
    opened.put("scores", lines)
    opened.put("score", report_figures.whole_score(lines))
    opened.put("counted_on", today(opened))
    opened.end(TIMER)
    opened.tell([uuid.UUID(one) for one in concerned(codes) if one != str(opened.actor.id)], "counted_for_you")


def approved(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """Whoever it is of hears; where it says so the next one begins with the same set."""
    codes = opened.entry.codes
    opened.put("approved_on", today(opened))
    opened.tell([uuid.UUID(one) for one in concerned(codes) if one != str(opened.actor.id)], "approved_for_you")
    if not codes.get("by_itself"):
        return
    following = period_in(codes).before(-1)
    if Entry.objects.filter(
        register=NAME, codes__period=following.written, **{f"codes__{codes['of']}": codes[codes["of"]]}
    ).exists():
        return
    given = {
        "of": codes["of"], str(codes["of"]): codes[codes["of"]], "month": following.first.isoformat(), "span": codes["span"], "by_itself": True,
        "aim": opened.texts_now()["aim"], "lines": [{key: value for key, value in line.items() if value is not None} for line in codes["lines"]],
    }  # fmt: skip
    made = begin_entry(
        actor=opened.actor,
        register=opened.register,
        opening=Opening(id=uuid.uuid5(opened.entry.pk, "next"), values=given, allowed=True),
    )
    link_opened(opened, made.entry.pk, "became")


def handed(opened: OpenedEntry, values: dict[str, Any]) -> None:
    opened.put("handed_on", today(opened))


def with_a_part(codes: Mapping[str, Any]) -> tuple[str, ...]:
    """The person it is of, and the head of the department."""
    return tuple(sorted({str(one) for one in (codes.get("person"), codes.get("heard_by")) if one}))


LINES = (
    Field(name="code", label=_("Indicator"), kind="choice", options=measures.options, required=True),
    Field(name="weight", label=_("Weight"), kind="number", required=True),
    Field(name="target", label=_("Target"), kind="number"),
)
declare(
    Register(
        name=NAME,
        one=pgettext_lazy("record", "Appraisal"),
        many=pgettext_lazy("record", "Appraisals"),
        hint=_(
            "Departments and persons appraised by complaint results: a set of indicators with weight and target, agreed before its period ends, counted "
            "from the figures, approved by somebody else, and handed over to the personnel system."
        ),
        prefix="KP",
        icon="chart-bar",
        group="system",
        chapter="people",
        order=61,
        title="aim",
        readers=(*LEADERS, Role.QA, Role.AUDITOR),
        openers=MAKERS,
        fields=(
            Field(name="of", label=pgettext_lazy("appraisal", "Appraised is"), kind="choice", options=OF),
            Field(name="department", label=pgettext_lazy("appraisal", "Department"), kind="unit", options=departments, when=("of", DEPARTMENT)),
            Field(name="person", label=pgettext_lazy("appraisal", "Person"), kind="member", options=members, when=("of", PERSON)),
            Field(name="month", label=_("A day of the period"), kind="date"),
            Field(name="span", label=_("Length of the period"), kind="choice", options=tuple(reversed(periods.KINDS.items()))),
            Field(name="period", label=pgettext_lazy("appraisal", "Period"), limit=10),
            Field(name="aim", label=_("What matters in this period"), kind="longtext", limit=1000),
            Field(
                name="lines", label=_("Indicators, weights and targets"), kind="rows", rows=LINES, limit=MOST,
                help=_("Left empty, those of the last one, at first all, weighted alike. Without a target of its own the one of the indicator holds."),
            ),
            Field(name="by_itself", label=_("Begin the next one when this one is approved"), kind="bool"),
            Field(name="heard_by", label=_("Is heard"), kind="member", options=members),
            Field(
                name="scores", label=_("Scores"), kind="rows", limit=MOST,
                rows=(
                    *LINES[:1], Field(name="version", label=pgettext_lazy("indicator", "Version"), kind="number"), *LINES[1:], *report_kinds.COUNTS,
                    Field(name="score", label=pgettext_lazy("report", "Score"), kind="number"),
                ),
            ),
            Field(name="score", label=_("Score of the period, of 100"), kind="number"),
            Field(name="counted_on", label=_("Counted on"), kind="date"),
            Field(name="view", label=_("What the appraised say"), kind="longtext", limit=2000),
            Field(name="judgment", label=pgettext_lazy("appraisal", "Judgment"), kind="longtext", limit=2000),
            Field(name="follows", label=_("What follows for pay, training, awards"), kind="longtext", limit=1000),
            Field(name="approved_on", label=_("Approved on"), kind="date"),
            Field(name="handed_on", label=_("Handed over on"), kind="date"),
            Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=1000),
        ),
        form=("of*", "department*", "person*", "month*", "span*", "aim*", "lines", "by_itself"),
        passing=("reason",),
        columns=("of", "department", "person", "month", "score"),
        filters=("of", "department"),
        unit="department",
        speaks_of="month",
        involves=with_a_part,
        clauses=lambda codes: ("SZ 8(3)", *(("ISC 4.2.3",) if codes.get("of") == DEPARTMENT else ())) if codes.get("approved_on") else (),
        states=(
            State(DRAFT, pgettext_lazy("appraisal", "Set to be agreed"), "soon"),
            State(AGREED, pgettext_lazy("appraisal", "Agreed, period runs"), rests=True),
            State(COUNTED, pgettext_lazy("appraisal", "Counted, waits for approval"), "soon"),
            State(APPROVED, pgettext_lazy("appraisal", "Approved"), "done"),
            State(HANDED, pgettext_lazy("appraisal", "Handed over"), "done", open=False),
            State(DROPPED, pgettext_lazy("appraisal", "Dropped"), open=False, final=True),
        ),
        on_open=begun,
        steps=(
            Do(
                name="agree", label=_("Agree to the set"), event="agreed", did=_("agreed to the set"), sources=(DRAFT,), target=AGREED, who=LEADERS,
                not_by=("open", "write"), guards=(not_of_oneself, only_one), effect=agreed, may_start=(TIMER,), tells=(OWNER,), icon="checks",
                clause="ISC 4.2.3",
            ),
            Do(
                name="write", label=_("Change the set"), event="written", did=_("changed the set"), sources=(DRAFT,), who=MAKERS,
                asks=("aim*", "lines*", "by_itself"), effect=fitting, main=False, icon="edit", clause="ISC 4.2.3",
            ),
            Do(
                name="count", label=pgettext_lazy("appraisal", "Count"), event="counted", did=_("counted it"), sources=(AGREED, COUNTED), target=COUNTED,
                who=MAKERS, guards=(period_is_over,), effect=counted, may_stop=(TIMER,), icon="refresh", clause="ISC 4.2.3; SZ 8(3)",
            ),
            Do(
                name="say", label=_("Say something to it"), event="heard", did=_("said something to it"), sources=(COUNTED,), who=(INVOLVED, UNIT),
                asks=("view*",), guards=(of_oneself,), main=False, icon="message-circle", clause="SZ 8(3)",
            ),
            Do(
                name="approve", label=pgettext_lazy("appraisal", "Approve"), event="approved", did=_("approved the appraisal"), sources=(COUNTED,),
                target=APPROVED, who=LEADERS, not_by=("open", "count"), asks=("judgment*", "follows"), guards=(not_of_oneself,), effect=approved,
                tells=(OWNER,), tone="done", icon="checks", clause="ISC 4.2.3",
            ),
            Do(
                name="hand_over", label=_("Note that it is handed over"), event="handed_over", did=_("noted that it is handed over"), sources=(APPROVED,),
                target=HANDED, who=MAKERS, effect=handed, tells=(OWNER,), icon="send", clause="ISC 4.2.3",
            ),
            Do(
                name="drop", label=pgettext_lazy("appraisal", "Drop"), event="dropped", did=_("dropped it"), sources=(DRAFT, AGREED), target=DROPPED,
                who=LEADERS, asks=("reason*",), may_stop=(TIMER,), effect=lambda opened, values: opened.end(TIMER, "cancelled"), tells=(OWNER,),
                main=False, icon="x", clause="ISC 4.2.3",
            ),
        ),
        timers=(
            TimerKind(
                name=TIMER, of=NAME, label=_("Counting an appraisal"), starts=_("period over"), stops=_("counted"), source="ISC 4.2.3",
                limits=(Limit(amount=DAYS, unit=Unit.WORKING_DAY, basis="ISC 4.2.3", ours=True),),
            ),
        ),
        list_template="appraisal/for_personnel.html",
        list_context=lambda actor: {"periods": approved_periods(actor)},
        entry_template="appraisal/appraisal.html",
        entry_context=shown,
        own_part=frozenset({"scores", "period"}),
    )
)  # fmt: skip
