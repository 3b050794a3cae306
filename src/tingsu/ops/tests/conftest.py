"""Homes of their own for tests of the embedded server: nothing here touches the database the other tests use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tingsu.ops.tests.homes import remove

_VARIABLES = (
    "DATABASE_URL",
    "TINGSU_APP_DSN",
    "TINGSU_OWNER_DSN",
    "TINGSU_BENCH_DSN",
    "TINGSU_DB_ROLE",
    "TINGSU_MASTER_KEY",
    "TINGSU_SECRET_KEY",
)


@pytest.fixture
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever `prepare` puts into the environment is taken back after the test."""
    for name in _VARIABLES:
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)


@pytest.fixture
def new_home(tmp_path: Path, clean_environment: None) -> Iterator[Path]:
    """A home that does not exist yet; its server is stopped and its folder outside the home is removed."""
    home = tmp_path / "home"
    yield home
    remove(home)
