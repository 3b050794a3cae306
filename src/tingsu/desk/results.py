"""What came of the cases that somebody handled, for whoever chooses among colleagues (AS-16): rating, and limits kept.

Never the customer's value or channel, never a rank: two numbers with what they are made of, and none where there is too little
to say.
"""

import uuid
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from tingsu.aftercare.models import Rating
from tingsu.clocks.models import Promise

SINCE = timedelta(days=180)
NEWEST = 2_000
"""So many ratings of the body are read at most, the newest first."""
FEWEST = 30
"""Below so many cases there is no rate (look and feel §8)."""


@dataclass(frozen=True, kw_only=True)
class Results:
    """The rated cases of one person: how many, the mean rating in tenths, and of how many every limit of ours was kept."""

    cases: int
    tenths: int
    in_time: int

    @property
    def words(self) -> str:
        """Both numbers with what they are made of; only the count where it is too small for a rate."""
        if self.cases < FEWEST:
            return _("%(n)s rated cases, too few for a rate") % {"n": self.cases}
        return _("rated %(mean)s of 5, %(share)s%% in time, %(n)s cases") % {
            "mean": f"{self.tenths // 10}.{self.tenths % 10}",
            "share": self.in_time * 100 // self.cases,
            "n": self.cases,
        }


NONE = Results(cases=0, tenths=0, in_time=0)


def results_of(at: datetime) -> dict[uuid.UUID, Results]:
    """By member, of the newest ratings of half a year. One query; people without any are left out."""
    missed = Promise.objects.filter(stream_id=OuterRef("complaint_id"), breached_at__isnull=False)
    rows = Rating.objects.filter(rated_at__gt=at - SINCE, rated_at__lte=at).order_by("-rated_at", "-id")
    scores: dict[uuid.UUID, list[tuple[int, bool]]] = defaultdict(list)
    for owner, score, late in rows.annotate(late=Exists(missed)).values_list("owner_id", "score", "late")[:NEWEST]:
        scores[owner].append((score, late))
    return {
        owner: Results(
            cases=len(given),
            tenths=(sum(score for score, _late in given) * 20 + len(given)) // (2 * len(given)),
            in_time=sum(not late for _score, late in given),
        )
        for owner, given in scores.items()
    }
