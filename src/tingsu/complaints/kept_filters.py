"""Views of the queue that a person keeps: filters under a name, and how a view looks (TR-22)."""

import uuid
from collections.abc import Mapping
from typing import TypedDict

from django.utils.translation import gettext_lazy as _

from tingsu.complaints.models import SavedView
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import InvalidValue, too_long
from tingsu.kernel.spelling import tidy

MOST_VIEWS = 12
NAME_LIMIT = 40


class Look(TypedDict):
    """How a view looks to one member: columns left out, low rows, and the order (CA-56)."""

    hidden: list[str]
    compact: bool
    by_limit: bool


def save_view(actor: Actor, *, name: str, filters: Mapping[str, str], look: Look) -> SavedView:
    """Keep filters under a name; the same name again replaces them. Raises InvalidValue, also beyond MOST_VIEWS."""
    name = tidy(name)
    if not name:
        raise InvalidValue(code="required")
    if len(name) > NAME_LIMIT:
        raise too_long(name, NAME_LIMIT)
    others = SavedView.objects.filter(member_id=actor.id, tab="").exclude(name=name)
    if others.count() >= MOST_VIEWS:
        raise InvalidValue(_("You have %(limit)s views already. Remove one first."), limit=MOST_VIEWS)
    saved, _made = SavedView.objects.update_or_create(
        member_id=actor.id,
        tab="",
        name=name,
        defaults={"filters": dict(filters), **look},
    )
    return saved


def remove_view(actor: Actor, view_id: uuid.UUID) -> None:
    """Forget one of one's own views; another person's stays."""
    SavedView.objects.filter(member_id=actor.id, pk=view_id).delete()


def keep_look(actor: Actor, *, tab: str = "", view_id: uuid.UUID | None = None, look: Look) -> None:
    """Keep how a shipped tab, or one of one's own views, looks to this person."""
    if view_id is not None:
        SavedView.objects.filter(member_id=actor.id, pk=view_id).update(**look)
    else:
        SavedView.objects.update_or_create(member_id=actor.id, tab=tab, name="", defaults={**look})
