"""Whatever stands in an address is read or refused in words, never an error of ours: pages, lists, a program's door (PS-03)."""

import itertools
import json
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any
from unittest.mock import patch
from urllib.parse import quote

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tests.doors import undrawn
from tests.test_canaries import places, signed_in
from tingsu.api.tokens import issue_token
from tingsu.complaints.models import Complaint
from tingsu.intake.tests.test_register_complaint import registered
from tingsu.registers.declaration import registers
from tingsu.registers.tests.samples import an_entry

FUZZED = (
    "9" * 40, "-1", "0", "²", "١٢", "\x00", "\ud800", "😀" * 300, "0001-01-01", "9999-12-31", "99999-01-01", "2026-13-45", "1e400", "NaN",
    "0001-01-01T00:00:00+14:00~00000000-0000-0000-0000-000000000000", "9999-12-31T23:59:59-14:00~ffffffff-ffff-ffff-ffff-ffffffffffff",
    "00000000-0000-0000-0000-000000000000", "' OR 1=1 --", "a" * 5000,
)  # fmt: skip
UNREAL = (
    0,
    -1,
    10**40,
    1e308,
    True,
    None,
    "",
    "x",
    "\x00",
    "\ud800",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    [],
    {},
)
FUZZED_KEYS = tuple(
    urlsafe_b64encode(json.dumps(list(pair)).encode()).decode().rstrip("=")
    for pair in [*itertools.product(UNREAL, (str(uuid.UUID(int=0)), "x", 10**40, "\x00")), (1,), (1, 2, 3), ()]
)
FUZZED_PAGES = (
    "desk:queue",
    "desk:search",
    "desk:mail",
    "desk:case",
    "privacy:access_log",
    "registers:list",
    "desk:work",
)
ASKED = ("after", "before", "page", "q", "received_from", "show", "limit", "case")


@pytest.fixture
def case(cast: Cast) -> Complaint:
    return registered(cast)


@pytest.fixture
def record(cast: Cast, case: Complaint) -> Any:
    return an_entry(registers()["nonconformity"], cast.supervisor)


def fields_read(client: Client, address: str) -> tuple[set[str], set[str]]:
    """What a page reads of its address by name (a field of its own is found here), and what it only carries along."""
    seen: set[str] = set()
    carried: set[str] = set()

    class Watched(QueryDict):
        def __getitem__(self, key: str) -> Any:
            seen.add(key)
            return super().__getitem__(key)

        def get(self, key: str, *default: Any) -> Any:
            seen.add(key)
            return super().get(key, *default)

        def getlist(self, key: str, *default: Any) -> Any:
            seen.add(key)
            return super().getlist(key, *default)

        def __contains__(self, key: object) -> bool:
            seen.add(str(key))
            return super().__contains__(key)

        def __iter__(self) -> Iterator[Any]:
            carried.update(ASKED)
            return super().__iter__()

        def items(self) -> Any:
            carried.update(ASKED)
            return super().items()

        def lists(self) -> Any:
            carried.update(ASKED)
            return super().lists()

    with patch("django.core.handlers.wsgi.QueryDict", Watched):
        for query in ("", *(f"?{field}=1" for field in ASKED)):
            client.get(address + query)
    return seen, carried - seen


@pytest.mark.req("PS-03", "invariant-13")
@pytest.mark.parametrize("page", FUZZED_PAGES)
def test_no_key_number_or_date_in_an_address_breaks_a_page(page: str, cast: Cast, case: Complaint, record: Any) -> None:
    """Whatever stands in an address is read or refused in words: never an error of ours."""
    client, broken = signed_in(cast.mgmt_rep), []
    client.raise_request_exception = False
    [address] = [address for name, address in places(case, record) if name == page and "?" not in address]
    read, carried = fields_read(client, address)
    assert page not in PAGED or "after" in read
    usual = itertools.product(sorted(read & set(ASKED)), FUZZED[::2])
    others = itertools.product(sorted(carried | read - set(ASKED)), FUZZED[::2])
    keys = itertools.product(["after"] if "after" in read else [], FUZZED_KEYS[::4])
    for drawn, (field, value) in enumerate([*usual, *others, *keys]):
        # What breaks breaks where it is read or asked; every third page is drawn all the same.
        with nullcontext() if drawn % 3 == 0 else undrawn():
            answer = client.get(f"{address}?{field}={quote(value, errors='surrogatepass')}")
        wrong = {400} if (field, value) in KEYLESS and page in PAGED else {200, 302, 400}
        if answer.status_code not in wrong:
            broken.append((field, value[:60], answer.status_code))
    assert broken == []


PAGED = frozenset({"desk:queue", "desk:mail", "privacy:access_log", "registers:list"})
KEYS = frozenset(
    urlsafe_b64encode(json.dumps([place, str(uuid.UUID(int=0))]).encode()).decode().rstrip("=")
    for place in (None, 0, -1)
)
"""Such as the queue may make: its order of work is a number, and what has no next date stands last there."""
KEYLESS = frozenset(("after", value) for value in (*FUZZED, *FUZZED_KEYS) if value not in KEYS)
"""No key that a list made: a page does not show its first page in place of the one asked for."""


@pytest.mark.req("PS-03", "invariant-13")
def test_no_key_number_or_date_breaks_an_answer_to_a_program(cast: Cast, case: Complaint, record: Any) -> None:
    _row, token = issue_token(
        actor=cast.mgmt_rep.actor, name="fuzz", scopes=("complaints:read", "registers:read"), roles=cast.mgmt_rep.actor.roles,
        acts_for=cast.mgmt_rep.id,
    )  # fmt: skip
    client = Client(raise_request_exception=False)
    for path in ("/complaints", "/registers/nonconformity"):
        for field, value in [*itertools.product(ASKED, FUZZED), *itertools.product(("after",), FUZZED_KEYS)]:
            asked = f"/api/v1{path}?{field}={quote(value, errors='surrogatepass')}"
            status = client.get(asked, headers={"Authorization": f"Bearer {token}"}).status_code
            assert status in {200, 400, 422, 429}, (asked[:120], status)


@pytest.mark.req("invariant-13")
@pytest.mark.parametrize(
    ("since", "told"),
    [
        ("0001-01-01T00:00:00Z", True), ("0001-01-01T00:00:00-14:00", True), ("1969-12-31T23:00:00+14:00", True),
        ("0001-01-01T00:00:00+14:00", False), ("9999-12-31T23:59:59Z", False), ("9999-12-31T23:59:59-14:00", False),
        ("0001-01-01T00:00:00", False),
    ],
)  # fmt: skip
def test_no_instant_breaks_the_question_for_what_came_since(
    since: str, told: bool, cast: Cast, case: Complaint
) -> None:
    answer = signed_in(cast.supervisor).get(reverse("desk:fresh"), {"since": since, "view": "all"})
    assert answer.status_code in {200, 204}
    assert bool(answer.content) is told
