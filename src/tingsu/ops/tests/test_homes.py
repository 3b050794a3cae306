"""Homes are not mixed up: keys belong to their data, a demo is not served, real work is not shown off."""

from __future__ import annotations

import base64
import json
import os
import uuid

import psycopg
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tingsu.ops import cli, database, homes, keys
from tingsu.ops.errors import CannotStart
from tingsu.ops.postgres import Server

TABLES = """
CREATE TABLE kernel_organisation (id uuid, wrapped_key bytea, slug text, is_demo boolean);
CREATE TABLE kernel_installation (id int PRIMARY KEY, key_check bytea);
GRANT ALL ON kernel_organisation, kernel_installation TO tingsu_app
"""


def change(home, statement: str, values: list | None = None) -> None:
    with psycopg.connect(database.admin_dsn(home), autocommit=True) as connection:
        connection.execute(statement, values)


def add_organisation(home, *, is_demo: bool) -> None:
    """One row as the kernel writes it: its key is wrapped by the master key of the environment."""
    row_id, nonce = uuid.uuid4(), os.urandom(12)
    cipher = AESGCM(base64.b64decode(os.environ["TINGSU_MASTER_KEY"]))
    wrapped = b"\x01" + nonce + cipher.encrypt(nonce, bytes(32), f"organisation:{row_id}".encode())
    values = [row_id, wrapped, "real", is_demo]
    change(home, "INSERT INTO kernel_organisation VALUES (%s, %s, %s, %s)", values)


@pytest.fixture
def worked_on(begun_home):
    """A home whose database holds one real organisation."""
    database.prepare(begun_home)
    change(begun_home, TABLES)
    add_organisation(begun_home, is_demo=False)
    return begun_home


def forget_key(home) -> str:
    """Take the master key out of the secrets, as a lost half of a file would."""
    known = json.loads((home / "secrets.json").read_text())
    key = known.pop("master_key")
    (home / "secrets.json").write_text(json.dumps(known))
    os.environ.pop("TINGSU_MASTER_KEY", None)
    return key


@pytest.mark.parametrize("noted", [True, False])
def test_a_missing_master_key_stops_the_start_and_no_new_one_is_made(worked_on, noted):
    if noted:
        database.prepare(worked_on)
    key = forget_key(worked_on)
    with pytest.raises(CannotStart, match=r"^The master key is missing") as refused:
        database.prepare(worked_on)
    assert "\n" not in str(refused.value)
    assert "master_key" not in json.loads((worked_on / "secrets.json").read_text())
    os.environ["TINGSU_MASTER_KEY"] = key
    database.prepare(worked_on)


@pytest.mark.parametrize("noted", [True, False])
def test_a_wrong_master_key_stops_the_start(worked_on, noted):
    if noted:
        database.prepare(worked_on)
    right = os.environ["TINGSU_MASTER_KEY"]
    os.environ["TINGSU_MASTER_KEY"] = base64.b64encode(os.urandom(32)).decode()
    with pytest.raises(CannotStart, match=r"^The master key is not the one"):
        database.prepare(worked_on)
    os.environ["TINGSU_MASTER_KEY"] = right
    database.prepare(worked_on)


def test_a_wrong_key_is_never_noted_as_the_right_one(worked_on):
    wrong = base64.b64encode(os.urandom(32)).decode()
    with psycopg.connect(database.admin_dsn(worked_on), autocommit=True) as connection:
        homes.note_key(connection, wrong)
        assert connection.execute("SELECT count(*) FROM kernel_installation").fetchone() == (0,)
        homes.note_key(connection, os.environ["TINGSU_MASTER_KEY"])
        homes.note_key(connection, wrong)
        kept = bytes(connection.execute("SELECT key_check FROM kernel_installation").fetchone()[0])
    assert kept == keys.check_value(os.environ["TINGSU_MASTER_KEY"])


def test_the_value_that_tells_keys_apart_opens_nothing(worked_on):
    database.prepare(worked_on)
    with psycopg.connect(os.environ["TINGSU_APP_DSN"]) as connection:
        kept = bytes(connection.execute("SELECT key_check FROM kernel_installation").fetchone()[0])
    key = os.environ["TINGSU_MASTER_KEY"]
    assert kept == keys.check_value(key)
    assert len(kept) == 16
    assert kept not in base64.b64decode(key)


def test_secrets_that_are_gone_from_a_used_home_are_not_made_anew(worked_on):
    secrets = worked_on / "secrets.json"
    kept = secrets.read_text()
    secrets.unlink()
    with pytest.raises(CannotStart, match="is missing though this home has been used"):
        database.prepare(worked_on)
    assert not secrets.exists()
    secrets.write_text(kept)
    database.prepare(worked_on)


def test_an_empty_database_takes_a_new_key(begun_home):
    database.prepare(begun_home)
    change(begun_home, TABLES)
    forget_key(begun_home)
    database.prepare(begun_home)
    assert json.loads((begun_home / "secrets.json").read_text())["master_key"] == os.environ["TINGSU_MASTER_KEY"]


REAL_WORK = [["serve", "--port", "1"], ["worker"], ["migrate"]]


@pytest.mark.parametrize("command", REAL_WORK, ids=lambda words: words[0])
def test_real_work_is_refused_in_a_demo_home(begun_home, monkeypatch, capsys, command):
    monkeypatch.setenv("TINGSU_HOME", str(begun_home))
    monkeypatch.setattr("tingsu.ops.supervisor._check_port", lambda host, port: None)
    database.prepare(begun_home)
    change(begun_home, TABLES)
    add_organisation(begun_home, is_demo=True)
    assert cli.main(command) == 1
    said = capsys.readouterr().err.splitlines()
    assert said[-1].startswith("This home holds the demo")


def test_the_demo_is_refused_where_real_work_is_done(worked_on, monkeypatch, capsys):
    monkeypatch.setenv("TINGSU_HOME", str(worked_on))
    monkeypatch.setenv("TINGSU_DEMO", "0")
    monkeypatch.setattr("tingsu.ops.supervisor._check_port", lambda host, port: None)
    for words in (["demo"], ["demo", "--fresh"]):
        assert cli.main(words) == 1
        assert "organisation that is no demo" in capsys.readouterr().err.splitlines()[-1]
    monkeypatch.setenv("DATABASE_URL", "postgresql://a@h/tingsu")
    assert cli.main(["demo"]) == 1
    assert "unset DATABASE_URL" in capsys.readouterr().err


def test_serving_with_the_demos_variable_is_refused(worked_on, monkeypatch):
    database.prepare(worked_on)
    homes.refuse_demo(os.environ["TINGSU_APP_DSN"])
    monkeypatch.setenv("TINGSU_DEMO", "1")
    with pytest.raises(CannotStart, match="TINGSU_DEMO keeps every letter"):
        homes.refuse_demo(os.environ["TINGSU_APP_DSN"])


def test_a_half_restored_database_is_refused_until_it_is_restored_again(begun_home):
    database.prepare(begun_home)
    change(begun_home, f"COMMENT ON DATABASE tingsu IS '{homes.RESTORING} since yesterday'")
    with pytest.raises(CannotStart, match="restore into this database was interrupted"):
        database.prepare(begun_home)
    database.prepare(begun_home, restoring=True)
    change(begun_home, "COMMENT ON DATABASE tingsu IS NULL")
    database.prepare(begun_home)
    assert Server(begun_home).running()
