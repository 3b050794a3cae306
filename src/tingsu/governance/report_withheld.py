"""What of a report's figures may leave the centre: counts of 1 to 4 complaints are withheld, and so is what would tell them (MO-13).

One place for every door: the page of who does not read figures, PDF and workbook, the portal, programs, and exported lists.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from tingsu.figures import fairness
from tingsu.figures.counting import Counted
from tingsu.figures.views import for_outside
from tingsu.governance import first_moments, payment_flow, ratings, report_figures, report_kinds
from tingsu.registers.models import Entry

WITHHELD = "withheld"
"""Stands in the place of a number."""
TOTALS = ("received", "high_risk", "repeated", "closed", "still_open", "late")
NUMBERS = ("part", "whole", "amount")
OF_COLLEAGUES = frozenset(one.name for one in (*first_moments.FIELDS, *ratings.FIELDS, *payment_flow.FIELDS))
"""Figures of single members: they stay in the centre."""
Row = dict[str, Any]


def for_others(entry: Entry) -> dict[str, Any]:
    """The codes of a report with WITHHELD in the place of each number that does not leave the centre.

    What a department reports on its rectifications is its own, and stands as it is. A quarter costs a query: its reports of the months.
    """
    codes: dict[str, Any] = {name: value for name, value in entry.codes.items() if name not in OF_COLLEAGUES}
    kind = report_kinds.kind_of(codes)
    if kind == report_kinds.RECTIFICATIONS:
        return dict(entry.codes)
    versions = {row["code"]: row["version"] for row in codes.get("figures", [])}
    months = [_figure(row, versions.get(row["code"], 0)) for row in codes.get("by_month", [])]
    small = {row["code"] for row in months if WITHHELD in row.values()}
    tables = {
        "by_month": months,
        "figures": [
            _gone(row, NUMBERS) if row["code"] in small else _figure(row, row["version"])
            for row in codes.get("figures", [])
        ],
        "scores": [_score(row) for row in codes.get("scores", [])],
        "breakdown": _breakdown(entry),
        "stages": [_stage(row) for row in codes.get("stages", [])],
        "again": [{name: _count(number) for name, number in row.items()} for row in codes.get("again", [])],
        "money": [_cost(row) for row in codes.get("money", [])],
        "capacity": [_held(row) for row in codes.get("capacity", [])],
    }
    codes |= {name: rows for name, rows in tables.items() if name in codes}
    return codes | _totals(codes)


def leaving(entry: Entry) -> dict[str, Any]:
    """The same for programs and exported lists: what is withheld is left out."""
    return {name: _left_out(value) for name, value in for_others(entry).items() if value != WITHHELD}


def _left_out(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    return [
        {name: told for name, told in row.items() if told != WITHHELD} if isinstance(row, dict) else row
        for row in value
    ]


def _gone(row: Mapping[str, Any], names: Iterable[str]) -> Row:
    return {**row, **{name: WITHHELD for name in names if row.get(name) is not None}}


def _count(number: Any) -> Any:
    return WITHHELD if isinstance(number, int) and 0 < number < fairness.SMALL else number


def _figure(row: Mapping[str, Any], version: int) -> Row:
    """A line of figures, of this period and of the one before it."""
    found = dict(row)
    one = report_figures.definition(row["code"], version)
    for ending in ("", "_before"):
        names = [f"{name}{ending}" for name in NUMBERS]
        if one is None or for_outside(one, Counted(*(row.get(name) for name in names))) is None:
            found = _gone(found, names)
    return found


def _score(row: Mapping[str, Any]) -> Row:
    """A score tells its figure to whoever knows the target."""
    found = _figure(row, row["version"])
    return _gone(found, ("score",)) if WITHHELD in found.values() else found


def _breakdown(entry: Entry) -> list[Row]:
    """Small counts, as many more of the same dimension that no total tells one, and in a quarter what is withheld in one of its months."""
    lines = entry.codes.get("breakdown", [])
    found = [dict(row) for row in lines]
    for name in ("cases", "before"):
        for place in _small(lines, name):
            found[place][name] = WITHHELD
    numbers = [row["number"] for row in entry.codes.get("sources", []) if row.get("number")]
    if numbers:
        hidden = set()
        for month in Entry.objects.filter(register=entry.register, number__in=numbers):
            rows = month.codes.get("breakdown", [])
            hidden |= {(rows[place]["by"], rows[place]["value"]) for place in _small(rows, "cases")}
        found = [_gone(row, ("cases",)) if (row["by"], row["value"]) in hidden else row for row in found]
    return found


def _small(lines: list[Row], name: str) -> set[int]:
    found: set[int] = set()
    for by in {row["by"] for row in lines}:
        cells = {(str(place), name): row.get(name) or 0 for place, row in enumerate(lines) if row["by"] == by}
        found |= {int(place) for place, _name in fairness.suppressed(cells)}
    return found


def _stage(row: Mapping[str, Any]) -> Row:
    return (
        dict(row) if _count(row["cases"]) != WITHHELD else _gone(row, ("cases", "median", "ninth", "share", "before"))
    )


def _cost(row: Mapping[str, Any]) -> Row:
    """Of how many the sum of the period before is made, nobody knows: it stays."""
    found = {name: value for name, value in row.items() if name != "before"}
    return found if _count(row["cases"]) != WITHHELD else _gone(found, ("cases", "sum"))


def _held(row: Mapping[str, Any]) -> Row:
    """Cases in the hands of a function; what is late is a part of what is open."""
    found: Row = {**row, **{name: _count(row[name]) for name in ("open", "late", "closed")}}
    return _gone(found, ("late",)) if _count(row["open"] - row["late"]) == WITHHELD else found


def _totals(codes: Mapping[str, Any]) -> Row:
    """Parts of what came are withheld where the rest is small, and where the same number is withheld among the grades."""
    found = {name: _count(codes[name]) for name in TOTALS if name in codes}
    for name in ("high_risk", "repeated"):
        if name in found and _count(codes.get("received", 0) - codes[name]) == WITHHELD:
            found[name] = WITHHELD
    grades = [row for row in codes.get("breakdown", []) if (row["by"], row["value"]) == ("grade", "high_risk")]
    if "high_risk" in found and any(row["cases"] == WITHHELD for row in grades):
        found["high_risk"] = WITHHELD
    return found
