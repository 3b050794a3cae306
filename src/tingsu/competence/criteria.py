"""Staff levels with what each asks for, as a rulebook: a firm may add levels of its own within the work of one of the three (PE-05, PE-30)."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.competence.rows import wrong_code
from tingsu.kernel import rulebooks
from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError
from tingsu.kernel.fields import in_language
from tingsu.kernel.rulebook_rows import Row, check_rows, codes_in, wrong_texts
from tingsu.people.roles import StaffLevel
from tingsu.process.steps import Options

KIND = "staff_levels"
MOST_LEVELS, MOST_CRITERIA = 12, 60


def _level(code: str, zh: str, en: str, work: str) -> dict[str, Any]:
    return {"code": code, "name": {"zh-Hans": zh, "en": en}, "work": work}


def _criterion(level: str, code: str, zh: str, en: str) -> dict[str, Any]:
    return {"level": level, "code": code, "name": {"zh-Hans": zh, "en": en}}


LEVELS = (
    _level("ordinary", "普通客服", "Ordinary agent", "ordinary"),
    _level("expert", "服务专家", "Service expert", "expert"),
    _level("coach", "服务教练", "Service coach", "coach"),
)
CRITERIA = (
    _criterion("ordinary", "DJ-1", "具备投诉受理基本技能", "Basic acceptance skill"),
    _criterion("expert", "DJ-2", "熟悉各业务领域专业知识", "Expert knowledge of each field of business"),
    _criterion("expert", "DJ-3", "能够调解纠纷", "Mediates disputes"),
    _criterion("expert", "DJ-4", "能够处理高危投诉", "Handles high-risk complaints"),
    _criterion("expert", "DJ-5", "能够开展外部协调", "Coordinates with bodies outside"),
    _criterion("coach", "DJ-6", "具有多年投诉处理经验", "Many years of experience in complaint handling"),
    _criterion("coach", "DJ-7", "能够预判和预防危机", "Predicts and prevents crises"),
    _criterion("coach", "DJ-8", "能够培养他人", "Trains others"),
)


def shipped() -> dict[str, Any]:
    """Version 0: the three levels of ISC 5.4.3 with their criteria."""
    return {"levels": [dict(one) for one in LEVELS], "criteria": [dict(one) for one in CRITERIA]}


def check(body: Mapping[str, Any]) -> None:
    """Every level whole and with a criterion, the three of the standard among them. Raises InvalidInput."""
    errors: dict[str, TingsuError] = {}
    levels = check_rows(body, "levels", MOST_LEVELS, errors, _wrong_level)
    known = set(codes_in(levels))

    def wrong_criterion(row: Row, rows: list[Row]) -> Iterator[tuple[str, TingsuError]]:
        if problem := wrong_code(row, rows):
            yield "code", problem
        if row.get("level") not in known:
            yield "level", InvalidValue(code="choice")
        if problem := wrong_texts(row.get("name"), 120, _("Say it in both languages.")):
            yield "name", problem

    criteria = check_rows(body, "criteria", MOST_CRITERIA, errors, wrong_criterion)
    if not errors and (missing := set(StaffLevel.values) - known):
        errors["levels"] = InvalidValue(
            _("The three levels of the standard stay: %(level)s is missing."),
            code="required", level=StaffLevel(sorted(missing)[0]).label,
        )  # fmt: skip
    if not errors and (bare := known - {row.get("level") for row in criteria}):
        errors["criteria"] = InvalidValue(
            _("Each level has at least one criterion: %(level)s has none."), code="required", level=sorted(bare)[0]
        )
    if errors:
        raise InvalidInput(errors)


def _wrong_level(row: Row, rows: list[Row]) -> Iterator[tuple[str, TingsuError]]:
    if problem := wrong_code(row, rows):
        yield "code", problem
    if problem := wrong_texts(row.get("name"), 40, _("Say it in both languages.")):
        yield "name", problem
    if row.get("work") not in StaffLevel.values:
        yield "work", InvalidValue(code="choice")
    elif row.get("code") in StaffLevel.values and row["code"] != row["work"]:
        yield "work", InvalidValue(_("A level of the standard does the work of its own name."), code="choice")


def _body() -> dict[str, Any]:
    return rulebooks.in_force(KIND).body


def levels(entry: Any = None) -> Options:
    """The levels in force. No query."""
    return tuple((row["code"], in_language(row["name"])) for row in _body()["levels"])


def criteria_of(level: str) -> dict[str, str]:
    """What a level asks for: code → words. No query."""
    return {row["code"]: in_language(row["name"]) for row in _body()["criteria"] if row["level"] == level}


def work_of(level: str) -> str:
    """Which of the three levels says what somebody of this level may work on (AS-02); empty for an unknown one."""
    return next((str(row["work"]) for row in _body()["levels"] if row["code"] == level), "")


def version() -> int:
    return rulebooks.in_force(KIND).version


def register() -> None:
    """Make the rulebook known. Called once, when the app loads."""
    rulebooks.register_kind(KIND, _("Staff levels"), shipped, check)
