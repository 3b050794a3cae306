"""Sampling plans as data: from which cases is drawn, how, how many, how often, by which scorecard and by whom they are checked (QC-01)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.kernel import rulebooks
from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError
from tingsu.kernel.fields import in_language
from tingsu.kernel.rulebook_rows import Row, check_rows, codes_in, wrong_texts
from tingsu.kernel.typed import whole_number
from tingsu.people.roles import Role

KIND = "sampling_plans"
MOST = 20
MOST_DRAWN = 100
"""So many cases a round draws at most: more than that nobody looks at with care."""
Label = str | Promise
SAMPLE, PATROL, CALIBRATION, VERDICTS, REVIEW = "sample", "patrol", "calibration", "verdicts", "review"
KINDS: dict[str, Label] = {
    SAMPLE: _("Sample of closed cases"),
    PATROL: _("Patrol through open cases"),
    CALIBRATION: _("Calibration: two reviewers, one case"),
    VERDICTS: _("Verdicts examined anew"),
    REVIEW: _("Periodic internal review"),
}
RANDOM, RISK, HANDLER, AUTOMATIC, OFF = "random", "risk", "handler", "automatic", "off"
HOWS: dict[str, Label] = {
    RANDOM: _("At random"),
    RISK: _("By risk: each sign of risk counts"),
    HANDLER: _("At random, from each handler at least so many"),
    AUTOMATIC: _("Cases in which a program or the system decided"),
    OFF: pgettext_lazy("sampling plan", "Not in use"),
}
EVERY: dict[str, Label] = {
    "week": _("Every week"),
    "month": _("Every month"),
    "quarter": _("Every quarter"),
    "hand": _("When somebody asks for it"),
}
FAIR = frozenset({RANDOM, HANDLER})
"""Ways of drawing in which every case of a handler has the same chance."""
REVIEWERS = (Role.QA, Role.SUPERVISOR, Role.COACH, Role.MGMT_REP, Role.AUDITOR)
"""Who can check the work of others; where the role of a plan has nobody left, the next one is asked."""


@dataclass(frozen=True)
class Plan:
    """One sampling plan in force."""

    row: Mapping[str, Any]
    version: int

    @property
    def code(self) -> str:
        return str(self.row["code"])

    @property
    def name(self) -> str:
        return in_language(self.row["name"])

    @property
    def kind(self) -> str:
        return str(self.row["kind"])

    @property
    def how(self) -> str:
        return str(self.row["how"])

    @property
    def number(self) -> int:
        """At least so many cases."""
        return int(self.row["number"])

    @property
    def share(self) -> int:
        """At least this share of the frame, in per cent."""
        return int(self.row["share"])

    @property
    def least(self) -> int:
        """From each handler at least so many, as far as there are."""
        return int(self.row["least"])

    @property
    def amount_fen(self) -> int:
        """From this payment on a case bears the sign “amount”."""
        return int(self.row["amount"]) * 100

    @property
    def every(self) -> str:
        return str(self.row["every"])

    @property
    def card(self) -> str:
        return str(self.row["card"])

    @property
    def reviewer(self) -> str:
        """The role that checks."""
        return str(self.row["reviewer"])

    @property
    def limit(self) -> int:
        """Working days in which a case is checked."""
        return int(self.row["limit"])

    def wanted(self, frame: int) -> int:
        """How many of so many cases are drawn, before what each handler is owed; a started case of a share counts whole."""
        return min(frame, MOST_DRAWN, max(self.number, -(-frame * self.share // 100)))


def _plan(
    code: str, zh: str, en: str, kind: str, how: str, every: str, card: str, *, number: int, share: int = 0, least: int = 0,
    reviewer: str = "qa",
) -> dict[str, Any]:  # fmt: skip
    return {
        "code": code, "name": {"zh-Hans": zh, "en": en}, "kind": kind, "how": how, "number": number, "share": share, "least": least,
        "amount": 1000, "every": every, "card": card, "reviewer": reviewer, "limit": 5,
    }  # fmt: skip


PLANS: tuple[dict[str, Any], ...] = (
    _plan("CJ-1", "按处理人抽检服务行为", "Conduct, from each handler", SAMPLE, HANDLER, "month", "conduct", number=10, share=2, least=2),
    _plan("CJ-2", "按风险抽检处理过程", "Process, by risk", SAMPLE, RISK, "month", "process", number=10),
    _plan("CJ-3", "系统或程序作出的处理", "What programs and the system decided", SAMPLE, AUTOMATIC, "month", "process", number=5),
    _plan("XJ-1", "在办案件巡检", "Patrol through open cases", PATROL, RANDOM, "week", "", number=10),
    _plan("JZ-1", "评分校准", "Calibration of reviewers", CALIBRATION, RANDOM, "quarter", "conduct", number=5),
    _plan("FH-1", "结论复核", "Verdicts examined anew", VERDICTS, RANDOM, "month", "", number=5, share=1),
    _plan("NS-1", "服务质量内部评审", "Internal review of service quality", REVIEW, RANDOM, "quarter", "process", number=10,
          reviewer="supervisor"),
)  # fmt: skip


def shipped() -> dict[str, Any]:
    """Version 0."""
    return {"plans": [dict(one) for one in PLANS]}


def check(body: Mapping[str, Any]) -> None:
    """Every plan whole and each code once. Raises InvalidInput, named as the editor names it."""
    errors: dict[str, TingsuError] = {}
    check_rows(body, "plans", MOST, errors, _wrong)
    if errors:
        raise InvalidInput(errors)


def wrong_code(row: Row, rows: list[Row]) -> TingsuError | None:
    """Why the code of an entry is none, or none of its own."""
    code = row.get("code")
    if (
        not isinstance(code, str)
        or not 1 <= len(code) <= 10
        or not code.isascii()
        or not code.isprintable()
        or " " in code
    ):
        return InvalidValue(_("A code is at most ten letters, digits and dashes, such as CJ-4."), code="code")
    if codes_in(rows).count(code) > 1:
        return InvalidValue(_("This code stands in the list twice."), code="twice")
    return None


def is_whole(value: Any, least: int, most: int) -> bool:
    """A whole number in these bounds, as it is typed or sent."""
    number = whole_number(str(value))
    return number is not None and least <= number <= most


def _wrong(row: Row, rows: list[Row]) -> Iterator[tuple[str, TingsuError]]:
    from tingsu.quality.scorecards import CARDS

    if problem := wrong_code(row, rows):
        yield "code", problem
    if problem := wrong_texts(row.get("name"), 80, _("Say it in both languages.")):
        yield "name", problem
    kind = row.get("kind")
    scored = kind in KINDS and kind not in {PATROL, VERDICTS}
    for name, known in (
        ("kind", KINDS),
        ("how", HOWS),
        ("every", EVERY),
        ("reviewer", {str(one) for one in REVIEWERS}),
    ):
        if row.get(name) not in known:
            yield name, InvalidValue(code="choice")
    if row.get("card") not in (CARDS if scored else {"", *CARDS}):
        yield "card", InvalidValue(_("Say by which scorecard the cases are checked."), code="required")
    for name, least, most in (
        ("number", 1, MOST_DRAWN),
        ("share", 0, 100),
        ("least", 0, 20),
        ("amount", 1, 9_999_999),
        ("limit", 1, 60),
    ):
        if not is_whole(row.get(name), least, most):
            yield (
                name,
                InvalidValue(_("A whole number from %(least)s to %(most)s."), code="number", least=least, most=most),
            )


def plans() -> list[Plan]:
    """Plans in use now, in their order. No query."""
    book = rulebooks.in_force(KIND)
    return [one for row in book.body["plans"] if (one := Plan(row, book.version)).how != OFF]


def plan_named(code: str) -> Plan | None:
    """The plan of this code, if it is in use."""
    return next((one for one in plans() if one.code == code), None)


def register() -> None:
    """Make the rulebook known. Called once, when the app loads."""
    rulebooks.register_kind(KIND, _("Sampling plans"), shipped, check)
