"""The launcher: what it says when something is in the way, and that a half-finished install is finished."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tingsu.ops import bootstrap

LAUNCHER = bootstrap.REPOSITORY / "tingsu"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A bare clone: the launcher, the lock and the launcher's Python part."""
    ops = tmp_path / "src" / "tingsu" / "ops"
    ops.mkdir(parents=True)
    for name in ("asking.py", "bootstrap.py", "cli.py", "errors.py", "keeping.py", "tending.py"):
        (ops / name).write_text((bootstrap.SOURCE / "tingsu" / "ops" / name).read_text())
    version = (bootstrap.SOURCE / "tingsu" / "__init__.py").read_text()
    (tmp_path / "src" / "tingsu" / "__init__.py").write_text(version)
    (tmp_path / "requirements.lock").write_text("nothing-of-this-name==1.0 --hash=sha256:" + "0" * 64 + "\n")
    (tmp_path / "tingsu").write_text(LAUNCHER.read_text())
    (tmp_path / "tingsu").chmod(0o755)
    return tmp_path


def launch(clone: Path, *arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.defpath, "PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull} | changes
    return subprocess.run(
        [clone / "tingsu", *arguments], env=environment, capture_output=True, text=True, check=False, timeout=120
    )


def test_help_needs_nothing_installed(clone):
    done = launch(clone, "--help")
    assert done.returncode == 0
    assert "demo" in done.stdout
    assert not (clone / ".venv").exists()


def test_an_old_python_is_refused_in_one_sentence(clone, tmp_path):
    folder = tmp_path / "bin"
    folder.mkdir()
    old = folder / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    for name in ("sh", "dirname", "readlink"):
        (folder / name).symlink_to(subprocess.check_output(["which", name], text=True).strip())
    done = launch(clone, "demo", PATH=str(folder))
    assert done.returncode == 1
    assert done.stderr.startswith("Tingsu needs Python 3.11 or newer")
    assert len(done.stderr.splitlines()) == 1


def test_the_python_that_is_named_goes_before_that_of_the_system(clone, tmp_path):
    for number, said in enumerate(("named", "of a version manager")):
        mine = tmp_path / str(number) / "python3"
        mine.parent.mkdir()
        mine.write_text(f'#!/bin/sh\n[ "$1" = -I ] && echo {said}\nexit 0\n')
        mine.chmod(0o755)
    managed = f"{tmp_path / '1'}:{os.defpath}"
    assert launch(clone, "--help", PATH=managed, TINGSU_PYTHON=str(tmp_path / "0" / "python3")).stdout == "named\n"
    own = Path("/usr/bin/python3")
    if (
        own.exists()
        and not subprocess.run([own, "-c", "import ensurepip, venv"], capture_output=True, check=False).returncode
    ):
        assert "demo" in launch(clone, "--help", PATH=managed).stdout, "the system's own, which is optimised"
    assert launch(clone, "--help", PATH=managed.replace("/usr/bin", "/nowhere")).stdout == "of a version manager\n"


def test_a_missing_network_ends_in_one_sentence_and_no_stamp(clone):
    done = launch(clone, "demo")
    assert done.returncode == 1
    assert "or there is no network: check PIP_INDEX_URL" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert not (clone / ".venv" / "tingsu-installed").exists()


def test_a_half_finished_environment_is_made_anew(clone):
    (clone / ".venv" / "bin").mkdir(parents=True)
    (clone / ".venv" / "bin" / "python").symlink_to(sys.executable)
    (clone / ".venv" / "lib").write_text("not a folder")
    (clone / "requirements.lock").write_text("")
    package = clone / "src" / "tingsu"
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text("import sys; print('ran', *sys.argv[1:])")
    (package / "ops" / "__init__.py").touch()
    bad = clone / ".venv" / "bin" / "python"
    bad.unlink()
    bad.write_text("#!/bin/sh\nexit 1\n")
    bad.chmod(0o755)
    done = launch(clone, "verify", "--all")
    assert done.stdout == "ran verify --all\n"
    assert launch(clone, "again").stderr == "", "the second start has nothing to say and nothing to do"


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("ERROR: [Errno 28] No space left on device", "The disk is full"),
        ("OSError: [Errno 30] Read-only file system", "The disk is read-only"),
        ("NewConnectionError: Temporary failure in name resolution", "check the network"),
        ("THESE PACKAGES DO NOT MATCH THE HASHES", "check your mirror"),
        ("ERROR: something new", "ERROR: something new"),
    ],
)
def test_what_pip_says_becomes_a_sentence(said, sentence):
    reason = bootstrap._reason(said, "The packages could not be installed")
    assert sentence in reason
    assert "\n" not in reason


def test_the_lock_holds_no_addresses():
    for name in ("requirements.lock", "requirements-test.lock", "package-lock.json"):
        text = (bootstrap.REPOSITORY / name).read_text()
        assert "index-url" not in text
        assert "find-links" not in text
        assert '"resolved"' not in text
        assert "file:" not in text


def versions(name: str) -> set[str]:
    lines = (bootstrap.REPOSITORY / name).read_text().splitlines()
    return {line.split()[0] for line in lines if line[:1].isalnum()}


def test_who_runs_tingsu_gets_no_tools_of_the_tests_and_both_locks_name_the_same_versions():
    run, test = versions("requirements.lock"), versions("requirements-test.lock")
    assert run < test
    assert not [
        one for one in run if one.startswith(("pytest", "mypy", "ruff", "playwright", "hypothesis", "schemathesis"))
    ]
    assert [one for one in test if one.startswith("pytest==")]


def test_the_tools_of_the_tests_are_installed_for_the_tests_alone(clone, tmp_path):
    """Fake packages: whichever lock is installed is the one that cannot be found."""
    (clone / "requirements.lock").write_text("")
    (clone / "requirements-test.lock").write_text("only-for-tests==1.0 --hash=sha256:" + "0" * 64 + "\n")
    package = clone / "src" / "tingsu"
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text("import sys; print('ran', *sys.argv[1:])")
    (package / "ops" / "__init__.py").touch()
    assert launch(clone, "serve").stdout == "ran serve\n"
    refused = launch(clone, "test")
    assert refused.returncode == 1
    assert "Your package index lacks a package" in refused.stderr
    assert launch(clone, "serve").stdout == "ran serve\n"
