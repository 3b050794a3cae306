"""What the checks of rulebooks that are lists of entries share: the shape of a list, and texts that stand in every language."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from tingsu.kernel.errors import InvalidValue, TingsuError, too_long
from tingsu.kernel.fields import LANGUAGES

Row = Mapping[str, Any]
Wrong = Callable[[Row, list[Row]], Iterable[tuple[str, TingsuError]]]
"""(entry, all entries) → what is wrong with it, by field."""


def check_rows(body: Row, key: str, most: int, errors: dict[str, TingsuError], wrong: Wrong) -> list[Row]:
    """The entries of a list; `errors` gets the first refusal of each field, named as the editor names it (`key.1.field`).

    A list that is none, or longer than `most`, is refused as a whole and has no entries.
    """
    rows = body.get(key)
    if not isinstance(rows, list) or len(rows) > most or not all(isinstance(row, Mapping) for row in rows):
        errors[key] = InvalidValue(code="rows")
        return []
    for index, row in enumerate(rows, 1):
        for name, problem in wrong(row, rows):
            errors.setdefault(f"{key}.{index}.{name}", problem)
    return rows


def wrong_texts(texts: Any, limit: int, missing: Any) -> TingsuError | None:
    """Why a text does not stand in every language, each at most so long; `missing` is the sentence for one that is not there."""
    said = [texts.get(language) for language in LANGUAGES] if isinstance(texts, Mapping) else []
    if not said or not all(isinstance(one, str) and one for one in said):
        return InvalidValue(missing, code="required")
    longest = max((str(one) for one in said), key=len)
    return too_long(longest, limit) if len(longest) > limit else None


def codes_in(rows: Iterable[Row]) -> list[Any]:
    """The codes of entries, in their order."""
    return [row.get("code") for row in rows]
