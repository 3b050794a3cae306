"""What masking costs on the pages that people open all day: calls of Python with the masks on against a build with them off (PS-06).

Counted, not timed: the limit of the issue is a tenth.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tingsu.complaints import covering
from tingsu.desk.tests.cases import a_case
from tingsu.kernel import organisations, rulebooks
from tingsu.people import directory
from tingsu.privacy import masking, show
from tingsu.privacy.masking import NOBODY

LIMIT = 1.10
ROWS = 12
TOLD = "七天没有退款，客服 13800002210 说转给张三处理，收货地址在人民路 108 号，请尽快答复。"


@pytest.fixture(autouse=True)
def _kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept in memory for seconds stays for the test."""
    monkeypatch.setattr(directory, "CACHE_SECONDS", 3600.0)
    monkeypatch.setattr(organisations, "KEEP_SECONDS", 3600.0)
    monkeypatch.setattr(rulebooks, "CACHE_SECONDS", 3600.0)


@contextmanager
def masks_off() -> Iterator[None]:
    """A build without masks: no text is looked through, and nobody's values are opened for it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(masking, "_replaced", lambda value, known, put: value)
        for module in (show, covering):
            patch.setattr(module, "known_of", lambda people: NOBODY)
        yield


def calls(client: Client, address: str) -> int:
    found = 0

    def count(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal found
        found += event in {"call", "c_call"}

    sys.setprofile(count)
    try:
        assert client.get(address).status_code == 200
    finally:
        sys.setprofile(None)
    return found


@pytest.mark.req("PS-06")
def test_masking_costs_a_tenth_at_most(sign_in: Any, cast: Cast) -> None:
    numbers = [a_case(cast.frontline, description=f"{TOLD} 第 {place} 件").number for place in range(ROWS)]
    client = sign_in(cast.supervisor)
    ratios = {}
    for page, address in (
        ("queue", reverse("desk:queue") + "?view=all"),
        ("case", reverse("desk:case", args=[numbers[0]])),
    ):
        assert "13800002210" not in client.get(address).content.decode()
        counted: dict[bool, list[int]] = {True: [], False: []}
        for _turn in range(3):
            counted[True].append(calls(client, address))
            with masks_off():
                counted[False].append(calls(client, address))
        ratios[page] = min(counted[True]) / min(counted[False])
    assert max(ratios.values()) <= LIMIT, ratios
