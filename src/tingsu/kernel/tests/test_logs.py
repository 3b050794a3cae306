"""One line for one thing, and nothing in it that people told us (PS-03, B 6)."""

import json
import logging
import socket
import sys

import pytest
from django.db import IntegrityError, OperationalError, connection
from django.test import Client

from tests.cast import Cast
from tingsu.kernel.logs import CoverLinks, Fewer, JsonLines, Lines, ToLogServer, covered
from tingsu.portal import shell

pytestmark = pytest.mark.req("PS-03")
SECRETS = ("13800002210", "李小满", "WyJh")


def record_of(error: BaseException | None = None, message: str = "Internal Server Error: %s", *args: object):
    details = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord("django.request", logging.ERROR, "here.py", 1, message, args or ("/c/WyJh",), details)


def raised(error: BaseException) -> BaseException:
    name = "李小满"
    try:
        assert name
        raise error
    except BaseException as seen:
        return seen


@pytest.mark.parametrize("form", [JsonLines, Lines])
@pytest.mark.parametrize(
    "error", [ValueError("bad number 13800002210 of 李小满"), KeyError("李小满"), IntegrityError("Key (13800002210)")]
)
def test_an_error_is_told_by_kind_and_place_and_never_by_its_words(form: type, error: Exception) -> None:
    line = form().format(record_of(raised(error)))
    assert type(error).__name__ in line
    assert "test_logs.py" in line
    assert not [secret for secret in SECRETS if secret in line]


@pytest.mark.django_db
def test_a_statement_and_its_values_are_in_no_line(caplog) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT %s::uuid", ["13800002210"])
    except Exception as error:
        line = JsonLines().format(record_of(error))
    assert json.loads(line)["error"][0]["kind"].startswith("django.db")
    assert "SELECT" not in line
    assert "13800002210" not in line
    assert not logging.getLogger("django.db.backends").isEnabledFor(logging.DEBUG)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("call 13800002210 or +86 138-0000-2210", "call … or …"),
        ("id 11010519491231002X", "id …"),
        ("to anna@example.com now", "to …@… now"),
        ("Gone: /c/WyJh:1x:sig/", "Gone: /c/…/"),
        ("GET /desk/queue/?q=李小满 ended", "GET /desk/queue/?… ended"),
        ("failed: SELECT name FROM party WHERE name = '李小满'", "failed: SELECT …"),
        ("job 01a223b2-18cb-75e1-b001-742667140551 took 12 s", "job 01a223b2-18cb-75e1-b001-742667140551 took 12 s"),
    ],
)
def test_a_line_keeps_what_is_ours_and_loses_what_is_theirs(said: str, kept: str) -> None:
    assert covered(said) == kept
    record = logging.LogRecord("tingsu", logging.INFO, "", 0, said, None, None)
    assert CoverLinks().filter(record)
    assert record.getMessage() == kept


@pytest.mark.django_db
def test_a_database_that_is_away_is_one_short_line_however_many_ask(cast: Cast, monkeypatch) -> None:
    def gone(*_arguments: object) -> None:
        raise OperationalError("connection to server at 10.0.0.1 failed")

    lines: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(JsonLines().format(record))

    kept = Kept()
    kept.addFilter(Fewer())
    monkeypatch.setattr(shell, "script_texts", gone)
    logging.getLogger("django.request").addHandler(kept)
    try:
        for _again in range(50):
            assert Client(raise_request_exception=False).get("/").status_code == 503
    finally:
        logging.getLogger("django.request").removeHandler(kept)
    (line,) = lines
    assert len(line) < 1000
    assert json.loads(line)["status"] == 503


def test_the_same_trouble_is_counted_and_another_is_told(monkeypatch) -> None:
    fewer, times = Fewer(), iter([0.0, 1.0, 2.0, 2.5, 60.0])
    monkeypatch.setattr("tingsu.kernel.logs.time.monotonic", lambda: next(times))
    lines = [record_of(raised(OperationalError("away")), "m %s") for _one in range(3)]
    assert [fewer.filter(line) for line in lines] == [True, False, False]
    assert fewer.filter(record_of(raised(ValueError("x")), "m %s"))
    later = record_of(raised(OperationalError("away")), "m %s")
    assert fewer.filter(later)
    assert json.loads(JsonLines().format(later))["repeated"] == 2


def test_a_line_holds_no_line_break_of_a_stranger() -> None:
    line = JsonLines().format(logging.LogRecord("x", logging.INFO, "", 0, 'a\n{"level": "info"}', None, sys.exc_info()))
    assert "\n" not in line


def sent_to(handler: ToLogServer, server: socket.socket) -> str:
    handler.setFormatter(JsonLines())
    handler.handle(record_of(raised(ValueError("13800002210 of 李小满"))))
    server.settimeout(5)
    return server.recv(65536).decode()


def test_lines_are_sent_to_a_log_server_and_to_a_socket_of_the_machine_with_nothing_more_in_them(tmp_path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        told = sent_to(ToLogServer(f"127.0.0.1:{server.getsockname()[1]}"), server)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as server:
        server.bind(str(tmp_path / "log"))
        assert sent_to(ToLogServer(str(tmp_path / "log")), server).startswith("<27>tingsu: {")
    head, _, line = told.partition("tingsu: ")
    assert head == "<27>", "a daemon's error"
    assert json.loads(line)["error"][0]["kind"] == "builtins.ValueError"
    assert not [secret for secret in SECRETS if secret in told]


@pytest.mark.parametrize("to", ["no-such-host.invalid:514", "/no/such/socket"])
def test_a_log_server_that_is_away_keeps_nothing_waiting_and_is_not_asked_for_each_line(
    to: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    handler, asked = ToLogServer(to), []
    monkeypatch.setattr(handler, "createSocket", lambda: asked.append(1))
    for _line in range(3):
        handler.handle(record_of())
    assert len(asked) <= 1
    assert capsys.readouterr().err == ""
