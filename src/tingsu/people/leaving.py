"""What ends for good with a member who leaves: whatever they made or asked for that acts for them without them (PS-03, AI-04).

Rights are read anew at every use, so nothing of theirs opens anything from the instant on at which they left. That alone would let
it open again by itself when they are taken back with the same post; so each app says here what of its own ends with its maker, and
it ends in the transaction of the leaving. What kept acting from before this rule ends at the latest when they are taken back.

What a member answers for and cannot leave behind is another question (`holdings`); what they wrote stays as it is.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from tingsu.kernel import approvals
from tingsu.kernel.actor import Actor, automation
from tingsu.kernel.kinds import Label
from tingsu.kernel.ledger import Chain, reaction
from tingsu.kernel.models import Event
from tingsu.kernel.tenancy import current_organisation_id


@dataclass(frozen=True, kw_only=True)
class Ending:
    """One kind of thing that ends with its maker."""

    name: str
    label: Label
    """What it is, for whoever is about to let somebody leave."""
    count: Callable[[uuid.UUID], int]
    """How many of them still act for this member."""
    end: Callable[[uuid.UUID, Actor], None]
    """End them all, in the open transaction, in the system's name."""


_endings: dict[str, Ending] = {}


def declare(ending: Ending) -> None:
    """Add one, once each, when the app loads."""
    if ending.name in _endings:
        raise RuntimeError(f"what ends with a leaver is declared twice: {ending.name}")
    _endings[ending.name] = ending


def endings() -> tuple[Ending, ...]:
    return tuple(_endings.values())


def ending_with(member_id: uuid.UUID) -> list[tuple[str, int]]:
    """What would end if this member left now, in words with a count; empty for nothing."""
    found = [(str(one.label), one.count(member_id)) for one in _endings.values()]
    return [(label, number) for label, number in found if number]


@reaction("member.deactivated", "member.reactivated", order=900)
def end_with_the_member(chain: Chain, event: Event, actor: Actor) -> None:
    """In the transaction of the leaving."""
    for one in _endings.values():
        one.end(event.stream_id, automation("people.leaving", current_organisation_id()))


declare(
    Ending(
        name="proposals",
        label=_("Proposals that wait for a second person"),
        count=lambda member_id: len(approvals.open_with(member_id)),
        end=lambda member_id, actor: approvals.end_with(member_id, actor=actor),
    )
)
