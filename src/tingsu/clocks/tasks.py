"""Background entry points of the clocks: the sweep of each minute, and counting again after a calendar was entered."""

from __future__ import annotations

from datetime import datetime, timedelta

from procrastinate.contrib.django import app

from tingsu.clocks import actions, queries, unanswered
from tingsu.clocks import sweep as sweeping
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import now
from tingsu.kernel.jobs import SOONER, each_organisation, job, one_by_one
from tingsu.kernel.tenancy import current_organisation_id

BACKLOG_PER_HELPER = 5 * sweeping.BATCH
MOST_HELPERS = 3
RELIEFS = tuple(timedelta(seconds=seconds) for seconds in (10, 20, 30))
"""In a minute in which much is due, hands are called again later: workers may have been killed in the meantime."""


@app.periodic(cron="* * * * *")
@app.task(name="clocks.sweep", queue="clocks", priority=SOONER)
@one_by_one
def sweep(timestamp: int) -> None:
    """Each minute: take what is due in every organisation; where much is due, call other workers to help."""
    for _organisation in each_organisation():
        call_help(now())
        sweep_organisation()


def call_help(at: datetime) -> None:
    """Queue further hands where much is due, at once and for later; one that finds nothing to do costs a query."""
    backlog = queries.due_count(at, up_to=MOST_HELPERS * BACKLOG_PER_HELPER)
    helpers = backlog // BACKLOG_PER_HELPER
    for _helper in range(helpers):
        help_sweep.defer()
    for later in RELIEFS if helpers else ():
        help_sweep.defer(at=at + later)


def sweep_organisation() -> int:
    """Take everything that is due in the organisation and not held by another worker; returns how many."""
    total = 0
    while True:
        swept = sweeping.sweep_due()
        total += swept.taken
        if not swept.taken and not swept.failed:
            break
    while unanswered.pass_on_unanswered():
        pass
    return total


@job(queue="clocks")
def help_sweep() -> None:
    """A second pair of hands for a minute in which much is due."""
    sweep_organisation()


@job(queue="clocks")
def recount_promises() -> None:
    """An official calendar has replaced an assumed one."""
    actions.recount_promises(actor=automation("clocks.recount", current_organisation_id()))
