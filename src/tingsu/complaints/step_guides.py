"""Operation guides for a step of the process, from whichever app keeps them; the desk shows them where the step is taken (DI-06)."""

from collections.abc import Callable
from dataclasses import dataclass

from tingsu.kernel.actor import Actor


@dataclass(frozen=True, kw_only=True)
class Guide:
    """A guide in force."""

    title: str
    url: str
    number: str


Guides = Callable[[Actor, str], list[Guide]]
_keepers: list[Guides] = []


def declare_guides(keeper: Guides) -> None:
    """Say which guides there are: (actor, name of the step) → those that the actor may read. Once, at start."""
    _keepers.append(keeper)


def guides_for(actor: Actor, step: str) -> list[Guide]:
    """Every guide in force for a step. One query for each app that keeps some."""
    return [one for keeper in _keepers for one in keeper(actor, step)]
