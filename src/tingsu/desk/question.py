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
    open_rows: QuerySet[Complaint]
    rows: QuerySet[Complaint]
    walked: QuerySet[Complaint]
    """The same rows, as a page in the order of work reads them."""

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
    open_rows = queue.open_cases(actor)
    rows = asked.narrowed(open_rows.filter(view.where) if view else open_rows)
    walked = asked.narrowed(open_rows.filter(view.walked)) if view and view.walked else rows
    return Question(
        asked=asked, views=views, view=view, kept=kept, chosen=chosen, open_rows=open_rows, rows=rows, walked=walked
    )
