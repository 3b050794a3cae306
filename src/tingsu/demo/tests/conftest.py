"""A firm's practice copy of a few cases, for the tests of what it holds, of its pages, and of both in a browser."""

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.test import override_settings

from tests.cast import Cast
from tests.standing import kept_before_the_test
from tingsu.demo import company, practice
from tingsu.kernel.models import Organisation
from tingsu.kernel.organisations import forget_organisations
from tingsu.kernel.tenancy import acting_for


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any) -> None:
    """A practice copy has three cases, and lies in a home of its own."""
    monkeypatch.setattr(practice, "TOTAL", 3)
    settings.HOME = tmp_path
    settings.EMAIL_HOST = "mail.example.com"


@pytest.fixture(scope="session")
def copies(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where the files of the kept practice copy lie."""
    return str(tmp_path_factory.mktemp("copies"))


@kept_before_the_test
def opened(cast: Cast, home: str) -> Organisation:
    """A practice copy of three cases; it takes three seconds to tell them."""
    with (
        override_settings(HOME=Path(home), EMAIL_HOST="mail.example.com"),
        patch.object(practice, "TOTAL", 3),
    ):
        row = practice.fill(actor=cast.mgmt_rep.actor)
        with acting_for(row.pk):
            practice.carry_on_filling()
    return Organisation.objects.get(pk=row.pk)


@pytest.fixture
def copy(few: None, cast: Cast, organisation: Organisation, copies: str, tmp_path: Path) -> Organisation:
    """A practice copy that is open, with its files."""
    row = opened(cast, copies)
    shutil.copytree(copies, tmp_path, dirs_exist_ok=True)
    forget_organisations()
    return row


@kept_before_the_test
def founded() -> Organisation:
    """The company with its people; it takes two seconds to hire all of them."""
    with override_settings(DEMO=True):
        organisation = company.demo_organisation(company.present())
        company.hire_everybody(organisation)
    return organisation


@pytest.fixture
def demo(db: None, settings: Any) -> Iterator[tuple[Any, datetime]]:
    """The company with its people, acted for, and the anchor of its history."""
    organisation = founded()
    settings.DEMO = True
    with acting_for(organisation.pk):
        yield organisation, organisation.created_at + company.BEFORE
