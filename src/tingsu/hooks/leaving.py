"""A subscription stops by itself: nothing arrives, the address is gone, or whoever answers for it has left."""

import uuid

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tingsu.hooks.models import Subscription
from tingsu.kernel.actor import Actor, automation
from tingsu.kernel.clock import now
from tingsu.kernel.ledger import lock_chain
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.letters.notices import notify
from tingsu.people import leaving
from tingsu.people.access import Can, roles_with
from tingsu.people.queries import posts_now


def pause_of(subscription: Subscription, why: str) -> None:
    """Pause it in the system's name, in the open transaction or one of its own, and tell its owner, or whoever may take it over."""
    with transaction.atomic():
        chain = lock_chain(subscription.pk, "webhook")
        changed = Subscription.objects.filter(pk=subscription.pk, state=Subscription.State.ACTIVE).update(
            state=Subscription.State.PAUSED, why=why
        )
        if not changed:
            return
        actor = automation("hooks.delivering", current_organisation_id())
        chain.record("webhook.paused", actor=actor, at=now(), data={"why": why})
        chain.flush()
        told = {subscription.owner_id}
        if why == "owner_left":
            told = {post.member_id for post in posts_now(roles=roles_with(Can.TOKENS))} - told
        notify(sorted(told, key=str), "webhook.paused", None, {"why": why})


def _of(member_id: uuid.UUID) -> QuerySet[Subscription]:
    return Subscription.objects.filter(owner_id=member_id, state=Subscription.State.ACTIVE)


def _stop(member_id: uuid.UUID, actor: Actor) -> None:
    """Nothing goes out in the name of somebody who has left, until somebody else takes the subscription over."""
    for one in _of(member_id):
        pause_of(one, "owner_left")


leaving.declare(
    leaving.Ending(
        name="subscriptions",
        label=_("Subscriptions of other systems (they pause until somebody takes them over)"),
        count=lambda member_id: _of(member_id).count(),
        end=_stop,
    )
)
