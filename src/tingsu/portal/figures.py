"""How the public form does: completion, abandonment, time to submit (IN-10). Nothing here names a person or a complaint."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils.functional import Promise

from tingsu.kernel.clock import now
from tingsu.portal.causes import BY_CODE
from tingsu.portal.drafts import KEPT_FOR
from tingsu.portal.models import FormRun
from tingsu.portal.wizard import TITLES

PERIOD = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Figures:
    """The forms begun in a period. Rates are shares of those that ended, in per cent; None where none ended."""

    begun: int
    sent: int
    abandoned: int

    @property
    def waiting(self) -> int:
        """Still kept for whoever writes."""
        return self.begun - self.sent - self.abandoned

    @property
    def completion(self) -> int | None:
        """Sent out of those that ended."""
        ended = self.sent + self.abandoned
        return round(100 * self.sent / ended) if ended else None

    @property
    def abandonment(self) -> int | None:
        """The rest of those that ended."""
        return None if self.completion is None else 100 - self.completion


@dataclass(frozen=True, kw_only=True)
class Line:
    """The figures of one part of the forms: a cause, elder mode, filled in beforehand."""

    words: str | Promise
    figures: Figures


def begun_between(start: datetime, end: datetime) -> QuerySet[FormRun]:
    """Forms begun from one instant up to another."""
    return FormRun.objects.filter(begun_at__gte=start, begun_at__lte=end)


def counts() -> dict[str, Count]:
    """What is counted of forms: an abandoned one was thrown away, or lay untouched until its draft was deleted."""
    over = Q(sent_at=None) & (Q(left_at__isnull=False) | Q(touched_at__lte=now() - KEPT_FOR))
    return {
        "begun": Count("pk"),
        "sent": Count("pk", filter=Q(sent_at__isnull=False)),
        "abandoned": Count("pk", filter=over),
    }


def figures_of(rows: QuerySet[FormRun]) -> Figures:
    """One question."""
    return Figures(**rows.aggregate(**counts()))


def median_seconds(rows: QuerySet[FormRun]) -> int | None:
    """Half of those who sent took no longer; None where nobody did. Two questions, whatever the number of forms."""
    took = rows.filter(sent_at__isnull=False).annotate(took=F("sent_at") - F("begun_at")).order_by("took", "pk")
    number = took.count()
    middle = list(took.values_list("took", flat=True)[number // 2 : number // 2 + 1])
    return int(middle[0].total_seconds()) if middle else None


def overview() -> dict[str, Any]:
    """What stands above the register: the last thirty days beside the thirty before, where people stop, and for what."""
    at = now()
    rows, earlier = begun_between(at - PERIOD, at), begun_between(at - 2 * PERIOD, at - PERIOD)
    return {
        "days": PERIOD.days,
        "now": figures_of(rows),
        "before": figures_of(earlier),
        "median": median_seconds(rows),
        "median_before": median_seconds(earlier),
        "stops": stops(rows),
        "causes": by(rows, "cause", {code: one.title for code, one in BY_CODE.items()}),
    }


def stops(rows: QuerySet[FormRun]) -> list[tuple[str | Promise, int]]:
    """On which step forms were left, the most often left first."""
    found = rows.values("reached").annotate(abandoned=counts()["abandoned"]).filter(abandoned__gt=0)
    return [
        (TITLES.get(one["reached"], one["reached"]), one["abandoned"])
        for one in found.order_by("-abandoned", "reached")
    ]


def by(rows: QuerySet[FormRun], column: str, words: dict[str, str | Promise]) -> list[Line]:
    """The same figures for each value of a column, the most frequent first."""
    found = rows.values(column).annotate(**counts()).order_by("-begun", column)
    return [
        Line(
            words=words.get(one[column], one[column]),
            figures=Figures(begun=one["begun"], sent=one["sent"], abandoned=one["abandoned"]),
        )
        for one in found
        if one[column]
    ]
