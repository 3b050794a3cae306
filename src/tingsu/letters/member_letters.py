"""Letters to members of the house. A changed sign-in is told at the old address, whoever changed it (PS-03)."""

from collections.abc import Mapping

from django.utils.translation import pgettext_lazy

from tingsu.kernel.actor import Actor
from tingsu.kernel.fields import in_language
from tingsu.kernel.ledger import Chain, reaction
from tingsu.kernel.models import Event, Organisation
from tingsu.letters.letterhead import supply
from tingsu.letters.models import Letter
from tingsu.letters.notices import declare, notify
from tingsu.letters.outbox import queue_member_letter
from tingsu.people.actions.accounts import TOLD_AT
from tingsu.people.models import Member

declare(
    {
        "sign_in.changed": (pgettext_lazy("notice", "Your sign-in name or work e-mail was changed"), "user"),
        "sign_in.second_factor_reset": (pgettext_lazy("notice", "Your second factor was taken away"), "lock"),
        "sign_in.sessions_ended": (pgettext_lazy("notice", "Somebody ended your open sessions"), "lock"),
    }
)


@supply("member")
def member_places(letter: Letter) -> Mapping[str, str]:
    member = Member.objects.get(pk=letter.stream_id)
    return {"name": in_language(member.alias, letter.language), "number": member.staff_number}


@reaction("member.sessions_ended")
def tell_of_sessions(chain: Chain, event: Event, actor: Actor) -> None:
    """Whose sessions somebody else ended learns it at the next sign-in."""
    if actor.id != chain.stream.pk:
        notify([chain.stream.pk], "sign_in.sessions_ended", None, {})


@reaction("member.second_factor_reset")
def tell_of_second_factor(chain: Chain, event: Event, actor: Actor) -> None:
    """In the transaction of the change: a notice inside, and a letter, because whoever stole the password would like this."""
    notify([chain.stream.pk], "sign_in.second_factor_reset", None, {})
    _write(chain, event, actor, "second_factor_reset")


@reaction("member.sign_in_changed")
def tell_member(chain: Chain, event: Event, actor: Actor) -> None:
    """In the transaction of the change: a notice inside, and a letter to the address that was good until now."""
    if actor.id != chain.stream.pk:
        notify([chain.stream.pk], "sign_in.changed", None, {})
    _write(chain, event, actor, "sign_in_changed")


def _write(chain: Chain, event: Event, actor: Actor, template: str) -> None:
    told_at = chain.companion(TOLD_AT)
    if told_at is None:
        raise RuntimeError("whoever changes a sign-in brings the address that was good until now")
    address, language = told_at
    if address:
        language = language or Organisation.objects.values_list("language", flat=True).get(pk=actor.organisation_id)
        queue_member_letter(
            chain, address=address, language=language, template=template, intent=f"{template}:{event.seq}",
            at=event.at,
        )  # fmt: skip
