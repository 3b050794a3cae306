"""Values that no record of ours holds: entered by a person from a named source, confirmed by another (KP-11)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from tingsu.figures.periods import Period
from tingsu.registers.models import Entry

REGISTER = "figure_value"


def of(code: str, period: Period) -> tuple[int | None, int | None]:
    """Part and whole of the confirmed values of a period, months added up; None where nothing was entered. One query."""
    rows = Entry.objects.filter(register=REGISTER, state="confirmed", codes__indicator=code)
    found = [codes for codes in rows.values_list("codes", flat=True) if _within(codes, period)]
    if not found:
        return None, None
    return _sum(found, "part"), _sum(found, "whole")


def _within(codes: Mapping[str, Any], period: Period) -> bool:
    return period.first <= date.fromisoformat(codes["month"]) < period.end


def _sum(found: list[Mapping[str, Any]], name: str) -> int | None:
    told = [int(codes[name]) for codes in found if codes.get(name) not in {None, ""}]
    return sum(told) if told else None
