"""How often programs may ask: a table of who is counted as what, headers above each answer, and what is refused (IG-01)."""

import json
from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from tests.forging import forged
from tingsu.api import rates
from tingsu.api.tokens import issue_token
from tingsu.kernel.actor import automation
from tingsu.kernel.errors import TooMany

pytestmark = pytest.mark.req("IG-01")
AT = 1_772_000_040.0
"""The beginning of a minute."""


@pytest.fixture
def tokens(cast: Cast) -> Iterator[list[str]]:
    issued = [
        issue_token(
            actor=automation("test", cast.organisation_id), name=name, scopes=("complaints:read",),
            roles=cast.frontline.actor.roles, acts_for=cast.frontline.id,
        )[1]
        for name in ("one", "two")
    ]  # fmt: skip
    with override_settings(API_PER_MINUTE=3, API_ANONYMOUS_PER_MINUTE=2):
        yield issued


def test_who_is_counted_as_what(client: Client, tokens: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates.time, "time", lambda: AT + 20)
    one, two = tokens
    wrong = forged(one, 3)
    table: list[tuple[str, str, str, int, int]] = [
        # token, from, path, status, left
        (one, "10.0.0.1", "complaints", 200, 2),
        (one, "10.0.0.2", "complaints/none", 404, 1),
        (one, "10.0.0.1", "registers/contact", 403, 0),
        (one, "10.0.0.1", "complaints", 429, 0),
        (two, "10.0.0.1", "complaints", 200, 2),
        ("", "10.0.0.1", "openapi.json", 200, 1),
        ("", "10.0.0.1", "complaints", 401, 0),
        ("", "10.0.0.1", "openapi.json", 429, 0),
        (wrong, "10.0.0.1", "complaints", 429, 0),
        (wrong, "10.0.0.9", "complaints", 401, 1),
        ("", "2001:db8::1", "openapi.json", 200, 1),
        ("", "2001:db8::2", "openapi.json", 200, 0),
        (two, "10.0.0.1", "complaints", 200, 1),
        (wrong, "10.0.0.7", "openapi.json", 200, 1),
        (wrong, "10.0.0.7", "no/such/address", 404, 0),
        (wrong, "10.0.0.7", "openapi.json", 429, 0),
    ]
    for token, address, path, status, left in table:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = client.get(f"/api/v1/{path}", headers=headers, REMOTE_ADDR=address)
        limit, policy = (3, "token") if token in tokens else (2, "address")
        row = (token[-3:], address, path)
        assert answer.status_code == status, row
        assert answer["RateLimit-Policy"] == f'"{policy}";q={limit};w=60', row
        assert answer["RateLimit"] == f'"{policy}";r={left};t=40', row
        assert (answer["X-RateLimit-Limit"], answer["X-RateLimit-Remaining"], answer["X-RateLimit-Reset"]) == (
            str(limit), str(left), "40",
        )  # fmt: skip
        assert ("Retry-After" in answer) == (status == 429), row
        if status == 429:
            assert answer["Retry-After"] == "40"
            assert answer["Content-Type"] == "application/problem+json"
            assert json.loads(answer.content)["code"] == "too_many"
            assert json.loads(answer.content)["data"] == {"retry_after": 40}
    assert "RateLimit" not in client.get("/follow/", REMOTE_ADDR="10.0.0.1"), "pages are counted elsewhere"


def allowed(ask: Callable[[], object]) -> bool:
    try:
        ask()
    except TooMany:
        return False
    return True


def test_the_last_passes_the_next_does_not_and_a_new_minute_begins_anew(cast: Cast) -> None:
    def asked(at: float) -> bool:
        return allowed(lambda: rates.take("token", "a", 100, at))

    assert sum(asked(AT + 1) for _n in range(150)) == 100
    assert not asked(AT + 59.9)
    assert asked(AT + 60)
    assert rates.take("token", "a", 100, AT + 61).left == 98


def test_several_processes_share_one_allowance_and_few_statements(cast: Cast) -> None:
    """What a process remembers is set aside and brought back, as if two worked side by side."""
    passed = 0
    memories: list[dict] = [{}, {}]
    with CaptureQueriesContext(connection) as asked:
        for turn in range(400):
            rates.forget()
            rates.shares.update(memories[turn % 2])
            passed += allowed(lambda: rates.take("token", "b", 200, AT))
            memories[turn % 2] = dict(rates.shares)
    assert 190 <= passed <= 200
    assert len(asked) < 100, "far from one for each request"
