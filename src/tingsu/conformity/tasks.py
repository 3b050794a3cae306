"""Background entry points of the conformity view."""

import uuid

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from tingsu.kernel.jobs import each_organisation, job, one_by_one


@job(retry=RetryStrategy(max_attempts=3, wait=60))
def make_pack(pack: str) -> None:
    """Make an evidence pack, or say why it cannot be made."""
    from tingsu.conformity import building

    building.make(uuid.UUID(pack))


@app.periodic(cron="20 3 * * *")
@app.task(name="conformity.expire", queueing_lock="conformity.expire")
@one_by_one
def expire(timestamp: int) -> None:
    """Every night, in every organisation: packs whose days are over lose their files, accounts of auditors their name."""
    from tingsu.conformity import outside, packing

    for _organisation in each_organisation():
        packing.expire_owed()
        outside.end_owed()
