"""Tingsu on a PostgreSQL server of the firm's own, from an empty one on: every version that this machine has.

Runs where the programs of a server are at hand (Debian: `apt-get install postgresql`) and says so where they are not.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.states.store import MASTER_KEY, states
from tingsu.ops.bootstrap import REPOSITORY
from tingsu.ops.postgres import client
from tingsu.ops.tests.filling import FILL
from tingsu.ops.tests.serving import environment

INSTALLED = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
PART = (
    "src/tingsu/kernel/tests/test_tenancy.py",
    "src/tingsu/kernel/tests/test_ledger.py",
    "src/tingsu/complaints/tests/test_words_far_back.py",
    "src/tingsu/ops/tests/test_jobs.py",
)
"""What leans on the database most: policies, triggers, sealed histories, search functions, jobs."""


@pytest.fixture(scope="module", params=INSTALLED, ids=lambda path: f"PostgreSQL {path.parts[-3]}")
def programs(request: pytest.FixtureRequest) -> Path:
    """Where the programs of a server lie."""
    found: Path = request.param.parent
    return found


@pytest.fixture(scope="module")
def administrator(programs: Path) -> Iterator[str]:
    """An empty server and its administrator, who may make roles and databases and is no superuser."""
    with server(programs, "one") as address:
        yield address


@contextlib.contextmanager
def server(programs: Path, name: str) -> Iterator[str]:
    """A server on loopback for as long as somebody needs it: the address of its administrator."""
    folder = Path("/tmp") / f"tingsu-external-{os.getpid()}-{programs.parent.name}-{name}"  # noqa: S108 - short, for a socket
    folder.mkdir(mode=0o700)
    as_user = {}
    if os.geteuid() == 0:
        try:
            found = pwd.getpwnam("postgres")
        except KeyError:
            pytest.skip("PostgreSQL refuses to run as root and this machine has no user postgres")
        os.chown(folder, found.pw_uid, found.pw_gid)
        as_user = {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    def run(program: str, *arguments: str) -> None:
        command = [str(programs / program), "-D", str(folder / "data"), *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/", **as_user)

    run("initdb", "-A", "trust", "-U", "chief", "-E", "UTF8", "--locale=C")
    run("pg_ctl", "-w", "-l", str(folder / "log"), "-o", f"-p {port} -k {folder} -c fsync=off", "start")
    try:
        with psycopg.connect(f"host=127.0.0.1 port={port} user=chief dbname=postgres", autocommit=True) as connection:
            connection.execute("CREATE ROLE boss LOGIN CREATEROLE CREATEDB PASSWORD 'b'")
        # Passwords are asked for, or a wrong one would never be noticed.
        (folder / "data" / "pg_hba.conf").write_text("host all all 127.0.0.1/32 scram-sha-256\n")
        run("pg_ctl", "reload")
        yield f"postgresql://boss:b@127.0.0.1:{port}/firm"
    finally:
        run("pg_ctl", "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def said(home: Path, address: str, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """One command in a home whose database lies on a server of the firm's own."""
    given = environment(home) | {"DATABASE_URL": address} | more
    command = [sys.executable, "-m", "tingsu", *words]
    return subprocess.run(command, env=given, capture_output=True, text=True, check=False)


def well(home: Path, address: str, *words: str, **more: str) -> str:
    done = said(home, address, *words, **more)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


@pytest.fixture(scope="module")
def own_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("external") / "home"


@pytest.mark.skipif(not INSTALLED, reason="no programs of a PostgreSQL server here (apt-get install postgresql)")
def test_an_empty_server_becomes_tingsus_and_bears_what_leans_on_it(administrator: str, own_home: Path) -> None:
    # `serving.environment` gives children a person's shell; this person has a server.
    given = environment(own_home) | {"DATABASE_URL": administrator}
    command = [sys.executable, "-m", "tingsu"]
    for arguments in (["migrate", "--quiet"], ["verify"]):
        done = subprocess.run([*command, *arguments], env=given, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    with psycopg.connect(administrator, autocommit=True) as connection:
        assert connection.execute("SELECT extname FROM pg_extension").fetchall() == [("plpgsql",)]
        assert connection.execute(
            "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = 'tingsu_app'"
        ).fetchone() == (False,)
        # The tests copy a template database as the owner, which no installation needs.
        connection.execute("ALTER ROLE tingsu_owner CREATEDB")
    part = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *PART]
    done = subprocess.run(part, env=given, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
    assert " passed" in done.stdout


def test_a_server_that_is_too_old_or_away_is_one_sentence(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("PGCONNECT_TIMEOUT", "2")
    done = subprocess.run(
        [sys.executable, "-m", "tingsu", "migrate"],
        env=environment(tmp_path / "home") | {"DATABASE_URL": "postgresql://boss:b@127.0.0.1:9/firm"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert "named by DATABASE_URL cannot be used" in done.stderr


COUNT = """
from tingsu.complaints.models import Complaint
from tingsu.kernel.models import Organisation
from tingsu.kernel.tenancy import acting_for
with acting_for(Organisation.objects.get(slug="test").pk):
    print("cases", Complaint.objects.count())
"""


@pytest.mark.req("RC-03")
@pytest.mark.skipif(not INSTALLED, reason="no programs of a PostgreSQL server here (apt-get install postgresql)")
def test_a_backup_of_an_external_server_comes_back_equal_on_another_one(
    programs: Path, administrator: str, own_home: Path, tmp_path: Path
) -> None:
    well(own_home, administrator, "migrate", "--quiet")
    well(own_home, administrator, "manage", "shell", "--no-imports", "-c", FILL)
    well(own_home, administrator, "backup-key", str(tmp_path / "key"))
    well(own_home, administrator, "keys", "--to", str(tmp_path / "keys.age"))
    well(own_home, administrator, "backup", "--to", str(tmp_path / "backups"))
    cases = well(own_home, administrator, "manage", "shell", "--no-imports", "-c", COUNT)
    words = [
        "restore",
        str(tmp_path / "backups"),
        "--identity",
        str(tmp_path / "key"),
        "--keys",
        str(tmp_path / "keys.age"),
    ]
    again = tmp_path / "again" / "home"
    full = said(again, administrator, *words)
    assert full.returncode == 1, "a database in use is never restored into"
    assert len(full.stderr.strip().splitlines()) < 4
    with server(programs, "two") as other:
        told = well(again, other, *words)
        assert "Equal to the backup" in told
        assert "verify agrees" in told
        assert well(again, other, "manage", "shell", "--no-imports", "-c", COUNT) == cases
        twice = said(again, other, *words)
        assert twice.returncode == 1
        with psycopg.connect(other, autocommit=True) as connection:
            owners = connection.execute(
                "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'"
            ).fetchall()
            assert owners == [("tingsu_owner",)]


@pytest.mark.req("RC-03")
@pytest.mark.skipif(not INSTALLED, reason="no programs of a PostgreSQL server here (apt-get install postgresql)")
def test_a_database_of_the_oldest_release_is_upgraded_on_an_external_server(programs: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    with server(programs, "old") as address:
        assert (
            said(home, address, "verify", TINGSU_MASTER_KEY=MASTER_KEY).returncode == 1
        )  # roles and an empty database
        told = subprocess.run(
            [client("pg_restore"), "--no-owner", "--no-privileges", "-f", "-", str(states()[0])],
            capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
        # What only a newer server, or an extension that no column uses, would understand.
        kept = [line for line in told.splitlines() if "transaction_timeout" not in line and "EXTENSION" not in line]
        script = tmp_path / "older.sql"
        script.write_text("SET ROLE tingsu_owner;\n" + "\n".join(kept))
        loaded = subprocess.run(
            [str(programs / "psql"), "-q", "-v", "ON_ERROR_STOP=1", "-f", str(script), address],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert loaded.returncode == 0, loaded.stderr[-1500:]
        refused = said(home, address, "serve", "--port", "1", TINGSU_MASTER_KEY=MASTER_KEY)
        assert refused.returncode == 1
        unkept = said(home, address, "upgrade", TINGSU_MASTER_KEY=MASTER_KEY)
        assert "--without-backup" in unkept.stderr.splitlines()[-1]
        done = well(home, address, "upgrade", "--without-backup", TINGSU_MASTER_KEY=MASTER_KEY)
        assert done.splitlines()[-1] == "The database is at this release."
        assert "Everything agrees." in done
