"""Background entry points of the clocks: the sweep of each minute, and counting again after a calendar was entered."""

from __future__ import annotations

from procrastinate.contrib.django import app

from tingsu.clocks import actions, queries
from tingsu.clocks import sweep as sweeping
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import now
from tingsu.kernel.jobs import each_organisation, job
from tingsu.kernel.tenancy import current_organisation_id

HELPERS = 3
BACKLOG_PER_HELPER = 5 * sweeping.BATCH


@app.periodic(cron="* * * * *")
@app.task(name="clocks.sweep", queue="clocks")
def sweep(timestamp: int) -> None:
    """Each minute: take what is due in every organisation; where much is due, call other workers to help."""
    for _organisation in each_organisation():
        backlog = queries.due_count(now(), up_to=HELPERS * BACKLOG_PER_HELPER)
        for _helper in range(min(backlog // BACKLOG_PER_HELPER, HELPERS)):
            help_sweep.defer()
        sweep_organisation()


def sweep_organisation() -> int:
    """Take everything that is due in the organisation and not held by another worker; returns how many."""
    total = 0
    while True:
        swept = sweeping.sweep_due()
        total += swept.taken
        if not swept.taken and not swept.failed:
            return total


@job(queue="clocks")
def help_sweep() -> None:
    """A second pair of hands for a minute in which much is due."""
    sweep_organisation()


@job(queue="clocks")
def recount_promises() -> None:
    """An official calendar has replaced an assumed one."""
    actions.recount_promises(actor=automation("clocks.recount", current_organisation_id()))
