"""What the telephone counts of a day by itself, and calls that were complaints, or reached nobody, and stand in no case (RG-26)."""

from collections.abc import Iterator, Mapping
from datetime import date

from django.utils.translation import pgettext_lazy

from tingsu.complaints.coming_in import Loose, counts, entries_of, finds
from tingsu.kernel.clock import day_around
from tingsu.kernel.organisations import current_organisation
from tingsu.phone.models import Call
from tingsu.phone.steps.calls import KIND
from tingsu.registers.models import Entry, EntryLink

COMPLAINT = "complaint"
TAKEN_DOWN = frozenset({COMPLAINT, "contact"})
"""In what a call is taken down: a case, or a record of what was said and answered."""


def _of_day(day: date) -> tuple[list[Entry], dict[object, set[str]]]:
    """The calls of a day that somebody spoke in, told at once or in a list of weeks later, and the kinds of things that each is
    linked with. Four queries.
    """
    start, end = day_around(day, current_organisation().time_zone)
    told = Call.objects.filter(started_at__gte=start, started_at__lt=end).values_list("entry_id", flat=True)
    rows = {one.pk: one for one in Entry.objects.filter(pk__in=list(told))}
    rows |= {one.pk: one for one in entries_of("call", day, received="started_at")}
    calls = [one for one in rows.values() if one.state != "missed"]
    linked: dict[object, set[str]] = {}
    links = EntryLink.objects.filter(entry_id__in=[one.pk for one in calls], kind=KIND)
    for entry_id, kind in links.values_list("entry_id", "other__kind"):
        linked.setdefault(entry_id, set()).add(kind)
    return calls, linked


@counts
def calls(day: date) -> Mapping[str, int]:
    """Calls marked as complaints, by the telephone system or by whoever answered, and those linked with a case."""
    found, linked = _of_day(day)
    number = sum(one.codes.get("tag") == COMPLAINT or COMPLAINT in linked.get(one.pk, ()) for one in found)
    return {"hotline": number} if number else {}


@finds("call", pgettext_lazy("inflow", "call marked as a complaint"))
def marked_alone(day: date) -> Iterator[Loose]:
    """Calls marked as complaints of which nobody made a case."""
    found, linked = _of_day(day)
    for one in found:
        if one.codes.get("tag") == COMPLAINT and not linked.get(one.pk, set()) & TAKEN_DOWN:
            yield Loose(one.number, one.register, one.state)


@finds("missed_call", pgettext_lazy("inflow", "call to be returned"))
def to_be_returned(day: date) -> Iterator[Loose]:
    """Whoever rang, reached nobody and was not called back: what they wanted nobody knows."""
    for one in entries_of("missed_call", day, received="missed_at"):
        if one.state == "open":
            yield Loose(one.number, one.register, one.state)
