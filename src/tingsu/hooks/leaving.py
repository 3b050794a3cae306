"""A subscription stops by itself: nothing arrives, the address is gone, or whoever answers for it has left."""

from django.db import transaction

from tingsu.hooks.models import Subscription
from tingsu.kernel.actor import Actor, automation
from tingsu.kernel.clock import now
from tingsu.kernel.ledger import Chain, lock_chain, reaction
from tingsu.kernel.models import Event
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.letters.notices import notify
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


@reaction("member.deactivated", order=900)
def stop_with_the_owner(chain: Chain, event: Event, actor: Actor) -> None:
    """Nothing goes out in the name of somebody who has left."""
    for one in Subscription.objects.filter(owner_id=event.stream_id, state=Subscription.State.ACTIVE):
        pause_of(one, "owner_left")
