"""Beginning from an example: a draft that nobody reads as ours until people have changed, checked and approved it."""

from django.utils.translation import gettext_lazy as _

from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import ConditionsUnmet, NotAllowed, NotFound, Unmet
from tingsu.leadership import examples, in_force, terms
from tingsu.registers.access import may_open, register_of
from tingsu.registers.actions import Opening, open_entry
from tingsu.registers.models import Entry


def adopt(*, actor: Actor, kind: str) -> Entry:
    """A draft of a kind with the shipped text. Raises NotFound, NotAllowed, ConditionsUnmet where there is one of this kind already."""
    register = register_of(terms.STATEMENT)
    if kind not in examples.TEXTS:
        raise NotFound
    if not may_open(actor, register):
        raise NotAllowed
    if there := in_force.of_kind(kind, terms.IN_FORCE, *terms.UNDER_WAY):
        raise ConditionsUnmet(
            [Unmet("there", _("there is one of this kind already: %(number)s"), number=there[0].number)]
        )
    return open_entry(actor=actor, register=register, opening=Opening(values=examples.values_of(kind)))
