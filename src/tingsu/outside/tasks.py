"""Background entry points of imports."""

import uuid

from procrastinate.contrib.django import app

from tingsu.kernel.jobs import each_organisation, job, one_by_one
from tingsu.outside import connections, running, taking


@job()
def check_lines(entry: str) -> None:
    """Say of every line of a list what would become of it."""
    running.check(uuid.UUID(entry))


@job()
def take_in(entry: str) -> None:
    """Take in what is new in a list."""
    taking.take_in(uuid.UUID(entry))


@app.periodic(cron="*/5 * * * *")
@app.task(
    name="outside.read_folders", queue="letters", queueing_lock="outside.read_folders", lock="outside.read_folders"
)
@one_by_one
def read_folders(timestamp: int) -> None:
    """Every five minutes, in every organisation: lists that a program put into the folder of a connection (IN-16)."""
    for _organisation in each_organisation():
        connections.read_folders()
