"""Background entry points of satisfaction."""

import uuid

from procrastinate.contrib.django import app

from tingsu.kernel.jobs import each_organisation, job, one_by_one


@job(queue="letters")
def invite(survey_id: str) -> None:
    """Queue the invitations of one survey."""
    from tingsu.satisfaction import inviting

    inviting.invite_all(uuid.UUID(survey_id))


@app.periodic(cron="25 * * * *")
@app.task(name="satisfaction.follow", queue="letters", queueing_lock="satisfaction.follow")
@one_by_one
def follow(timestamp: int) -> None:
    """Each hour, in every organisation: reminders leave, and surveys whose last day is over are closed."""
    from tingsu.satisfaction import closing, inviting

    for _organisation in each_organisation():
        inviting.remind_all()
        closing.close_ended()


@job()
def follow_up(survey_id: str) -> None:
    """What follows from a survey that has ended."""
    from tingsu.satisfaction import closing

    closing.follow_up(uuid.UUID(survey_id))


@job()
def improve_for_alert(alert_id: str) -> None:
    """The improvement item of an alert about satisfaction."""
    from tingsu.satisfaction import closing

    closing.improve_alert(uuid.UUID(alert_id))
