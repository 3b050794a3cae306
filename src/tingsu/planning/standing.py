"""How an objective stands: from the live figure of its indicator, or from the last value that somebody entered (MS-16)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from tingsu.figures import shown, values
from tingsu.figures.indicators import DIRECTIONS, Indicator, indicators
from tingsu.figures.periods import YEAR, period_of
from tingsu.registers.models import Entry

MET, RISK, MISSED, NOTHING = "met", "risk", "missed", ""
HIGHER = "at_least"


def number(typed: Any) -> Decimal | None:
    """A number as people type it, with or without a sign of per cent."""
    try:
        found = Decimal(str(typed).strip().rstrip("%％").strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found) < 10**9 else None


@dataclass(frozen=True)
class Standing:
    """One objective on a day: its value, its target, and how the one stands to the other."""

    entry: Entry
    title: str
    code: str
    """met, risk, missed; empty where there is no value or no target yet."""
    value: str
    target: str
    of: str = ""
    """The period or day that the value speaks of."""

    @property
    def words(self) -> str | Promise:
        return shown.STANDINGS[self.code][0] or _("No value yet")

    @property
    def tone(self) -> str:
        return shown.STANDINGS[self.code][1] or "outline"


def judged(direction: str, value: Decimal, target: Decimal, *, over: bool) -> str:
    """On target; at risk while its day has not come; missed when it has."""
    if value >= target if direction == HIGHER else value <= target:
        return MET
    return MISSED if over else RISK


def standings(entries: Iterable[Entry], day: date) -> list[Standing]:
    """How objectives stand on a day. One query for each length of period that their indicators have."""
    rows, known = list(entries), indicators()
    asked = {one.codes["indicator"] for one in rows if one.codes.get("indicator") in known}
    figures: dict[str, dict[Any, Any]] = {}
    for kind in {known[code].period for code in asked}:
        codes = [code for code in asked if known[code].period == kind]
        figures |= values.kept(codes, period_of(day, kind), 2 if kind != YEAR else 1)
    return [_standing(one, known.get(one.codes.get("indicator", "")), figures, day) for one in rows]


def _standing(entry: Entry, one: Indicator | None, figures: dict[str, dict[Any, Any]], day: date) -> Standing:
    texts, codes = entry.worded_or_none() or {}, entry.codes
    title, over = texts.get("title") or entry.number, str(codes.get("until", "")) < day.isoformat()
    if one is None:
        return _entered(entry, texts, title, number(texts.get("target", "")), over=over)
    direction = HIGHER if one.direction in {"at_least", "above"} else "at_most"
    told = shown.target_words(one)
    kept = figures.get(one.code, {})
    for period in sorted(kept, reverse=True):
        counted = kept[period].counted
        value = counted.value(one.kind)
        if value is not None and not counted.few(one.kind):
            code = judged(direction, Decimal(str(value)), one.target, over=over) if one.target is not None else NOTHING
            return Standing(entry, title, code, shown.value_words(one, counted), told, period.written)
    return Standing(entry, title, NOTHING, "", told)


def _entered(entry: Entry, texts: dict[str, str], title: str, target: Decimal | None, *, over: bool) -> Standing:
    codes, direction = entry.codes, entry.codes.get("direction", HIGHER)
    told = f"{DIRECTIONS[direction]} {texts.get('target', '')}" if target is not None else texts.get("target", "")
    lines = codes.get("measured", [])
    if not lines:
        return Standing(entry, title, NOTHING, "", told)
    typed = texts.get(f"measured.{len(lines) - 1}.value", "")
    value = number(typed)
    code = judged(direction, value, target, over=over) if value is not None and target is not None else NOTHING
    return Standing(entry, title, code, typed, told, str(lines[-1].get("on", "")))
