"""``./tingsu req``: each requirement row, the tests that cite it, and the rows without one.

A citation says which test looks at a row; whether the test would notice every broken clause is for its reader to judge.
"""

from __future__ import annotations

import argparse
import ast
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from tingsu import __version__

REPOSITORY = Path(__file__).resolve().parents[3]
ROWS = REPOSITORY / "docs" / "requirements.txt"
CLAUSES = REPOSITORY / "docs" / "clauses.txt"
PACKED = REPOSITORY / "src" / "tingsu" / "conformity" / "cited.json"


def rows() -> dict[str, str]:
    """Row id → its short title, in the order of the requirements."""
    lines = ROWS.read_text().splitlines()
    return {row: title.strip() for row, _space, title in (line.partition("  ") for line in lines) if row}


def citations() -> dict[str, list[str]]:
    """What tests cite (rows, invariants, clauses) → the tests, read from the sources without running them."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for folder in ("src", "tests"):
        for path in sorted((REPOSITORY / folder).rglob("test_*.py")):
            name = path.relative_to(REPOSITORY).as_posix()
            for row, test in _cited(ast.parse(path.read_text(), name)):
                found[row].append(f"{name}::{test}" if test else name)
    return dict(found)


def clauses() -> dict[str, list[str]]:
    """Clause of one of the four documents → the rows that stand for it."""
    lines = (line.partition("  ") for line in CLAUSES.read_text().splitlines())
    return {clause: found.split() for clause, _space, found in lines if clause}


def pack(place: Path) -> None:
    """Write clauses, rows and the number of tests that cite each, for the conformity view: made before a release, read without any test."""
    cited = citations()
    told = {
        "version": __version__,
        "clauses": clauses(),
        "rows": {row: [title, len(set(_tests(cited.get(row, ()))))] for row, title in rows().items()},
    }
    place.write_text(json.dumps(told, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


def _tests(names: Iterable[str]) -> Iterator[str]:
    """The tests that are named; a mark on a whole file names each test in it."""
    for name in names:
        if "::" in name:
            yield name
            continue
        tree = ast.parse((REPOSITORY / name).read_text(), name)
        named = (node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef))
        yield from (f"{name}::{node.name}" for node in named if node.name.lower().startswith("test"))


def report(arguments: list[str]) -> int:
    """Print the rows and their tests; ``--missing`` prints only the rows without one."""
    parser = argparse.ArgumentParser(prog="./tingsu req", description="Requirement rows and the tests that cite them.")
    parser.add_argument("--missing", action="store_true", help="only the rows that no test cites")
    parser.add_argument(
        "--pack", action="store_true", help="write the counts for the conformity view, before a release"
    )
    chosen = parser.parse_args(arguments)
    if chosen.pack:
        pack(PACKED)
        print(f"{PACKED.relative_to(REPOSITORY)}: {len(rows())} rows, {len(clauses())} clauses")
        return 0
    known, cited = rows(), citations()
    for row, title in known.items():
        tests = cited.get(row, [])
        if tests and chosen.missing:
            continue
        print(f"{row}  {title}")
        for test in tests:
            print(f"       {test}")
        if not tests and not chosen.missing:
            print("       no test")
    others = sorted(set(cited) - set(known))
    if others and not chosen.missing:
        print("\nAlso cited (invariants, states, transitions, clauses):")
        for name in others:
            print(f"{name}  {len(cited[name])} tests")
    with_test = sum(1 for row in known if row in cited)
    print(f"\n{with_test} of {len(known)} rows are cited by a test; {len(known) - with_test} are not.")
    return 0


def _cited(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield from ((row, node.name) for row in _marks(node))
        else:
            yield from ((row, "") for row in _marks(node))


def _marks(tree: ast.AST) -> Iterator[str]:
    """The arguments of every ``pytest.mark.req(…)``: on a test, on a parameter or for the whole module."""
    if isinstance(tree, ast.FunctionDef | ast.AsyncFunctionDef):
        for decorator in tree.decorator_list:
            yield from _marks(decorator)
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "req":
            for argument in node.args:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield argument.value
