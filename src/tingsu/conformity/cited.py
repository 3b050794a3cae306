"""Which requirement rows a clause stands for, and how many tests of the software cite them (MS-29).

Read from a file that `./tingsu req --pack` writes before a release: neither tests nor tools for them are needed where the software runs.
A citation says which tests look at a row. It proves nothing, and no page says that it does.
"""

import json
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from tingsu.conformity.profiles import clause_of

PACKED = Path(__file__).with_name("cited.json")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One requirement row: its number, what it asks in short, and how many tests cite it."""

    number: str
    title: str
    tests: int


@lru_cache(maxsize=1)
def _packed() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(PACKED.read_text(encoding="utf-8"))
    return found


@lru_cache(maxsize=1)
def _by_clause() -> dict[str, tuple[Row, ...]]:
    rows = {
        number: Row(number=number, title=title, tests=tests) for number, (title, tests) in _packed()["rows"].items()
    }
    found: defaultdict[str, dict[str, Row]] = defaultdict(dict)
    for cited, numbers in _packed()["clauses"].items():
        found[clause_of(cited)].update({number: rows[number] for number in numbers})
    return {clause: tuple(held.values()) for clause, held in found.items() if clause}


def version() -> str:
    """Of which version of the software the counts are."""
    return str(_packed()["version"])


def rows_of(cited: str) -> tuple[Row, ...]:
    """The requirement rows of a clause of our list, in the order of the requirements. No query."""
    return _by_clause().get(cited, ())


def shown(cited: str) -> dict[str, Any]:
    """What a page tells of the software's own tests beside a clause."""
    rows = rows_of(cited)
    return {
        "rows": rows,
        "tests": sum(one.tests for one in rows),
        "without": [one.number for one in rows if not one.tests],
        "version": version(),
    }
