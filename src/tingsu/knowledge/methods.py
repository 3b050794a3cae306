"""The best way of handling (IM-12; KP-13): tried on some complaints for some weeks, its efficiency before and after measured from the figures.

Anybody proposes a method (innovation of handling, IM-11); somebody else begins the trial, and somebody else than who leads it judges. What is
better becomes best practice in the knowledge base.
"""

import uuid
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db.models import Avg, Count, Q, QuerySet
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tingsu.complaints import terms as complaints
from tingsu.figures.counting import Median
from tingsu.figures.models import Fact
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import local_date
from tingsu.kernel.errors import Unmet
from tingsu.kernel.organisations import current_organisation
from tingsu.knowledge import terms
from tingsu.people import alone
from tingsu.people.roles import Role
from tingsu.process.steps import Field, Step, asks_who, guard
from tingsu.registers.actions import Link, Opening, link_opened, open_entry
from tingsu.registers.declaration import EVERYBODY, LEADERS, OPENER, OWNER, Do, Due, Register, State, declare, registers
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.models import Entry
from tingsu.registers.options import departments, members

NAME, TIMER = "handling_method", "method_trial"
PROPOSED, TRIAL, BEST, NOT_BETTER, DECLINED = "proposed", "trial", "best", "not_better", "declined"
DAYS, AT_ONCE, REPLY, SATISFIED, REPEATED = "days", "at_once", "reply", "satisfied", "repeated"
MEASURES = (
    (DAYS, _("Working days to closing (median)")), (AT_ONCE, _("Solved at the first contact (share)")),
    (REPLY, _("Working hours to the first reply (median)")), (SATISFIED, _("Rating of complainants (mean of 5)")),
    (REPEATED, _("Repeated complaints (share)")),
)  # fmt: skip
LESS_IS_BETTER = frozenset({DAYS, REPLY, REPEATED})
FEW = 5
"""Of fewer cases than these no figure is told; ours."""
DECIDERS = (*LEADERS, Role.QA, Role.COACH)


def scope(codes: Mapping[str, Any]) -> Q:
    """The complaints on which it is tried."""
    found = Q()
    if codes.get("category"):
        found &= Q(category=int(codes["category"]))
    if codes.get("problem_type"):
        found &= Q(problem_type=codes["problem_type"])
    if codes.get("unit"):
        found &= Q(department_id=codes["unit"]) | Q(lead_unit_id=codes["unit"])
    return found


def measured(codes: Mapping[str, Any], first: date, last: date) -> tuple[float | None, int]:
    """The measure over the cases closed from the first to the last day, and of how many; no figure of few. One query."""
    rows: QuerySet[Fact] = Fact.objects.filter(scope(codes), closed_on__gte=first, closed_on__lte=last)
    measure = codes.get("measure")
    if measure == SATISFIED:
        rows = rows.filter(score__isnull=False)
    elif measure == DAYS:
        rows = rows.filter(closed_after_days__isnull=False)
    elif measure == REPLY:
        rows = rows.filter(replied_after_working__isnull=False)
    figures = {
        DAYS: Median("closed_after_days"), REPLY: Median("replied_after_working"), SATISFIED: Avg("score"),
        AT_ONCE: Count("pk", filter=Q(solved_at_once=True)), REPEATED: Count("pk", filter=Q(repeated=True)),
    }  # fmt: skip
    row = rows.aggregate(n=Count("pk"), value=figures[str(measure)])
    n, value = int(row["n"]), row["value"]
    if n < FEW or value is None:
        return None, n
    if measure in {AT_ONCE, REPEATED}:
        return round(100 * value / n, 1), n
    return round(value / 60 if measure == REPLY else float(value), 1), n


def words(measure: str, value: Any, n: Any) -> str:
    """A figure with its unit and of how many cases."""
    units = {
        DAYS: gettext("%(value)s working days"), REPLY: gettext("%(value)s working hours"), SATISFIED: gettext("%(value)s of 5"),
        AT_ONCE: "%(value)s %%", REPEATED: "%(value)s %%",
    }  # fmt: skip
    told = units[measure] % {"value": value} if value is not None else gettext("too few cases for a figure")
    return gettext("%(figure)s (%(n)s cases)") % {"figure": told, "n": n or 0}


@guard("trial_over")
def trial_over(opened: OpenedEntry, step: Step, values: Any) -> list[Unmet]:
    """It is judged once its last day is over."""
    today = local_date(opened.at, current_organisation().time_zone)
    until = opened.entry.codes.get("until")
    if until and today > date.fromisoformat(until):
        return []
    return [Unmet("not_over", _("the trial still runs"))]


@guard("in_order")
def in_order(opened: OpenedEntry, step: Step, values: Any) -> list[Unmet]:
    """The trial ends after it began, and is judged after it ended."""
    if values is None:
        return []
    if values["until"] <= values["since"]:
        return [Unmet("ends_before", _("the last day lies after the first"), value_of="until")]
    if values["judge_on"] <= values["until"]:
        return [Unmet("judged_before", _("it is judged after its last day"), value_of="judge_on")]
    return []


@guard("led_by_another")
@asks_who
def led_by_another(opened: OpenedEntry, step: Step, values: Any) -> list[Unmet]:
    """Whoever leads the trial does not judge it."""
    if opened.entry.owner_id is None or opened.actor.id != opened.entry.owner_id or alone.warned(opened, "own_work"):
        return []
    return [Unmet("own_work", _("somebody else than who leads the trial judges it"))]


def begun(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    """What the figures said before, over a span of the same length."""
    since, until = values["since"], values["until"]
    span = until - since + timedelta(days=1)
    value, n = measured(opened.entry.codes, since - span, since - timedelta(days=1))
    opened.put("before", None if value is None else str(value))
    opened.put("before_n", n)


def judged(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    """What the figures say of the trial."""
    codes = opened.entry.codes
    value, n = measured(codes, date.fromisoformat(codes["since"]), date.fromisoformat(codes["until"]))
    opened.put("after", None if value is None else str(value))
    opened.put("after_n", n)


def practice_of(actor: Actor, entry: Any, values: dict[str, Any]) -> dict[str, Any]:
    """The draft of the best practice, opened by whoever publishes it; a second try finds the first."""
    pk = uuid.uuid5(entry.pk, "practice")
    if not Entry.objects.filter(pk=pk).exists():
        texts, codes = entry.written(), entry.codes
        body = "\n\n".join(part for part in (texts["method"], texts.get("conclusion", ""), comparison(codes)) if part)
        made = {
            "kind": terms.PRACTICE, "title": texts["title"], "body": body, "categories": [str(codes["category"])] if codes.get("category") else [],
            "problem_types": [codes["problem_type"]] if codes.get("problem_type") else [],
        }  # fmt: skip
        opening = Opening(values=made, id=pk, links=(Link(other_id=entry.pk, kind="follows"),))
        open_entry(actor=actor, register=registers()[terms.NAME], opening=opening)
    return {"made": pk}


def published(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    link_opened(opened, values["made"], "became")
    opened.put("shared", True)


@guard("not_shared_yet")
def not_shared_yet(opened: OpenedEntry, step: Step, values: Any) -> list[Unmet]:
    return [Unmet("shared", _("an entry was made of it already"))] if opened.entry.codes.get("shared") else []


def comparison(codes: Mapping[str, Any]) -> str:
    """Before and after in words; empty before the trial."""
    if "before_n" not in codes:
        return ""
    measure = str(codes["measure"])
    lines = [
        f"{dict(MEASURES)[measure]}",
        gettext("before: %(figure)s") % {"figure": words(measure, codes.get("before"), codes["before_n"])},
    ]
    if "after_n" in codes:
        lines.append(
            gettext("in the trial: %(figure)s") % {"figure": words(measure, codes.get("after"), codes["after_n"])}
        )
    return " · ".join(lines)


def context(actor: Actor, entry: Entry) -> dict[str, Any]:
    """The comparison, and how it stands today while the trial runs. One query then."""
    codes, live = entry.codes, None
    if entry.state == TRIAL:
        value, n = measured(codes, date.fromisoformat(codes["since"]), date.fromisoformat(codes["until"]))
        live = words(str(codes["measure"]), value, n)
    before, after = codes.get("before"), codes.get("after")
    better = None
    if before is not None and after is not None:
        less = float(after) < float(before)
        better = None if before == after else less == (codes["measure"] in LESS_IS_BETTER)
    return {
        "measure": dict(MEASURES).get(codes.get("measure"), ""),
        "before": words(str(codes["measure"]), before, codes["before_n"]) if "before_n" in codes else "",
        "after": words(str(codes["measure"]), after, codes["after_n"]) if "after_n" in codes else "",
        "live": live, "better": better,
    }  # fmt: skip


def categories(entry: object) -> tuple[tuple[str, Any], ...]:
    """The problem categories by number."""
    return tuple((str(number), name) for number, (name, _more) in complaints.CATEGORIES.items())


declare(
    Register(
        name=NAME, one=pgettext_lazy("record", "Handling method"), many=pgettext_lazy("record", "Handling methods"),
        hint=_(
            "New ways of handling complaints: anybody proposes one, it is tried on some cases, and the figures before and after say whether it is "
            "better. The best becomes best practice in the knowledge base."
        ),
        prefix="FF", icon="trending-up", group="system", chapter="documents", order=14, title="title", owner="owner", unit="unit",
        readers=EVERYBODY, openers=EVERYBODY,
        clauses=lambda codes: ("ISC 10.2.1",) if "before_n" in codes else (),
        fields=(
            Field(name="title", label=pgettext_lazy("method", "Name of the method"), limit=120),
            Field(name="problem", label=_("What it is to make better"), kind="longtext", limit=2000),
            Field(name="method", label=pgettext_lazy("method", "How it is done"), kind="longtext", limit=6000),
            Field(name="category", label=_("Only for this problem category"), kind="choice", options=categories),
            Field(name="problem_type", label=_("Only for this problem type"), kind="choice", options=tuple(complaints.ProblemType.choices)),
            Field(name="unit", label=_("Only in this department"), kind="unit", options=departments),
            Field(name="measure", label=_("What measures it"), kind="choice", options=MEASURES),
            Field(name="owner", label=pgettext_lazy("method", "Who leads the trial"), kind="member", options=members),
            Field(name="since", label=_("First day of the trial"), kind="date"),
            Field(name="until", label=_("Last day of the trial"), kind="date"),
            Field(name="conclusion", label=pgettext_lazy("method", "What the trial shows"), kind="longtext", limit=3000),
            Field(name="judge_on", label=_("Judge by"), kind="date"),
            Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=1000),
        ),
        form=("title*", "problem*", "method*", "measure*", "category", "problem_type", "unit"),
        passing=("reason",),
        columns=("measure", "since", "until"), filters=("measure", "category", "problem_type"),
        states=(
            State(PROPOSED, pgettext_lazy("method", "Proposed"), "soon"),
            State(TRIAL, pgettext_lazy("method", "In trial")),
            State(BEST, pgettext_lazy("method", "Best method"), "done", open=False),
            State(NOT_BETTER, pgettext_lazy("method", "Not better"), open=False),
            State(DECLINED, pgettext_lazy("method", "Not tried"), open=False),
        ),
        steps=(
            Do(
                name="begin", label=_("Begin the trial"), event="begun", did=_("began the trial"), sources=(PROPOSED,), target=TRIAL, who=DECIDERS,
                not_by=("open",), asks=("measure*", "owner*", "since*", "until*", "judge_on*", "category", "problem_type", "unit"), guards=(in_order,),
                effect=begun, tells=(OPENER, OWNER), icon="activity", clause="ISC 10.2.1",
            ),
            Do(
                name="judge_best", label=_("Judge: better"), event="found_better", did=_("found it better"), sources=(TRIAL,), target=BEST,
                who=DECIDERS, not_by=("open",), asks=("conclusion*",), guards=(trial_over, led_by_another), effect=judged, stops=(TIMER,),
                tells=(OPENER, OWNER), tone="done", icon="circle-check", clause="ISC 10.2.1",
            ),
            Do(
                name="judge_not", label=_("Judge: not better"), event="found_no_better", did=_("found it not better"), sources=(TRIAL,),
                target=NOT_BETTER, who=DECIDERS, not_by=("open",), asks=("conclusion*",), guards=(trial_over, led_by_another), effect=judged,
                stops=(TIMER,), tells=(OPENER, OWNER), main=False, icon="x", clause="ISC 10.2.1",
            ),
            Do(
                name="share", label=_("Publish as best practice"), event="shared", did=_("made best practice of it"), sources=(BEST,),
                who=(OWNER, OPENER, *DECIDERS), guards=(not_shared_yet,), before=practice_of, effect=published, icon="bookmark", clause="ISC 10.2.1",
            ),
            Do(
                name="decline", label=pgettext_lazy("method", "Do not try it"), event="declined", did=_("decided not to try it"),
                sources=(PROPOSED,), target=DECLINED, who=DECIDERS, not_by=("open",), asks=("reason*",), tells=(OPENER,), main=False, icon="x",
            ),
        ),
        dues=(Due(field="judge_on", timer=TIMER, label=_("Judgement of a handling method"), stops=_("judged"), source="ISC 10.2.1"),),
        entry_template="knowledge/method.html", entry_context=context,
    )
)  # fmt: skip
