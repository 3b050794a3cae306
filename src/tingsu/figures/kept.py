"""Analyses that are kept: a question with its figures and what was read from them, made again at set intervals (MO-01, MO-07, MO-11)."""

from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.complaints.access import sees_everything
from tingsu.figures import analysis, periods, shown, values
from tingsu.figures.access import READERS, WHO
from tingsu.figures.analysis import Question
from tingsu.figures.counting import Counted
from tingsu.figures.dimensions import DIMENSIONS, Dimension
from tingsu.figures.models import AnalysisRun
from tingsu.figures.periods import Period
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import InvalidInput, InvalidValue
from tingsu.people import queries as people
from tingsu.people.roles import Role
from tingsu.process.steps import Field, Label, Options
from tingsu.registers.declaration import LEADERS, OWNER, Do, Due, Recurs, Register, State, declare
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.intervals import INTERVALS, following
from tingsu.registers.models import Entry
from tingsu.registers.recurrence import begin_occurrence

REGISTER = "analysis"
ONLY = ("only", "only_too")
MOST_KEPT = 40
"""Lines of one run that are kept: the largest."""
MOST_SHOWN = 12
CLUSTERS: Options = (
    ("systematic", pgettext_lazy("cluster", "Systematic: a cause in our rules, product or process")),
    ("recurring", pgettext_lazy("cluster", "Recurring: the same again and again")),
    ("incidental", pgettext_lazy("cluster", "Incidental: once, by circumstance")),
    ("none", pgettext_lazy("cluster", "No problem seen")),
)


def _measures(thing: Any) -> Options:
    return tuple((code, f"{code} {one.name}") for code, one in analysis.measures().items())


def _dimensions(thing: Any) -> Options:
    return tuple((column, by.label) for column, by in DIMENSIONS.items())


def _narrowings(thing: Any) -> Options:
    """Every value of every dimension: what an analysis may be narrowed to."""
    found: list[tuple[str, Label]] = []
    for column, by in DIMENSIONS.items():
        known = {one.pk: one.name for one in people.units()} if by.words is dict else by.words()
        found += [
            (f"{column}:{value}", _now("%(label)s: %(words)s") % {"label": by.label, "words": words})
            for value, words in known.items()
        ]
    return tuple(found)


def readers_of(thing: Any) -> Options:
    """Who may read figures."""
    return tuple((str(one.pk), one.name) for one in people.active_members(roles=READERS))


def first_values(asked: Question) -> dict[str, str]:
    """What the form of a new entry holds when a question is to be kept."""
    found = {
        "what": asked.one.code, "by": asked.rows.column, "by_too": asked.columns.column if asked.columns else "", "each": asked.period.kind,
        "title": f"{asked.one.name} · {asked.rows.label}",
    }  # fmt: skip
    pairs = [written for _name, written in analysis.where(asked.narrowed)]
    return found | dict(zip(ONLY, pairs, strict=False))


def question_of(entry: Entry, period: Period) -> Question | None:
    """What an entry asks, of a period; None where its indicator is gone."""
    codes = entry.codes
    one = values.definition_of(codes["what"], period)
    rows = DIMENSIONS.get(codes["by"])
    if one is None or rows is None or one.kind not in analysis.MEASURED:
        return None
    pairs = [codes[name] for name in ONLY if codes.get(name)]
    return Question(one, period, rows, DIMENSIONS.get(codes.get("by_too", "")), analysis.narrowing(pairs))


def may_be_kept(asked: Question) -> bool:
    """Does the register hold this question whole? Two narrowings, each to a value that has a name."""
    known = {code for code, _label in _narrowings(None)}
    written = [pair for _name, pair in analysis.where(asked.narrowed)]
    return len(written) <= len(ONLY) and set(written) <= known


def checked(opened: OpenedEntry, given: dict[str, Any]) -> None:
    """Two dimensions are two, and no narrowing is to a dimension that is told apart. Raises InvalidInput."""
    if given["by"] == given.get("by_too"):
        raise InvalidInput({"by_too": InvalidValue(_("Choose two different dimensions, or one."), code="same")})
    apart = {given["by"], given.get("by_too")}
    for name in ONLY:
        column = str(given.get(name) or "").partition(":")[0]
        if column and column in apart:
            raise InvalidInput(
                {name: InvalidValue(_("This is told apart already: choose another dimension, or none."), code="same")}
            )
        apart.add(column)
    count_last(opened, "what")
    if opened.register.recurs is not None:
        begin_occurrence(opened, opened.register.recurs, following(values.today(), str(given["every"])))


def run(opened: OpenedEntry, given: dict[str, Any]) -> None:
    """Count the last period that is over, and keep what was counted beside what was read from it. Raises InvalidInput."""
    count_last(opened, "finding")


def count_last(opened: OpenedEntry, field: str) -> None:
    """Keep the figures of the last period that is over; made again for the same period they replace what stood there.

    Raises InvalidInput, at this field, where the indicator was not counted in that period, or not of cases.
    """
    period = last_over(str(opened.entry.codes["each"]))
    asked = question_of(opened.entry, period)
    if asked is None:
        raise InvalidInput(
            {field: InvalidValue(_("This indicator was not counted of cases in the last period. Choose another."), code="gone")}
        )  # fmt: skip
    here, before = analysis.whole(asked)
    AnalysisRun.objects.update_or_create(
        entry_id=opened.entry.pk, period=period.kind, starts_on=period.first,
        defaults={
            "code": asked.one.code, "version": asked.one.version, "made_at": opened.at, "totals": [_kept(here), _kept(before)],
            "lines": _counted(asked),
        },
    )  # fmt: skip
    opened.put("ran_on", values.today())
    opened.write("period", period.written)


def last_over(kind: str) -> Period:
    """The newest period of a kind that has ended."""
    return periods.period_of(values.today(), kind).before()


def _kept(counted: Counted) -> list[int | None]:
    return [counted.part, counted.whole, counted.amount]


def _counted(asked: Question) -> list[list[Any]]:
    """Lines as they are kept: values of the dimensions, the figure, and that of the period before where one dimension is asked."""
    if asked.columns is None:
        return [
            [[_plain(row.value)], _kept(row.counted), _kept(row.before)]
            for row in analysis.one_dimension(asked)[:MOST_KEPT]
        ]
    grid = analysis.two_dimensions(asked)
    cells = sorted(grid.cells.items(), key=lambda pair: -analysis.size(asked.one.kind, pair[1]))
    return [[[_plain(one) for one in key], _kept(counted), None] for key, counted in cells[:MOST_KEPT]]


def _plain(value: Any) -> Any:
    return value if isinstance(value, int | bool) or value is None else str(value)


def runs(actor: Actor, entry: Entry) -> dict[str, Any]:
    """The runs of an analysis, newest first, in the words of the reader; and the way to the page that asks it now."""
    if not sees_everything(actor):  # figures of all cases would tell what the others hold (PS-11)
        return {"runs": [], "now": ""}
    told = []
    for made in AnalysisRun.objects.filter(entry_id=entry.pk).order_by("-starts_on")[:MOST_SHOWN]:
        period = Period(made.starts_on, made.period)
        asked = question_of(entry, period)
        if asked is None:
            continue
        one, by = asked.one, [asked.rows, *([asked.columns] if asked.columns else [])]
        here, before = (Counted(*numbers) for numbers in made.totals)
        told.append(
            {
                "period": period.written, "value": shown.value_words(one, here), "before": shown.value_words(one, before), "version": made.version,
                "made_at": made.made_at, "address": asked.address,
                "lines": [
                    (
                        " · ".join(dimension.told(_read(dimension, value)) for dimension, value in zip(by, key, strict=True)),
                        shown.value_words(one, Counted(*counted)), shown.value_words(one, Counted(*earlier)) if earlier else "",
                    )
                    for key, counted, earlier in made.lines[:MOST_SHOWN]
                ],
                "more": max(len(made.lines) - MOST_SHOWN, 0),
                "compares": not asked.columns,
            }
        )  # fmt: skip
    now = question_of(entry, periods.period_of(values.today(), str(entry.codes["each"])))
    return {"runs": told, "now": now.address if now else ""}


def _read(by: Dimension, kept: Any) -> Any:
    return by.read(kept) if isinstance(kept, str) else kept


declare(
    Register(
        name=REGISTER,
        one=pgettext_lazy("figures", "Analysis kept"),
        many=pgettext_lazy("figures", "Analyses kept"),
        hint=_(
            "Questions to the complaint data that are asked again at set intervals: each run keeps its figures, and a person says what they show, "
            "what kind of problem it is, and what should be improved."
        ),
        prefix="FX",
        icon="activity",
        group="",
        order=15,
        title="title",
        fields=(
            Field(name="title", label=_("What it is to find out"), kind="longtext", limit=300),
            Field(name="what", label=_("Indicator"), kind="choice", options=_measures),
            Field(name="by", label=_("Told apart by"), kind="choice", options=_dimensions),
            Field(name="by_too", label=_("Also told apart by"), kind="choice", options=_dimensions),
            Field(name="only", label=_("Only complaints with"), kind="choice", options=_narrowings),
            Field(name="only_too", label=_("And only with"), kind="choice", options=_narrowings),
            Field(name="each", label=pgettext_lazy("figures", "Period"), kind="choice", options=tuple(periods.KINDS.items()),
                  help=_("Each run counts the last one that is over.")),
            Field(name="every", label=_("Made again"), kind="choice", options=INTERVALS),
            Field(name="owner", label=_("Who reads it"), kind="member", options=readers_of),
            Field(name="period", label=_("Last period counted"), limit=10),
            Field(name="ran_on", label=_("Last run"), kind="date"),
            Field(name="next_run", label=_("Next run"), kind="date"),
            Field(name="finding", label=pgettext_lazy("analysis", "What it shows"), kind="longtext", limit=3000),
            Field(name="cluster", label=_("Kind of problem"), kind="choice", options=CLUSTERS),
            Field(name="proposal", label=_("What should be improved, and by whom"), kind="longtext", limit=2000, when=("cluster", "systematic|recurring")),
            Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=1000),
        ),
        form=("title*", "what*", "by*", "by_too", "only", "only_too", "each*", "every*", "owner"),
        passing=("reason",),
        columns=("what", "by", "each", "cluster"),
        filters=("cluster", "what"),
        owner="owner",
        openers=WHO,
        readers=READERS,
        on_open=checked,
        states=(
            State("kept", pgettext_lazy("analysis", "Asked again")),
            State("ended", pgettext_lazy("analysis", "Ended"), open=False),
        ),
        steps=(
            Do(
                name="run", label=_("Count and read it"), event="counted", did=_("counted the analysis and said what it shows"), sources=("kept",),
                who=(OWNER, *WHO), asks=("finding*", "cluster*", "proposal*"), effect=run, stops=("analysis_run",), tells=(Role.QA,),
                tone="done", icon="activity", clause="CTS 8.4",
            ),
            Do(
                name="end", label=pgettext_lazy("analysis", "End"), event="ended", did=_("ended the analysis"), sources=("kept",), target="ended",
                who=(OWNER, *LEADERS), asks=("reason*",), stops=("analysis_run",), main=False, icon="archive",
            ),
        ),
        dues=(Due(field="next_run", timer="analysis_run", label=pgettext_lazy("figures", "Analysis"), stops=_("counted and read")),),
        recurs=Recurs(interval="every", counts_from="ran_on", next_on="next_run", timer="analysis_run", after=("run",)),
        entry_template="figures/parts/runs.html",
        entry_context=runs,
    )
)  # fmt: skip
