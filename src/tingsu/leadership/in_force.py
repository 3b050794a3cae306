"""How a statement comes into force: on its day, one version of each kind, the earlier one superseded in the same moment (VL-01)."""

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from tingsu.kernel.actor import automation
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, InvalidValue, Unmet
from tingsu.kernel.sql import take_turns
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.leadership import tasks, terms
from tingsu.leadership.completeness import kind_of
from tingsu.leadership.spans import today
from tingsu.registers import receipts
from tingsu.registers.actions import Opening, begin_entry, follow, link_opened, take_step
from tingsu.registers.declaration import registers
from tingsu.registers.entry import OpenedEntry, kept_values
from tingsu.registers.models import Entry


def of_kind(kind: str, *states: str) -> list[Entry]:
    """Versions of one kind in some states, the newest first."""
    rows = Entry.objects.filter(register=terms.STATEMENT, state__in=states, codes__kind=kind)
    return list(rows.select_related("stream").order_by("-speaks_of", "-opened_at"))


def begun(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    """Values and policy are read by everybody, whatever was ticked."""
    if kind_of(opened) in terms.READ_BY_ALL:
        opened.put("to_read", True)


def approved(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    """Approved by another person: in force at once, or on the day that was set. Raises InvalidInput."""
    if values["effective_on"] < today(opened):
        error = InvalidValue(_("Nothing comes into force on a day that has passed."), code="past")
        raise InvalidInput({"effective_on": error})
    opened.put("approver", opened.actor.id)
    if values["effective_on"] == today(opened):
        come_into_force(opened, values)


def come_into_force(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    """It gets its version number and takes the place of the one in force; who has to read it hears of it.

    Of two that come at once the second waits for the first and supersedes it: at every moment one version of a kind is in force.
    """
    kind = kind_of(opened)
    take_turns(f"{terms.STATEMENT}:{opened.entry.organisation_id}:{kind}")
    known = of_kind(kind, terms.IN_FORCE, terms.SUPERSEDED)
    opened.put("edition", 1 + max((int(row.codes.get("edition", 0)) for row in known), default=0))
    for row in known:
        if row.state == terms.IN_FORCE and row.pk != opened.entry.pk:
            follow(actor=opened.actor, entry_id=row.pk, register=opened.register, step="supersede")
            opened.write("replaces", row.number)
    opened.move_to(terms.IN_FORCE)
    if opened.entry.codes.get("to_read"):
        opened.tell([pk for pk in receipts.everybody() if pk != opened.actor.id], "to_read")
    if kind == terms.VALUES:
        tasks.ask_parties.defer(statement=str(opened.entry.pk))


def superseded(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    """The day on which it ended to be in force."""
    opened.put("ended_on", today(opened))


def take_effect(at: date | None = None) -> int:
    """Every night: what was approved for a day that has come is in force."""
    rows = Entry.objects.filter(register=terms.STATEMENT, state=terms.APPROVED, speaks_of__lte=at or today())
    actor = automation("leadership.in_force", current_organisation_id())
    due = list(rows.order_by("speaks_of", "opened_at"))
    for row in due:
        take_step(actor=actor, entry=row, register=registers()[terms.STATEMENT], step="take_effect")
    return len(due)


def new_version(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    """A draft of the next version begins with the words of this one, which stays in force meanwhile. Raises ConditionsUnmet."""
    kind = kind_of(opened)
    take_turns(f"{terms.STATEMENT}:{opened.entry.organisation_id}:{kind}")
    if waiting := of_kind(kind, *terms.UNDER_WAY):
        raise ConditionsUnmet(
            [Unmet("under_way", _("a new version is under way already: %(number)s"), number=waiting[0].number)]
        )
    kept = kept_values(opened.entry, opened.register.opens.fields, opened.texts_now())
    given = {name: value for name, value in kept.items() if value not in ("", None, [])}
    made = begin_entry(actor=opened.actor, register=opened.register, opening=Opening(values=given, allowed=True))
    link_opened(opened, made.entry.pk, "became")


def effective_on(row: Entry) -> date | None:
    """Since when, or from when, a statement holds."""
    return parse_date(str(row.codes.get("effective_on", "")))


def named(pk: uuid.UUID | str) -> Entry:
    """A statement by its id. Raises Entry.DoesNotExist."""
    return Entry.objects.select_related("stream").get(register=terms.STATEMENT, pk=pk)
