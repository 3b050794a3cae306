"""SQL by hand stays behind one module of each app (`sql.py`); nothing else has a cursor (architecture §2)."""

import ast
from pathlib import Path

import pytest

import tingsu

HOME = Path(tingsu.__file__).parent
ALLOWED = {
    "kernel/sql.py": "the two ways to ask, and the kernel's statements",
    "kernel/rows.py": "rows of a case as prepared statements in one pipeline",
    "kernel/tables.py": "policies, keys and functions, made by the owner after a migration",
    "kernel/emptying.py": "the function of the owner's that takes a practice copy away, made after a migration",
    "kernel/tenancy.py": "how the organisation travels to the database",
    "complaints/sql.py": "levels of a batch, words of the search, earlier complaints of a contact",
}
"""Modules with a cursor, each with its reason. The `sql.py` of other apps ask through `kernel.sql` and need none."""
OPERATION = "ops/"
"""Installs, migrates, repairs and watches the database itself, often before Django can ask."""
CURSORS = {"execute", "executemany", "cursor", "raw", "extra", "callproc"}
NAMES = {"RawSQL", "RawCursor"}


def modules() -> list[str]:
    found = (path.relative_to(HOME) for path in HOME.glob("*/**/*.py"))
    return sorted(str(path) for path in found if not {"tests", "migrations"} & set(path.parts))


def by_hand(source: str) -> set[str]:
    """What a module does with SQL that it wrote itself."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CURSORS:
            found.add(node.func.attr)
        if isinstance(node, ast.Name) and node.id in NAMES:
            found.add(node.id)
        if isinstance(node, ast.ImportFrom) and node.module == "tingsu.kernel.rows":
            found |= {name.name for name in node.names if name.name == "ask"}
        if isinstance(node, ast.ImportFrom) and node.module == "tingsu.kernel":
            found |= {name.name for name in node.names if name.name == "sql"}
    return found


def test_only_the_repositories_hold_a_cursor() -> None:
    assert len(modules()) > 300
    for name in modules():
        used = by_hand((HOME / name).read_text())
        if name in ALLOWED or name.startswith("kernel/") or name.endswith("/sql.py"):
            used -= {"sql"}
        if name in {"desk/queue.py", "registers/finding.py"}:
            used -= {"sql"}  # counts questions that the models put together
        if name not in ALLOWED and not name.startswith(OPERATION):
            assert not used, f"{name} has SQL of its own ({', '.join(sorted(used))}): put it into the sql.py of its app"


@pytest.mark.parametrize("name", ALLOWED)
def test_whoever_is_allowed_one_needs_it(name: str) -> None:
    assert by_hand((HOME / name).read_text()) - {"sql"}


@pytest.mark.parametrize(
    "source",
    [
        "with connection.cursor() as c:\n    pass", "cursor.execute('SELECT 1')", "rows.annotate(x=RawSQL('1', []))",
        "Complaint.objects.raw('SELECT 1')", "from tingsu.kernel.rows import ask", "from tingsu.kernel import sql",
    ],
)  # fmt: skip
def test_the_ways_around_are_seen(source: str) -> None:
    assert by_hand(source)
