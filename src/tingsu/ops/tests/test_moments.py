"""Back to a moment: what was committed before it is there, what came after is not."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from tingsu.ops import database, moments
from tingsu.ops.errors import CannotStart
from tingsu.ops.postgres import Server
from tingsu.ops.tests.homes import remove


def ask(home: Path, question: str) -> list[tuple]:
    with psycopg.connect(database.admin_dsn(home, "postgres"), autocommit=True) as connection:
        cursor = connection.execute(question)
        return cursor.fetchall() if cursor.description else []


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that the server's own user may enter, whoever runs the tests."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


@pytest.mark.req("RC-03")
def test_a_database_is_recovered_to_a_moment(begun_home, tmp_path, open_folder):
    folder, again = open_folder / "log of the server", tmp_path / "again"
    database.start(begun_home)
    ask(begun_home, "CREATE TABLE written AS SELECT 'before the copy' AS word")
    database.stop(begun_home)
    own = Server(begun_home).data / moments.LOCAL
    own.write_text("work_mem = '9MB'\n")
    base = moments.keep(begun_home, folder)
    assert base.parent == folder
    assert not Server(begun_home).running(), "whoever started it for this ends it"

    database.start(begun_home)
    assert ask(begun_home, "SELECT current_setting('work_mem'), current_setting('archive_mode')") == [("9MB", "on")]
    ask(begun_home, "INSERT INTO written VALUES ('after the copy')")
    time.sleep(1.1)
    [(moment,)] = ask(begun_home, "SELECT clock_timestamp()")
    time.sleep(1.1)
    ask(begun_home, "INSERT INTO written VALUES ('too late')")
    ask(begun_home, "SELECT pg_switch_wal()")
    database.stop(begun_home)

    again.mkdir()
    try:
        with pytest.raises(CannotStart, match="of the lost home"):
            moments.recover(again, folder, moment)
        shutil.copy(begun_home / "secrets.json", again)
        with pytest.raises(CannotStart, match="no base copy that is older"):
            moments.recover(again, folder, moment - timedelta(days=1))
        with pytest.raises(CannotStart, match="could not be reached"):
            moments.recover(again, folder, datetime.now(UTC) + timedelta(days=1))
        moments.recover(again, folder, moment)
        database.start(again)
        assert ask(again, "SELECT word FROM written ORDER BY 1") == [("after the copy",), ("before the copy",)]
        ask(again, "INSERT INTO written VALUES ('new')")
        assert (Server(again).data / moments.LOCAL).read_text() == "work_mem = '9MB'\n"
        with pytest.raises(CannotStart, match="has been used"):
            moments.recover(again, folder, moment)
    finally:
        remove(again)


def test_the_log_of_a_server_of_ones_own_is_left_alone(new_home, tmp_path, monkeypatch):
    with pytest.raises(CannotStart, match="no database in this home yet"):
        moments.keep(new_home, tmp_path / "log")
    monkeypatch.setenv("DATABASE_URL", "postgresql://a@h/tingsu")
    with pytest.raises(CannotStart, match="administrator's to keep"):
        moments.keep(new_home, tmp_path / "log")


def test_a_folder_that_the_server_cannot_write_is_said_at_once(begun_home, open_folder, monkeypatch):
    database.start(begun_home)
    database.stop(begun_home)
    monkeypatch.setattr(moments, "_copying", lambda log: "false")
    with pytest.raises(CannotStart, match="cannot write its log to"):
        moments.keep(begun_home, open_folder / "log")
    assert not Server(begun_home).running()
