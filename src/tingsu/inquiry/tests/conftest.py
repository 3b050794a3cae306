"""The shop that stands behind the room in tests."""

from collections.abc import Iterator

import pytest

from tingsu.inquiry.tests import samples


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[samples.Shop]:
    with samples.shop(monkeypatch) as played:
        yield played
