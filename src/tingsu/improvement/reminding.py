"""From which month on leaders are reminded of their part in user service (OG-15): a small rulebook."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.kernel import rulebooks
from tingsu.kernel.errors import InvalidInput, InvalidValue

KIND = "leaders_in_service"
TITLE = _("Leaders in user service")


def default() -> dict[str, Any]:
    """No document names a month: October is shipped, to be changed by each organisation."""
    return {"remind_from": 10}


def check(body: dict[str, Any]) -> None:
    """Raises InvalidInput."""
    month = body.get("remind_from") if isinstance(body, dict) else None
    if not isinstance(month, int) or isinstance(month, bool) or not 1 <= month <= 12:
        raise InvalidInput({"remind_from": InvalidValue(_("Enter a month as a number from 1 to 12."))})


def remind_from() -> int:
    """The month on whose first day reminding begins."""
    return int(rulebooks.in_force(KIND).body["remind_from"])


rulebooks.register_kind(KIND, TITLE, default, check)
