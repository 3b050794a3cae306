"""What follows in knowledge from what happens elsewhere: a lesson from a closed case."""

from tingsu.kernel.actor import Actor
from tingsu.kernel.ledger import Chain, reaction
from tingsu.kernel.models import Event
from tingsu.knowledge import tasks


@reaction("complaint.closed")
def lesson_shared(chain: Chain, event: Event, actor: Actor) -> None:
    """Whoever closed it holds what was learned worth knowing for others (IM-11)."""
    if event.body.get("values", {}).get("share_lesson"):
        tasks.learn_from_closing.defer(event_id=str(event.pk))
