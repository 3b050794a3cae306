"""What the mailboxes count of a day by themselves: the system holds every mail (RG-26)."""

from collections.abc import Iterator, Mapping
from datetime import date

from django.utils.translation import pgettext_lazy

from tingsu.complaints.coming_in import Loose, counts, entries_of, finds

OF_COMPLAINTS = frozenset({"held", "complaint"})
"""Mails that are complaints or may be: a person has not said yet."""


@counts
def mails(day: date) -> Mapping[str, int]:
    """Mails that became complaints, or about which nobody decided yet."""
    number = sum(one.state in OF_COMPLAINTS for one in entries_of("incoming_mail", day))
    return {"email": number} if number else {}


@finds("incoming_mail", pgettext_lazy("inflow", "mail"))
def undecided(day: date) -> Iterator[Loose]:
    """Mails that wait at the holding desk: nobody knows yet which case they belong to, or whether they are one."""
    for one in entries_of("incoming_mail", day):
        if one.state == "held":
            yield Loose(one.number, one.register, one.state)
