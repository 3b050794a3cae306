"""What boxes of slips count of a day by themselves, and letters and other contacts that nobody has answered (RG-26)."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date

from django.db.models import Count
from django.utils.translation import pgettext_lazy

from tingsu.complaints.coming_in import Loose, counts, entries_of, finds
from tingsu.complaints.models import Complaint
from tingsu.complaints.terms import Mode
from tingsu.intake import slips
from tingsu.kernel.clock import day_around
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.punctuation import listed

WRITTEN = frozenset({Mode.LETTER, Mode.EMAIL})


@counts
def boxes(day: date) -> Mapping[str, int]:
    """By channel, where a batch was taken on that day: what is registered, and the slips of which nothing is known yet."""
    batches = entries_of(slips.NAME, day, received="taken_at")
    left = Counter[str]()
    for one in batches:
        left[slips.CHANNEL_OF[one.codes["source"]]] += len(slips.left_of(one))
    if not left:
        return {}
    start, end = day_around(day, current_organisation().time_zone)
    rows = Complaint.objects.filter(received_at__gte=start, received_at__lt=end, channel__in=list(left)).order_by()
    return left + Counter(dict(rows.values_list("channel").annotate(n=Count("pk"))))


@finds("contact", pgettext_lazy("inflow", "contact in writing"))
def unanswered(day: date) -> Iterator[Loose]:
    """Letters and mails that were taken down as contacts, are no complaint, and have no answer."""
    for one in entries_of("contact", day):
        if one.state == "open" and one.codes.get("mode") in WRITTEN:
            yield Loose(one.number, one.register, one.state)


@finds(slips.NAME, pgettext_lazy("inflow", "slips"))
def slips_left(day: date) -> Iterator[Loose]:
    """Batches with slips of which nothing is known yet."""
    for one in entries_of(slips.NAME, day, received="taken_at"):
        if missing := slips.left_of(one):
            yield Loose(one.number, one.register, listed(map(str, missing)))
