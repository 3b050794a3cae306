"""Tells at once who may decide a proposal, who made it, and whom it is about (CA-59)."""

from django.utils.translation import pgettext_lazy

from tingsu.kernel.actor import Actor
from tingsu.kernel.approvals import TOLD
from tingsu.kernel.ledger import Chain, reaction
from tingsu.kernel.models import Event
from tingsu.letters.notices import declare, notify

declare(
    {
        "proposal.asks": (pgettext_lazy("notice", "A change needs you as the second person"), "users"),
        "proposal.about_you": (pgettext_lazy("notice", "A change about you was proposed or decided"), "user"),
        "proposal.approved": (pgettext_lazy("notice", "Your proposal was approved"), "circle-check"),
        "proposal.returned": (pgettext_lazy("notice", "Your proposal was returned"), "arrow-back-up"),
        "password.given": (pgettext_lazy("notice", "A new first password was made for you"), "user"),
    },
    leads_to="people:proposals",
)


@reaction("proposal.made", "proposal.approved", "proposal.returned")
def tell(chain: Chain, event: Event, actor: Actor) -> None:
    """In the transaction of the proposal or of its decision."""
    told = chain.companion(TOLD)
    if told is None:
        raise RuntimeError("whoever writes of a proposal brings those who are told")
    acting, about = told
    kind = "proposal.asks" if event.kind == "proposal.made" else event.kind
    notify(sorted(acting), kind, None, {})
    notify(sorted(about - acting - {actor.id}), "proposal.about_you", None, {})


@reaction("member.password_given")
def tell_of_password(chain: Chain, event: Event, actor: Actor) -> None:
    """Whoever gets a new password from somebody else is told at once."""
    if actor.id != chain.stream.pk:
        notify([chain.stream.pk], "password.given", None, {})
