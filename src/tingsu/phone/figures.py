"""The answer rate of human service, counted from the calls themselves (KP-03): a figure, and what stands behind it."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from math import floor

from django.db.models import Count, Q

from tingsu.phone.models import Call

ABOVE = 85
"""Per cent; the rate has to be strictly above (ISC 9.1.1.1)."""
QUICK = 5
"""Seconds: who gives up so soon counts as not answered all the same, and is told apart."""


@dataclass(frozen=True, kw_only=True)
class AnswerRate:
    """Calls of a channel that began in a period, by what became of them.

    `offered` to people = `answered` by a person + `missed`. Not in it: calls that go on, that ended in the voice menu, that a machine
    served (CA-51), that came outside opening hours and asked for nobody, our own calls and those in the house, and what somebody wrote
    down by hand.
    """

    answered: int
    missed: int
    quick: int
    """Of the missed those who gave up within seconds; they count."""
    going: int
    menu: int
    machine: int
    closed: int
    out: int
    internal: int
    doubtful: int
    """Of all of them, those whose times contradict each other; they count by what became of them."""

    @property
    def offered(self) -> int:
        """Calls for which a person was asked, and of which it is known whether one came."""
        return self.answered + self.missed

    @property
    def per_cent(self) -> float | None:
        """With one place, cut and never rounded up; None where nothing was offered."""
        return floor(self.answered * 1000 / self.offered) / 10 if self.offered else None

    @property
    def enough(self) -> bool | None:
        """Strictly above 85 %, from the numbers themselves and not from what is shown; None where nothing was offered."""
        return self.answered * 100 > self.offered * ABOVE if self.offered else None


def answer_rate(channel: uuid.UUID | None, since: datetime, until: datetime) -> AnswerRate:
    """The rate of one channel (the id of its entry in the catalogue), or of all with None, for calls that began from `since` on and
    before `until` (instants UTC). One query, answered by an index.
    """
    rows = Call.objects.filter(started_at__gte=since, started_at__lt=until)
    if channel is not None:
        rows = rows.filter(channel_id=channel)
    told = {one: Count("pk", filter=Q(outcome=one)) for one in Call.Outcome.values}
    quick = Count("pk", filter=Q(outcome="missed", waited__lte=QUICK))
    return AnswerRate(**rows.aggregate(**told, quick=quick, doubtful=Count("pk", filter=Q(doubtful=True))))
