"""``./tingsu bench <name>``: finds the measurement in ``bench/``, runs it, prints a table and keeps the JSON."""

from __future__ import annotations

import ast
import json
import os
import platform
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from tingsu.ops import database, texts
from tingsu.ops.errors import CannotStart

REPOSITORY = Path(__file__).resolve().parents[3]
FOLDER = REPOSITORY / "bench"


def measurements() -> dict[str, str]:
    """Name → what it measures, in the first words of each module; helpers without a ``main`` are left out."""
    found = {}
    for path in sorted(FOLDER.glob("[a-z]*.py")):
        tree = ast.parse(path.read_text())
        if any(isinstance(node, ast.FunctionDef) and node.name == "main" for node in tree.body):
            found[path.stem] = (ast.get_docstring(tree) or "").partition("\n")[0]
    return found


def run(home: Path, arguments: list[str]) -> int:
    """Run one measurement; without a name, list them."""
    known = measurements()
    name = arguments[0] if arguments else ""
    if name in {"", "-h", "--help"}:
        print("usage: ./tingsu bench <name> [options]\n")
        for known_name, says in known.items():
            print(f"  {known_name:<12}{says}")
        return 0
    if name not in known:
        raise CannotStart(f"There is no measurement {name!r}; there are {', '.join(known)}.")
    if not {"-h", "--help"} & set(arguments[1:]):
        database.prepare(home)
        texts.compile_catalogues()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tingsu.settings")
    sys.path.insert(0, str(REPOSITORY))
    import django

    django.setup()
    result = import_module(f"bench.{name}").main(arguments[1:])
    _print(result)
    print(f"\nkept in {_keep(home, name, result)}")
    return 0


def _keep(home: Path, name: str, result: dict[str, Any]) -> Path:
    now = datetime.now(UTC)
    folder = home / "bench"
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}-{now:%Y%m%d-%H%M%S}.json"
    about = {
        "measurement": name,
        "at": now.isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "processors": os.cpu_count(),
    }
    path.write_text(json.dumps(about | {"result": result}, ensure_ascii=False, indent=1, default=str) + "\n")
    return path


def _print(result: dict[str, Any]) -> None:
    rows = list(_rows(result))
    width = max((len(label) for label, _value in rows), default=0)
    for label, value in rows:
        print(f"{label:<{width}}  {value}")


def _rows(result: dict[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    for key, value in result.items():
        label = f"{before}{key.replace('_', ' ')}"
        if isinstance(value, dict):
            yield from _rows(value, f"{label} · ")
        else:
            yield label, f"{value:,.2f}" if isinstance(value, float) else str(value)
