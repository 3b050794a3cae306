"""Background entry points of quality control."""

import uuid

from procrastinate.contrib.django import app

from tingsu.kernel.jobs import each_organisation, job, one_by_one


@job()
def open_checks(round_id: str) -> None:
    """Open a check for each case that a round has drawn, and for its reviewers."""
    from tingsu.quality import rounds

    rounds.open_checks(uuid.UUID(round_id))


@job()
def open_up(round_id: str, case: str) -> None:
    """Both reviewers of a case have handed in their marks: now each sees the other's."""
    from tingsu.quality import following

    following.open_up(uuid.UUID(round_id), uuid.UUID(case))


@job()
def open_nonconformity(check_id: str, place: int) -> None:
    """A serious finding, or a verdict that does not stand, is a nonconformity."""
    from tingsu.quality import following

    following.open_nonconformity(uuid.UUID(check_id), place)


@job()
def handle_anew(check_id: str) -> None:
    """A verdict that does not stand and left the complainant worse off is handled anew."""
    from tingsu.quality import following

    following.handle_anew(uuid.UUID(check_id))


@app.periodic(cron="30 2 * * *")
@app.task(name="quality.draw_owed", queueing_lock="quality.draw_owed")
@one_by_one
def draw_owed(timestamp: int) -> None:
    """Every night, in every organisation: each plan whose period is over draws, once; monitoring is counted (QC-01, QC-07)."""
    from tingsu.quality import monitoring, rounds

    for _organisation in each_organisation():
        rounds.draw_owed()
        monitoring.open_owed()


@app.periodic(cron="*/10 * * * *")
@app.task(name="quality.follow", queueing_lock="quality.follow")
@one_by_one
def follow(timestamp: int) -> None:
    """Every ten minutes, in every organisation: checks by rule on what moved (QC-04)."""
    from tingsu.quality import process_checks

    for _organisation in each_organisation():
        process_checks.follow()


@app.periodic(cron="10 3 * * *")
@app.task(name="quality.catch_up", queueing_lock="quality.catch_up")
@one_by_one
def catch_up(timestamp: int) -> None:
    """Each night: what was committed too slowly for the ten minutes."""
    from tingsu.quality import process_checks

    for _organisation in each_organisation():
        process_checks.follow(night=True)
