"""``./tingsu test``: everything CI runs, and an exit code that is honest about all of it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tingsu.ops import assets, children, texts

REPOSITORY = Path(__file__).resolve().parents[3]
_SHELL = "chromium-headless-shell"
"""Chromium without windows, tabs and menus of its own: what tests drive costs two thirds of the processor in it."""
_BROWSERS = (_SHELL, "chromium", "chromium-browser", "google-chrome")
_CODE = [name for name in ("src", "bench", "tests", "conftest.py") if (REPOSITORY / name).exists()]


def run(arguments: list[str]) -> int:
    """Run all checks, then pytest, whose closing line comes last; with arguments, pytest alone with these."""
    from tingsu.ops.cli import home

    children.end_leftovers()
    os.environ["TINGSU_HOME"] = str(home())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tingsu.settings")
    texts.compile_catalogues()
    assets.build()
    if arguments:
        _find_browser()
        return _run([sys.executable, "-m", "pytest", *arguments])
    checks = _checks()
    with ThreadPoolExecutor(1) as beside:
        # The longest keeps one core busy before the tests and fills the pauses of theirs, which wait for other processes.
        types = beside.submit(_passes, ("types", [sys.executable, "-m", "mypy"]))
        failed = [check[0] for check in checks if not _passes(check)]
        code = _tested(failed)
        if not types.result():
            failed.append("types")
            print("failed besides: types", flush=True)
    return code or (1 if failed else 0)


def _tested(failed: list[str]) -> int:
    """The tests themselves; gives pytest's exit code."""
    # Each worker keeps to its own part as long as it lasts: what a module sets up is set up once, not once a worker. One more than
    # the two processors that CI has: tests of whole installations wait for other processes half of their time.
    pytest = [sys.executable, "-m", "pytest", "-q", "-n", "3", "--dist", "worksteal"]
    if not _find_browser(installing=True):
        print("skipped: browser tests, because there is no Chromium here (apt-get install chromium)", flush=True)
        pytest += ["-m", "not browser"]
    if failed:
        print(f"failed so far: {', '.join(failed)}", flush=True)
    return _run(pytest)


def _checks() -> list[tuple[str, list[str]]]:
    python = sys.executable
    programs = Path(python).parent
    return [
        ("format", [python, "-m", "ruff", "format", "--check", "--quiet", *_CODE]),
        ("lint", [python, "-m", "ruff", "check", "--quiet", *_CODE]),
        ("templates", [str(programs / "djhtml"), "--tabwidth", "2", "--check", *_templates()]),
        # What each worker would do again, or wait for, is done here beside the types, which keep the other core busy.
        ("homes of the tests", [python, "-m", "tingsu.ops.tests.kept_homes"]),
        ("collection", [python, "-m", "pytest", "--collect-only", "-qq"]),
        ("import floors", [str(programs / "lint-imports"), "--no-cache"]),
        ("missing migrations", [python, "-m", "tingsu", "manage", "makemigrations", "--check", "--dry-run"]),
        ("translations", [python, "-m", "tingsu", "manage", "texts", "--check"]),
    ]


def _templates() -> list[str]:
    """Every template of ours: what djhtml indents (how long a line may be is a test's affair)."""
    return [str(path) for path in sorted((REPOSITORY / "src" / "tingsu").rglob("*.html")) if "static" not in path.parts]


def _passes(check: tuple[str, list[str]]) -> bool:
    name, command = check
    began = time.monotonic()
    done = subprocess.run(
        command, cwd=REPOSITORY, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    passed = done.returncode == 0
    print(f"{'ok    ' if passed else 'FAILED'} {name} ({time.monotonic() - began:.0f} s)", flush=True)
    if not passed:
        print(done.stdout + done.stderr, flush=True)
    return passed


def _run(command: list[str]) -> int:
    return subprocess.run(command, cwd=REPOSITORY, check=False).returncode


def _find_browser(*, installing: bool = False) -> bool:
    """Tell the browser tests which Chromium to drive; the one without windows is installed where that may be done."""
    given = os.environ.get("TINGSU_CHROMIUM")
    if installing and not given and not shutil.which(_SHELL):
        _install_browser()
    found = given or next(filter(None, map(shutil.which, _BROWSERS)), None)
    if found:
        os.environ["TINGSU_CHROMIUM"] = found
    return bool(found)


def _install_browser() -> None:
    """On Debian as root, install a browser and a Chinese font; elsewhere leave the machine alone."""
    apt = shutil.which("apt-get")
    if os.geteuid() != 0 or apt is None:
        return
    print("Installing a Chromium and a Chinese font for the browser tests …", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}

    def done(*command: str) -> bool:
        return subprocess.run([apt, *command], env=environment, capture_output=True, check=False).returncode == 0

    def install(browser: str) -> bool:
        return done("install", "-y", "-qq", "--no-install-recommends", browser, "fonts-noto-cjk")

    if done("update", "-qq") and not install(_SHELL) and not any(map(shutil.which, _BROWSERS)):
        install("chromium")
