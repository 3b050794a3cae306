"""The shells hold no business: their views write nothing, and one click is one transaction (architecture §2)."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tingsu.complaints.process import PROCESS
from tingsu.kernel.events import event_kinds

SOURCE = Path(__file__).resolve().parents[1] / "src" / "tingsu"
WRITES = {
    "save",
    "create",
    "update_or_create",
    "get_or_create",
    "bulk_create",
    "bulk_update",
    "atomic",
    "select_for_update",
    "record",
    "flush",
}
"""Methods that write, whatever they are called on."""
MANAGED = {"update", "delete"}
"""Methods that write when called on a query."""


def view_modules() -> list[Path]:
    found = [*SOURCE.glob("*/views.py"), *SOURCE.glob("*/*_views.py"), *SOURCE.glob("*/views/*.py")]
    return [path for path in found if "tests" not in path.parts]


def writes_in(code: str) -> Iterator[str]:
    """Calls that write: line and text."""
    for node in ast.walk(ast.parse(code)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        name = node.func.attr
        if name in WRITES or (name in MANAGED and "objects" in ast.unparse(node.func.value)):
            yield f"{node.lineno} {ast.unparse(node)[:60]}"


@pytest.mark.req("invariant-1")
def test_views_write_nothing_themselves() -> None:
    assert len(view_modules()) > 12
    found = {path.relative_to(SOURCE).as_posix(): list(writes_in(path.read_text())) for path in view_modules()}
    assert {name: places for name, places in found.items() if places} == {}


@pytest.mark.parametrize(
    ("line", "writes"),
    [
        ("row.save()", True),
        ("Row.objects.filter(pk=1).delete()", True),
        ("Row.objects.update(a=1)", True),
        ("Row.objects.create(a=1)", True),
        ("names.update(more)", False),
        ("Row.objects.filter(pk=1).first()", False),
    ],
)
def test_the_check_sees_what_writes(line: str, writes: bool) -> None:
    assert bool(list(writes_in(line))) is writes


SHELLS = ("desk", "portal", "api")
QUOTED = re.compile(r"""["']([a-z_.]+)["']""")
ALSO_WORDS = frozenset(
    {
        "link",
        "note",
        "register",
        "close",
        "accept",
        "agree",
        "archive",
        "assign",
        "rate",
        "callback",
        "withdraw",
        "contest",
    }
)
"""Names of steps that are names of other things too: a panel, a form, an icon, a time limit, a move."""


def test_shells_know_no_step_and_no_event_by_name() -> None:
    """What a step or an event is called, looks like and allows stands where its subject lives."""
    named = (set(PROCESS) | set(event_kinds())) - ALSO_WORDS
    found: dict[str, set[str]] = {}
    for shell in SHELLS:
        for path in (SOURCE / shell).rglob("*"):
            if path.suffix not in {".py", ".html", ".js"} or {"tests", "migrations"} & set(path.parts):
                continue
            place = path.relative_to(SOURCE).as_posix()
            if path.name in {"events.py", "tokens.py", "kinds.py"}:
                continue  # declares or records what is its own
            if names := set(QUOTED.findall(path.read_text())) & named:
                found[place] = names
    assert found == {}
