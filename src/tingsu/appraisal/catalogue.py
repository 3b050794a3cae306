"""The catalogue of awards as a rulebook: for what, to whom, how often, by how large a jury, how long one may object (PE-22, PE-23, PE-29).

The nine named awards ship; a firm changes them, adds its own, and takes out of use what it does not give.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.kernel import rulebooks
from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError
from tingsu.kernel.fields import in_language
from tingsu.kernel.rulebook_rows import Row, check_rows, wrong_texts
from tingsu.process.steps import Options
from tingsu.quality.plans import is_whole, wrong_code
from tingsu.registers.intervals import INTERVALS

KIND = "award_catalogue"
MOST, MOST_JURORS, MOST_DAYS = 40, 15, 30
PERSON, TEAM, BOTH = "person", "team", "both"
GROUPS: dict[str, str | Promise] = {
    "person": pgettext_lazy("award", "Person"),
    "business": pgettext_lazy("award", "Business"),
    "culture": pgettext_lazy("award", "Culture"),
}
TO: dict[str, str | Promise] = {
    PERSON: pgettext_lazy("award", "Persons"),
    TEAM: pgettext_lazy("award", "Teams"),
    BOTH: pgettext_lazy("award", "Persons and teams"),
}


@dataclass(frozen=True)
class Award:
    """One award of the catalogue as a version has it."""

    row: Mapping[str, Any]

    @property
    def name(self) -> str:
        return in_language(self.row["name"])

    @property
    def criteria(self) -> str:
        return in_language(self.row["criteria"])

    @property
    def to(self) -> str:
        return str(self.row["to"])

    @property
    def jurors(self) -> int:
        """So many judge at least."""
        return int(self.row["jurors"])

    @property
    def days(self) -> int:
        """So many working days the result is open to objections."""
        return int(self.row["days"])

    @property
    def in_use(self) -> bool:
        return bool(self.row["in_use"])


def _award(
    code: str, zh: str, en: str, group: str, to: str, every: str, criteria_zh: str, criteria_en: str
) -> dict[str, Any]:
    return {
        "code": code, "name": {"zh-Hans": zh, "en": en}, "group": group, "to": to, "every": every,
        "criteria": {"zh-Hans": criteria_zh, "en": criteria_en}, "jurors": 3, "days": 5, "in_use": True,
    }  # fmt: skip


AWARDS: tuple[dict[str, Any], ...] = (
    _award("GR-1", "优秀客服", "Outstanding agent", "person", PERSON, "quarterly",
           "时限达成、用户评价和质检得分在同岗位中名列前茅，无责任投诉",
           "Limits kept, ratings of users and quality scores among the best of the post, and no justified complaint about the person"),
    _award("GR-2", "最佳新人", "Best newcomer", "person", PERSON, "half_yearly",
           "入职一年内通过考核独立上岗，进步明显，质检得分稳定达标",
           "Released for independent work within the first year, clear progress, quality scores steadily on target"),
    _award("GR-3", "杰出个人", "Outstanding individual", "person", PERSON, "yearly",
           "在高危投诉处置、纠纷调解或危机预防中贡献突出，能带动他人",
           "A remarkable part in high-risk complaints, disputes or the prevention of a crisis, and an example to others"),
    _award("YW-1", "最佳体验", "Best experience", "business", BOTH, "half_yearly",
           "推动的改变让用户体验明显变好，有满意度或投诉量数据佐证",
           "A change that made service visibly better for users, shown by satisfaction or by fewer complaints"),
    _award("YW-2", "产品优化", "Product optimisation", "business", BOTH, "half_yearly",
           "从投诉中找出产品缺陷并推动解决，同类投诉明显减少",
           "Found a fault of a product in complaints and had it mended; complaints of the kind fell clearly"),
    _award("YW-3", "质量标兵", "Quality pacesetter", "business", BOTH, "quarterly",
           "抽检无严重差错，整改按期完成且经验证有效",
           "No grave error in samples; rectifications done in time and found effective"),
    _award("WH-1", "文化标兵", "Culture pacesetter", "culture", PERSON, "yearly",
           "践行核心价值观和首负责任制，事迹得到同事和用户认可",
           "Lives the core values and the responsibility of the first receiver; colleagues and users speak of it"),
    _award("WH-2", "天天向上", "Daily progress", "culture", PERSON, "quarterly",
           "坚持学习，考核成绩或质检得分较上期进步最大",
           "Keeps learning: the greatest progress in assessments or quality scores since the period before"),
    _award("WH-3", "最佳合作", "Best cooperation", "culture", BOTH, "quarterly",
           "跨部门协同主动、响应及时，共同解决了疑难投诉",
           "Worked together across departments, answered quickly, and solved a hard complaint with others"),
)  # fmt: skip


def shipped() -> dict[str, Any]:
    """Version 0: the nine awards that ISC 5.4.4.1 names, with criteria of ours."""
    return {"awards": [dict(one) for one in AWARDS]}


def check(body: Mapping[str, Any]) -> None:
    """Every award whole and each code once. Raises InvalidInput, named as the editor names it."""
    errors: dict[str, TingsuError] = {}
    check_rows(body, "awards", MOST, errors, _wrong)
    if errors:
        raise InvalidInput(errors)


def _wrong(row: Row, rows: list[Row]) -> Iterator[tuple[str, TingsuError]]:
    if problem := wrong_code(row, rows):
        yield "code", problem
    for name, limit in (("name", 40), ("criteria", 400)):
        if problem := wrong_texts(row.get(name), limit, _("Say it in both languages.")):
            yield name, problem
    for name, known in (("group", GROUPS), ("to", TO), ("every", dict(INTERVALS))):
        if row.get(name) not in known:
            yield name, InvalidValue(code="choice")
    for name, most in (("jurors", MOST_JURORS), ("days", MOST_DAYS)):
        if not is_whole(row.get(name), 1, most):
            yield name, InvalidValue(_("A whole number from %(least)s to %(most)s."), code="number", least=1, most=most)
    if not isinstance(row.get("in_use"), bool):
        yield "in_use", InvalidValue(code="choice")


def awards() -> dict[str, Award]:
    """The catalogue in force by code. No query."""
    return {str(row["code"]): Award(row) for row in rulebooks.in_force(KIND).body["awards"]}


def options(entry: Any = None) -> Options:
    """Awards that are given now; for an entry also the one it was begun for."""
    known = awards()
    own = str(entry.codes.get("award", "")) if entry is not None else ""
    return tuple((code, one.name) for code, one in known.items() if one.in_use or code == own)


def register() -> None:
    """Make the rulebook known. Called once, when the app loads."""
    rulebooks.register_kind(KIND, _("Catalogue of awards"), shipped, check)
