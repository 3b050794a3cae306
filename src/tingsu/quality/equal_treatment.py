"""Are people treated alike, whatever the way in and whoever they are? Grades, times and outcomes compared like with like (QC-08, CA-16).

Each channel and group of customers is compared with all others among complaints of the same problem type, from facts without names.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date
from math import floor, log
from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.complaints.fields.people import CUSTOMER_TYPES
from tingsu.figures.dimensions import DIMENSIONS, YES_NO, Dimension
from tingsu.figures.models import Fact
from tingsu.process.steps import Options
from tingsu.quality.comparing import Counted, Effect, holm, share_difference, time_ratio
from tingsu.quality.plans import Label

_COMPARED = (
    DIMENSIONS["channel"],
    DIMENSIONS["group"],
    Dimension(column="customer_type", label=_("Customer type"), words=lambda: dict(CUSTOMER_TYPES)),
    Dimension(column="anonymous", label=_("Anonymous"), words=lambda: YES_NO),
)
GROUPS: dict[str, Dimension] = {one.column: one for one in _COMPARED}
FEW = 30
"""A group with fewer cases is named as too small: nothing can be said of it."""
SURE = 0.05
MOST_READ = 100_000
MOST = 120
TIME = "time"
Value = Callable[[Mapping[str, Any]], float | None]
MEASURES: dict[str, tuple[Label, Value]] = {
    "high_risk": (_("Graded high risk"), lambda one: float(one["grade"] == "high_risk") if one["grade"] else None),
    "founded": (_("Found to be right"), lambda one: float(one["verdict"] == "founded") if one["verdict"] else None),
    "paid": (_("Was paid something"), lambda one: float(one["paid_fen"] > 0) if one["verdict"] == "founded" else None),
    "late": (_("A time limit was missed"), lambda one: float(one["limits_missed"] > 0)),
    TIME: (
        _("Time until closing"),
        lambda one: log(one["closed_after"] + 1.0) if one["closed_after"] is not None else None,
    ),
}
COLUMNS = ("problem_type", "grade", "verdict", "paid_fen", "limits_missed", "closed_after", *GROUPS)
DIFFERS, ALIKE, TOO_FEW = "differs", "alike", "too_few"
FINDINGS: dict[str, Label] = {
    DIFFERS: _("Differs beyond chance: look at these cases"),
    ALIKE: _("No difference beyond chance"),
    TOO_FEW: _("Too few cases to say anything"),
}


def groups(entry: Any) -> Options:
    """Every group that can be compared, as `column:value`."""
    found: list[tuple[str, Label]] = []
    for column, dimension in GROUPS.items():
        found += [
            (f"{column}:{value}", f"{dimension.label} · {dimension.told(value)}") for value in [*dimension.words(), ""]
        ]
    return tuple(found)


def compared(since: date, until: date) -> list[dict[str, Any]]:
    """The comparisons of complaints closed in these days, those that differ first, then groups too small. One query."""
    rows = Fact.objects.filter(closed_on__gte=since, closed_on__lte=until).order_by("-closed_on", "-id")
    return lines_of(rows.values(*COLUMNS)[:MOST_READ])


def lines_of(rows: Any) -> list[dict[str, Any]]:
    """The same of rows at hand."""
    whole: dict[tuple[str, str], Counted] = defaultdict(Counted)
    parts: dict[tuple[str, Any, str], dict[str, Counted]] = defaultdict(lambda: defaultdict(Counted))
    sizes: dict[tuple[str, Any], int] = defaultdict(int)
    for one in rows:
        for column in GROUPS:
            sizes[column, one[column]] += 1
        for measure, (_label, value) in MEASURES.items():
            if (number := value(one)) is None:
                continue
            whole[measure, one["problem_type"]].add(number)
            for column in GROUPS:
                parts[column, one[column], measure][one["problem_type"]].add(number)
    tested, small = [], []
    for (column, value), size in sizes.items():
        if size < FEW:
            small.append(_line(column, value, "", size, TOO_FEW))
            continue
        for measure in MEASURES:
            strata = parts[column, value, measure]
            cases = sum(one.cases for one in strata.values())
            pairs = [(own, whole[measure, stratum].without(own)) for stratum, own in strata.items()]
            effect = (time_ratio if measure == TIME else share_difference)(pairs) if cases >= FEW else None
            if effect is not None:
                tested.append((_line(column, value, measure, cases, ALIKE), effect))
    sure = holm([effect.chance for _one, effect in tested])
    lines = []
    for (line, effect), chance in zip(tested, sure, strict=True):
        words = effect_words(effect, times=line["measure"] == TIME)
        lines.append({**line, **words, "chance": chance_words(chance), "finding": DIFFERS if chance < SURE else ALIKE})
    order = [DIFFERS, TOO_FEW, ALIKE]
    found = sorted([*lines, *small], key=lambda one: (order.index(one["finding"]), one["compared"], one["measure"]))
    return found[:MOST]


def _line(column: str, value: Any, measure: str, cases: int, finding: str) -> dict[str, Any]:
    return {
        "compared": f"{column}:{'' if value is None else value}",
        "measure": measure,
        "cases": cases,
        "finding": finding,
    }


def effect_words(effect: Effect, *, times: bool) -> dict[str, str]:
    """The size of an effect and its interval: points of a share, or how many times as long."""
    if times:
        return {"effect": f"×{effect.size:.2f}", "between": f"×{effect.low:.2f} – ×{effect.high:.2f}"}
    points = [f"{100 * one:+.1f}".replace("-", "−") for one in (effect.size, effect.low, effect.high)]
    return {"effect": points[0], "between": f"{points[1]} – {points[2]}"}


def chance_words(chance: float) -> str:
    """How likely by chance, to three places; nothing is ever impossible, and what differs is never rounded up to the bound."""
    if chance < 0.001:
        return "<0.001"
    return f"{floor(1000 * chance) / 1000:.3f}"


MEASURE_WORDS = tuple((code, label) for code, (label, _value) in MEASURES.items())
