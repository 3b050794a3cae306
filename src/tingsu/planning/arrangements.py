"""Arrangements of the system, which return: what is communicated (MS-13), what is measured and evaluated (MS-20), which resources it has (MS-21)."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.figures.indicators import indicators
from tingsu.kernel.punctuation import after_label, in_brackets
from tingsu.planning.asked import (
    OPENERS,
    OWNER_FIELD,
    PROOF,
    READERS,
    REASON,
    UNIT_FIELD,
    WORKERS,
    interval,
    plan_first,
)
from tingsu.planning.processes import of_indicators
from tingsu.process.steps import Field
from tingsu.registers.declaration import LEADERS, OWNER, Do, Due, Recurs, Register, State, declare
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.intervals import INTERVALS
from tingsu.registers.models import Entry

NAME = "arrangement"
COMMUNICATION, MONITORING, EVALUATION, RESOURCE = "communication", "monitoring", "evaluation", "resource"
SORTS = (
    (COMMUNICATION, _("Communication")),
    (MONITORING, _("Monitoring and measurement")),
    (EVALUATION, _("Evaluation of performance and effectiveness")),
    (RESOURCE, pgettext_lazy("arrangement", "Resource")),
)
RESOURCES = (
    ("people", pgettext_lazy("resource", "People")),
    ("complaint_system", _("Infrastructure: complaint system")),
    ("equipment", _("Infrastructure: communication equipment")),
    ("offices", _("Infrastructure: offices")),
    ("finance", pgettext_lazy("resource", "Money")),
    ("technology", pgettext_lazy("resource", "Technology")),
    ("information", pgettext_lazy("resource", "Information")),
)
GAPS = (
    ("none", pgettext_lazy("gap", "None: the need is met")),
    ("some", pgettext_lazy("gap", "Some is missing")),
    ("large", pgettext_lazy("gap", "Much is missing")),
)
DECISIONS = (
    ("enough", _("Nothing to do")),
    ("provide", _("It is provided")),
    ("later", _("Decided later, with a day")),
    ("without", _("We do without, and carry the risk")),
)
JUDGEMENTS = (
    ("good", pgettext_lazy("judgement", "Good")),
    ("enough", pgettext_lazy("judgement", "Sufficient, to be improved")),
    ("poor", pgettext_lazy("judgement", "Not sufficient")),
)
RUNNING = "running"
BOTH = f"{MONITORING}|{EVALUATION}"


def opened_arrangement(opened: OpenedEntry, values: dict[str, Any]) -> None:
    plan_first(opened)


def recorded(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """One line of the log: when, by whom, what, how it was judged; what an indicator counts is written down with it."""
    codes, words = opened.entry.codes, values["result"]
    if codes["sort"] == MONITORING and (figure := counted(codes.get("indicator", ""), values["done_on"])):
        words = f"{figure} · {words}"
    if codes["sort"] == EVALUATION:
        opened.write("basis", "\n".join(results()))
    lines = codes.get("log", [])
    line = {"on": values["done_on"].isoformat(), "by": str(opened.actor.id) if opened.actor.id else None}
    line |= {name: values.get(name) for name in ("judgement", "gap", "decision")}
    opened.write(f"log.{len(lines)}.words", words)
    opened.put("log", [*lines, {name: value for name, value in line.items() if value}])


def counted(code: str, day: Any) -> str:
    """The figure of an indicator in the period of a day, in words; empty where there is none. One query."""
    from tingsu.figures import shown, values
    from tingsu.figures.periods import period_of

    one = indicators().get(code)
    if one is None:
        return ""
    kept = values.kept([code], period_of(day, one.period), 2).get(code, {})
    for period in sorted(kept, reverse=True):
        if kept[period].counted.value(one.kind) is not None:
            return f"{shown.value_words(one, kept[period].counted)} ({period.written})"
    return ""


def results() -> list[str]:
    """The last result of everything that is measured, by number: what an evaluation is judged from. One query."""
    rows = (
        Entry.objects.filter(register=NAME, state=RUNNING, codes__sort=MONITORING)
        .select_related("stream")
        .order_by("number")
    )
    found = []
    for one in rows[:200]:
        texts, lines = one.worded_or_none() or {}, one.codes.get("log", [])
        last = f"{texts.get(f'log.{len(lines) - 1}.words', '')}{in_brackets(lines[-1]['on'])}" if lines else "–"
        found.append(f"{one.number} {after_label(texts.get('title', ''), last)}")
    return found


LOG = (
    Field(name="on", label=pgettext_lazy("log", "On"), kind="date"),
    Field(name="by", label=pgettext_lazy("log", "By"), kind="member"),
    Field(name="words", label=pgettext_lazy("log", "What"), limit=4000),
    Field(name="judgement", label=_("Judged"), kind="choice", options=JUDGEMENTS),
    Field(name="gap", label=pgettext_lazy("resource", "Gap"), kind="choice", options=GAPS),
    Field(name="decision", label=pgettext_lazy("resource", "Decision"), kind="choice", options=DECISIONS),
)
SAID = (
    "title*", "audience", "method", "indicator", "accuracy", "judged_every", "type", "need", "period", "department", "owner", "interval*",
)  # fmt: skip
declare(
    Register(
        name=NAME,
        one=_("Arrangement"),
        many=_("Communication, monitoring and resources"),
        hint=_(
            "What the system does again and again: communicate (what, when, with whom, how, who), measure and evaluate (what, how, how exact, when), "
            "and make sure of its resources (need, provided, gap, decision). Each returns at its interval and keeps its log."
        ),
        prefix="AP",
        icon="calendar",
        group="",
        order=48,
        title="title",
        openers=OPENERS,
        readers=READERS,
        fields=(
            Field(name="sort", label=pgettext_lazy("arrangement", "Kind"), kind="choice", options=SORTS),
            Field(name="title", label=pgettext_lazy("arrangement", "What"), limit=200),
            Field(name="audience", label=pgettext_lazy("arrangement", "With whom"), limit=200, when=("sort", COMMUNICATION), required=True),
            Field(
                name="method", label=pgettext_lazy("arrangement", "How"), kind="longtext", limit=1000, when=("sort", f"{COMMUNICATION}|{BOTH}"),
                required=True,
            ),
            Field(
                name="indicator", label=_("Measured by the indicator"), kind="choice", options=of_indicators, when=("sort", MONITORING),
            ),
            Field(
                name="accuracy", label=_("Accuracy of what it is measured with: checks and corrections"), kind="longtext", limit=1000,
                when=("sort", MONITORING), required=True,
            ),
            Field(
                name="judged_every", label=_("Results analysed and evaluated"), kind="choice", options=INTERVALS, when=("sort", MONITORING),
                required=True,
            ),
            Field(name="type", label=_("Kind of resource"), kind="choice", options=RESOURCES, when=("sort", RESOURCE), required=True),
            Field(name="need", label=pgettext_lazy("resource", "Need"), kind="longtext", limit=1000, when=("sort", RESOURCE), required=True),
            Field(name="period", label=_("For which period"), limit=40, when=("sort", RESOURCE), required=True),
            UNIT_FIELD,
            OWNER_FIELD,
            interval(pgettext_lazy("arrangement", "When")),
            Field(name="done_on", label=pgettext_lazy("arrangement", "Done last"), kind="date", past=True),
            Field(name="next_on", label=pgettext_lazy("arrangement", "Next"), kind="date"),
            Field(
                name="result", label=_("What was done, measured or found, and what came of it"), kind="longtext", limit=4000,
                help=_("What an indicator counts is added by itself."),
            ),
            Field(
                name="checked", label=_("Check of what it is measured with, and correction"), kind="longtext", limit=1000,
                when=("sort", MONITORING),
            ),
            Field(name="judgement", label=_("Judged"), kind="choice", options=JUDGEMENTS, when=("sort", BOTH), required=True),
            Field(name="provided", label=_("What is provided"), kind="longtext", limit=1000, when=("sort", RESOURCE), required=True),
            Field(name="gap", label=pgettext_lazy("resource", "Gap"), kind="choice", options=GAPS, when=("sort", RESOURCE), required=True),
            Field(
                name="decision", label=pgettext_lazy("resource", "Decision"), kind="choice", options=DECISIONS, when=("sort", RESOURCE),
                required=True,
            ),
            Field(name="decided", label=_("The decision in words"), kind="longtext", limit=1000, when=("sort", RESOURCE)),
            Field(name="basis", label=_("Results that it was judged from"), kind="longtext", limit=20000),
            Field(name="log", label=pgettext_lazy("arrangement", "Log"), kind="rows", rows=LOG, limit=500),
            PROOF,
            REASON,
        ),
        form=("sort*", *SAID, "done_on"),
        passing=("result", "reason"),
        columns=("sort", "interval", "done_on", "gap"),
        filters=("sort", "type", "gap", "judgement", "department"),
        owner="owner",
        unit="department",
        clauses=lambda codes: {
            COMMUNICATION: ("CTS 7.4",), MONITORING: ("CTS 9.1",), EVALUATION: ("CTS 9.1",), RESOURCE: ("CTS 7.1", "SZ 4(3)", "SZ 3.2"),
        }.get(str(codes.get("sort", "")), ()),
        on_open=opened_arrangement,
        states=(
            State(RUNNING, pgettext_lazy("arrangement", "In use"), "done"),
            State("ended", pgettext_lazy("arrangement", "Given up"), open=False),
        ),
        steps=(
            Do(
                name="record", label=_("Record it"), event="recorded", did=_("recorded it"), sources=(RUNNING,), who=WORKERS,
                asks=(
                    "done_on*", "result*", "checked", "judgement", "need", "provided", "gap", "decision", "decided", "period",
                    "proof",
                ),
                effect=recorded, may_stop=("arrangement_due",), tone="done", icon="check", clause="CTS 7.4; CTS 9.1; CTS 7.1",
            ),
            Do(
                name="change", label=pgettext_lazy("planning", "Change"), event="changed", did=_("changed it"), sources=(RUNNING,), who=WORKERS,
                asks=(*SAID, "reason*"), main=False, icon="edit",
            ),
            Do(
                name="end", label=pgettext_lazy("arrangement", "Give it up"), event="ended", did=pgettext_lazy("arrangement", "gave it up"), sources=(RUNNING,),
                target="ended", who=(OWNER, *LEADERS), asks=("reason*",), stops=("arrangement_due",), tells=(OWNER,), main=False, icon="x",
            ),
        ),
        dues=(Due(field="next_on", timer="arrangement_due", label=_("Arrangement to be carried out"), stops=_("recorded")),),
        recurs=Recurs(interval="interval", counts_from="done_on", next_on="next_on", timer="arrangement_due", after=("record",)),
    )
)  # fmt: skip
