"""Background entry points of settlement."""

import uuid

from procrastinate.contrib.django import app

from tingsu.kernel.jobs import SOONER, each_organisation, job, one_by_one


@job()
def book_line(line_id: str) -> None:
    """The case takes over what a bank or platform said of one order."""
    from tingsu.settlement import booking

    booking.book(uuid.UUID(line_id))


@app.periodic(cron="40 1 * * *")
@app.task(name="settlement.draw_quick_checks", queue="clocks", priority=SOONER)
@one_by_one
def draw_quick_checks(timestamp: int) -> None:
    """Every night, in every organisation: what is drawn of the last week's quick compensations is checked, each once (RM-09)."""
    from tingsu.settlement import quick_checks

    for _organisation in each_organisation():
        quick_checks.open_owed()
