"""Rules of early warning as data: which series are watched, by which test, from how many complaints on, and who answers in what time (MO-02)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.figures.dimensions import DIMENSIONS
from tingsu.kernel import rulebooks
from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError
from tingsu.kernel.fields import in_language
from tingsu.kernel.rulebook_rows import Row, check_rows, codes_in, wrong_texts
from tingsu.people.roles import Role

KIND = "warning_rules"
MOST = 20
Label = str | Promise
GROWTH, EXACT, TOPIC, COMMON, OFF = "growth", "exact", "topic", "common", "off"
METHODS: dict[str, Label] = {
    GROWTH: _("More than mean + standard deviations of the weeks before"),
    EXACT: _("Exact test by working days, false alarms of all series held down together"),
    TOPIC: _("Words that many texts of a week suddenly share, false alarms of all words held down together"),
    COMMON: _(
        "The same order, merchant, address, telephone, batch or text in many complaints; exact, false alarms of all held down together"
    ),
    OFF: pgettext_lazy("warning rule", "Not in use"),
}
PRODUCT, PROBLEM, ALL, TEXTS, TRACES = "product", "problem", "all", "texts", "traces"
OWN: dict[str, Label] = {
    ALL: _("All complaints"),
    PRODUCT: pgettext_lazy("early warning", "Product"),
    PROBLEM: _("Product and problem category"),
    TEXTS: _("What complaints tell"),
    TRACES: _("What complaints have in common"),
}
OWN_TESTS = {TOPIC: TEXTS, COMMON: TRACES}
OF_FACTS = (
    "category",
    "problem_type",
    "channel",
    "mode",
    "province",
    "department_id",
    "unit_concerned_id",
    "product_type",
    "object_type",
    "scene",
)
"""Dimensions of the facts that may be watched: what a complaint is about and where it came from, not what became of it."""


def streams() -> dict[str, Label]:
    """Everything that can be watched, with its words."""
    return {**OWN, **{column: DIMENSIONS[column].label for column in OF_FACTS}}


@dataclass(frozen=True)
class Rule:
    """One rule in force. `level`: standard deviations (growth), or the share of false alarms among alarms in per cent (exact)."""

    row: Mapping[str, Any]
    version: int

    @property
    def code(self) -> str:
        return str(self.row["code"])

    @property
    def name(self) -> str:
        return in_language(self.row["name"])

    @property
    def method(self) -> str:
        return str(self.row["method"])

    @property
    def watched(self) -> tuple[str, ...]:
        return _names(self.row["watched"])

    @property
    def level(self) -> float:
        return float(self.row["level"])

    @property
    def least(self) -> int:
        return int(self.row["least"])

    @property
    def weeks(self) -> int:
        """How many weeks before the newest one it is held against."""
        return int(self.row["weeks"])

    @property
    def limit(self) -> int:
        """Working days within which measures are taken."""
        return int(self.row["limit"])

    @property
    def owner(self) -> str:
        """The role that answers for its warnings."""
        return str(self.row["owner"])


def _names(typed: Any) -> tuple[str, ...]:
    return tuple(one.strip() for one in str(typed).split(",") if one.strip())


def _rule(code: str, zh: str, en: str, method: str, watched: str, level: str, least: int) -> dict[str, Any]:
    return {
        "code": code, "name": {"zh-Hans": zh, "en": en}, "method": method, "watched": watched, "level": level, "least": least, "weeks": 8,
        "limit": 3, "owner": "supervisor",
    }  # fmt: skip


RULES: tuple[dict[str, Any], ...] = (
    _rule("YJ-1", "周投诉量异常增长", "Weekly number grows abnormally", GROWTH, "category, product, department_id", "2", 5),
    _rule("YJ-2", "同一问题集中出现", "The same problem comes again and again", GROWTH, "problem", "2", 3),
    _rule(
        "YJ-3", "异常增长（按工作日精确检验）", "Abnormal growth (exact, by working days)", EXACT,
        "all, category, product, problem, department_id, province, channel, unit_concerned_id", "1", 3,
    ),
    _rule("YJ-4", "多件投诉忽然说到同样的事", "Many complaints suddenly tell of the same", TOPIC, TEXTS, "1", 5),
    _rule("YJ-5", "同一订单、商家、网址、电话、批次或近似文字集中出现", "The same order, merchant, address, telephone, batch or text", COMMON, TRACES, "1", 4),
)  # fmt: skip


def shipped() -> dict[str, Any]:
    """Version 0."""
    return {"rules": [dict(one) for one in RULES]}


def check(body: Mapping[str, Any]) -> None:
    """Every rule whole and each code once. Raises InvalidInput, named as the editor names it."""
    errors: dict[str, TingsuError] = {}
    check_rows(body, "rules", MOST, errors, _wrong)
    if errors:
        raise InvalidInput(errors)


def _wrong(row: Row, rows: list[Row]) -> Iterator[tuple[str, TingsuError]]:
    code = row.get("code")
    if (
        not isinstance(code, str)
        or not 1 <= len(code) <= 10
        or not code.isascii()
        or not code.isprintable()
        or " " in code
    ):
        yield "code", InvalidValue(_("A code is at most ten letters, digits and dashes, such as YJ-4."), code="code")
    elif codes_in(rows).count(code) > 1:
        yield "code", InvalidValue(_("This code stands in the list twice."), code="twice")
    if problem := wrong_texts(row.get("name"), 80, _("Say it in both languages.")):
        yield "name", problem
    method = row.get("method")
    if method not in METHODS:
        yield "method", InvalidValue(code="choice")
    if row.get("owner") not in set(Role.values):
        yield "owner", InvalidValue(code="choice")
    known = streams()
    names = _names(row.get("watched", ""))
    unknown = [one for one in names if one not in known]
    if not names or unknown:
        yield (
            "watched",
            InvalidValue(
                _("Name what is watched, set apart by commas: %(known)s."), code="choice", known=", ".join(known)
            ),
        )
    elif (
        method != OFF
        and names != (OWN_TESTS.get(str(method)),)
        and (method in OWN_TESTS or {TEXTS, TRACES} & set(names))
    ):
        yield (
            "watched",
            InvalidValue(
                _(
                    "What complaints tell (texts) and have in common (traces) is watched by a test of its own, which watches nothing else."
                )
            ),
        )
    for name, least, most in (("least", 2, 10_000), ("weeks", 4, 52), ("limit", 1, 60)):
        if not _whole(row.get(name), least, most):
            yield (
                name,
                InvalidValue(_("A whole number from %(least)s to %(most)s."), code="number", least=least, most=most),
            )
    level = _number(row.get("level"))
    low, high = (Decimal("0.5"), Decimal(10)) if method == GROWTH else (Decimal("0.01"), Decimal(20))
    if level is None or not low <= level <= high:
        yield (
            "level",
            InvalidValue(_("A number from %(least)s to %(most)s."), code="number", least=str(low), most=str(high)),
        )


def _whole(value: Any, least: int, most: int) -> bool:
    text = str(value)
    return text.isascii() and text.isdigit() and len(text) < 6 and least <= int(text) <= most


def _number(value: Any) -> Decimal | None:
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def rules(at: datetime | None = None) -> list[Rule]:
    """Rules in use at an instant (default: now), in their order. No query."""
    book = rulebooks.in_force(KIND, at)
    return [one for row in book.body["rules"] if (one := Rule(row, book.version)).method != OFF]


def register() -> None:
    """Make the rulebook known. Called once, when the app loads."""
    rulebooks.register_kind(KIND, _("Rules of early warning"), shipped, check)
