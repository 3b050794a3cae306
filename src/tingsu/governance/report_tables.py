"""The tables of a report as they read: kept figures in the words and the language of whoever reads them (MO-04).

Where they do not stand in full, `report_withheld` has taken the small numbers out before they come here (MO-13).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tingsu.complaints.access import sees_everything
from tingsu.complaints.terms import State
from tingsu.figures import indicators, shown
from tingsu.figures.counting import Counted
from tingsu.figures.dimensions import DIMENSIONS
from tingsu.governance import report_figures, report_kinds, report_withheld
from tingsu.governance.report_withheld import TOTALS, WITHHELD
from tingsu.kernel.actor import Actor
from tingsu.kernel.money import yuan
from tingsu.kernel.punctuation import in_brackets
from tingsu.people.access import Can, may
from tingsu.people.roles import Role
from tingsu.registers import reading
from tingsu.registers.declaration import Register, registers
from tingsu.registers.models import Entry

NONE = "–"
SHORT = 18
"""Signs of a cell that is not broken."""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A cell of a table: its words, and where they lead."""

    words: str
    url: str = ""
    number: bool = False

    @property
    def short(self) -> bool:
        """Stands in one line."""
        return len(self.words) <= SHORT


@dataclass(frozen=True, kw_only=True)
class Section:
    """A table of a report with what is to be said of it, or paragraphs."""

    title: str
    heads: list[str] = field(default_factory=list)
    rows: list[list[Cell]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    note: str = ""

    @property
    def columns(self) -> list[tuple[str, bool]]:
        """Heads, and whether numbers stand below."""
        first = self.rows[0] if self.rows else []
        return [(head, place < len(first) and first[place].number) for place, head in enumerate(self.heads)]


def reads_all(actor: Actor) -> bool:
    """Does the actor read figures of all complaints?"""
    return sees_everything(actor) and may(actor, Can.REPORTS)


def seen_of(actor: Actor | None, register: str, numbers: list[str]) -> set[str]:
    """Which entries of a register this reader may open. One query, and none where there are none."""
    if actor is None or not numbers:
        return set()
    rows = registers()[register].visible(actor, Entry.objects.filter(number__in=numbers))
    return set(rows.values_list("number", flat=True))


class Told:
    """The kept figures of one report in words."""

    def __init__(self, actor: Actor | None, register: Register, entry: Entry, full: bool) -> None:
        self.codes = entry.codes if full else report_withheld.for_others(entry)
        self.actor, self.register = actor, register
        self.kind, self.period = report_kinds.kind_of(entry.codes), report_kinds.period_in(entry.codes)
        self.opens = full and actor is not None and reads_all(actor)
        self.part = report_kinds.part_of(entry.codes)

    def _rows(self, name: str) -> list[dict[str, Any]]:
        return list(self.codes.get(name, []))

    def _withheld(self) -> str:
        return _("withheld: fewer than 5")

    def _case_count(self, number: Any) -> str:
        if number is None:
            return NONE
        return self._withheld() if number == WITHHELD else f"{number:,}"

    def totals(self) -> Section | None:
        """What came, ended and is open."""
        if (
            self.kind in {report_kinds.QUARTERLY, report_kinds.PUBLIC, *report_kinds.SCORED}
            or self.period.kind != "month"
        ):
            return None
        numbers = {name: self.codes.get(name, 0) or 0 for name in TOTALS}
        rows = [
            [Cell(words=str(self.register.by_name[name].label)), Cell(words=self._case_count(number), number=True)]
            for name, number in numbers.items()
        ]
        empty = _("No complaint was received in this month.") if not numbers["received"] else ""
        return Section(
            title=pgettext("report", "The month in numbers"),
            heads=[pgettext("report", "What"), pgettext("report", "Number")],
            rows=rows,
            note=empty,
        )

    def figure(self, one: indicators.Indicator, row: Mapping[str, Any], ending: str = "") -> tuple[str, str]:
        """Value and what it is of, in words; of nothing it says so."""
        numbers = [row.get(f"{name}{ending}") for name in report_withheld.NUMBERS]
        if WITHHELD in numbers:
            return self._withheld(), ""
        kept = Counted(*numbers)
        if kept.value(one.kind) is None:
            entered = one.kind in indicators.ENTERED - {"per_thousand"}
            nothing = _("not entered") if entered and kept.whole is None else _("no case to count")
            return (shown.no_figure(one) or nothing if not ending else NONE), ""
        return shown.value_words(one, kept), shown.of_words(one, kept)

    def figures(self) -> Section:
        """Every indicator with its target, standing and the earlier period."""
        rows, earlier = [], False
        added = self.kind in {report_kinds.QUARTERLY, report_kinds.PUBLIC}
        for row in self._rows("figures"):
            one = report_figures.definition(row["code"], row["version"])
            if one is None:
                continue
            value, of = self.figure(one, row)
            if self.kind == report_kinds.QUARTERLY and row.get("part") is None:
                value = _("does not add up")
            before, _of = self.figure(one, row, "_before")
            earlier = earlier or bool(row.get("part_before") or row.get("whole_before"))
            numbers = [row.get(name) for name in report_withheld.NUMBERS]
            standing = (
                ""
                if WITHHELD in numbers
                else str(shown.STANDINGS[shown.standing(one, Counted(*numbers), running=False)][0])
            )
            rows.append(
                [
                    Cell(words=f"{one.name}{in_brackets(one.code)}", url=self._way(one)), Cell(words=value, number=True), Cell(words=of, number=True),
                    *([] if added else [Cell(words=before, number=True)]), Cell(words=shown.target_words(one)), Cell(words=standing),
                    Cell(words=str(one.version), number=True),
                ]
            )  # fmt: skip
        then = _("A year before") if self.kind == report_kinds.EFFECT else _("Period before")
        heads = [
            _("Indicator"), pgettext("figure", "Value"), pgettext("figure", "Of"), *([] if added else [then]), _("Target"),
            pgettext("indicator", "Standing"), pgettext("indicator", "Version"),
        ]  # fmt: skip
        note = "" if earlier or added or not rows else _("There is nothing of the period before to compare with.")
        title = (
            _("Goals and values")
            if self.kind == report_kinds.EFFECT
            else pgettext("report", "Indicators of the period")
        )
        return Section(title=title, heads=heads, rows=rows, note=note)

    def _way(self, one: indicators.Indicator) -> str:
        """To the formula and the complaints behind a figure, for those who read figures."""
        if not self.opens or one.code not in indicators.indicators():
            return ""
        asked = {"period": self.period.written} if self.period.kind == one.period else {}
        by = {"by": self.part[0]} if self.part else {}
        return f"{reverse('figures:indicator', args=[one.code])}?{urlencode({**asked, **by})}"

    def scores(self) -> Section | None:
        """The scorecard: weight, target, figure, score (OG-16)."""
        rows = []
        for row in self._rows("scores"):
            one = report_figures.definition(row["code"], row["version"])
            if one is None:
                continue
            value, of = self.figure(one, row)
            score = _("not scored") if row.get("score") is None else self._case_count(row["score"])
            rows.append(
                [
                    Cell(words=f"{one.name}{in_brackets(one.code)}", url=self._way(one)), Cell(words=str(row["weight"]), number=True),
                    Cell(words=shown.target_words(one)), Cell(words=value, number=True), Cell(words=of, number=True), Cell(words=score, number=True),
                ]
            )  # fmt: skip
        if not rows:
            return None
        whole = self.codes.get("score")
        heads = [
            _("Indicator"),
            _("Weight"),
            _("Target"),
            pgettext("figure", "Value"),
            pgettext("figure", "Of"),
            pgettext("report", "Score"),
        ]
        note = (
            _("Nothing could be scored: every figure is of too few complaints.")
            if whole is None
            else _(
                "Score of the period: %(score)s of 100. What is of fewer than 30 complaints is not scored, and its weight is left out."
            )
            % {"score": whole}
        )
        return Section(title=pgettext("report", "Scorecard"), heads=heads, rows=rows, note=note)

    def months(self) -> Section | None:
        """The three months of a quarter, side by side."""
        lines = {(row["code"], row["month"]): row for row in self._rows("by_month")}
        if not lines:
            return None
        versions = {row["code"]: row["version"] for row in self._rows("figures")}
        months = [row["month"] for row in self._rows("sources")]
        rows = []
        for code, version in versions.items():
            one = report_figures.definition(code, version)
            if one is None:
                continue
            told = [self.figure(one, lines[code, month])[0] if (code, month) in lines else NONE for month in months]
            rows.append(
                [Cell(words=f"{one.name}{in_brackets(code)}"), *(Cell(words=words, number=True) for words in told)]
            )
        return Section(title=_("Indicators month by month"), heads=[_("Indicator"), *months], rows=rows)

    def breakdown(self) -> Section:
        """Complaints received, told apart."""
        lines, rows = self._rows("breakdown"), []
        before = any("before" in row for row in lines)
        for row in lines:
            by = DIMENSIONS.get(row["by"])
            if by is None:
                continue
            rest = row["value"] == report_figures.REST
            value = report_figures.told_by(row["by"], row["value"]) if not rest else None
            words = _("All others") if rest else by.told(value)
            cells = [
                Cell(words=self._case_count(row.get(name) or 0), number=True)
                for name in (("cases", "before") if before else ("cases",))
            ]
            rows.append(
                [
                    Cell(words=str(by.label)),
                    Cell(words=words, url="" if rest else self._cases(row["by"], value)),
                    *cells,
                ]
            )
        heads = [
            _("Told apart by"),
            pgettext("figure", "Value"),
            pgettext("figure", "Complaints"),
            *([_("Period before")] if before else []),
        ]
        return Section(title=pgettext("report", "Complaints received, told apart"), heads=heads, rows=rows)

    def _cases(self, column: str, value: Any) -> str:
        """To the complaints of a line."""
        if not self.opens or "KP-09a" not in indicators.indicators() or self.part or self.period.kind != "month":
            return ""
        asked = {"period": self.period.written, "by": column, "value": "" if value is None else value}
        return f"{reverse('figures:cases', args=['KP-09a'])}?{urlencode(asked)}"

    def stages(self) -> Section:
        """Where the time goes (AI-12)."""
        names, rows = dict(State.choices), []
        for row in self._rows("stages"):
            small = row["cases"] == WITHHELD
            told = [self._withheld()] * 3 if small else [
                shown.duration_words(row["median"]), shown.duration_words(row["ninth"]), f"{row['share']} %",
            ]  # fmt: skip
            before = NONE if row.get("before") is None or small else shown.duration_words(row["before"])
            rows.append(
                [
                    Cell(words=str(names.get(row["stage"], row["stage"]))), Cell(words=self._case_count(row["cases"]), number=True),
                    *(Cell(words=words, number=True) for words in (*told, before)),
                ]
            )  # fmt: skip
        heads = [
            _("Stage"), pgettext("figure", "Complaints"), pgettext("report", "Median"), pgettext("report", "Nine of ten within"),
            pgettext("report", "Share of all time"), pgettext("report", "Median of the period before"),
        ]  # fmt: skip
        note = ""
        if rows:
            again = (self._rows("again") or [{}])[0]
            note = _("Most time goes into: %(stage)s. Back into an earlier stage: %(returned)s; investigated again: %(reopened)s.") % {
                "stage": rows[0][0].words, "returned": self._case_count(again.get("returned", 0)), "reopened": self._case_count(again.get("reopened", 0)),
            }  # fmt: skip
        return Section(title=_("Where the time goes"), heads=heads, rows=rows, note=note)

    def money(self) -> Section:
        """What complaints cost (MO-06)."""
        labels = {"paid_fen": _("Compensation paid"), "cost_fen": _("Costs of handling")}
        rows = []
        for row in self._rows("money"):
            rows.append(
                [
                    Cell(words=labels.get(row["what"], row["what"])), Cell(words=self._case_count(row["cases"]), number=True),
                    Cell(words=self._withheld() if row["sum"] == WITHHELD else yuan(row["sum"]), number=True),
                    Cell(words=NONE if "before" not in row else yuan(row["before"]), number=True),
                ]
            )  # fmt: skip
        heads = [
            pgettext("report", "Cost"),
            pgettext("figure", "Complaints"),
            pgettext("report", "Sum"),
            _("Period before"),
        ]
        return Section(title=_("Costs of complaints closed"), heads=heads, rows=rows)

    def capacity(self) -> Section:
        """Who handles how much (OG-18)."""
        names = dict(Role.choices)
        rows = [
            [Cell(words=str(names.get(row["role"], row["role"])))]
            + [Cell(words=self._case_count(row[name]), number=True) for name in ("people", "open", "late", "closed")]
            + [Cell(words=self._each(row["open"], row["people"]), number=True)]
            for row in self._rows("capacity")
        ]
        heads = [
            pgettext("report", "Function"), pgettext("report", "People"), _("Open cases"), pgettext("report", "Open and late"),
            pgettext("report", "Closed in the period"), pgettext("report", "Open for each person"),
        ]  # fmt: skip
        return Section(title=_("Handling capacity"), heads=heads, rows=rows)

    def _each(self, number: Any, people: int) -> str:
        if number == WITHHELD:
            return self._withheld()
        return f"{number / people:.1f}" if people else NONE

    def matters(self) -> Section:
        """Major events, warnings, nonconformities, rectifications, external liaison."""
        known, rows = registers(), []
        for row in self._rows("matters"):
            one = known.get(row["register"])
            if one is None:
                continue
            url = reverse("registers:list", args=[row["register"]]) if self.opens else ""
            rows.append(
                [Cell(words=str(one.many), url=url)]
                + [Cell(words=f"{row[name]:,}", number=True) for name in ("opened", "closed", "open")]
            )
        heads = [
            pgettext("report", "Register"),
            pgettext("report", "New"),
            pgettext("figure", "Closed"),
            pgettext("report", "Open now"),
        ]
        return Section(title=_("Other records of the period"), heads=heads, rows=rows)

    def sources(self) -> Section:
        """Of which monthly reports a quarter is made, and which is missing."""
        lines = self._rows("sources")
        visible = seen_of(self.actor, self.register.name, [row["number"] for row in lines if row["number"]])
        rows = [
            [
                Cell(words=row["month"]),
                Cell(
                    words=row["number"] or _("no approved monthly report"),
                    url=reverse("registers:entry", args=[self.register.name, row["number"]])
                    if row["number"] in visible
                    else "",
                ),
            ]
            for row in lines
        ]
        missing = [row["month"] for row in lines if not row["number"]]
        note = (
            _("Missing: %(months)s. The sums of the quarter are told only where all three months are there.")
            % {"months": ", ".join(missing)}
            if missing
            else ""
        )
        return Section(title=_("Monthly reports it is made of"), heads=[_("Month"), _("Number")], rows=rows, note=note)

    def people(self) -> Iterable[Section]:
        """First moments, ratings and payments, with colleagues by their work identity; on the page of those who read figures only."""
        for name in ("moments_by_way", "moments_by_person", "ratings_by_handler", "payment_flow"):
            one = self.register.by_name[name]
            lines = [
                {inner.name: reading.value_words(inner, line.get(inner.name)) for inner in one.rows}
                for line in self._rows(name)
            ]
            rows = [
                [Cell(words=line[inner.name], number=inner.kind == "number") for inner in one.rows] for line in lines
            ]
            yield Section(title=str(one.label), heads=[str(inner.label) for inner in one.rows], rows=rows)
