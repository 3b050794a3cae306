"""Processes of the system (MS-07, OG-17), each with its requirements and criteria (MS-15) and the settings that carry them out."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.figures.indicators import indicators
from tingsu.kernel import rulebooks
from tingsu.kernel.errors import InvalidInput, InvalidValue
from tingsu.planning.asked import OPENERS, OWNER_FIELD, READERS, REASON, UNIT_FIELD, WORKERS, interval, plan_first
from tingsu.process.steps import Field, Options
from tingsu.registers.declaration import LEADERS, OWNER, Do, Due, Recurs, Register, State, declare
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.models import Entry

NAME = "business_process"
COMPLAINT, PRODUCT = "complaint", "product"
SORTS = (
    (COMPLAINT, _("Process of complaint handling")),
    (PRODUCT, _("Product or service process")),
    ("support", _("Supporting process")),
)
CRITERIA_SORTS = (
    ("requirement", _("Work requirement")),
    ("process", _("Process criterion")),
    ("acceptance", _("Acceptance criterion")),
)
RUNNING = "running"


def _called(entry: Entry) -> str:
    return (entry.worded_or_none() or {}).get("title") or entry.number


def rows_now(sorts: tuple[str, ...] = ()) -> list[Entry]:
    """Processes in their order. One query."""
    rows = Entry.objects.filter(register=NAME, state=RUNNING).select_related("stream")
    found = [one for one in rows if not sorts or one.codes.get("sort") in sorts]
    return sorted(found, key=lambda one: (one.codes.get("place") or 999, one.number))


def of_processes(entry: Any) -> Options:
    """Every process that runs, in order."""
    return tuple(
        (str(one.pk), _called(one)) for one in rows_now() if entry is None or one.pk != getattr(entry, "pk", None)
    )


def complaint_processes(entry: Any) -> Options:
    """Processes of complaint handling, to which others connect."""
    return tuple((str(one.pk), _called(one)) for one in rows_now((COMPLAINT,)))


def of_indicators(entry: Any) -> Options:
    """Every indicator in force."""
    return tuple((code, f"{code} {one.name}") for code, one in indicators().items())


def of_settings(entry: Any) -> Options:
    """Every kind of rules that the settings hold."""
    return tuple((name, kind.label) for name, kind in sorted(rulebooks.kinds().items()))


def opened_process(opened: OpenedEntry, values: dict[str, Any]) -> None:
    connected(opened, values)
    plan_first(opened)


def connected(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """A product or service process says where complaint handling connects to it (OG-17). Raises InvalidInput."""
    if opened.entry.codes.get("sort") == PRODUCT and not opened.entry.codes.get("connects_to"):
        error = InvalidValue(_("Name the process of complaint handling that connects to it."), code="required")
        raise InvalidInput({"connects_to": error})


@dataclass(frozen=True)
class Criterion:
    """One requirement or criterion of a process, with the setting that carries it out and the version of that in force."""

    entry: Entry
    process: str
    sort: str | Promise
    words: str
    control: str
    resources: str
    setting: str | Promise
    version: int | None


def criteria_of(entry: Entry) -> list[Criterion]:
    """Its requirements and criteria, as they are controlled now. No query that settings do not ask themselves."""
    texts, known = entry.worded_or_none() or {}, rulebooks.kinds()
    found = []
    for place, line in enumerate(entry.codes.get("criteria", [])):
        name = line.get("setting") or ""

        def text(what: str, place: int = place) -> str:
            return texts.get(f"criteria.{place}.{what}", "")

        found.append(
            Criterion(
                entry=entry, process=texts.get("title") or entry.number, sort=dict(CRITERIA_SORTS).get(line.get("sort", ""), ""),
                words=text("words"), control=text("control"), resources=text("resources"),
                setting=known[name].label if name in known else "", version=rulebooks.in_force(name).version if name in known else None,
            )
        )  # fmt: skip
    return found


CRITERIA = (
    Field(name="sort", label=pgettext_lazy("criterion", "Kind"), kind="choice", options=CRITERIA_SORTS, required=True),
    Field(name="words", label=pgettext_lazy("criterion", "Requirement or criterion"), limit=400, required=True),
    Field(name="setting", label=_("Setting that carries it out"), kind="choice", options=of_settings),
    Field(name="control", label=_("How it is controlled"), limit=300, required=True),
    Field(name="resources", label=_("Resources needed"), limit=200),
)
SAID = (
    "sort*", "place", "title*", "inputs*", "outputs*", "interaction*", "connects_to", "connects", "criteria", "methods*", "indicators", "resources*",
    "department", "authorities*", "risks_told", "improvement",
)  # fmt: skip
declare(
    Register(
        name=NAME,
        one=pgettext_lazy("record", "Process"),
        many=pgettext_lazy("record", "Processes"),
        hint=_(
            "The processes of the system: what goes in and comes out, in which order they work together, by which criteria they are controlled, "
            "who answers for them, and what evaluation changed. Product and service processes say where complaint handling connects."
        ),
        prefix="GC",
        icon="sitemap",
        group="",
        order=46,
        title="title",
        openers=OPENERS,
        readers=READERS,
        fields=(
            Field(name="sort", label=pgettext_lazy("process", "Kind"), kind="choice", options=SORTS),
            Field(name="place", label=_("Place in the order"), kind="number"),
            Field(name="title", label=pgettext_lazy("process", "Name"), limit=120),
            Field(name="inputs", label=_("Inputs"), kind="longtext", limit=1000),
            Field(name="outputs", label=_("Outputs"), kind="longtext", limit=1000),
            Field(name="interaction", label=_("How it works together with other processes"), kind="longtext", limit=1000),
            Field(
                name="connects_to", label=_("Connects with complaint handling at"), kind="choices", options=complaint_processes,
                when=("sort", f"{PRODUCT}|support"),
            ),
            Field(
                name="connects", label=_("Where complaint handling connects to it"), kind="longtext", limit=1000, when=("sort", PRODUCT),
                required=True,
            ),
            Field(name="criteria", label=_("Work requirements and operating criteria"), kind="rows", rows=CRITERIA, limit=30),
            Field(name="methods", label=_("Methods: how it is monitored and measured"), kind="longtext", limit=1500),
            Field(name="indicators", label=_("Indicators"), kind="choices", options=of_indicators),
            Field(name="resources", label=_("Resources"), kind="longtext", limit=1000),
            UNIT_FIELD,
            OWNER_FIELD,
            Field(name="authorities", label=_("Responsibilities and authorities"), kind="longtext", limit=1500),
            Field(name="risks_told", label=_("Risks and opportunities in words"), kind="longtext", limit=1500),
            interval(pgettext_lazy("process", "Evaluated")),
            Field(name="evaluated_on", label=_("Last evaluation"), kind="date", past=True),
            Field(name="next_evaluation_on", label=_("Next evaluation"), kind="date"),
            Field(name="finding", label=_("What the evaluation showed"), kind="longtext", limit=2000),
            Field(name="needed", label=_("Changes needed"), kind="longtext", limit=1500),
            Field(name="improvement", label=pgettext_lazy("process", "Improvement"), kind="longtext", limit=1500),
            REASON,
        ),
        form=(*SAID, "owner", "interval*", "evaluated_on"),
        passing=("reason",),
        columns=("sort", "place", "indicators"),
        filters=("sort", "department"),
        owner="owner",
        unit="department",
        clauses=lambda codes: ("CTS 4.4.1", "CTS 8.1", "SZ 5(2)", *(("ISC 4.2.1",) if codes.get("sort") == PRODUCT else ())),
        on_open=opened_process,
        states=(
            State(RUNNING, pgettext_lazy("process", "Running"), "done"),
            State("ended", pgettext_lazy("process", "Given up"), open=False),
        ),
        steps=(
            Do(
                name="evaluate", label=_("Record an evaluation"), event="evaluated", did=_("evaluated the process"), sources=(RUNNING,),
                who=WORKERS, asks=("evaluated_on*", "finding*", "needed", "improvement"), may_stop=("process_evaluation",), tells=(OWNER,),
                tone="done", icon="check", clause="CTS 4.4.1 g; CTS 4.4.1 h",
            ),
            Do(
                name="change", label=pgettext_lazy("planning", "Change"), event="changed", did=_("changed it"), sources=(RUNNING,), who=WORKERS,
                asks=(*SAID, "owner", "interval*", "reason*"), effect=connected, main=False, icon="edit", clause="CTS 4.4.1",
            ),
            Do(
                name="end", label=_("Give the process up"), event="ended", did=_("gave the process up"), sources=(RUNNING,), target="ended",
                who=LEADERS, asks=("reason*",), stops=("process_evaluation",), tells=(OWNER,), main=False, icon="x",
            ),
        ),
        dues=(Due(field="next_evaluation_on", timer="process_evaluation", label=_("Evaluation of a process"), stops=_("evaluated")),),
        recurs=Recurs(
            interval="interval", counts_from="evaluated_on", next_on="next_evaluation_on", timer="process_evaluation", after=("evaluate",)
        ),
        list_template="planning/processes.html",
    )
)  # fmt: skip
