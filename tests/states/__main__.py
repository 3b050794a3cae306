"""Write the present state of the database, with whole cases in it, as a dump: `python -m tests.states 2026-11`."""

import os
import sys

from tests import database
from tests.states.store import FOLDER, MASTER_KEY, dump, home
from tingsu.ops.database import DATABASE, prepare

FILL = """
import django
django.setup()
from tests.cast import build_cast
from tests.states.contents import fill
build_cast()
fill()
"""


def main(name: str) -> None:
    """Make a database from nothing, fill it through the real actions, dump it."""
    target = FOLDER / f"{name}.dump"
    if target.exists():
        sys.exit(f"{target.name} is kept as it is: choose another name")
    prepare(home(), role="app")
    place = f"tingsu_state_{os.getpid()}"
    with database.owner(DATABASE) as connection:
        connection.execute(f"CREATE DATABASE {place} TEMPLATE template1")
        try:
            database.run_in(place, database.MAKE, role="owner", TINGSU_MASTER_KEY=MASTER_KEY)
            database.run_in(place, FILL, role="app", TINGSU_MASTER_KEY=MASTER_KEY)
            dump(place, target)
        finally:
            database.drop(connection, place)


if __name__ == "__main__":
    main(sys.argv[1])
