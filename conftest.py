"""Set-up of the tests: embedded database, a copy of the template for each worker, the cast."""

import gc
import os
import signal
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests import database


def pytest_configure(config: pytest.Config) -> None:
    from tingsu.ops.database import prepare

    prepare(database.HOME, role="app")
    from tests import once
    from tests.cast import quick_passwords

    quick_passwords()
    once.static_files()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[object]:
    """What collecting makes stays: walking through all of it again and again while it grows finds nothing."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


def pytest_collection_finish(session: pytest.Session) -> None:
    """What is loaded by now stands to the end: collections need not walk through all of it again and again, which was a
    twelfth of the suite's processor time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


LONGEST = 420
"""Seconds after which a test is over, whatever it waits for: a page that never answers would hold up the whole run."""


def _over(_signal: int, _frame: object) -> None:
    pytest.fail(f"still running after {LONGEST} seconds")  # no Exception: code that catches those would go on waiting


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol() -> Iterator[object]:
    """Each test ends."""
    before = signal.signal(signal.SIGALRM, _over)
    signal.alarm(LONGEST)
    try:
        return (yield)
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    from tests import standing

    standing.begin(item)
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown() -> Iterator[None]:
    from tests import standing

    try:
        return (yield)
    finally:
        standing.step_back()


@pytest.fixture(scope="session")
def django_db_setup(request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[None]:
    """A database of this worker's own, reached as the application's role."""
    from django.conf import settings
    from django.db import connections
    from django.test import TransactionTestCase
    from psycopg.conninfo import conninfo_to_dict

    from tests import filled, once, standing

    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    name = f"tingsu_test_{worker}_{os.getpid()}"
    database.ensure_template()
    database.fresh_copy(name)
    dsn = conninfo_to_dict(os.environ["TINGSU_APP_DSN"])
    wanted = {
        "NAME": name,
        "USER": dsn["user"],
        "PASSWORD": dsn["password"],
        "HOST": dsn["host"],
        "PORT": dsn.get("port", ""),
    }
    settings.DATABASES["default"].update(wanted)
    connections["default"].settings_dict.update(wanted)
    os.environ["TINGSU_APP_DSN"] = database.with_database(os.environ["TINGSU_APP_DSN"], name)
    settings.MASTER_KEY = os.environ["TINGSU_MASTER_KEY"]

    def recopy(self: TransactionTestCase) -> None:
        connections.close_all()
        database.end_connections()
        database.fresh_copy(name)

    TransactionTestCase._fixture_teardown = recopy  # type: ignore[method-assign]
    with django_db_blocker.unblock():
        once.read_casts()
    yield
    standing.forget_all()
    connections.close_all()
    filled.drop_all()
    database.end_connections()  # a live server's threads may still hold one; only their own role may end it
    with database.home() as connection:
        database.drop(connection, name)


@pytest.fixture(autouse=True)
def _clean_memory() -> None:
    """Caches of the process belong to one test, and so does the language that a page was drawn in."""
    from django.utils import translation

    from tingsu.kernel import crypto, organisations, rulebooks
    from tingsu.people import directory

    translation.deactivate()
    if (rates := sys.modules.get("tingsu.api.rates")) is not None:
        rates.forget()
    rulebooks.forget_cached()
    directory.forget_cached()
    organisations.forget_organisations()
    crypto.organisation_key.cache_clear()
    crypto._index_key.cache_clear()
    crypto._unwrapped.cache_clear()


@pytest.fixture
def organisation(db: None) -> Iterator[object]:
    """The organisation of the cast, acted for."""
    from tingsu.kernel.models import Organisation
    from tingsu.kernel.tenancy import acting_for

    row = Organisation.objects.get(slug="test")
    with acting_for(row.pk):
        yield row


@pytest.fixture
def cast(organisation: object) -> object:
    """The people of the organisation: `cast.frontline.actor`, `cast.units["logistics"]`."""
    from tests.once import the_cast

    return the_cast(organisation.pk)


@pytest.fixture
def other_organisation(db: None) -> object:
    from tingsu.kernel.models import Organisation

    return Organisation.objects.get(slug="other")


@pytest.fixture
def sign_in(client: object) -> object:
    """`sign_in(cast.frontline)` gives the test client that person's session."""

    def enter(person: object) -> object:
        from tests.signing import enter as sign_in_as

        return sign_in_as(client, person.username)

    return enter


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    """The one browser of this test process."""
    from tests import browser

    if browser.chromium_path() is None:
        pytest.skip("no Chromium on this machine")
    yield from browser.launch()


@pytest.fixture
def window(chromium: object, client: object) -> Iterator[object]:
    """`window(at=moment)` opens a browser on what the test's own client is shown; no server, no second connection."""
    from tests.browser import Served

    opened: list[Served] = []

    def open_window(client: object = client, **context: object) -> Served:
        opened.append(Served(chromium, client, **context))
        return opened[-1]

    yield open_window
    for one in opened:
        one.road.ended = True
        one.context.close()
    for one in opened:
        one.road.check()


@pytest.fixture
def bench(chromium: object) -> Iterator[object]:
    """A small page of one's own with the real scripts, without server or database (`tests/bench.py`)."""
    from tests.bench import opened

    yield from opened(chromium)
