"""Periodic work of complaints: a registration still incomplete after fifteen minutes is pushed as it is (CA-08)."""

from datetime import timedelta

from procrastinate.contrib.django import app

from tingsu.complaints.actions import take_step
from tingsu.complaints.models import Complaint
from tingsu.complaints.terms import State
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import now
from tingsu.kernel.errors import TingsuError
from tingsu.kernel.jobs import SOONER, each_organisation, one_by_one

PUSH_AFTER = timedelta(minutes=15)
BATCH = 200


@app.periodic(cron="* * * * *")
@app.task(
    name="complaints.push_incomplete", queue="clocks", priority=SOONER, queueing_lock="complaints.push_incomplete"
)
@one_by_one
def push_incomplete(timestamp: int) -> None:
    for _organisation in each_organisation():
        push_waiting()


def push_waiting() -> int:
    """Push what waited long enough, one case, one transaction; gives how many."""
    waiting = Complaint.objects.filter(
        state=State.REGISTERED, pushed_at__isnull=True, registered_at__lte=now() - PUSH_AFTER
    ).values_list("pk", "organisation_id")[:BATCH]
    pushed = 0
    for complaint_id, organisation in waiting:
        try:
            take_step(
                actor=automation("complaints.push", organisation),
                complaint_id=complaint_id,
                step="complete_registration",
            )
        except TingsuError:
            continue  # somebody pushed or moved it meanwhile
        pushed += 1
    return pushed
