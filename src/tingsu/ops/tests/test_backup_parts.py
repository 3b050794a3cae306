"""Parts of backup and restore that need no whole backup: which are kept, whether two are equal, and the keys."""

from __future__ import annotations

import os
from contextlib import nullcontext
from types import SimpleNamespace

import psycopg
import pytest

from tingsu.ops import backup, database, parcel, places, restoring, safes, tally
from tingsu.ops.tests.homes import refused
from tingsu.ops.tests.serving import tingsu


def test_one_that_was_killed_is_not_taken_for_a_backup(tmp_path):
    (tmp_path / "tingsu-20260101T000000Z.backup.partial").write_bytes(b"half")
    assert places.Folder(tmp_path).names() == []
    assert refused(places.find, str(tmp_path)).startswith("There is no backup in")


def test_only_the_newest_are_kept(tmp_path):
    for day in range(1, 6):
        (tmp_path / f"tingsu-2026010{day}T000000Z.backup").write_bytes(b"x")
    gone = backup.prune(places.Folder(tmp_path), 2)
    assert [name[13:15] for name in gone] == ["01", "02", "03"]
    assert len(places.Folder(tmp_path).names()) == 2


# -- equality can fail


def test_a_row_a_number_or_a_table_that_differs_is_named():
    same = {"a": [2, "17"], "b": [1, "3"]}
    assert tally.differences(same, same) == []
    other = {"a": [2, "18"], "c": [0, "0"]}
    assert tally.differences(same, other) == [
        "a has its 2 rows, and not all are the same",
        "b: 1 rows then, nothing now",
        "c: nothing then, 0 rows now",
    ]


@pytest.mark.req("RC-03")
@pytest.mark.parametrize(
    ("byte", "lines", "seal", "says"),
    [
        (b"x", 1, "s1", ""),
        (b"y", 1, "s1", "files: 1 then, 1 now, or other bytes"),
        (b"x", 2, "s1", "t: 1 rows then, 2 rows now"),
        (b"x", 1, "s2", "histories or seals of an organisation differ"),
    ],
)
def test_a_restore_tells_each_thing_that_is_otherwise_than_in_the_backup(
    tmp_path, monkeypatch, byte, lines, seal, says
):
    digest, file = parcel.Digest(), tmp_path / "one"
    digest.begin("one")
    digest.add(b"x")
    tail = {
        "database": {"tables": {"t": [1, "d"]}, "sequences": {}},
        "files": {**digest.told(), "missing": []},
        "organisations": ["s1"],
    }
    file.write_bytes(byte)
    connection = SimpleNamespace(execute=lambda _question: None)
    monkeypatch.setattr(restoring.psycopg, "connect", lambda _owner: nullcontext(connection))
    monkeypatch.setattr(restoring.rows, "of_database", lambda _owner: {"t": [lines, "d"]})
    monkeypatch.setattr(restoring.tally, "sequences_behind", lambda _connection: [])
    monkeypatch.setattr(restoring.tally, "summary", lambda _connection: [seal])
    monkeypatch.setattr(restoring.backup, "named_files", lambda _home, _connection: [("one", file)])
    done = restoring.Restored("b", "2026-01-05T00:00:00")
    restoring._compare(tmp_path, "", tail, done)
    assert "; ".join(done.differences) == says
    assert done.equal is (says == "")


def test_a_sequence_behind_its_rows_is_named(new_home, clean_environment):
    database.prepare(new_home)
    with psycopg.connect(os.environ["TINGSU_OWNER_DSN"], autocommit=True) as connection:
        connection.execute("CREATE TABLE jobs (id bigserial, other int)")
        assert tally.sequences_behind(connection) == []
        connection.execute("INSERT INTO jobs (other) VALUES (1), (2)")
        assert tally.sequences_behind(connection) == []
        connection.execute("INSERT INTO jobs (id) VALUES (5)")
        assert tally.sequences_behind(connection) == ["jobs_id_seq is behind the rows of jobs"]
        for unused, behind in ((6, []), (5, ["jobs_id_seq is behind the rows of jobs"])):
            connection.execute(
                "SELECT setval('jobs_id_seq', %s, false)", [unused]
            )  # the next number, not given out yet
            assert tally.sequences_behind(connection) == behind


def test_a_key_pair_is_never_written_over_nor_into_the_home(tmp_path, clean_environment):
    home, file = tmp_path / "home", tmp_path / "key"
    recipient = safes.make_identity(home, file)
    content = file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600
    assert "may open backups" in refused(safes.make_identity, home, file)
    assert file.read_text() == content
    assert [str(one) for one in safes.recipients(home)] == [recipient]
    inside = tingsu(home, "backup-key", str(home / "key"))
    assert inside.returncode == 1
    assert "must not lie in the home" in inside.stderr
    assert "no recipient" in refused(safes.recipients, home, ["age1nonsense"])
    assert "Nobody could open this backup" in refused(safes.recipients, tmp_path / "elsewhere")
    assert "holds no age key" in refused(safes.identities, home / "backup.recipients")
