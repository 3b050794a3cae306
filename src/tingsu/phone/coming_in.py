"""What the telephone counts of a day by itself, and calls that were complaints, or reached nobody, and stand in no case (RG-26)."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.utils.translation import pgettext_lazy

from tingsu.complaints.coming_in import Loose, counts, entries_of, finds
from tingsu.complaints.models import Complaint
from tingsu.kernel.clock import day_around
from tingsu.kernel.organisations import current_organisation
from tingsu.phone import lines
from tingsu.phone.models import Call
from tingsu.phone.steps.calls import KIND
from tingsu.registers.models import Entry, EntryLink

COMPLAINT, CONTACT, HOTLINE = "complaint", "contact", "hotline"
ANSWERED = frozenset({"answered", "machine"})
"""What became of a call in which somebody could say something: a machine takes complaints down too."""
TAKEN_DOWN = frozenset({COMPLAINT, CONTACT})
"""In what a call is taken down: a case, or a record of what was said and answered."""


@dataclass
class Rung:
    """A call of the day in which somebody from outside was spoken with, and what it is linked with, from whichever side."""

    entry: Entry
    cases: set[UUID] = field(default_factory=set)
    contacts: set[UUID] = field(default_factory=set)

    @property
    def marked(self) -> bool:
        return bool(self.entry.codes.get("tag") == COMPLAINT)


def _of_day(day: date) -> list[Rung]:
    """Calls from outside that were answered on a day, told at once or in a list of weeks later. A contact in which a call is taken
    down may have become a case: that is the call's too. Six queries.
    """
    start, end = day_around(day, current_organisation().time_zone)
    told = Call.objects.filter(started_at__gte=start, started_at__lt=end).values_list("entry_id", flat=True)
    rows = {one.pk: one for one in Entry.objects.filter(pk__in=list(told))}
    rows |= {one.pk: one for one in entries_of("call", day, received="started_at")}
    found = {one.pk: Rung(one) for one in rows.values() if _spoken(one)}
    forth = EntryLink.objects.filter(entry_id__in=list(found), kind=KIND, other__kind__in=TAKEN_DOWN)
    for pk, other, kind in forth.values_list("entry_id", "other_id", "other__kind"):
        (found[pk].cases if kind == COMPLAINT else found[pk].contacts).add(other)
    back = EntryLink.objects.filter(other_id__in=list(found), kind=KIND, entry__register=CONTACT)
    for pk, other in back.values_list("other_id", "entry_id"):
        found[pk].contacts.add(other)
    by_contact: dict[UUID, list[Rung]] = {}
    for one in found.values():
        for pk in one.contacts:
            by_contact.setdefault(pk, []).append(one)
    became = EntryLink.objects.filter(entry_id__in=list(by_contact), other__kind=COMPLAINT)
    for contact, case in became.values_list("entry_id", "other_id"):
        for one in by_contact[contact]:
            one.cases.add(case)
    return list(found.values())


def _spoken(entry: Entry) -> bool:
    return entry.codes.get("direction") == "in" and entry.codes.get("outcome") in ANSWERED


@counts
def calls(day: date) -> Mapping[str, int]:
    """Calls and chats marked as complaints of which there is no case, and the cases of this day that they brought: one however often was
    rung about it, and none of another day of which somebody only asked how it goes.
    """
    found = _of_day(day)
    start, end = day_around(day, current_organisation().time_zone)
    ways = lines.ways(UUID(str(pk)) for one in found if (pk := one.entry.codes.get("channel")))
    linked: dict[UUID, set[str]] = {}
    came: Counter[str] = Counter()
    for one in found:
        way = ways.get(UUID(str(one.entry.codes["channel"])), HOTLINE) if one.entry.codes.get("channel") else HOTLINE
        for pk in one.cases:
            linked.setdefault(pk, set()).add(way)
        came[way] += one.marked and not one.cases
    brought = Complaint.objects.filter(pk__in=list(linked), received_at__gte=start, received_at__lt=end)
    for pk, channel in brought.values_list("pk", "channel"):
        came[channel] += channel in linked[pk]
    return {way: number for way, number in came.items() if number}


@finds("call", pgettext_lazy("inflow", "call marked as a complaint"))
def marked_alone(day: date) -> Iterator[Loose]:
    """Calls marked as complaints of which nobody made a case, nor a record of what was said."""
    for one in _of_day(day):
        if one.marked and not one.cases and not one.contacts:
            yield Loose(one.entry.number, one.entry.register, one.entry.state)


@finds("missed_call", pgettext_lazy("inflow", "call to be returned"))
def to_be_returned(day: date) -> Iterator[Loose]:
    """Whoever rang, reached nobody and was not called back: what they wanted nobody knows."""
    for one in entries_of("missed_call", day, received="missed_at"):
        if one.state == "open":
            yield Loose(one.number, one.register, one.state)
