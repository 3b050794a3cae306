"""Conditions that every register may ask."""

import uuid
from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.kernel.errors import Unmet
from tingsu.people import alone
from tingsu.process.steps import Guard, Step, asks_who, guard


def done_by_another(steps: tuple[str, ...]) -> Guard:
    """Whoever took one of these steps ("open" for the opening) may not take this one: approval is another person's.

    Of a step that leads on the last taker counts; of work that several do in turn (writing, judging) everybody who had a hand in it.

    Where one person works alone it is a warning in the history instead (ME-11, CA-59).
    """

    @guard("done_by_another")
    @asks_who
    def check(opened: Any, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
        own = opened.actor.id is not None and str(opened.actor.id) in opened.row.hands_in(*steps)
        if own and not alone.warned(opened, "own_work"):
            return [Unmet("own_work", _("somebody else than the author decides this"), guard="")]
        return []

    return check


def filled(*names: str) -> Guard:
    """These fields of the entry hold something, whether the step asks for them or an earlier one did."""

    @guard("filled")
    def check(opened: Any, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
        if values is None:
            return []
        missing = [name for name in names if not values.get(name) and not opened.holds(name)]
        labels = opened.register.by_name
        return [
            Unmet(f"{name}_missing", _("“%(field)s” is still empty"), guard="", field=labels[name].label)
            for name in missing
        ]

    return check


def member_id(value: Any) -> uuid.UUID | None:
    """A member's id as it stands in codes."""
    return uuid.UUID(str(value)) if value else None
