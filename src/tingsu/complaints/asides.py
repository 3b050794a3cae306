"""What an event brought about beside its own subject, in words for its line of the history."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tingsu.complaints.case import DECIDED_AS, REPORTED_TO, SUPERVISION_ENDED
from tingsu.complaints.scope import judged_words
from tingsu.kernel.punctuation import listed
from tingsu.people import alone
from tingsu.people.queries import alias_of, unit_name
from tingsu.people.roles import Role

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
    if judged := judged_words(data):
        lines.append((_("Scope of acceptance"), judged))
    if roles := data.get(DECIDED_AS):
        lines.append((_("Decided as"), listed(role_words(str(role)) for role in roles)))
        told = [alias_of(uuid.UUID(str(one))) for one in data.get(REPORTED_TO, ())]
        lines.append((_("Reported to"), listed(told) or _("nobody further")))
    if warned := alone.warning_words(data):
        lines.append((str(alone.LABEL), _("; ").join(warned)))
    return lines


CASE_ROLES = {
    "owner": gettext_lazy("Owner of the case"),
    "investigator": gettext_lazy("Investigator"),
    "executor": gettext_lazy("Executor"),
    "case_mediator": gettext_lazy("Mediator of the case"),
    "approver": gettext_lazy("Approver"),
    "deciding_member": gettext_lazy("Member of the committee"),
    "committee": gettext_lazy("Member of the committee"),
    "offered": gettext_lazy("Whom the case was offered to"),
    "complainant": gettext_lazy("Complainant"),
    "agent": gettext_lazy("Agent"),
    "respondent": gettext_lazy("Respondent"),
    "partner": gettext_lazy("Partner"),
    "lead_unit": gettext_lazy("Function asked about the lead"),
    "system": pgettext_lazy("role", "System"),
    "token": pgettext_lazy("role", "Program"),
}
"""Roles that somebody has on one case, in words."""


def role_words(role: str) -> str:
    """A role of RL-1 or of the case in words; the code itself for one that nobody knows."""
    return str(Role(role).label if role in Role.values else CASE_ROLES.get(role, role))
