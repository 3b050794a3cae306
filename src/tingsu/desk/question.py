"""One list of open cases, as an address and the member's kept views ask for it: the page, its counts and its export read the same."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.http import QueryDict

from tingsu.complaints.models import Complaint, SavedView
from tingsu.desk import queue
from tingsu.desk.asked import Asked
from tingsu.kernel.actor import Actor


@dataclass(frozen=True, kw_only=True)
class Question:
    """One list of open cases: what the address and the member's kept views ask for."""

    asked: Asked
    views: list[queue.View]
    view: queue.View | None
    kept: list[SavedView]
    chosen: SavedView | None
    open_ways: list[QuerySet[Complaint]]
    """Every open case that this person sees, one question for each way to them."""
    ways: list[QuerySet[Complaint]]
    """Those of them that the list holds."""
    walked: list[QuerySet[Complaint]]
    """The same, as a page in the order of work reads them."""

    @property
    def own(self) -> list[SavedView]:
        return [one for one in self.kept if not one.tab]


def question_of(actor: Actor, query: QueryDict, at: datetime) -> Question:
    """What a list of open cases holds, in any order. One query."""
    asked = Asked.read(actor, query)
    views = queue.shipped_views(actor, at)
    kept = list(SavedView.objects.filter(member_id=actor.id).order_by("position", "name"))
    chosen = next((one for one in kept if not one.tab and f"own-{one.pk}" == asked.view), None)
    if chosen:
        asked = Asked.read(actor, {**chosen.filters, "view": asked.view, **{name: query[name] for name in query}})
    view = next((one for one in views if one.key == asked.view), None)
    open_ways = queue.open_ways(actor)
    ways = [asked.narrowed(one.filter(view.where) if view else one) for one in open_ways]
    walked = ways
    if view and view.walked:
        walked = [asked.narrowed(one.filter(part)) for one in open_ways for part in view.walked]
    return Question(
        asked=asked, views=views, view=view, kept=kept, chosen=chosen, open_ways=open_ways, ways=ways, walked=walked
    )
