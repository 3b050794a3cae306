"""What the checks of our rulebooks share: codes, whole numbers."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.kernel.errors import InvalidValue, TingsuError
from tingsu.kernel.rulebook_rows import Row, codes_in
from tingsu.kernel.typed import whole_number


def wrong_code(row: Row, rows: list[Row]) -> TingsuError | None:
    """Why the code of an entry is none, or none of its own."""
    code = row.get("code")
    if (
        not isinstance(code, str)
        or not code.isascii()
        or not 1 <= len(code) <= 10
        or not code.isprintable()
        or " " in code
    ):
        return InvalidValue(_("A code is at most ten letters, digits and dashes, such as DJ-4."), code="code")
    if codes_in(rows).count(code) > 1:
        return InvalidValue(_("This code stands in the list twice."), code="twice")
    return None


def is_whole(value: Any, least: int, most: int) -> bool:
    """A whole number in these bounds, as it is typed or sent."""
    number = whole_number(str(value))
    return number is not None and least <= number <= most
