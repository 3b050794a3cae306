"""Indicators as data: a rulebook of definitions, each with its formula in words and as queries over the facts (KP-01, KP-12).

A definition is never edited: a change is a new version, and each stored value names the version that it was counted by.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.figures import conditions, periods, surveys
from tingsu.figures import shipped as ships
from tingsu.figures.shipped import BY_CLOSING, BY_RATING, BY_RECEIPT
from tingsu.figures.shipped_loyalty import LOYALTY
from tingsu.kernel import rulebooks
from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError
from tingsu.kernel.fields import in_language
from tingsu.kernel.rulebook_rows import Row, check_rows, codes_in, wrong_texts
from tingsu.outside.platforms import PLATFORMS
from tingsu.people.roles import Role

KIND = "indicators"
INDICATORS = (*ships.INDICATORS, *LOYALTY)
CODE = re.compile(r"[A-Z]{1,3}-?[0-9]{1,3}[a-z]?")
MOST = 100
Label = str | Promise
KINDS: dict[str, Label] = {
    "share": pgettext_lazy("indicator", "Share of cases"),
    "count": pgettext_lazy("indicator", "Number of cases"),
    "median": pgettext_lazy("indicator", "Median of minutes or days"),
    "mean": pgettext_lazy("indicator", "Mean amount of a case"),
    "sum": pgettext_lazy("indicator", "Sum of amounts"),
    "quotient": pgettext_lazy("indicator", "Share of occasions"),
    "per_thousand": pgettext_lazy("indicator", "Cases in 1,000 of an entered number"),
    "spill_over": pgettext_lazy("indicator", "Change of spill-over complaints"),
    "standing": pgettext_lazy("indicator", "Whether it stands"),
    "calls": pgettext_lazy("indicator", "Calls answered, of those that asked for a person"),
    "survey": pgettext_lazy("indicator", "Share of answers to surveys"),
    "entered": pgettext_lazy("indicator", "Entered: part and whole"),
    "entered_mean": pgettext_lazy("indicator", "Entered: sum and number"),
}
"""How a value comes about."""
PERCENT = frozenset({"share", "quotient", "spill_over", "calls", "survey", "entered"})
OF_CASES = frozenset({"share", "count", "median", "mean", "sum", "per_thousand"})
"""Kinds with complaints behind them."""
ENTERED = frozenset({"entered", "entered_mean", "per_thousand", "calls"})
"""Kinds for which values are entered; beside calls those of desks that no telephone system serves."""
GROUPS: dict[str, Label] = {
    "setup": _("Basic set-up"),
    "spill_over": _("Spill-over"),
    "spill_over_handling": _("Handling of spill-over"),
    "internal": _("Internal performance"),
    "time": _("Time"),
    "service": _("Service"),
    "volume": pgettext_lazy("indicators", "Volume"),
    "cost": pgettext_lazy("indicators", "Cost"),
    "loyalty": pgettext_lazy("indicators", "Loyalty and business risk"),
    "own": pgettext_lazy("indicators", "Own indicators"),
}
DAYS: dict[str, Label] = {
    BY_RECEIPT: _("Day of receipt"),
    BY_CLOSING: _("Day of closing"),
    BY_RATING: _("Day of rating"),
}
DIRECTIONS: dict[str, Label] = {
    "": pgettext_lazy("target", "none"),
    "at_least": _("at least"),
    "above": _("above"),
    "at_most": _("at most"),
    "below": _("below"),
}
SHIPPED_ALERTS: dict[str, str] = {str(one["code"]): str(one["alert"]) for one in INDICATORS}
STANDINGS = ("centre", "representative", "staff")
AMOUNTS = frozenset({"paid_fen", "cost_fen", "asked_fen", "avoided_fen", "outside_fen"})


@dataclass(frozen=True)
class Indicator:
    """One definition in force, of one version of the rulebook."""

    row: Mapping[str, Any]
    version: int

    @property
    def code(self) -> str:
        return str(self.row["code"])

    @property
    def kind(self) -> str:
        return str(self.row["kind"])

    @property
    def by(self) -> str:
        """The column with the day that puts a case in a period."""
        return str(self.row["by"])

    @property
    def period(self) -> str:
        return str(self.row["period"])

    @property
    def name(self) -> str:
        return in_language(self.row["name"])

    @property
    def formula(self) -> str:
        return in_language(self.row["formula"])

    @property
    def direction(self) -> str:
        return str(self.row.get("direction") or "")

    @property
    def target(self) -> Decimal | None:
        return _number(self.row.get("target"))

    @property
    def alert(self) -> Decimal | None:
        """At which value somebody is told at once (KP-03, KP-07). Versions from before there were such limits have those that ship."""
        return _number(self.row["alert"] if "alert" in self.row else SHIPPED_ALERTS.get(self.code))

    def alarms(self, value: float) -> bool:
        """Whether a value crosses the limit of the alert: on the wrong side of it as the target counts sides, equal ones as it counts them."""
        return self.alert is not None and bool(self.direction) and not _kept(self.direction, value, float(self.alert))

    @property
    def whole(self) -> Q:
        """Cases of the denominator; for a kind that measures, those that have the measure."""
        if self.kind in {"median", "mean", "sum"}:
            return conditions.condition(self.row["among"]) & Q(**{f"{self.row['of']}__isnull": False})
        return conditions.condition(self.row["among"])

    @property
    def part(self) -> Q:
        """Cases of the numerator, of those in the denominator."""
        if self.kind in {"share", "count", "per_thousand"}:
            return self.whole & conditions.condition(self.row["of"])
        return self.whole

    def meets(self, value: float) -> bool | None:
        """Whether a value keeps the target; None without one."""
        if self.target is None or not self.direction:
            return None
        return _kept(self.direction, value, float(self.target))


def _kept(direction: str, value: float, limit: float) -> bool:
    return {
        "at_least": value >= limit,
        "above": value > limit,
        "at_most": value <= limit,
        "below": value < limit,
    }[direction]


def shipped() -> dict[str, Any]:
    """Version 0."""
    return {"indicators": [dict(one) for one in INDICATORS]}


def check(body: Mapping[str, Any]) -> None:
    """Every definition whole, each code once, every query understood. Raises InvalidInput, named as the editor names it."""
    errors: dict[str, TingsuError] = {}
    check_rows(body, "indicators", MOST, errors, _wrong)
    if errors:
        raise InvalidInput(errors)


def _wrong(row: Row, rows: list[Row]) -> Iterator[tuple[str, TingsuError]]:
    code = row.get("code")
    if not isinstance(code, str) or not CODE.fullmatch(code):
        yield (
            "code",
            InvalidValue(_("A code is one to three capital letters and a number, such as K-11 or Z-1."), code="code"),
        )
    elif codes_in(rows).count(code) > 1:
        yield "code", InvalidValue(_("This code stands in the list twice."), code="twice")
    for name, limit in (("name", 80), ("formula", 300)):
        if problem := wrong_texts(row.get(name), limit, _("Say it in both languages.")):
            yield name, problem
    for name, known in (
        ("kind", KINDS), ("group", GROUPS), ("by", DAYS), ("period", periods.KINDS), ("direction", DIRECTIONS), ("owner", set(Role.values)),
    ):  # fmt: skip
        if row.get(name) not in known:
            yield name, InvalidValue(code="choice")
    source = row.get("source")
    if not isinstance(source, str) or not source or len(source) > 80:
        yield (
            "source",
            InvalidValue(_("Say where the indicator comes from, in at most 80 characters."), code="required"),
        )
    target = row.get("target")
    if not isinstance(target, str | int) or (target != "" and _number(target) is None):
        yield "target", InvalidValue(_("A target is a number such as 95 or 4.5, or empty."), code="number")
    elif (target != "") and not row.get("direction"):
        yield "direction", InvalidValue(_("Say whether the target is a least or a most."), code="required")
    alert = row.get("alert", "")
    if not isinstance(alert, str | int) or (alert != "" and _number(alert) is None):
        yield "alert", InvalidValue(_("A limit is a number such as 85, or empty."), code="number")
    elif alert != "" and not row.get("direction"):
        yield "direction", InvalidValue(_("Say whether the target is a least or a most."), code="required")
    yield from _wrong_queries(row)


def _wrong_queries(row: Row) -> Iterator[tuple[str, TingsuError]]:
    kind, of, among = row.get("kind"), row.get("of", ""), row.get("among", "")
    for name, words in (("of", of), ("among", among)):
        if not isinstance(words, str) or len(words) > conditions.LIMIT:
            yield name, InvalidValue(_("A query is a text of at most 300 characters."), code="too_long")
            return
    try:
        if kind in {"share", "count", "per_thousand"}:
            conditions.condition(of)
        elif kind in {"median", "mean", "sum"}:
            if len(conditions.summed(of)) > 1:
                raise InvalidValue(_("Name one column that is measured."), code="column")
        elif kind == "quotient":
            conditions.summed(of)
        elif of not in {"standing": STANDINGS, "spill_over": dict(PLATFORMS), "survey": surveys.KNOWN}.get(
            str(kind), (of,)
        ):
            raise InvalidValue(code="choice")
    except TingsuError as error:
        yield "of", error
    if kind == "share" and not str(of).strip():
        yield "of", InvalidValue(_("A share needs the part that is counted."), code="required")
    try:
        conditions.summed(among) if kind == "quotient" else conditions.condition(among)
    except TingsuError as error:
        yield "among", error


def _number(value: Any) -> Decimal | None:
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found) < 10**9 else None


def indicators(at: datetime | None = None) -> dict[str, Indicator]:
    """Those in force at an instant (default: now), by code, in their order. No query."""
    rules = rulebooks.in_force(KIND, at)
    return {row["code"]: Indicator(row, rules.version) for row in rules.body["indicators"]}


def register() -> None:
    """Make the rulebook known. Called once, when the app loads."""
    rulebooks.register_kind(KIND, _("Indicators"), shipped, check)
