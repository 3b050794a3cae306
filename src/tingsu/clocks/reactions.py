"""What the clocks do when something is recorded elsewhere: a published calendar counts open promises again."""

from __future__ import annotations

from datetime import datetime

from tingsu.calendars import queries as calendars
from tingsu.clocks import tasks
from tingsu.kernel.actor import Actor
from tingsu.kernel.ledger import Chain, reaction
from tingsu.kernel.models import Event


@reaction("rulebook.published")
def count_again_on_a_new_calendar(chain: Chain, event: Event, actor: Actor) -> None:
    """Queue the recount for the moment at which the new calendar comes into force."""
    if event.data["kind"] != calendars.KIND:
        return
    valid_from = datetime.fromisoformat(event.data["valid_from"])
    tasks.recount_promises.defer(at=valid_from if valid_from > event.at else None)
