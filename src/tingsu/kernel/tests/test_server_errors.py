"""What nobody foresaw, and a database that is away: a sentence for people and one for programs."""

import errno
import re
from types import SimpleNamespace

import psycopg
import pytest
from django.db import OperationalError, connection
from django.test import Client

from tests.cast import Cast
from tingsu.api import reading
from tingsu.api.tokens import issue_token
from tingsu.kernel import organisations
from tingsu.kernel.actor import automation
from tingsu.kernel.models import Organisation
from tingsu.portal import shell

pytestmark = [pytest.mark.django_db, pytest.mark.req("invariant-3")]


def told_by(error: psycopg.Error) -> OperationalError:
    """As Django hands on what the driver said."""
    handed_on = OperationalError(str(error))
    handed_on.__cause__ = error
    return handed_on


FAILURES = [
    (OperationalError("server closed the connection"), 503, "unreachable"),
    (ZeroDivisionError(), 500, "broken"),
    (OSError(errno.ENOSPC, "No space left on device"), 503, "no_space"),
    (told_by(psycopg.errors.DiskFull("could not extend file")), 503, "no_space"),
]


def failing(error: Exception):
    def fail(*_arguments, **_named):
        raise error

    return fail


@pytest.mark.parametrize(("error", "status", "code"), FAILURES)
def test_programs_get_a_problem(cast: Cast, monkeypatch, error: Exception, status: int, code: str) -> None:
    _row, token = issue_token(
        actor=automation("test", cast.organisation_id),
        name="t",
        scopes=["complaints:read"],
        roles=["frontline"],
        acts_for=cast.frontline.id,
    )
    client = Client(raise_request_exception=False, headers={"Authorization": f"Bearer {token}"})
    assert client.get("/api/v1/complaints").status_code == 200
    monkeypatch.setattr(reading, "list_page", failing(error))
    answer = client.get("/api/v1/complaints")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert ("Retry-After" in answer.headers) == (status == 503)


@pytest.mark.parametrize(("error", "status", "code"), FAILURES)
def test_people_get_a_page(cast: Cast, monkeypatch, error: Exception, status: int, code: str) -> None:
    client = Client(raise_request_exception=False)
    assert client.get("/").status_code == 200
    monkeypatch.setattr(shell, "script_texts", failing(error))
    answer = client.get("/")
    page = answer.content.decode()
    assert answer.status_code == status
    assert str(status) in page
    assert "测试公司" in page, "in the firm's name"
    assert "tel:400-000-0000" in page, "with a number to call"
    assert "<p data-draft-kept hidden>" in page, "only a script that finds a draft may say that one is kept"
    assert "草稿" not in re.sub(r"(?s)<p data-draft-kept hidden>.*?</p>", "", page)


def test_the_firm_is_known_while_the_database_is_away(cast: Cast, monkeypatch) -> None:
    """Also when what is known of it has grown old: the page speaks in its name, and every other organisation's stays its own."""
    client = Client(raise_request_exception=False)
    assert client.get("/").status_code == 200
    monkeypatch.setattr(organisations, "_known", (0.0, organisations._known[1]))
    away = SimpleNamespace(exclude=failing(OperationalError("away")))
    monkeypatch.setattr(organisations, "Organisation", SimpleNamespace(objects=away, Stage=Organisation.Stage))
    assert list(organisations.organisations()) == ["test", "other"]
    monkeypatch.setattr(organisations, "_known", (0.0, {}))
    with pytest.raises(OperationalError):
        organisations.organisations()


def test_a_server_without_tables_says_that_it_is_being_set_up(db: None) -> None:
    """As before the first tables, or in the middle of a restore: whoever asks from outside reads no error of ours."""
    client = Client(raise_request_exception=False)
    for path, kind in (
        ("/", "text/html"),
        ("/desk/", "text/html"),
        ("/api/v1/openapi.json", "application/problem+json"),
    ):
        organisations.forget_organisations()
        with connection.cursor() as cursor:
            cursor.execute("SAVEPOINT with_tables")
            cursor.execute("SET LOCAL search_path TO pg_catalog")
        answer = client.get(path)
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK TO SAVEPOINT with_tables")
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5"), path
        assert answer.headers["Content-Type"].startswith(kind)
        assert "not_prepared" in answer.content.decode()
    assert client.get("/").status_code == 200
