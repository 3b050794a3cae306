"""``upgrade``: a database of an older release, with a backup before and everything verified after."""

from __future__ import annotations

import os
from pathlib import Path

import psycopg
import pytest

from tests.states.store import MASTER_KEY, restore, states
from tingsu.ops import backup, database, keys, maintenance, migrating, places, tending
from tingsu.ops.errors import CannotStart
from tingsu.ops.tests.serving import tingsu


@pytest.fixture
def older(begun_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home whose database is the oldest kept state."""
    monkeypatch.setenv("TINGSU_HOME", str(begun_home))
    monkeypatch.setenv("TINGSU_MASTER_KEY", MASTER_KEY)
    database.prepare(begun_home)
    keys.remember(begun_home, master_key=MASTER_KEY)
    with psycopg.connect(database.admin_dsn(begun_home), autocommit=True) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS vector")  # older releases had it
    restore(states()[0], database.DATABASE)
    return begun_home


def applied(home: Path) -> set[str]:
    with psycopg.connect(database.admin_dsn(home)) as connection:
        return set(backup.migrations_in(connection))


@pytest.mark.req("RC-03")
def test_an_older_database_is_backed_up_brought_to_this_release_and_verified(older, tmp_path):
    before = applied(older)
    assert set(migrating.known_migrations()) - before
    asked = tingsu(older, "upgrade")
    assert asked.returncode == 1
    assert "--without-backup" in asked.stderr.splitlines()[-1]
    assert applied(older) == before

    unkept = tingsu(older, "upgrade", "--to", str(tmp_path / "backups"))
    assert unkept.returncode == 1
    assert "nothing was changed" in unkept.stderr.splitlines()[-1]
    assert "Nobody could open this backup" in unkept.stderr
    assert applied(older) == before

    assert tingsu(older, "backup-key", str(tmp_path / "key")).returncode == 0
    done = tingsu(older, "upgrade", "--to", str(tmp_path / "backups"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == "The database is at this release."
    assert "Everything agrees." in done.stdout
    assert applied(older) >= set(migrating.known_migrations())
    assert len(places.Folder(tmp_path / "backups").names()) == 1
    assert maintenance.standing(older) is None
    again = tingsu(older, "upgrade", "--without-backup")
    assert (again.returncode, again.stdout) == (0, "The database is at this release already.\n")


def test_a_newer_database_is_refused(older):
    with psycopg.connect(database.admin_dsn(older), autocommit=True) as connection:
        connection.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('kernel', '0999_later', now())")
    with pytest.raises(CannotStart, match=r"newer Tingsu \(kernel.0999_later\)"):
        tending.pending_migrations()
    assert os.environ["TINGSU_OWNER_DSN"]
