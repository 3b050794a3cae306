"""Background entry points of competence."""

import uuid

from procrastinate.contrib.django import app

from tingsu.kernel.jobs import each_organisation, job, one_by_one


@app.periodic(cron="45 2 * * *")
@app.task(name="competence.keep_files", queueing_lock="competence.keep_files")
@one_by_one
def keep_files(timestamp: int) -> None:
    """Every night, in every organisation: whoever has no personnel file gets one."""
    from tingsu.competence import keeping

    for _organisation in each_organisation():
        keeping.open_missing()


@app.periodic(cron="*/5 * * * *")
@app.task(name="competence.close_papers", queueing_lock="competence.close_papers")
@one_by_one
def close_papers(timestamp: int) -> None:
    """Every five minutes, in every organisation: papers whose time is over are handed in with what was saved."""
    from tingsu.competence import sitting

    for _organisation in each_organisation():
        sitting.close_overdue()


@job()
def follow_member(member_id: str) -> None:
    """Somebody left or was taken back: their file follows."""
    from tingsu.competence import keeping

    keeping.follow_member(uuid.UUID(member_id))


@job()
def tell_points() -> None:
    """The points of awareness changed: everybody hears of it."""
    from tingsu.competence import keeping

    keeping.tell_points()
