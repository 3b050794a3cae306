"""Tingsu on a PostgreSQL server of the firm's own, from an empty one on (PT-01): every version that this machine has.

Runs where the programs of a server are at hand (Debian: `apt-get install postgresql`) and says so where they are not.
"""

from __future__ import annotations

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

from tingsu.ops.bootstrap import REPOSITORY
from tingsu.ops.tests.serving import environment

INSTALLED = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
PART = (
    "src/tingsu/kernel/tests/test_tenancy.py",
    "src/tingsu/kernel/tests/test_ledger.py",
    "src/tingsu/complaints/tests/test_words_far_back.py",
    "src/tingsu/ops/tests/test_jobs.py",
)
"""What leans on the database most: policies, triggers, sealed histories, search functions, jobs."""

pytestmark = pytest.mark.req("PT-01")


@pytest.fixture(scope="module", params=INSTALLED, ids=lambda path: f"PostgreSQL {path.parts[-3]}")
def administrator(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An empty server and its administrator, who may make roles and databases and is no superuser."""
    programs: Path = request.param.parent
    folder = Path("/tmp") / f"tingsu-external-{os.getpid()}-{programs.parent.name}"  # noqa: S108 - short, for a socket
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
