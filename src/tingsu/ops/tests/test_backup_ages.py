"""Backups made before and after the keys were turned, each with the keys of either time; and in how much memory they stream."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tingsu.ops.tests import kept_homes
from tingsu.ops.tests.homes import remove
from tingsu.ops.tests.serving import environment, tingsu

pytestmark = pytest.mark.req("RC-03")
MEGABYTES = 300
MOST_MEGABYTES = 200
"""A process of ours without data takes about 120; reading the store at once would take 300 more."""
BIG = f"""
import os
from pathlib import Path
from bench.backup import _fill
from tingsu.kernel.models import Organisation
home = Path(os.environ["TINGSU_HOME"])
assert _fill(home, Organisation.objects.get(slug="test").pk, {MEGABYTES} * 10**6) > 100
"""
MEASURED = """
import sys
from tingsu.ops.cli import main
code = 1
try:
    code = main(sys.argv[1:])
except SystemExit as end:
    code = end.code
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print("peak", int(peak.split()[1]) // 1024)  # of this program alone: what getrusage tells begins with the parent's
sys.exit(code)
"""


def done(home: Path, *words: str) -> str:
    """What a command says that must not fail."""
    said = tingsu(home, *words)
    assert said.returncode == 0, said.stdout + said.stderr
    return said.stdout


@pytest.fixture(scope="module")
def aged(filled_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of a home whose keys, those of its organisations too, were turned between two backups, written out each time."""
    root = tmp_path_factory.mktemp("aged")
    home, safe = root / "home", str(root / "safe" / "key.txt")
    kept_homes.copy_of(filled_home, home)
    done(home, "backup-key", safe)
    done(home, "keys", "--to", str(root / "old.age"))
    done(home, "backup", "--to", str(root / "old"))
    done(home, "keys", "turn-organisations")
    done(home, "keys", "turn-master")
    done(home, "keys", "turn-signing")
    done(home, "keys", "--to", str(root / "new.age"))
    done(home, "backup", "--to", str(root / "new"))
    yield root
    remove(home)


@pytest.mark.parametrize(
    ("backup", "keys", "fits"),
    [("old", "old", True), ("old", "new", True), ("new", "new", True), ("new", "old", False)],
)
def test_a_backup_of_either_age_is_restored_with_the_keys_of_its_time_or_later(
    aged: Path, tmp_path: Path, backup: str, keys: str, fits: bool
) -> None:
    """An empty home is restored into elsewhere (`test_backup`); here it has begun, as one that was started once."""
    home = kept_homes.copy(kept_homes.BEGUN, tmp_path / "home")
    try:
        said = tingsu(
            home, "restore", str(aged / backup), "--identity", str(aged / "safe" / "key.txt"), "--keys", str(aged / f"{keys}.age")
        )  # fmt: skip
        if fits:
            assert said.returncode == 0, said.stdout + said.stderr  # it opened every file and row (`verify --files`)
        else:
            assert said.returncode == 1
            assert "not the one this backup's data was sealed with" in said.stderr.splitlines()[-1]
            assert not (home / "files").exists()
    finally:
        remove(home)


def test_a_store_larger_than_the_memory_it_takes_is_backed_up(aged: Path) -> None:
    """Last: what fills the store here opens for nobody."""
    home = aged / "home"
    done(home, "manage", "shell", "--no-imports", "-c", BIG)
    said = subprocess.run(
        [sys.executable, "-c", MEASURED, "backup", "--to", str(aged / "big")],
        env=environment(home), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert said.returncode == 0, said.stdout + said.stderr
    [parcel] = (aged / "big").iterdir()
    assert parcel.stat().st_size > MEGABYTES * 10**6
    peak = int(said.stdout.rpartition("peak ")[2])
    assert peak < MOST_MEGABYTES, f"{peak} MB"
