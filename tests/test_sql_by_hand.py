"""SQL by hand stays behind one module of each app (`sql.py`); nothing else has a cursor (architecture §2)."""

import ast
import inspect
import re
from pathlib import Path

import pytest

import tingsu
from tests import cast, database

HOME = Path(tingsu.__file__).parent
ALLOWED = {
    "kernel/sql.py": "the two ways to ask, and the kernel's statements",
    "kernel/rows.py": "rows of a case as prepared statements in one pipeline",
    "kernel/tables.py": "policies, keys and functions, made by the owner after a migration",
    "kernel/emptying.py": "the function of the owner's that takes a practice copy away, made after a migration",
    "kernel/postgresql/base.py": "what an interruption left of an index, asked before it is built again",
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


def test_no_test_runs_on_a_database_that_older_code_made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Whatever makes tables, policies, functions or the cast is in the fingerprint of the tests' database (tests/database.py)."""
    decides = {path.relative_to(HOME.parents[1]).as_posix() for path in database.deciding()}
    makes = re.compile(
        r"\bdefiner_function\(|CREATE (OR REPLACE )?(FUNCTION|POLICY|TABLE)|\((models\.Model|TenantModel)\)"
    )
    found = {f"src/tingsu/{name}" for name in modules() if makes.search((HOME / name).read_text())}
    assert {
        "src/tingsu/registers/queries.py",
        "src/tingsu/complaints/search.py",
        "src/tingsu/people/models.py",
    } <= found
    assert found - decides == set()
    imported = {
        f"src/{name.replace('.', '/')}.py"
        for name in re.findall(r"from (tingsu\.[\w.]+) import", inspect.getsource(cast))
    }
    assert {one for one in imported if Path(HOME.parents[1], one).exists()} - decides == set()
    assert {"src/tingsu/kernel/ledger.py", "src/tingsu/kernel/crypto.py"} <= decides
    before = database.fingerprint()
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "cast.py").write_text("another")
    monkeypatch.setattr(database, "REPOSITORY", tmp_path)
    assert database.fingerprint() != before
