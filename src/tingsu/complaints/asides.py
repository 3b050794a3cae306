"""What an event brought about beside its own subject, in words for its line of the history."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tingsu.complaints.case import SUPERVISION_ENDED
from tingsu.people import alone
from tingsu.people.queries import alias_of, unit_name

RULED = "ruled_unit"
"""The fact of an event that ruled between departments: the one that answers for the matter from now on."""
OFFER_RECALLED = "offer_recalled"
"""The fact of an event that took an offer back: whom the case had been offered to."""
ENDED_BY = {
    "solution": gettext_lazy("a solution was given"),
    "decided": gettext_lazy("a supervisor decided so"),
    "unlinked": gettext_lazy("it is no repetition any more"),
}
"""Why a supervision ended, by the code in the event."""


def aside_lines(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Pairs of what and how: the supervision that ended, the offer that was taken back, what one person did alone."""
    lines = []
    if ended := ENDED_BY.get(data.get(SUPERVISION_ENDED, "")):
        lines.append((_("Supervision ended"), str(ended)))
    if recalled := data.get(OFFER_RECALLED):
        name = alias_of(uuid.UUID(str(recalled)))
        lines.append((_("Offer taken back"), _("%(name)s is below the staff level needed now") % {"name": name}))
    if ruled := data.get(RULED):
        lines.append((_("Ruled"), _("%(unit)s answers for the matter") % {"unit": unit_name(uuid.UUID(str(ruled)))}))
    if warned := alone.warning_words(data):
        lines.append((str(alone.LABEL), _("; ").join(warned)))
    return lines
