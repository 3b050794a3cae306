"""A complaint that a form of another thing names by its number: a mail put to a case, a spill-over complaint that reached us twice."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.complaints.access import visible_to
from tingsu.complaints.models import Complaint
from tingsu.complaints.numbers import spelled
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import InvalidInput, InvalidValue, Unmet
from tingsu.process.steps import Step, guard

FIELD = "case"
"""The field of such a form."""


@guard("case_named")
def case_named(thing: Any, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """The number stands for a complaint that the reader may see."""
    if values is None or named(thing.actor, values[FIELD]) is not None:
        return []
    return [Unmet("no_case", _("no complaint that you may see has this number"), guard="", value_of=FIELD)]


def named_complaint(actor: Actor, values: dict[str, Any]) -> Complaint:
    """The complaint itself. Raises InvalidInput beside the field."""
    found = named(actor, values[FIELD])
    if found is None:
        raise InvalidInput({FIELD: InvalidValue(code="choice")})
    return found


def named(actor: Actor, number: str) -> Complaint | None:
    """The complaint of this number, in any spelling, if the actor may see it."""
    return visible_to(actor).filter(number=spelled(number) or "-").first()
