"""Every kept state of the database becomes one of today: migrations are added, never rewritten (style §11)."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from tests import database
from tests.states.store import MASTER_KEY, restore, states

VERIFY = """
import django
django.setup()
from tingsu.kernel.models import Organisation
from tingsu.kernel.tenancy import acting_for
from tingsu.kernel.verify import Tally, verify_organisation
for organisation in Organisation.objects.all():
    with acting_for(organisation.pk):
        found = [str(finding) for finding in verify_organisation(Tally())]
    assert not found, found
"""
"""Without the check of jobs: those of a kept state have waited since it was made, and nobody takes them here."""
WORK = """
import django
django.setup()
from tests.states.contents import fill
fill("test_solved_at_once_at_the_front_desk")
"""


@pytest.fixture
def place() -> Iterator[str]:
    name = f"tingsu_upgrade_{os.getpid()}"
    with database.owner(conninfo_to_dict(os.environ["TINGSU_OWNER_DSN"])["dbname"]) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template1")
        yield name
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.mark.req("RC-03")
@pytest.mark.parametrize("state", states(), ids=lambda path: path.stem)
def test_a_kept_state_is_upgraded_and_worked_on(state: Path, place: str) -> None:
    restore(state, place)
    database.run_in(place, database.MAKE, role="owner", TINGSU_MASTER_KEY=MASTER_KEY)
    for code in (VERIFY, WORK, VERIFY):
        database.run_in(place, code, role="app", TINGSU_MASTER_KEY=MASTER_KEY)


def test_states_are_kept() -> None:
    assert states()


def test_a_kept_state_is_never_written_anew() -> None:
    newest = states()[-1].stem
    command = [sys.executable, "-m", "tests.states", newest]
    done = subprocess.run(command, cwd=database.REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "kept as it is" in done.stderr
