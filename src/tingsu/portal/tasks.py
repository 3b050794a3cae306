"""Background entry points of the public side."""

import uuid

from procrastinate.contrib.django import app

from tingsu.intake import visits
from tingsu.kernel.jobs import each_organisation, job, one_by_one
from tingsu.portal import drafts, experience, one_time, resumable, signed


@job(queue="letters")
def send_one_time_code(code_id: str, number: str, field: str, index: str) -> None:
    one_time.send_code(code_id=uuid.UUID(code_id), number=number, field=field, index=bytes.fromhex(index))


@app.periodic(cron="7 * * * *")
@app.task(name="portal.forget_drafts", queue="default")
@one_by_one
def forget_drafts(timestamp: int) -> None:
    """Each hour: drafts that nobody came back for, codes that nobody used and visits that are over leave nothing behind."""
    for _organisation in each_organisation():
        drafts.forget_expired()
        one_time.forget_expired()
        visits.forget_over()
        signed.forget_used()
        resumable.forget_expired()


@app.periodic(cron="23 4 * * *")
@app.task(name="portal.open_worst_step", queue="default")
@one_by_one
def open_worst_step(timestamp: int) -> None:
    """Each day, which comes to once a month: the hardest step of the month before becomes a channel improvement (AI-13)."""
    for _organisation in each_organisation():
        experience.open_worst()
