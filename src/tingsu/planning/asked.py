"""What the registers of planning ask alike, and what their steps do alike."""

import uuid
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.kernel import kinds
from tingsu.kernel.clock import local_date, now
from tingsu.kernel.errors import InvalidInput, InvalidValue
from tingsu.kernel.organisations import current_organisation
from tingsu.people import queries as people
from tingsu.people.roles import Role
from tingsu.process.steps import Field
from tingsu.registers import recurrence
from tingsu.registers.actions import link_opened
from tingsu.registers.declaration import CHECKERS, LEADERS, OWNER
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.intervals import INTERVALS
from tingsu.registers.options import departments, members

READERS = (*LEADERS, *CHECKERS, Role.ANALYST)
OPENERS = (*LEADERS, Role.QA)
WORKERS = (OWNER, *LEADERS, Role.QA)
OWNER_FIELD = Field(name="owner", label=pgettext_lazy("planning", "Owner"), kind="member", options=members)
UNIT_FIELD = Field(name="department", label=pgettext_lazy("planning", "Department"), kind="unit", options=departments)
REASON = Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=1000)
PROOF = Field(name="proof", label=pgettext_lazy("entry", "Proof"), kind="files")
DONE_ON = Field(name="done_on", label=_("Done on"), kind="date", past=True)
RESULT = Field(name="result", label=pgettext_lazy("action", "Result"), kind="longtext", limit=2000)
ORIGIN = Field(
    name="origin", label=pgettext_lazy("planning", "Follows from"), limit=40,
    help=_("The number of the entry that it follows from: a nonconformity, a review, a risk, a complaint. It is linked."),
)  # fmt: skip
ACTIONS = (
    Field(name="what", label=_("Action"), limit=500, required=True),
    Field(name="who", label=pgettext_lazy("corrective action", "Who"), kind="member", options=members, required=True),
    Field(name="until", label=pgettext_lazy("corrective action", "Until"), kind="date", required=True),
    Field(name="resources", label=_("Resources"), limit=300),
)


def interval(label: Any) -> Field:
    """How often something returns."""
    return Field(name="interval", label=label, kind="choice", options=INTERVALS)


def today() -> date:
    return local_date(now(), current_organisation().time_zone)


def day_of(opened: OpenedEntry) -> date:
    """The day of an action where the organisation is."""
    return local_date(opened.at, current_organisation().time_zone)


FIRST = timedelta(days=30)
"""What was never done yet is owed for the first time within so many days."""


def plan_first(opened: OpenedEntry) -> None:
    """What was done already is owed again one interval later; what was never done, within a month."""
    register = opened.register
    assert register.recurs is not None  # noqa: S101 declared so
    if opened.entry.codes.get(register.recurs.counts_from):
        recurrence.follow(opened, register.process[register.recurs.after[0]])
    else:
        recurrence.begin_occurrence(opened, register.recurs, day_of(opened) + FIRST)


def linked_with_origin(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """The entry that this one follows from is linked by its number. Raises InvalidInput for what the actor cannot see."""
    typed = (values.get("origin") or "").strip()
    if not typed:
        return
    found = kinds.find_number(opened.actor, typed)
    if found is None or found.id == opened.entry.pk:
        error = InvalidValue(_("Nothing that you may see has this number."), code="choice")
        raise InvalidInput({"origin": error})
    link_opened(opened, found.id, "follows")


def who_leads() -> uuid.UUID | None:
    """Who answers for what nobody was named for: the management representative, else whoever leads."""
    for role in (Role.MGMT_REP, Role.SUPERVISOR, Role.TOP_MGMT):
        for member in people.active_members(roles=(role,)):
            return member.pk
    return None
