"""Scorecards as a rulebook: what is looked at, how much each item weighs, and below which result a case has not passed (QC-03)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.kernel import rulebooks
from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError
from tingsu.kernel.fields import in_language
from tingsu.kernel.rulebook_rows import Row, check_rows, wrong_texts
from tingsu.quality.plans import Label, is_whole, wrong_code

KIND = "scorecards"
CONDUCT, PROCESS = "conduct", "process"
CARDS: dict[str, Label] = {CONDUCT: _("Conduct"), PROCESS: pgettext_lazy("scorecard", "Process")}
NONE = "none"
MARKS: tuple[tuple[str, Label], ...] = (
    ("2", pgettext_lazy("scorecard", "Met")),
    ("1", pgettext_lazy("scorecard", "Partly met")),
    ("0", pgettext_lazy("scorecard", "Not met")),
    (NONE, pgettext_lazy("scorecard", "Did not arise")),
)
FULL = 2
PASS = 80
"""A case passes with this share of what it could reach, in per cent, and no item that must not fail at zero."""
MOST = 60


@dataclass(frozen=True)
class Item:
    """One line of a scorecard."""

    row: Mapping[str, Any]

    @property
    def code(self) -> str:
        return str(self.row["code"])

    @property
    def name(self) -> str:
        return in_language(self.row["name"])

    @property
    def weight(self) -> int:
        return int(self.row["weight"])

    @property
    def must(self) -> bool:
        """Not met, it fails the whole case."""
        return bool(self.row["must"])


def _item(card: str, code: str, zh: str, en: str, weight: int = 1, must: bool = False) -> dict[str, Any]:
    return {"card": card, "code": code, "name": {"zh-Hans": zh, "en": en}, "weight": weight, "must": must}


ITEMS: tuple[dict[str, Any], ...] = (
    _item(CONDUCT, "XW-1", "耐心倾听，安抚情绪", "Patience and calming"),
    _item(CONDUCT, "XW-2", "让用户感到被接纳、得到帮助", "The user feels accepted and helped"),
    _item(CONDUCT, "XW-3", "沟通细致", "Detailed communication"),
    _item(CONDUCT, "XW-4", "认真收集线索", "Careful collection of clues"),
    _item(CONDUCT, "XW-5", "及时反馈", "Timely feedback"),
    _item(CONDUCT, "XW-6", "避免争执、辩解", "No arguing, no justifying", must=True),
    _item(CONDUCT, "XW-7", "热情友好接待", "Warm and friendly reception"),
    _item(CONDUCT, "XW-8", "态度真诚", "Sincerity"),
    _item(CONDUCT, "XW-9", "用户感到被倾听、被理解、被尊重", "The user is heard, understood, respected", 2),
    _item(PROCESS, "GC-1", "登记完整，复述确认", "Record complete, read back and confirmed"),
    _item(PROCESS, "GC-2", "按时告知受理", "Acknowledged in time"),
    _item(PROCESS, "GC-3", "评估与分级有据", "Assessment and grade well founded"),
    _item(PROCESS, "GC-4", "调查查清事实，证据齐全", "Investigation finds the facts, evidence complete", 2),
    _item(PROCESS, "GC-5", "结论引用依据", "Verdict cites its basis", 2, True),
    _item(PROCESS, "GC-6", "方案合理，权限之内", "Solution reasonable and within authority"),
    _item(PROCESS, "GC-7", "双方均已告知", "Both parties informed"),
    _item(PROCESS, "GC-8", "承诺已兑现，已回访", "What was promised is done, callback made"),
    _item(PROCESS, "GC-9", "个人信息只用于办理", "Personal data used for handling only", must=True),
)


def shipped() -> dict[str, Any]:
    """Version 0: the conduct that ISC 9.1.2, SZ 6(2) and SVC 3.1.2 ask for, and the course of a case."""
    return {"items": [dict(one) for one in ITEMS]}


def check(body: Mapping[str, Any]) -> None:
    """Every item whole, each code once, and both cards have one. Raises InvalidInput, named as the editor names it."""
    errors: dict[str, TingsuError] = {}
    rows = check_rows(body, "items", MOST, errors, _wrong)
    bare = [card for card in CARDS if card not in {row.get("card") for row in rows}]
    if bare and not errors:
        errors["items"] = InvalidValue(_("Each scorecard has at least one item."), code="required")
    if errors:
        raise InvalidInput(errors)


def _wrong(row: Row, rows: list[Row]) -> Iterator[tuple[str, TingsuError]]:
    if problem := wrong_code(row, rows):
        yield "code", problem
    if row.get("card") not in CARDS:
        yield "card", InvalidValue(code="choice")
    if problem := wrong_texts(row.get("name"), 80, _("Say it in both languages.")):
        yield "name", problem
    if not is_whole(row.get("weight"), 1, 10):
        yield "weight", InvalidValue(_("A whole number from %(least)s to %(most)s."), code="number", least=1, most=10)
    if not isinstance(row.get("must"), bool):
        yield "must", InvalidValue(code="choice")


def items(card: str = "") -> list[Item]:
    """The items in force, of one card or of all, in their order. No query."""
    body = rulebooks.in_force(KIND).body
    return [Item(row) for row in body["items"] if not card or row["card"] == card]


def version() -> int:
    """Which version is in force."""
    return rulebooks.in_force(KIND).version


def reached(known: Iterable[Item], marks: Mapping[str, str]) -> tuple[int, bool]:
    """The result of a case in per cent of what it could reach, and whether it passed. What did not arise counts for nothing.

    A case in which nothing arose has reached everything: nothing was wrong. Rounded to the nearest, half up.
    """
    got = most = 0
    failed = False
    for item in known:
        mark = marks.get(item.code, NONE)
        if mark == NONE:
            continue
        got += item.weight * int(mark)
        most += item.weight * FULL
        failed = failed or (item.must and mark == "0")
    percent = (200 * got + most) // (2 * most) if most else 100
    return percent, percent >= PASS and not failed


def register() -> None:
    """Make the rulebook known. Called once, when the app loads."""
    rulebooks.register_kind(KIND, _("Scorecards"), shipped, check)
