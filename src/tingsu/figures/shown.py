"""How a figure reads: its number with its unit, what it is of, how it stands to its target."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from tingsu.figures import charts
from tingsu.figures.counting import Counted
from tingsu.figures.indicators import AMOUNTS, DIRECTIONS, PERCENT, Indicator
from tingsu.figures.periods import Period
from tingsu.figures.values import Kept
from tingsu.kernel.clock import local_date, now
from tingsu.kernel.money import yuan
from tingsu.kernel.organisations import current_organisation

STANDINGS: dict[str, tuple[str | Promise, str]] = {
    "met": (pgettext_lazy("target", "On target"), "done"),
    "risk": (pgettext_lazy("target", "At risk"), "soon"),
    "missed": (pgettext_lazy("target", "Missed"), "late"),
    "few": (gettext_lazy("Too few to judge"), "outline"),
    "": ("", ""),
}


@dataclass(frozen=True)
class Line:
    """One indicator in one period, as a page shows it."""

    one: Indicator
    counted: Counted
    running: bool
    kept: Kept | None = None
    trend: SafeString | str = ""

    @property
    def value(self) -> str:
        return value_words(self.one, self.counted)

    @property
    def of(self) -> str:
        return of_words(self.one, self.counted)

    @property
    def interval(self) -> str:
        """Between which per cents a share lies, where a rate is told."""
        found = None if self.counted.few(self.one.kind) else self.counted.interval(self.one.kind)
        return f"{found[0]:.1f}–{found[1]:.1f} %" if found else ""

    @property
    def target(self) -> str:
        return target_words(self.one)

    @property
    def standing(self) -> str:
        return standing(self.one, self.counted, running=self.running)

    @property
    def words(self) -> str | Promise:
        return STANDINGS[self.standing][0]

    @property
    def tone(self) -> str:
        return STANDINGS[self.standing][1]


def value_words(one: Indicator, counted: Counted) -> str:
    """The figure with its unit; of few cases the counts; a dash where there is no figure."""
    if counted.few(one.kind):
        return _("%(part)s of %(whole)s") % {"part": counted.part, "whole": counted.whole}
    value = counted.value(one.kind)
    if value is None:
        return no_figure(one) or "–"
    if one.kind == "standing":
        return _("Yes") if value else _("No")
    if str(one.row["of"]) in AMOUNTS and one.kind in {"mean", "sum", "median"}:
        return yuan(round(value))
    if one.kind in PERCENT:
        return f"{value:+.1f} %" if one.kind == "spill_over" else f"{value:.1f} %"
    if one.kind == "per_thousand":
        return f"{value:.2f} ‰"
    if one.kind == "entered_mean":
        return f"{value:.2f}"
    if str(one.row["of"]).endswith(("_after", "_working")):
        return duration_words(round(value))
    return f"{round(value):,}"


OF_ODR_UNITS = frozenset({"K-07", "K-08", "K-09"})


def no_figure(one: Indicator) -> str:
    """Why an indicator has none by what the firm is: it is no unit of 12315 ODR (KP-15). Empty where there is no such reason."""
    none = one.code in OF_ODR_UNITS and current_organisation().enterprise.get("odr") == "no"
    return pgettext("odr", "not a unit") if none else ""


def duration_words(minutes: int) -> str:
    """A length of time in its two largest units."""
    if minutes < 60:
        return _("%(minutes)s min") % {"minutes": minutes}
    hours, rest = divmod(minutes, 60)
    return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": rest}


def of_words(one: Indicator, counted: Counted) -> str:
    """What the figure is of."""
    if counted.whole is None or one.kind in {"count", "standing"} or counted.few(one.kind):
        return ""
    if not counted.whole and one.kind != "spill_over":
        return ""
    if one.kind == "spill_over":
        return _("%(part)s, before %(whole)s") % {"part": counted.part, "whole": counted.whole}
    if one.kind in {"median", "mean", "sum"}:
        return _("of %(whole)s") % {"whole": f"{counted.whole:,}"}
    return _("%(part)s of %(whole)s") % {"part": f"{counted.part or 0:,}", "whole": f"{counted.whole:,}"}


def target_words(one: Indicator) -> str:
    """The target with its direction; of what is better high or low alone, nothing."""
    if one.target is None or not one.direction:
        return ""
    number = f"{one.target.normalize():f}" if one.target else "0"
    if one.kind == "standing":
        return _("Yes")
    unit = " %" if one.kind in PERCENT else " ‰" if one.kind == "per_thousand" else ""
    return f"{DIRECTIONS[one.direction]} {number}{unit}"


def standing(one: Indicator, counted: Counted, *, running: bool) -> str:
    """met, risk (missed so far, and the period runs), missed, few, or nothing where there is no target or no figure."""
    value = counted.value(one.kind)
    if value is None or (kept := one.meets(value)) is None:
        return ""
    if counted.few(one.kind):
        return "few"
    return "met" if kept else "risk" if running else "missed"


def lines_of(
    known: Mapping[str, Indicator], kept: Mapping[str, Mapping[Period, Kept]], period: Period, day: date
) -> list[tuple[Indicator, Line]]:
    """Every indicator in a period, with its trend."""
    found = []
    for code, one in known.items():
        if one.period != period.kind:
            continue
        rows = kept.get(code, {})
        here = rows.get(period)
        line = Line(
            one, here.counted if here else Counted(None, None), day < period.end, here,
            charts.trend([_drawn(one, rows.get(at)) for at in period.line(12)], _target(one)),
        )  # fmt: skip
        found.append((one, line))
    return found


def chart_of(one: Indicator, kept: Mapping[Period, Kept], line: Sequence[Period]) -> SafeString | str:
    """The periods of one indicator as a chart, with its target; the last piece is dashed while it runs."""
    last = kept.get(line[-1])
    return charts.history(
        [at.written for at in line], [_drawn(one, kept.get(at)) for at in line], [], lambda value: _scaled(one, value),
        running=last is not None and not last.settled and last.counted_at is not None and local_date(now(), current_organisation().time_zone) < line[-1].end,
        most=100 if one.kind in PERCENT - {"spill_over"} else None, aim=_target(one),
    )  # fmt: skip


def _scaled(one: Indicator, value: float) -> str:
    """A value of the scale, with its unit."""
    if one.kind in PERCENT:
        return f"{value:.0f} %"
    if one.kind in {"per_thousand", "entered_mean"}:
        return f"{value:.2f}"
    whole = round(value)
    return value_words(one, Counted(whole, whole, whole))


def _drawn(one: Indicator, kept: Kept | None) -> float | None:
    return None if kept is None or kept.counted.few(one.kind) else kept.counted.value(one.kind)


def _target(one: Indicator) -> float | None:
    target: Decimal | None = one.target if one.direction else None
    return None if target is None else float(target)


def summary(periods: Sequence[Period], values: Sequence[Any]) -> str:
    """What a trend says, in a sentence: the first and last value that are known."""
    known = [(period, value) for period, value in zip(periods, values, strict=True) if value not in {None, "–"}]
    if len(known) < 2:
        return _("Not enough periods for a trend.")
    return _("From %(first)s in %(since)s to %(last)s in %(until)s.") % {
        "first": known[0][1], "since": known[0][0].written, "last": known[-1][1], "until": known[-1][0].written,
    }  # fmt: skip
