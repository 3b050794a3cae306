"""Questionnaires as a rulebook: customer groups, questionnaires with their scale, items with their weights, and when people are asked again.

A survey goes on with the version under which it was planned, whatever is published meanwhile (SC-06, SC-07, SC-08).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from tingsu.complaints.fields.people import CUSTOMER_TYPES
from tingsu.kernel import rulebooks
from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError
from tingsu.kernel.fields import in_language
from tingsu.kernel.rulebook_rows import Row, check_rows, codes_in, wrong_texts

KIND = "questionnaires"
MOST_GROUPS, MOST_QUESTIONNAIRES, MOST_ITEMS = 12, 20, 200
Label = str | Promise
EVERYBODY = "everybody"
PROCESS, INDEX = "process", "index"
ABOUT: dict[str, Label] = {
    PROCESS: _("How the complaint was handled"),
    INDEX: _("Products and services: expectation and experience"),
}
RATING, AGAIN = "rating", "again"
ITEM_KINDS: dict[str, Label] = {
    RATING: pgettext_lazy("questionnaire", "On the scale"),
    AGAIN: pgettext_lazy("questionnaire", "Yes or no: would use us again"),
}
LEAST_STEPS, MOST_STEPS = 2, 10
WHOLE = 100
NUMBERS: dict[str, tuple[int, int]] = {
    "again_after_days": (0, 1095),
    "reminder_after_days": (1, 60),
    "late_days": (0, 180),
    "least_index": (0, 100),
}
SATISFIED = 0.75
"""From where on the scale somebody counts as satisfied: 4 of 5, 8 of 10."""


@dataclass(frozen=True)
class Item:
    """One question: its words, its share of the index in per cent, and how it is answered."""

    row: Mapping[str, Any]

    @property
    def code(self) -> str:
        return str(self.row["code"])

    @property
    def words(self) -> str:
        return in_language(self.row["text"])

    @property
    def kind(self) -> str:
        return str(self.row["kind"])

    @property
    def weight(self) -> int:
        return int(self.row["weight"])


@dataclass(frozen=True)
class Questionnaire:
    """What one group is asked, in one version of the rulebook."""

    row: Mapping[str, Any]
    items: tuple[Item, ...]
    version: int
    group_name: str

    @property
    def code(self) -> str:
        return str(self.row["code"])

    @property
    def name(self) -> str:
        return in_language(self.row["name"])

    @property
    def group(self) -> str:
        return str(self.row["group"])

    @property
    def scale(self) -> int:
        return int(self.row["scale"])

    @property
    def expects(self) -> bool:
        """Is the expectation asked beside the experience?"""
        return bool(self.row["about"] == INDEX)

    @property
    def rated(self) -> tuple[Item, ...]:
        """The items that make the index."""
        return tuple(one for one in self.items if one.kind == RATING)

    @property
    def asked_again(self) -> tuple[Item, ...]:
        """The items that ask for loyalty (KP-14)."""
        return tuple(one for one in self.items if one.kind == AGAIN)

    def share(self, answer: float) -> float:
        """A step of the scale as a share of it: its lowest is 0, its highest 1."""
        return (answer - 1) / (self.scale - 1)


def _group(code: str, zh: str, en: str, types: list[str]) -> dict[str, Any]:
    return {"code": code, "name": {"zh-Hans": zh, "en": en}, "types": types}


def _form(code: str, zh: str, en: str, about: str, group: str) -> dict[str, Any]:
    return {"code": code, "name": {"zh-Hans": zh, "en": en}, "about": about, "group": group, "scale": 5}


def _item(form: str, code: str, zh: str, en: str, weight: int, kind: str = RATING) -> dict[str, Any]:
    return {
        "questionnaire": form, "code": code, "text": {"zh-Hans": zh, "en": en}, "kind": kind, "weight": weight,
    }  # fmt: skip


UNKNOWN = "unknown"
"""The customer type of a complaint on which none was recorded."""
TYPES: dict[str, Label] = {**dict(CUSTOMER_TYPES), UNKNOWN: _("Not recorded")}
GROUPS = (
    _group("end", "终端顾客", "End customers", ["consumer", "client", "end_user", "beneficiary", "purchaser", UNKNOWN]),
    _group("dealer", "经销商", "Dealers", ["dealer", "retailer"]),
)
QUESTIONNAIRES = (
    _form("process", "投诉处理满意度调查", "Satisfaction with how a complaint was handled", PROCESS, EVERYBODY),
    _form("end", "终端顾客满意指数调查", "Satisfaction index of end customers", INDEX, "end"),
    _form("dealer", "经销商满意指数调查", "Satisfaction index of dealers", INDEX, "dealer"),
)
USE_AGAIN = ("今后还会选择我们的产品或服务吗？", "Would you choose our products or services again?")
ITEMS = (
    _item("process", "timeliness", "投诉处理及时性", "Timeliness of handling", 25),
    _item("process", "effectiveness", "问题解决有效性", "Effectiveness of the solution", 35),
    _item("process", "attitude", "沟通态度与方式", "Attitude and manner of communication", 20),
    _item("process", "redress", "补偿与回馈满意度", "Satisfaction with compensation and return", 20),
    _item("process", "again", *USE_AGAIN, 0, AGAIN),
    _item("end", "quality", "产品和服务的质量", "Quality of product and service", 30),
    _item("end", "price", "价格是否合理", "Fairness of the price", 15),
    _item("end", "reliability", "使用是否稳定可靠", "Reliability in use", 25),
    _item("end", "delivery", "交付是否及时", "Delivery in time", 10),
    _item("end", "support", "顾客服务和技术支持", "Customer service and technical support", 20),
    _item("end", "again", *USE_AGAIN, 0, AGAIN),
    _item("dealer", "quality", "产品质量", "Quality of the products", 25),
    _item("dealer", "price", "价格与利润空间", "Price and margin", 20),
    _item("dealer", "reliability", "供货与政策的稳定性", "Reliability of supply and terms", 20),
    _item("dealer", "delivery", "交付期", "Delivery time", 20),
    _item("dealer", "support", "对经销商的服务与技术支持", "Service and technical support for dealers", 15),
    _item("dealer", "again", "今后还会继续与我们合作吗？", "Would you go on working with us?", 0, AGAIN),
)


def shipped() -> dict[str, Any]:
    """Version 0: the four items of the process, the five key needs for each group, ready for use. Weights and days are ours."""
    return {
        "groups": [dict(one) for one in GROUPS],
        "questionnaires": [dict(one) for one in QUESTIONNAIRES],
        "items": [dict(one) for one in ITEMS],
        "again_after_days": 180,
        "reminder_after_days": 7,
        "late_days": 30,
        "least_index": 70,
    }


def check(body: Mapping[str, Any]) -> None:
    """Groups, questionnaires and items whole and fitting each other. Raises InvalidInput, named as the editors name it."""
    errors: dict[str, TingsuError] = {}
    check_rows(body, "groups", MOST_GROUPS, errors, _wrong_group)
    forms = check_rows(body, "questionnaires", MOST_QUESTIONNAIRES, errors, _wrong_questionnaire)
    items = check_rows(body, "items", MOST_ITEMS, errors, _wrong_item)
    groups = {EVERYBODY, *map(str, codes_in(body.get("groups") or []))} if "groups" not in errors else set()
    for place, row in enumerate(forms, 1):
        if groups and row.get("group") not in groups:
            errors.setdefault(
                f"questionnaires.{place}.group",
                InvalidValue(_("Choose a group that stands in the list of customer groups.")),
            )
        own = [one for one in items if one.get("questionnaire") == row.get("code")]
        if problem := _wrong_sum(own):
            errors.setdefault(f"questionnaires.{place}.code", problem)
    known = set(codes_in(forms))
    for place, row in enumerate(items, 1):
        if row.get("questionnaire") not in known:
            errors.setdefault(f"items.{place}.questionnaire", InvalidValue(_("Name a questionnaire by its code.")))
        same = [one.get("code") for one in items if one.get("questionnaire") == row.get("questionnaire")]
        if same.count(row.get("code")) > 1:
            errors.setdefault(
                f"items.{place}.code", InvalidValue(_("This code stands twice in its questionnaire."), code="twice")
            )
    for name, (least, most) in NUMBERS.items():
        if not _whole(body.get(name), least, most):
            errors[name] = InvalidValue(
                _("A whole number from %(least)s to %(most)s."), code="number", least=least, most=most
            )
    if not errors and not forms:
        errors["questionnaires"] = InvalidValue(_("At least one questionnaire is needed."))
    if errors:
        raise InvalidInput(errors)


def _wrong_sum(items: list[Row]) -> TingsuError | None:
    rated = [one for one in items if one.get("kind") == RATING]
    if not rated:
        return InvalidValue(
            _("This questionnaire has no item on the scale. Add items, with weights that make 100 together."),
            code="no_items",
        )
    weights = [one.get("weight") for one in rated]
    total = sum(one for one in weights if isinstance(one, int))
    if total != WHOLE:
        return InvalidValue(
            _("The weights of its items make %(total)s together. They have to make 100."), code="weights", total=total
        )
    return None


def _wrong_group(row: Row, rows: list[Row]) -> Iterator[tuple[str, TingsuError]]:
    yield from _wrong_code(row, rows)
    if row.get("code") == EVERYBODY:
        yield "code", InvalidValue(_("This code means all groups together. Choose another one."), code="taken")
    if problem := wrong_texts(row.get("name"), 40, _("Say it in both languages.")):
        yield "name", problem
    types = row.get("types")
    unknown = not isinstance(types, list) or not types or set(map(str, types)) - set(TYPES)
    elsewhere = [one for other in rows if other is not row for one in (other.get("types") or [])]
    if unknown or set(map(str, types or [])) & set(map(str, elsewhere)):
        yield (
            "types",
            InvalidValue(
                _("Name customer types, each in one group only: %(known)s."), code="choice", known=", ".join(TYPES)
            ),
        )


def _wrong_questionnaire(row: Row, rows: list[Row]) -> Iterator[tuple[str, TingsuError]]:
    yield from _wrong_code(row, rows)
    if problem := wrong_texts(row.get("name"), 80, _("Say it in both languages.")):
        yield "name", problem
    if row.get("about") not in ABOUT:
        yield "about", InvalidValue(code="choice")
    if not _whole(row.get("scale"), LEAST_STEPS, MOST_STEPS):
        yield (
            "scale",
            InvalidValue(
                _("A scale has from %(least)s to %(most)s steps; with one step nobody can tell anything."),
                code="number", least=LEAST_STEPS, most=MOST_STEPS,
            ),
        )  # fmt: skip


def _wrong_item(row: Row, rows: list[Row]) -> Iterator[tuple[str, TingsuError]]:
    if not _is_code(row.get("code")):
        yield "code", InvalidValue(CODE)
    if problem := wrong_texts(row.get("text"), 120, _("Say it in both languages.")):
        yield "text", problem
    if row.get("kind") not in ITEM_KINDS:
        yield "kind", InvalidValue(code="choice")
    elif row["kind"] == RATING and not _whole(row.get("weight"), 1, WHOLE):
        yield "weight", InvalidValue(_("The weight is a share of the index in per cent, from 1 to 100."), code="number")
    elif row["kind"] == AGAIN and row.get("weight") != 0:
        yield (
            "weight",
            InvalidValue(_("A question of yes or no is no part of the index: its weight is 0."), code="number"),
        )


CODE = _("A code is at most 20 letters, digits and dashes, such as quality.")


def _wrong_code(row: Row, rows: list[Row]) -> Iterator[tuple[str, TingsuError]]:
    if not _is_code(row.get("code")):
        yield "code", InvalidValue(CODE)
    elif codes_in(rows).count(row["code"]) > 1:
        yield "code", InvalidValue(_("This code stands in the list twice."), code="twice")


def _is_code(code: Any) -> bool:
    return (
        isinstance(code, str)
        and 0 < len(code) <= 20
        and code.isascii()
        and code.replace("-", "").replace("_", "").isalnum()
    )


def _whole(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def questionnaires(version: int | None = None) -> dict[str, Questionnaire]:
    """Those of a version, or of the one in force, by code."""
    book = rulebooks.in_force(KIND) if version is None else rulebooks.version_of(KIND, version)
    names = {str(one["code"]): in_language(one["name"]) for one in book.body["groups"]}
    items = [Item(row) for row in book.body["items"]]
    return {
        str(row["code"]): Questionnaire(
            row,
            tuple(one for one in items if one.row["questionnaire"] == row["code"]),
            book.version,
            names.get(str(row["group"]), pgettext("customer group", "Everybody")),
        )
        for row in book.body["questionnaires"]
    }


def groups(version: int | None = None) -> dict[str, Label]:
    """Customer groups by code, all of them together first."""
    book = rulebooks.in_force(KIND) if version is None else rulebooks.version_of(KIND, version)
    return {
        EVERYBODY: pgettext_lazy("customer group", "Everybody"),
        **{str(one["code"]): in_language(one["name"]) for one in book.body["groups"]},
    }


def types_of(group: str, version: int) -> tuple[str, ...]:
    """The customer types of a group; none for everybody."""
    rows = rulebooks.version_of(KIND, version).body["groups"]
    return next((tuple(one["types"]) for one in rows if one["code"] == group), ())


def number(name: str) -> int:
    """One of `NUMBERS` as it is in force."""
    return int(rulebooks.in_force(KIND).body[name])


def register() -> None:
    """Make the rulebook known. Called once, when the app loads."""
    rulebooks.register_kind(KIND, _("Questionnaires"), shipped, check)
