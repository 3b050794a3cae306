"""Homes as they stand after a first start, made once and copied by every test that is not about the making.

`BEGUN`: the data of a server and nothing in it. `READY`: this release's tables with the cast, stopped. Making one takes half a
minute of a processor, a copy a second. They lie beside the database of the tests and are made anew when what decides them
changes; `./tingsu test` makes them before its tests (`python -m tingsu.ops.tests.kept_homes`).
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests import database as tests_database
from tingsu.ops import database, keys, migrating
from tingsu.ops.postgres import Server, client
from tingsu.ops.tests.homes import remove
from tingsu.ops.tests.serving import environment, tingsu

BEGUN, READY = "begun", "ready"
FOLDER = tests_database.HOME.resolve() / "homes-of-tests"
QUICK = "# Nothing that a test writes has to outlive the machine.\nfsync = off\nfull_page_writes = off\n"
_DONE = "done"
_DECIDES = ("ops/tests/kept_homes.py", "ops/database.py", "ops/postgres.py", "ops/keys.py", "kernel/tables.py")


def copy(name: str, home: Path) -> Path:
    """Put a kept home in the place of one that does not exist yet, with a place for its database of its own."""
    return copy_of(_kept() / name, home)


def copy_of(source: Path, home: Path) -> Path:
    """The same of any home whose server rests: with its files, seals and keys."""
    shutil.copytree(source, home, ignore=shutil.ignore_patterns("postgres*", "*.lock"), dirs_exist_ok=True)
    keys.move_in(home)
    theirs, ours = Server(source), Server(home)
    ours.make_folders()
    for part in [theirs.data, *theirs.folder.glob("server-*")]:
        subprocess.run(["cp", "-a", "--reflink=auto", str(part), str(ours.folder / part.name)], check=True)
    return home


def _kept() -> Path:
    """The folder of the kept homes, which are made first where they are not there."""
    if not (FOLDER / _DONE).exists() or (FOLDER / _DONE).read_text() != _fingerprint():
        command = [sys.executable, "-m", "tingsu.ops.tests.kept_homes"]
        done = subprocess.run(
            command, env=environment(tests_database.HOME), cwd=tests_database.REPOSITORY, capture_output=True,
            text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
    return FOLDER


def _fingerprint() -> str:
    seen = hashlib.sha256(migrating.fingerprint().encode())
    source = tests_database.REPOSITORY / "src" / "tingsu"
    for path in (*(source / name for name in _DECIDES), tests_database.REPOSITORY / "tests" / "cast.py"):
        seen.update(path.read_bytes())
    return seen.hexdigest()


def make() -> None:
    """Make what is missing; one process at a time. The tables and the cast come from the template of the tests' databases."""
    database.prepare(tests_database.HOME)
    tests_database.ensure_template()
    FOLDER.mkdir(exist_ok=True)
    FOLDER.chmod(0o711 if os.geteuid() == 0 else 0o700)
    with open(FOLDER / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (FOLDER / _DONE).exists() and (FOLDER / _DONE).read_text() == _fingerprint():
            return
        (FOLDER / _DONE).unlink(missing_ok=True)
        for name in (BEGUN, READY):
            remove(FOLDER / name)
            shutil.rmtree(FOLDER / name, ignore_errors=True)
        begun = FOLDER / BEGUN
        database.start(begun)
        database.stop(begun)
        (Server(begun).data / "postgresql.local.conf").write_text(QUICK)
        _make_ready(copy_of(begun, FOLDER / READY))
        (FOLDER / _DONE).write_text(_fingerprint())


_PREPARE = """
import os
from pathlib import Path
from tingsu.ops import database
database.prepare(Path(os.environ["TINGSU_HOME"]))
"""


def _make_ready(home: Path) -> None:
    """Tables and cast as they stand in the template, and what `migrate` notes besides; sealed with the tests' master key."""
    keys.remember(home, master_key=os.environ["TINGSU_MASTER_KEY"])
    subprocess.run([sys.executable, "-c", _PREPARE], env=environment(home), check=True)
    name, dump = f"tingsu_test_alone_{os.getpid()}", FOLDER / "template.dump"
    tests_database.fresh_copy(name)
    try:
        template = database.admin_dsn(tests_database.HOME, name)
        subprocess.run([client("pg_dump"), "-Fc", "-Z0", "-f", str(dump), template], check=True)
        database.start(home)
        command = [client("pg_restore"), "--exit-on-error", "-d", database.admin_dsn(home), str(dump)]
        subprocess.run(command, check=True)
    finally:
        dump.unlink(missing_ok=True)
        with tests_database.home() as connection:
            tests_database.drop(connection, name)
    migrated = tingsu(home, "migrate", "--quiet")
    assert migrated.returncode == 0, migrated.stdout + migrated.stderr
    database.stop(home)


if __name__ == "__main__":
    make()
