"""What a registration costs, counted, because a crowded machine cannot blur it (docs/bench.md)."""

import json
import sys
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from tingsu.api.tests.test_api import STORY
from tingsu.api.tokens import issue_token
from tingsu.kernel import organisations, rulebooks
from tingsu.kernel.actor import automation
from tingsu.people import directory

STATEMENTS = 4
"""The program with who answers for it, earlier complaints of the same number, the beginning and end of the transaction; what is
written goes out in one pipeline."""
CALLS = 9_350
"""What it costs since objects of rows are filled straight (`kernel/filling.py`), with some room; 10,680 before."""


@pytest.fixture(autouse=True)
def _kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept in memory for seconds stays for the test: on a slow machine they pass between two requests."""
    monkeypatch.setattr(directory, "CACHE_SECONDS", 3600.0)
    monkeypatch.setattr(organisations, "KEEP_SECONDS", 3600.0)
    monkeypatch.setattr(rulebooks, "CACHE_SECONDS", 3600.0)


def calls_of(work: Callable[[], None]) -> int:
    """How many functions are called, Python's and the interpreter's own."""
    calls = 0

    def counted(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(counted)
    try:
        work()
    finally:
        sys.setprofile(None)
    return calls


def test_a_registration_costs_no_more_than_it_did(client: Client, cast: Cast) -> None:
    _row, token = issue_token(
        actor=automation("test", cast.organisation_id), name="costs", scopes=("complaints:read", "complaints:write"),
        roles=cast.frontline.actor.roles, acts_for=cast.frontline.id,
    )  # fmt: skip

    phones = map(str, count(13800002210))

    def register() -> None:
        story = STORY | {"phone": next(phones)}
        answer = client.generic(
            "POST", "/api/v1/complaints", json.dumps(story), content_type="application/json",
            headers={"Authorization": f"Bearer {token}"},
        )  # fmt: skip
        assert answer.status_code == 201, answer.content

    for _n in range(6):
        register()
    with CaptureQueriesContext(connection) as asked:
        register()
    assert len(asked) == STATEMENTS, [one["sql"][:90] for one in asked]
    assert calls_of(register) <= CALLS
