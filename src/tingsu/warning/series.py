"""Daily numbers of complaints in every series that a rule watches, from the facts; products from the cases, in whose facts they do not stand (MO-02)."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tingsu.complaints.models import Complaint
from tingsu.complaints.terms import Kind
from tingsu.figures.dimensions import DIMENSIONS
from tingsu.figures.models import Fact
from tingsu.kernel.clock import day_around
from tingsu.kernel.organisations import current_organisation
from tingsu.privacy.masking import without_persons
from tingsu.warning import texts
from tingsu.warning.models import Trace
from tingsu.warning.rules import ALL, OWN, PROBLEM, PRODUCT, TEXTS, TRACES

Value = tuple[str, ...]
"""What a series is of: a code of its dimension, a product, a product and a category, or the words of a topic."""
SAME = {
    "order": gettext_lazy("The same order in many complaints"),
    "merchant": gettext_lazy("The same merchant in many complaints"),
    "address": gettext_lazy("The same web address in many complaints"),
    "phone": gettext_lazy("The same telephone number in many complaints"),
    "batch": gettext_lazy("The same batch in many complaints"),
    "words": gettext_lazy("Nearly the same text in many complaints"),
}
Series = tuple[str, Value]
Daily = dict[int, int]
"""Numbers by how many days before the newest one."""


def daily(watched: Iterable[str], until: date, days: int) -> dict[Series, Daily]:
    """Every series of some streams, by days up to and with `until`. One query a stream; topics, which only a week has, stand in `texts`."""
    found: dict[Series, Daily] = defaultdict(dict)
    for stream in watched:
        if stream in {TEXTS, TRACES}:
            continue
        for value, on, number in _rows(stream, until - timedelta(days=days - 1), until):
            found[stream, value][(until - on).days] = number
    return found


def _rows(stream: str, first: date, last: date) -> Iterable[tuple[Value, date, int]]:
    if stream in {PRODUCT, PROBLEM}:
        yield from _of_products(stream, first, last)
        return
    facts = Fact.objects.filter(kind=Kind.COMPLAINT, received_on__gte=first, received_on__lte=last)
    if stream == ALL:
        for on, number in facts.values_list("received_on").annotate(Count("pk")).order_by("received_on"):
            yield (), on, number
        return
    for value, on, number in facts.values_list(stream, "received_on").annotate(Count("pk")).order_by("received_on"):
        if value not in {None, ""}:
            yield (str(value),), on, number


def _of_products(stream: str, first: date, last: date) -> Iterable[tuple[Value, date, int]]:
    zone = current_organisation().time_zone
    begin, end = day_around(first, zone)[0], day_around(last, zone)[1]
    rows = (
        Complaint.objects.filter(kind=Kind.COMPLAINT, received_at__gte=begin, received_at__lt=end)
        .exclude(product="")
        .annotate(on=TruncDate("received_at", tzinfo=ZoneInfo(zone)))
    )
    names = ["product", "on"]
    if stream == PROBLEM:
        rows = rows.annotate(category=_category())
        names.insert(1, "category")
    for *value, on, number in rows.values_list(*names).annotate(Count("pk")).order_by("on"):
        if None not in value:
            yield tuple(str(one) for one in value), on, number


def _category() -> Subquery:
    return Subquery(Fact.objects.filter(pk=OuterRef("pk")).values("category")[:1])


def complaints_of(stream: str, value: Value, first: date, last: date) -> QuerySet[Complaint]:
    """The complaints of a series that were received on these days."""
    zone = current_organisation().time_zone
    begin, end = day_around(first, zone)[0], day_around(last, zone)[1]
    rows = Complaint.objects.filter(kind=Kind.COMPLAINT, received_at__gte=begin, received_at__lt=end)
    if stream == ALL:
        return rows
    if stream == TEXTS:
        return texts.complaints_of(value, rows, begin, end)
    if stream == TRACES:
        held = Trace.objects.filter(
            kind=value[0], mark=bytes.fromhex(value[1]), received_on__gte=first, received_on__lte=last
        )
        return rows.filter(pk__in=held.values("complaint_id"))
    if stream in {PRODUCT, PROBLEM}:
        rows = rows.filter(product=value[0])
        return rows.annotate(category=_category()).filter(category=int(value[1])) if stream == PROBLEM else rows
    facts = Fact.objects.filter(received_on__gte=first, received_on__lte=last, **{stream: read(stream, value)})
    return rows.filter(pk__in=facts.values("pk"))


def daily_of(stream: str, value: Value, until: date, days: int) -> Daily:
    """One series alone, by days up to and with `until`. One query."""
    zone = ZoneInfo(current_organisation().time_zone)
    rows = complaints_of(stream, value, until - timedelta(days=days - 1), until).order_by()
    counted = rows.annotate(on=TruncDate("received_at", tzinfo=zone)).values_list("on").annotate(Count("pk"))
    return {(until - on).days: number for on, number in counted}


def read(stream: str, value: Value) -> Any:
    """The value of a dimension as its column has it."""
    return DIMENSIONS[stream].read(value[0])


def told(stream: str, value: Value) -> str:
    """A series in the reader's words: what is watched, and which."""
    if stream == ALL:
        return str(OWN[ALL])
    if stream == TEXTS:
        return _("In the same words: %(words)s") % {"words": texts.told(value)}
    if stream == TRACES:
        return str(SAME[value[0]])
    if stream == PRODUCT:
        return without_persons(value[0])
    if stream == PROBLEM:
        by = DIMENSIONS["category"]
        return f"{without_persons(value[0])} · {by.told(by.read(value[1]))}"
    by = DIMENSIONS[stream]
    return _("%(label)s: %(words)s") % {"label": by.label, "words": by.told(read(stream, value))}
