"""The embedded server and its roles, and an external one by the same path."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from tingsu.ops import database, keys
from tingsu.ops.errors import CannotStart
from tingsu.ops.postgres import Server
from tingsu.ops.tests.homes import remove
from tingsu.ops.tests.waiting import wait_until


@pytest.fixture(scope="module")
def one_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One server for the tests that leave it as they found it."""
    home = tmp_path_factory.mktemp("one") / "home"
    yield home
    remove(home)


@pytest.fixture
def prepared(one_home: Path, clean_environment: None) -> Path:
    database.prepare(one_home)
    return one_home


def ask(dsn: str, question: str) -> list[tuple]:
    with psycopg.connect(dsn, autocommit=True) as connection:
        cursor = connection.execute(question)
        return cursor.fetchall() if cursor.description else []


@pytest.mark.req("PS-03", "invariant-5")
def test_the_application_role_owns_nothing_and_cannot_bypass_row_level_security(prepared):
    roles = {
        name: (login, superuser, bypass, create)
        for name, login, superuser, bypass, create in ask(
            os.environ["TINGSU_OWNER_DSN"],
            "SELECT rolname, rolcanlogin, rolsuper, rolbypassrls, rolcreaterole FROM pg_roles "
            "WHERE rolname ~ '^tingsu_'",
        )
    }
    assert roles == {
        "tingsu_owner": (True, False, False, False),
        "tingsu_app": (True, False, False, False),
        "tingsu_search": (False, False, False, False),
        "tingsu_bench": (True, False, True, False),
    }
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(os.environ["TINGSU_APP_DSN"], "CREATE TABLE mine ()")
    ask(os.environ["TINGSU_OWNER_DSN"], "CREATE TABLE mine ()")
    ask(os.environ["TINGSU_OWNER_DSN"], "DROP TABLE mine")


@pytest.mark.req("PS-03")
def test_the_server_asks_for_a_password_and_listens_on_a_closed_socket_only(prepared):
    server = Server(prepared)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        ask(psycopg.conninfo.make_conninfo(os.environ["TINGSU_APP_DSN"], password="wrong"), "SELECT 1")
    assert server.socket_folder.stat().st_mode & 0o777 == 0o700
    assert server.data.stat().st_mode & 0o777 == 0o700
    settings = "SELECT current_setting('listen_addresses'), current_setting('fsync'), current_setting('data_checksums')"
    assert ask(os.environ["TINGSU_APP_DSN"], settings) == [("", "on", "on")]
    locale = "SELECT datlocprovider::text, datlocale FROM pg_database WHERE datname = current_database()"
    assert ask(os.environ["TINGSU_APP_DSN"], locale) == [("b", "C.UTF-8")]


@pytest.mark.req("PS-03")
def test_secrets_are_made_once_and_only_their_owner_may_read_them(prepared):
    before = keys.load(prepared)
    database.prepare(prepared)
    assert keys.load(prepared) == before
    assert (prepared / "secrets.json").stat().st_mode & 0o777 == 0o600
    assert os.environ["TINGSU_MASTER_KEY"] == before["master_key"]


@pytest.mark.req("invariant-3")
def test_what_was_committed_survives_kill_9_of_the_server_and_the_next_start_is_not_blocked(prepared):
    server = Server(prepared)
    held = psycopg.connect(os.environ["TINGSU_OWNER_DSN"])
    held.execute("CREATE TABLE promise_made (id int)")
    held.execute("INSERT INTO promise_made VALUES (1)")
    held.commit()
    held.execute("INSERT INTO promise_made VALUES (2)")
    os.kill(server.pid(), signal.SIGKILL)
    wait_until(lambda: not server.running())
    database.prepare(prepared)
    assert ask(os.environ["TINGSU_OWNER_DSN"], "SELECT id FROM promise_made") == [(1,)]


def test_a_stale_pid_file_that_names_a_stranger_does_not_block_the_start(prepared):
    server = Server(prepared)
    database.stop(prepared)
    assert not server.running()
    (server.data / "postmaster.pid").write_text(f"{os.getpid()}\n{server.data}\n")
    assert not server.running()
    assert database.start(prepared)
    assert database.status(prepared).running


def test_a_half_made_data_folder_is_never_taken_for_a_database(new_home):
    server = Server(new_home)
    server.folder.mkdir(parents=True)
    partial = server.data.with_name("data.partial")
    partial.mkdir()
    (partial / "PG_VERSION").write_text("18\n")
    database.prepare(new_home)
    assert not partial.exists()
    assert ask(os.environ["TINGSU_APP_DSN"], "SELECT 1") == [(1,)]


def test_the_server_ends_with_the_last_process_that_uses_it(new_home):
    code = (
        "import pathlib, sys; from tingsu.ops import database; database.prepare(pathlib.Path(sys.argv[1])); "
        "print('ready', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(new_home)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "env": environment}
    with subprocess.Popen(command, **pipes) as first, subprocess.Popen(command, **pipes) as second:
        assert first.stdout.readline() == second.stdout.readline() == b"ready\n"
        first.communicate(b"")
        assert database.status(new_home).running
        second.communicate(b"")
    assert not database.status(new_home).running


def test_a_path_too_long_for_a_socket_is_served_from_a_short_closed_folder(tmp_path, clean_environment):
    home = tmp_path / ("deep" * 20) / "home"
    try:
        database.prepare(home)
        assert len(str(Server(home).socket_folder)) < 90
        assert ask(os.environ["TINGSU_APP_DSN"], "SELECT 1") == [(1,)]
    finally:
        remove(home)


def test_data_of_an_older_postgresql_is_taken_over_with_its_rows(new_home):
    server = Server(new_home)
    server.make_folders()
    server._initialise(server.data, 16)
    old = ("-w", "-D", server.data, "-o", f"-k {server.socket_folder} -c listen_addresses=")
    assert server._run(server.program("pg_ctl", 16), "start", "-l", server.log, *old).returncode == 0
    ask(database.admin_dsn(new_home, "postgres"), "CREATE TABLE kept AS SELECT 42 AS answer")
    assert server._run(server.program("pg_ctl", 16), "stop", "-w", "-D", server.data).returncode == 0
    database.prepare(new_home)
    assert (server.data / "PG_VERSION").read_text().strip() == "18"
    assert ask(database.admin_dsn(new_home, "postgres"), "SELECT answer FROM kept") == [(42,)]


def test_an_external_server_gets_the_same_roles_and_a_database(new_home, tmp_path, monkeypatch):
    database.prepare(new_home)
    administrator = database.admin_dsn(new_home, "postgres")
    ask(administrator, "DROP DATABASE tingsu")
    for role in ("app", "owner", "search", "bench"):
        ask(administrator, f"DROP OWNED BY tingsu_{role}")
        ask(administrator, f"DROP ROLE tingsu_{role}")
    monkeypatch.setenv("DATABASE_URL", database.admin_dsn(new_home, "elsewhere"))
    forget_addresses(monkeypatch)
    other = tmp_path / "other"
    database.prepare(other)
    assert ask(os.environ["TINGSU_APP_DSN"], "SELECT current_user::text, current_database()::text") == [
        ("tingsu_app", "elsewhere")
    ]
    assert not (other / "postgres").exists()


def forget_addresses(monkeypatch) -> None:
    for name in ("TINGSU_APP_DSN", "TINGSU_OWNER_DSN", "TINGSU_MASTER_KEY"):
        monkeypatch.delenv(name, raising=False)


def test_a_second_home_leaves_the_roles_of_the_first_alone_until_it_is_told_to_take_over(
    prepared, tmp_path, monkeypatch
):
    inside = {name: os.environ[f"TINGSU_{name}_DSN"] for name in ("APP", "OWNER")}
    other = tmp_path / "other"
    monkeypatch.setenv("DATABASE_URL", database.admin_dsn(prepared, "elsewhere"))
    forget_addresses(monkeypatch)
    with pytest.raises(CannotStart, match=r"password of another home.*--take-over") as refused:
        database.prepare(other)
    assert "\n" not in str(refused.value)
    assert all(ask(dsn, "SELECT 1") == [(1,)] for dsn in inside.values())

    database.prepare(other, take_over=True)
    assert ask(os.environ["TINGSU_APP_DSN"], "SELECT current_database()::text") == [("elsewhere",)]
    with pytest.raises(psycopg.OperationalError, match="password"):
        ask(inside["APP"], "SELECT 1")
    # A third one is given the addresses and so sets nothing.
    monkeypatch.delenv("TINGSU_MASTER_KEY")
    taken = os.environ["TINGSU_APP_DSN"]
    database.prepare(tmp_path / "third")
    assert ask(taken, "SELECT 1") == [(1,)]
    # The embedded server is its own home's: that one heals.
    forget_addresses(monkeypatch)
    monkeypatch.delenv("DATABASE_URL")
    database.prepare(prepared)
    assert ask(inside["APP"], "SELECT 1") == [(1,)]


@pytest.mark.parametrize("given", ["an administrator", "both roles"])
@pytest.mark.parametrize(("version", "refused"), [(140999, True), (90624, True), (150000, False)])
def test_a_server_that_is_too_old_is_refused_in_a_sentence_before_anything_is_made(
    prepared, tmp_path, monkeypatch, given, version, refused
):
    inside = {name: os.environ[f"TINGSU_{name}_DSN"] for name in ("OWNER", "APP")}
    administrator = database.admin_dsn(prepared, "elsewhere")
    monkeypatch.setenv("DATABASE_URL", administrator)
    forget_addresses(monkeypatch)
    if given == "both roles":
        for name, dsn in inside.items():
            monkeypatch.setenv(f"TINGSU_{name}_DSN", dsn)
    monkeypatch.setattr(database, "server_version", lambda _connection: version)
    made: list[str] = []
    monkeypatch.setattr(database, "_ensure_roles", lambda *_words, **_more: made.append("roles") or exit_quietly())
    monkeypatch.setattr(database.homes, "settle_key", lambda *_words: made.append("key"))
    with pytest.raises(CannotStart if refused else StopIteration) as said:
        database.prepare(tmp_path / "other")
        raise StopIteration
    if refused:
        assert str(said.value) == "Tingsu needs PostgreSQL 15 or newer: upgrade the server named by DATABASE_URL."
    assert bool(made) is not refused


def exit_quietly() -> None:
    raise StopIteration


@pytest.mark.parametrize("may", ["NOCREATEROLE CREATEDB", "CREATEROLE NOCREATEDB"])
def test_an_administrator_who_may_not_make_roles_or_databases_is_told_what_is_needed(
    prepared, tmp_path, monkeypatch, may
):
    administrator = database.admin_dsn(prepared, "postgres")
    ask(administrator, f"CREATE ROLE small LOGIN {may} PASSWORD 'p'")
    try:
        monkeypatch.setenv("DATABASE_URL", make_conninfo(administrator, user="small", password="p", dbname="elsewhere"))
        forget_addresses(monkeypatch)
        with pytest.raises(CannotStart, match="CREATEROLE and CREATEDB") as refused:
            database.prepare(tmp_path / "other", take_over=True)
        assert "\n" not in str(refused.value)
    finally:
        ask(administrator, "DROP ROLE small")


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("mysql://somewhere/else", "DATABASE_URL is not a PostgreSQL address"),
        ("postgresql://a:b@127.0.0.1:1/tingsu", "named by DATABASE_URL cannot be used"),
    ],
)
def test_an_unusable_database_url_ends_in_one_sentence(new_home, monkeypatch, url, sentence):
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(CannotStart, match=sentence) as refused:
        database.prepare(new_home)
    assert "\n" not in str(refused.value)


def test_damaged_secrets_and_a_wrong_master_key_end_in_one_sentence(tmp_path, clean_environment, monkeypatch):
    monkeypatch.setenv("TINGSU_MASTER_KEY", "too short")
    with pytest.raises(CannotStart, match="32 bytes in base64"):
        keys.export(tmp_path)
    for damaged in (b"{", b"", b"[]", b"null", b'{"master_key": 5}', b"\xff\xfe"):
        (tmp_path / "secrets.json").write_bytes(damaged)
        with pytest.raises(CannotStart, match="put it back from a backup"):
            keys.load(tmp_path)
        assert (tmp_path / "secrets.json").read_bytes() == damaged


def test_root_with_a_closed_umask_makes_a_database_that_starts(new_home):
    """The server runs as another user, who must be able to read its programs and its settings."""
    before = os.umask(0o077)
    try:
        database.prepare(new_home)
    finally:
        os.umask(before)
    assert ask(os.environ["TINGSU_APP_DSN"], "SELECT 1") == [(1,)]


def test_the_server_writes_no_statement_and_no_value_into_its_log(prepared):
    with pytest.raises(psycopg.Error):
        ask(os.environ["TINGSU_APP_DSN"], "SELECT '13800002210'::uuid")
    with pytest.raises(psycopg.Error):
        ask(os.environ["TINGSU_APP_DSN"], "SELECT nonsense_of_mine")
    log = Server(prepared).log
    assert "13800002210" not in log.read_text()
    assert "nonsense_of_mine" not in log.read_text()
    assert log.stat().st_mode & 0o077 == 0
