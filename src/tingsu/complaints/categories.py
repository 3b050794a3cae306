"""The problem categories that a step was given, as the row keeps them (RL-2, TR-04)."""

from typing import Any

from tingsu.complaints import terms
from tingsu.kernel.errors import InvalidInput, InvalidValue
from tingsu.process.steps import Values


def has_delay(number: int) -> bool:
    """Does the length of a delay belong to this category?"""
    return terms.CATEGORIES[number][1] == "delay"


def categories_of(values: Values) -> list[dict[str, Any]]:
    """RL-2 with their extra fields: 3 and 4 need the delay, 6 and 35 a text (TR-04). Raises InvalidInput."""
    rows: list[dict[str, Any]] = []
    errors: dict[str, Any] = {}
    for code in values["categories"]:
        number = int(str(code).partition(".")[0])
        extra = terms.CATEGORIES[number][1]
        row: dict[str, Any] = {"no": number}
        if extra == "delay":
            if values["delay_days"] is None:
                errors["delay_days"] = InvalidValue(code="required")
            row |= {"delay": values["delay_days"], "unit": "day"}
        if extra == "text" and not values["category_text"]:
            errors["category_text"] = InvalidValue(code="required")
        if "." in str(code):
            row["sub"] = str(code)
        rows.append(row)
    if errors:
        raise InvalidInput(errors)
    return rows
