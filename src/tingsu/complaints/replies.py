"""Ready-made replies of the composer: a rulebook of texts by category, in both languages, with values of the case.

A place is written {number}. One that the case has no value for becomes an open place 〔…〕, which keeps the letter from
leaving until somebody fills it in. No place holds anything personal: a form sends back what it shows (PS-06), and the letter
around the reply greets by name. What a complainant typed and that points to a person leaves its place open.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tingsu.complaints import terms
from tingsu.complaints.covering import known_in
from tingsu.complaints.models import Complaint
from tingsu.complaints.recorded import demand_words
from tingsu.complaints.rulebook_pages import Column, Editor
from tingsu.kernel import rulebooks
from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError, too_long
from tingsu.kernel.fields import LANGUAGES, in_language
from tingsu.kernel.organisations import organisation_with
from tingsu.pages.words import day_words, deadline_words
from tingsu.people.queries import public_identity
from tingsu.privacy.masking import NOBODY, Known, mask_text

KIND = "replies"
MOST, LIMIT, OFFERED = 100, 2000, 12
PLACE = re.compile(r"\{([a-z_]*)\}")
HAN = re.compile(r"[\u4e00-\u9fff]")
Words = str | Promise


@dataclass(frozen=True)
class Place:
    """A value of the case that a reply can say."""

    label: Words
    value: Callable[[Complaint], str]
    typed: bool = False
    """Holds what people typed, who may have typed anything."""


PLACES: dict[str, Place] = {
    "number": Place(gettext_lazy("number of the complaint"), lambda c: c.number),
    "received": Place(gettext_lazy("day of receipt"), lambda c: day_words(c.received_at)),
    "product": Place(gettext_lazy("product or service"), lambda c: c.product, typed=True),
    "demands": Place(gettext_lazy("what is asked for"), demand_words, typed=True),
    "next": Place(
        gettext_lazy("date that was promised"),
        lambda c: deadline_words(c.next_feedback_at) if c.next_feedback_at else "",
    ),
    "handler": Place(gettext_lazy("work name of the owner"), lambda c: public_identity(c.owner_id, c.language)),
    "hotline": Place(
        gettext_lazy("telephone number of the service"), lambda c: organisation_with(c.organisation_id).hotline
    ),
}


def _text(zh: str, en: str) -> dict[str, str]:
    return {"zh-Hans": zh, "en": en}


def shipped() -> dict[str, Any]:
    """Three that every firm needs; the rest is its own."""
    return {
        "replies": [
            {
                "code": "checking",
                "name": _text("正在核实", "We are checking"),
                "categories": [],
                "text": _text(
                    "您 {received} 反映的问题（编号 {number}，商品或服务：{product}），我们正在核实〔核实的事项〕。"
                    "〔时间〕前由{handler}告诉您结果。",
                    "We are looking into what you told us on {received} (number {number}, product: {product}): 〔what is checked〕. "
                    "{handler} will tell you the result by 〔time〕.",
                ),
            },
            {
                "code": "papers",
                "name": _text("请补充材料", "Please send papers"),
                "categories": [],
                "text": _text(
                    "为了核实编号 {number} 的投诉，还需要您提供〔材料〕。可以在查看投诉的页面上传，也可以致电 {hotline}。"
                    "暂时找不到也没关系，请告诉我们，我们另想办法核实。",
                    "To check complaint {number} we still need 〔papers〕. You can upload them on the page of your complaint or "
                    "call {hotline}. If you cannot find them, tell us, and we will check in another way.",
                ),
            },
            {
                "code": "refund",
                "name": _text("退款进度", "Progress of a refund"),
                "categories": ["16"],
                "text": _text(
                    "您要求的{demands}，我们已于〔日期〕提交办理，预计〔日期〕前到账。届时没有到账，请致电 {hotline}，我们接着办。",
                    "You asked for: {demands}. We started it on 〔date〕; it should reach you by 〔date〕. If it does not, call "
                    "{hotline} and we will follow it up.",
                ),
            },
        ]
    }


def check(body: Mapping[str, Any]) -> None:
    """Raises InvalidInput with a sentence for each wrong field, named as the editor names it."""
    rows = body.get("replies")
    if not isinstance(rows, list) or len(rows) > MOST:
        raise InvalidInput({"replies": InvalidValue()})
    errors: dict[str, TingsuError] = {}
    seen: set[str] = set()
    for index, row in enumerate(rows, 1):
        for name, problem in _wrong(row if isinstance(row, Mapping) else {}, seen).items():
            errors[f"replies.{index}.{name}"] = problem
    if errors:
        raise InvalidInput(errors)


def _wrong(row: Mapping[str, Any], seen: set[str]) -> dict[str, TingsuError]:
    errors: dict[str, TingsuError] = {}
    code = row.get("code")
    if not isinstance(code, str) or not re.fullmatch(r"[a-z0-9_-]{1,40}", code):
        errors["code"] = InvalidValue(_("A code of small letters, digits and -."), code="code")
    elif code in seen:
        errors["code"] = InvalidValue(_("This code stands here twice."), code="twice")
    else:
        seen.add(code)
    for name, limit in (("name", 80), ("text", LIMIT)):
        texts = row.get(name)
        for language in LANGUAGES:
            written = texts.get(language) if isinstance(texts, Mapping) else None
            if not isinstance(written, str) or not written.strip():
                errors[f"{name}.{language}"] = InvalidValue(code="required")
            elif len(written) > limit:
                errors[f"{name}.{language}"] = too_long(written, limit)
            elif name == "text" and (unknown := sorted(set(PLACE.findall(written)) - set(PLACES))):
                errors[f"{name}.{language}"] = InvalidValue(
                    _("A reply does not know the places %(places)s."), code="unknown_place",
                    places=", ".join(f"{{{one}}}" for one in unknown),
                )  # fmt: skip
    categories = row.get("categories", [])
    if not isinstance(categories, list) or any(str(one) not in _categories() for one in categories):
        errors["categories"] = InvalidValue(_("Name categories by their numbers, such as 16."), code="categories")
    return errors


def _categories() -> set[str]:
    return {str(number) for number in terms.CATEGORIES}


rulebooks.register_kind(KIND, gettext_lazy("Ready-made replies"), shipped, check)


def replies_for(complaint: Complaint) -> list[dict[str, str]]:
    """The replies that fit a case, those of its categories first, filled in and in the complainant's language."""
    mine = {str(one["no"]) for one in complaint.categories}
    rows = rulebooks.in_force(KIND).body["replies"]
    fitting = [row for row in rows if not row.get("categories") or mine & set(row["categories"])]
    fitting.sort(key=lambda row: not row.get("categories"))
    with translation.override(complaint.language):
        known = known_in(complaint) if fitting else NOBODY
        filled = [
            filled_in(in_language(row["text"], complaint.language), complaint, known) for row in fitting[:OFFERED]
        ]
    return [
        {"code": row["code"], "name": in_language(row["name"]), "text": text}
        for row, text in zip(fitting, filled, strict=False)
    ]


def filled_in(text: str, complaint: Complaint, known: Known) -> str:
    """The words with the case's values; what the case does not say, or says with a person in it, stays an open place."""

    def value(match: "re.Match[str]") -> str:
        place = PLACES[match[1]]
        said = place.value(complaint)
        if place.typed and mask_text(said, known) != said:
            said = ""
        return said or f"〔{place.label}〕"

    made, end = "", 0
    for match in PLACE.finditer(text):
        made = _beside(_beside(made, text[end : match.start()]), value(match))
        end = match.end()
    return _beside(made, text[end:])


def _beside(left: str, right: str) -> str:
    """Two pieces of a sentence: Chinese words touch, and stand one blank apart from digits and Latin letters."""
    edges = left.rstrip(" ")[-1:], right.lstrip(" ")[:1]
    chinese = [bool(HAN.fullmatch(one)) for one in edges]
    if not any(chinese) or not all(one.isalnum() for one in edges):
        return left + right
    return left.rstrip(" ") + ("" if all(chinese) else " ") + right.lstrip(" ")


REPLIES = Editor(
    app="complaints",
    kind=KIND,
    slug="replies",
    title=gettext_lazy("Ready-made replies"),
    intro=gettext_lazy(
        "What whoever answers can start from. Values in braces come from the case; places 〔…〕 are filled in by hand, and "
        "nothing leaves while one is open."
    ),
    entries="replies",
    columns=(
        Column(name="code", label=gettext_lazy("Code")),
        Column(name="name", label=pgettext_lazy("entry", "Name"), kind="both"),
        Column(
            name="categories",
            label=gettext_lazy("For categories"),
            kind="codes",
            required=False,
            hint=gettext_lazy("Numbers of problem categories, such as 16. None: for every case."),
        ),
        Column(name="text", label=gettext_lazy("Text of the reply"), kind="long"),
    ),
    remarks=lambda: [
        _("Places of a reply: %(places)s")
        % {"places": _(", ").join(f"{{{name}}} {one.label}" for name, one in PLACES.items())}
    ],
)
