"""The problem categories that a form was given, as the row keeps them, and what some of them ask beside (RL-2, TR-04).

3 and 4 ask how long the delay is, each for itself, in days or hours; 6 and 35 ask for words, and 5 offers a place for them.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.complaints import terms
from tingsu.kernel.errors import InvalidInput, InvalidValue
from tingsu.process.steps import Field

DELAYS = {3: "delivery_delay", 4: "service_delay"}
TEXTS = {5: "category_text", 6: "category_text", 35: "other_text"}
UNITS = (("day", pgettext_lazy("unit of a delay", "Days")), ("hour", pgettext_lazy("unit of a delay", "Hours")))

DETAILS: tuple[Field, ...] = (
    Field(name="delivery_delay", label=_("3 Late delivery: how long"), kind="number", limit=9999),
    Field(name="delivery_delay_unit", label=_("3 Late delivery: in"), kind="choice", options=UNITS),
    Field(name="service_delay", label=_("4 Late service: how long"), kind="number", limit=9999),
    Field(name="service_delay_unit", label=_("4 Late service: in"), kind="choice", options=UNITS),
    Field(name="category_text", label=_("5 and 6: what is defective, what was poor"), kind="longtext", limit=500),
    Field(name="other_text", label=_("35: what the other problem is"), kind="longtext", limit=500),
)
NUMBERS = {
    "delivery_delay": (3,), "delivery_delay_unit": (3,), "service_delay": (4,), "service_delay_unit": (4,),
    "category_text": (5, 6), "other_text": (35,),
}  # fmt: skip
"""The categories that each belongs to."""


def detail_fields(*, keeps: bool) -> tuple[Field, ...]:
    """The same for a step: in its form they stand for the categories that the case has, or once they are asked for."""
    return tuple(
        replace(one, asked_if=_has(*NUMBERS[one.name]), keeps=keeps and one.kind != "longtext") for one in DETAILS
    )


def _has(*numbers: int) -> Callable[[Any], bool]:
    return lambda complaint: any(entry["no"] in numbers for entry in getattr(complaint, "categories", None) or ())


def details_of(categories: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """What a form holds of them: each delay with its unit. Words of categories stand in the history."""
    found: dict[str, str] = {}
    for entry in categories:
        name = DELAYS.get(entry["no"], "")
        if name and entry.get("delay") is not None:
            found |= {name: str(entry["delay"]), f"{name}_unit": str(entry.get("unit", "day"))}
    return found


def categories_of(values: Mapping[str, Any], before: Iterable[Mapping[str, Any]] = ()) -> list[dict[str, Any]]:
    """The rows of the chosen categories. What was recorded `before` and is not named stays. Raises InvalidInput."""
    stood = {code_of(entry): entry for entry in before}
    chosen = [str(code) for code in values["categories"]]
    if set(chosen) == set(stood):
        chosen = list(stood)  # a form tells them in its own order
    rows: list[dict[str, Any]] = []
    errors: dict[str, Any] = {}
    for code in chosen:
        number = int(code.partition(".")[0])
        row: dict[str, Any] = dict(stood.get(code, {"no": number}))
        if number in DELAYS:
            _add_delay(row, DELAYS[number], values, errors)
        if number in TEXTS:
            _add_text(row, TEXTS[number], values, errors)
        if "." in code:
            row["sub"] = code
        rows.append(row)
    if errors:
        raise InvalidInput(errors)
    return rows


def _add_delay(row: dict[str, Any], name: str, values: Mapping[str, Any], errors: dict[str, Any]) -> None:
    if name in values or "delay" not in row:
        if values.get(name) is None:
            errors[name] = InvalidValue(code="required")
        row["delay"] = values.get(name)
    row["unit"] = values.get(f"{name}_unit") or row.get("unit") or "day"


def _add_text(row: dict[str, Any], name: str, values: Mapping[str, Any], errors: dict[str, Any]) -> None:
    """The words themselves are sealed in the history; the row knows that they were given."""
    if values.get(name):
        row["told"] = True
    elif not row.get("told") and terms.CATEGORIES[row["no"]][1] == "text":
        errors[name] = InvalidValue(code="required")


def code_of(entry: Mapping[str, Any]) -> str:
    """The code as forms offer it: 16.1 where the sub-category is known, else 16."""
    return str(entry.get("sub") or entry["no"])
