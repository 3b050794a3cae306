"""Background entry points of improvement."""

import uuid

from django.db import transaction
from procrastinate.contrib.django import app

from tingsu.kernel.jobs import SOONER, each_organisation, job, one_by_one


@job()
def open_nonconformity(event_id: str, source: str) -> None:
    """Open the nonconformity that an event calls for."""
    from tingsu.improvement import rules

    rules.open_nonconformity(uuid.UUID(event_id), source)


@app.periodic(cron="40 1 * * *")
@app.task(name="improvement.open_quality_reports", queue="clocks", priority=SOONER)
@one_by_one
def open_quality_reports(timestamp: int) -> None:
    """Every night, in every organisation: the report on the records of the last month is opened, once (RC-09)."""
    from tingsu.improvement import quality_report

    for _organisation in each_organisation():
        quality_report.open_owed()


@app.periodic(cron="20 0 * * *")
@app.task(name="improvement.open_inflow_checks", queue="clocks", priority=SOONER)
@one_by_one
def open_inflow_checks(timestamp: int) -> None:
    """Every night, in every organisation: the check of the day before is opened, once (RG-26)."""
    from tingsu.improvement import inflow

    for _organisation in each_organisation():
        inflow.open_owed()


@app.periodic(cron="30 0 * * *")
@app.task(name="improvement.remind_leaders", queue="clocks", priority=SOONER)
@one_by_one
def remind_leaders(timestamp: int) -> None:
    """Every night, in every organisation: on the first of a month leaders without a day in service are reminded (OG-15)."""
    from tingsu.improvement import experience

    for _organisation in each_organisation():
        with transaction.atomic():
            experience.remind()
