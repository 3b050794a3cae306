"""What everybody here must be aware of (CTS 7.3 a–f), as a rulebook: each new version is a change that everybody confirms anew (PE-20)."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.competence import terms
from tingsu.kernel import rulebooks
from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError
from tingsu.kernel.fields import in_language
from tingsu.kernel.rulebook_rows import Row, check_rows, codes_in, wrong_texts

KIND = "awareness"
MOST_SIGNS = 600
SHIPPED = {
    "policy": (
        "公司公开受理、免费处理每一件投诉，公平对待投诉双方，不推诿、不拖延，并把投诉当作改进的依据。",
        "Every complaint is accepted openly and free of charge, both sides are treated fairly, nothing is put off, and what complaints show is "
        "used to improve.",
    ),
    "objectives": (
        "按承诺时限答复、提高一次解决率和满意度、减少重复投诉；当期目标值见绩效指标页面。",
        "Answer within the time promised, solve more at once, satisfy more people, see fewer repeats; this period's figures stand on the page of "
        "indicators.",
    ),
    "contribution": (
        "每个人做好自己的一步：登记准确、调查求实、答复及时。投诉处理得好，用户愿意留下，同事少返工。",
        "Each does the own step well: an exact record, an honest investigation, an answer in time. Well handled, users stay and colleagues "
        "have less to do twice.",
    ),
    "consequences": (
        "不按要求办理会损害用户权益，使投诉外溢、升级，公司承担法律责任，并须记为我们的失误，查清原因，加以纠正。",
        "Not keeping to requirements harms users, drives complaints outside, brings legal liability, and opens a nonconformity to be traced and "
        "corrected.",
    ),
    "duties": (
        "每个人清楚自己岗位的职责和权限，超出权限的及时上报；岗位职责见“我的岗位”页面。",
        "Everybody knows the duties and the authority of the own post and passes on what exceeds it; they stand on the page “My posts”.",
    ),
    "procedure": (
        "收到投诉先登记、先安抚，首问首责；发现可能引起投诉的问题，立即在系统中报告。",
        "Whoever receives a complaint records it and calms first, and answers for it; whoever sees what could become one reports it in the "
        "system at once.",
    ),
}


def shipped() -> dict[str, Any]:
    """Version 0: the six points in general words, to be put into those of the firm."""
    return {
        "points": [
            {"code": code, "text": {"zh-Hans": chinese, "en": english}} for code, (chinese, english) in SHIPPED.items()
        ]
    }


def check(body: Mapping[str, Any]) -> None:
    """Each of the six points once, in both languages. Raises InvalidInput."""
    errors: dict[str, TingsuError] = {}
    rows = check_rows(body, "points", len(terms.AWARENESS), errors, _wrong)
    if not errors and len(rows) != len(terms.AWARENESS):
        errors["points"] = InvalidValue(_("Each of the six points stands once."), code="required")
    if errors:
        raise InvalidInput(errors)


def _wrong(row: Row, rows: list[Row]) -> Iterator[tuple[str, TingsuError]]:
    if row.get("code") not in dict(terms.AWARENESS):
        yield "code", InvalidValue(code="choice")
    elif codes_in(rows).count(row.get("code")) > 1:
        yield "code", InvalidValue(_("Each of the six points stands once."), code="twice")
    if problem := wrong_texts(row.get("text"), MOST_SIGNS, _("Say it in both languages.")):
        yield "text", problem


def told() -> list[tuple[str, str]]:
    """The points in force: what, and in which words. No query."""
    rows = rulebooks.in_force(KIND).body["points"]
    return [(terms.words(terms.AWARENESS, row["code"]), in_language(row["text"])) for row in rows]


def version() -> int:
    """Which version is in force. No query."""
    return rulebooks.in_force(KIND).version


def register() -> None:
    """Make the rulebook known. Called once, when the app loads."""
    rulebooks.register_kind(KIND, pgettext_lazy("rulebook", "Awareness"), shipped, check)
