"""A firm's practice copy of a few cases, for the tests of what it holds, of its pages, and of both in a browser."""

from typing import Any

import pytest

from tests.cast import Cast
from tingsu.demo import practice
from tingsu.kernel.models import Organisation
from tingsu.kernel.tenancy import acting_for


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any) -> None:
    """A practice copy has three cases, and lies in a home of its own."""
    monkeypatch.setattr(practice, "TOTAL", 3)
    settings.HOME = tmp_path
    settings.EMAIL_HOST = "mail.example.com"


@pytest.fixture
def copy(few: None, cast: Cast, organisation: Organisation) -> Organisation:
    """A practice copy that is open."""
    row = practice.fill(actor=cast.mgmt_rep.actor)
    with acting_for(row.pk):
        practice.carry_on_filling()
    return Organisation.objects.get(pk=row.pk)
