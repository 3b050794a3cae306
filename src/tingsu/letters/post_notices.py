"""Tells the holder of a post that it was given, so that they can confirm it (OG-11)."""

import uuid

from django.utils.translation import pgettext_lazy

from tingsu.kernel.actor import Actor
from tingsu.kernel.ledger import Chain, reaction
from tingsu.kernel.models import Event
from tingsu.letters.models import Notice
from tingsu.letters.notices import declare, notify
from tingsu.people import body
from tingsu.people import queries as people
from tingsu.people.roles import Role

declare(
    {"post.given": (pgettext_lazy("notice", "You were given a post: please confirm that you know it"), "user-plus")},
    leads_to="people:mine",
)
declare(
    {
        "post.described": (
            pgettext_lazy("notice", "The duties of your post were written down: please confirm that you know them"),
            "user-plus",
        )
    },
    leads_to="people:mine",
)
declare(
    {
        "post.interference": (
            pgettext_lazy("notice", "Somebody outside tried to change the complaint handling body or a post in it"),
            "shield-lock",
        )
    },
    leads_to="people:mine",
)
declare({"sms.refused": (pgettext_lazy("notice", "The provider of text messages refuses us"), "alert-triangle")})
declare(
    {"robot.failed": (pgettext_lazy("notice", "A group robot does not get its messages through"), "alert-triangle")},
    leads_to="letters:robots",
)
declare(
    {"sms.asks_look": (pgettext_lazy("notice", "The account of text messages waits for a second person"), "users")},
    leads_to="letters:sms",
)
declare(
    {"robot.asks_look": (pgettext_lazy("notice", "A group robot waits for a second person"), "users")},
    leads_to="letters:robots",
)
declare({"post.paused": (pgettext_lazy("notice", "No letter can leave by e-mail: the post pauses"), "alert-triangle")})


@reaction("member.post_given")
def tell_holder(chain: Chain, event: Event, actor: Actor) -> None:
    """In the transaction that gives the post; nobody is told of a post they gave themselves."""
    if actor.id != chain.stream.pk:
        notify(
            [chain.stream.pk], "post.given", None, {"post": uuid.UUID(event.body["post"]), "role": event.body["role"]}
        )


@reaction("member.post_described")
def tell_of_duties(chain: Chain, event: Event, actor: Actor) -> None:
    """The holder reads and confirms them; nobody is told of what they wrote themselves (OG-01)."""
    if actor.id != chain.stream.pk:
        notify([chain.stream.pk], "post.described", None, {"post": uuid.UUID(event.body["post"])})


@reaction("member.post_confirmed")
def no_more_to_confirm(chain: Chain, event: Event, actor: Actor) -> None:
    """What was asked is done: the notice of that post, and of its duties, waits no longer."""
    asked = Notice.objects.filter(member_id=chain.stream.pk, kind__in=("post.given", "post.described"), read_at=None)
    asked.filter(data__post=event.body["post"]).update(read_at=event.at)


@reaction("member.interference_refused", "unit.interference_refused")
def tell_of_interference(chain: Chain, event: Event, actor: Actor) -> None:
    """Whose post it is, and the leaders of the body, hear of an attempt from outside (OG-02)."""
    leaders = people.active_members(roles=(Role.SUPERVISOR, Role.MGMT_REP))
    holder = {chain.stream.pk} if chain.stream.kind == "member" else set()
    told = (holder | {member.pk for member in leaders if body.member_belongs(member.pk)}) - {actor.id}
    notify(sorted(told), "post.interference", None, {})
