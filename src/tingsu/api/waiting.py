"""Programs' access that waits for a person: for the consent of who answers for it, or for a second person."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tingsu.api.models import ApiToken
from tingsu.api.tokens import may_approve, waits_for_consent, waits_for_second_person
from tingsu.kernel.actor import Actor
from tingsu.kernel.together import Asking, Reader
from tingsu.process.waiting import MOST, Item, Part, WaitingList, declare_list


def _unsettled() -> QuerySet[ApiToken]:
    """Tokens that some person still has to agree to or to approve."""
    open_ones = ApiToken.objects.filter(revoked_at=None, made_by_id__isnull=False)
    return open_ones.filter(Q(agreed_at=None) | Q(approved_at=None))


@Asking
def tokens_waiting(actor: Actor) -> Reader[tuple[list[ApiToken], list[ApiToken]]]:
    """Those that are to act in the member's name, and those that the member may approve. One query."""
    (rows,) = yield [_unsettled().order_by("created_at")[:MOST]]
    mine = [one for one in rows if one.acts_for_id == actor.id and waits_for_consent(one)]
    return mine, [one for one in rows if waits_for_second_person(one) and may_approve(actor, one)]


@Asking
def _part(actor: Actor, at: datetime, page: int = 1, most: int = 0) -> Reader[Part]:
    mine, others = yield from tokens_waiting.reader(actor)
    url = reverse("tokens:waiting")
    items = [Item(title=one.name, number="", note=_("A program is to act in your name"), url=url) for one in mine]
    items += [
        Item(title=one.name, number="", note=_("A program's access needs a second person"), url=url) for one in others
    ]
    return Part(items=items)


declare_list(
    WaitingList(
        name="tokens", title=gettext_lazy("Programs' access"), part=_part, order=90, any_rows=lambda actor: _unsettled()
    )
)
