"""Background entry points of governance."""

import uuid

from procrastinate.contrib.django import app

from tingsu.kernel.jobs import SOONER, each_organisation, job, one_by_one


@job()
def carry_out(entry_id: str) -> None:
    """Erase what an approved disposal run lists, and certify it."""
    from tingsu.governance import disposal

    disposal.carry_out(uuid.UUID(entry_id))


@job()
def make_format(event_id: str) -> None:
    """Ask for a letter in another form: braille."""
    from tingsu.governance import formats

    formats.open_for(uuid.UUID(event_id))


@app.periodic(cron="20 1 * * *")
@app.task(name="governance.open_committee_reviews", queue="clocks", priority=SOONER)
@one_by_one
def open_committee_reviews(timestamp: int) -> None:
    """Every night, in every organisation: the review meeting of a closed quarter is owed, once (OG-06)."""
    from tingsu.governance import committee_reviews

    for _organisation in each_organisation():
        committee_reviews.open_owed()


@app.periodic(cron="50 1 * * *")
@app.task(name="governance.open_department_reports", queue="clocks", priority=SOONER)
@one_by_one
def open_department_reports(timestamp: int) -> None:
    """Every night, in every organisation: the report of each department on the rectifications of the last month is owed, once (CO-09)."""
    from tingsu.governance import department_reports, monthly

    for _organisation in each_organisation():
        department_reports.open_owed(monthly.NAME)


@app.periodic(cron="5 * * * *")
@app.task(name="governance.open_reports", queue="clocks", priority=SOONER)
@one_by_one
def open_reports(timestamp: int) -> None:
    """Every hour, in every organisation: reports whose period is over are drafted, once (MO-04, MO-05, OG-12)."""
    from tingsu.governance import monthly, report_schedule

    for _organisation in each_organisation():
        report_schedule.open_owed(monthly.NAME)
