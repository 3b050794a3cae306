"""Homes of their own for tests of the embedded server: nothing here touches the database the other tests use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tingsu.ops.tests import kept_homes
from tingsu.ops.tests.filling import FILL
from tingsu.ops.tests.homes import remove
from tingsu.ops.tests.serving import tingsu

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


@pytest.fixture
def begun_home(new_home: Path) -> Path:
    """A home after its first start, for what is not about the making: an empty server, at rest."""
    return kept_homes.copy(kept_homes.BEGUN, new_home)


@pytest.fixture(scope="session")
def filled_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home with real work in it, at rest: whoever needs one copies it (`kept_homes.copy_of`)."""
    home = kept_homes.copy(kept_homes.READY, tmp_path_factory.mktemp("filled") / "home")
    done = tingsu(home, "manage", "shell", "--no-imports", "-c", FILL)
    assert done.returncode == 0, done.stdout + done.stderr
    yield home
    remove(home)
