"""Operation guides for steps of the process, from whichever app keeps them, and knowledge beside a step; the desk shows them where a step
is taken, and on the page of a case (DI-06, SK-08).
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from tingsu.complaints.models import Complaint
from tingsu.kernel.actor import Actor


@dataclass(frozen=True, kw_only=True)
class Guide:
    """A guide in force, or an entry of the knowledge base."""

    title: str
    url: str
    number: str
    steps: tuple[str, ...] = ()
    """Of the steps that were asked for, those that it guides."""


Guides = Callable[[Actor, Collection[str]], list[Guide]]
Beside = Callable[[Actor, Complaint, str], list[Guide]]
_keepers: list[Guides] = []
_beside: list[Beside] = []


def declare_guides(keeper: Guides) -> None:
    """Say which guides there are: (actor, names of steps) → those that the actor may read. Once, at start."""
    _keepers.append(keeper)


def declare_beside(keeper: Beside) -> None:
    """Say what stands beside the form of a step: (actor, case, name of the step) → what fits both. Once, at start."""
    _beside.append(keeper)


def guides_for(actor: Actor, steps: Collection[str]) -> list[Guide]:
    """Every guide in force for some steps. One query for each app that keeps some."""
    return [one for keeper in _keepers for one in keeper(actor, steps)] if steps else []


def beside(actor: Actor, complaint: Complaint, step: str) -> list[Guide]:
    """What fits the case and the step."""
    return [one for keeper in _beside for one in keeper(actor, complaint, step)]
