"""Guessing from many processes and addresses at once, and asking a page what exists by how much work it does (PS-03, AK-06).

Work is counted, never timed: the same hashes, the same statements in the same order.
"""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import hashers
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import PASSWORD, Cast
from tingsu.intake.tests.test_register_complaint import registered
from tingsu.kernel import limits
from tingsu.kernel.clock import now, travel_to
from tingsu.kernel.errors import TooMany
from tingsu.kernel.models import RateWindow
from tingsu.kernel.tenancy import acting_for
from tingsu.people import lockout

pytestmark = pytest.mark.req("PS-03")
LIMITED = ("portal.submit", "portal.ask", "member.upload", "api-upload")
TRIERS, TRIES = 4, 6


def together(cast: Cast, act: Callable[[int], None]) -> None:
    """The act by several at once, each on a connection of its own, as processes of the web have them."""
    start, wrong = threading.Barrier(TRIERS), []

    def run(number: int) -> None:
        try:
            with acting_for(cast.organisation_id):
                start.wait(timeout=20)
                act(number)
        except Exception as error:
            wrong.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[number]) for number in range(TRIERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not wrong


@pytest.mark.django_db(transaction=True)
def test_tries_of_several_processes_are_one_count(cast: Cast) -> None:
    """Every limit stands on `count_attempt`: none of what several connections try at once is lost, and none too many passes."""
    passed: list[str] = []

    def tries(number: int) -> None:
        for _turn in range(TRIES):
            lockout.note_failure(lockout.BY_NAME, "account:7")
            lockout.note_failure(lockout.BY_ADDRESS, f"203.0.113.{number}")
            for scope in LIMITED:
                try:
                    limits.count_attempt(scope, "one subject", limit=5, window=timedelta(hours=1))
                except TooMany:
                    continue
                passed.append(scope)

    at = now()
    with travel_to(at):
        together(cast, tries)
        assert lockout.failures_of(lockout.BY_NAME, "account:7") == TRIERS * TRIES
        assert [lockout.failures_of(lockout.BY_ADDRESS, f"203.0.113.{number}") for number in range(TRIERS)] == [
            TRIES
        ] * TRIERS
        with acting_for(cast.organisation_id):
            assert sorted(passed) == sorted([*LIMITED] * 5)
            assert RateWindow.objects.filter(scope__in=LIMITED).count() == len(LIMITED)


@contextmanager
def work() -> Iterator[dict[str, Any]]:
    """What is done meanwhile: password hashes made, and statements with their values taken out."""
    found: dict[str, Any] = {"hashes": 0}
    real = hashers.PBKDF2PasswordHasher.encode

    def counted(self: Any, *given: Any) -> Any:
        found["hashes"] += 1
        return real(self, *given)

    hashers.PBKDF2PasswordHasher.encode = counted  # type: ignore[method-assign]
    try:
        with CaptureQueriesContext(connection) as queries:
            yield found
    finally:
        hashers.PBKDF2PasswordHasher.encode = real  # type: ignore[method-assign]
    found["statements"] = [_without_values(one["sql"]) for one in queries]


def _without_values(sql: str) -> str:
    """Cursors and savepoints are numbered, and values differ: the rest is the work."""
    return re.sub(r"'[^']*'|\b\d+\b", "?", re.sub(r"_django_curs_\w+|s\d+_x\d+", "…", sql))


def done_for(path: str, typed: dict[str, str]) -> dict[str, Any]:
    client = Client(REMOTE_ADDR="198.51.100.7")
    client.get(path)
    with work() as found:
        answer = client.post(path, typed)
    found["status"] = answer.status_code
    found["said"] = re.sub(r'(value|name)="[^"]*"|\d{6}-[A-Z]{2}-\d{3}', "", answer.content.decode())
    return found


@pytest.mark.django_db
def test_an_unknown_name_costs_what_a_wrong_password_costs(cast: Cast) -> None:
    path = "/accounts/login/"
    done_for(path, {"login": "coach", "password": "warms up"})
    wrong = done_for(path, {"login": "frontline", "password": "wrong"})
    unknown = done_for(path, {"login": "nobody-of-ours", "password": "wrong"})
    assert wrong["status"] == unknown["status"] == 200
    assert wrong["hashes"] == unknown["hashes"] == 1
    assert wrong["statements"] == unknown["statements"]
    right = done_for(path, {"login": "frontline", "password": PASSWORD})
    assert right["status"] == 302


@pytest.mark.django_db
@pytest.mark.req("AK-06")
@pytest.mark.parametrize(
    ("path", "field", "wrong"),
    [("/follow/", "tail", "9999"), ("/follow/open/", "code", "WRONGWRONG22"), ("/follow/again/", "contact", "13999998888")],
)  # fmt: skip
def test_an_unknown_number_costs_and_says_what_a_wrong_secret_does(
    cast: Cast, path: str, field: str, wrong: str
) -> None:
    number = registered(cast).number
    done_for(path, {"number": "202501-XF-777", field: wrong})
    there = done_for(path, {"number": number, field: wrong})
    nowhere = done_for(path, {"number": "202501-XF-778", field: wrong})
    assert there["status"] == nowhere["status"] in {422, 302}
    assert there["said"] == nowhere["said"]
    assert there["statements"] == nowhere["statements"]
    assert there["statements"]


@pytest.mark.django_db
@pytest.mark.req("AK-06")
def test_a_number_that_is_there_is_not_told_from_one_that_is_not_by_the_case_page(cast: Cast) -> None:
    """Addresses that lead to somebody's case answer alike whatever number stands in them."""
    known = registered(cast).number
    client = Client()
    for address in ("/case/copies/GR-2026-001/", f"/case/copies/{known}/", "/follow/open/?number="):
        answers = {
            client.get(address.replace(known, one) if known in address else address + one).status_code
            for one in (known, "202501-XF-999")
        }
        assert len(answers) == 1
