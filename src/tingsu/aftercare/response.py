"""How many of those who were told a result rated it: the effect of what encourages them (SC-01). Counts, and rates from thirty on."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Q
from django.utils.translation import gettext as _

from tingsu.aftercare.models import ResultNotice
from tingsu.kernel.clock import now

PERIOD = timedelta(days=90)
ENOUGH = 30
"""Below so many a rate says nothing; the count stands alone (look and feel, 8)."""


@dataclass(frozen=True, kw_only=True)
class Response:
    """Of the results told in a period: how many were rated, how many reminded, how many rated after the reminder."""

    told: int
    rated: int
    reminded: int
    after: int


def response_between(start: datetime, end: datetime) -> Response:
    """One question. Results that were refused and told anew count once, as they stand now."""
    rows = ResultNotice.objects.filter(superseded_at=None, sent_at__gte=start, sent_at__lt=end)
    after = Q(ratings__isnull=False, ratings__rated_at__gt=F("reminded_at"))
    return Response(
        **rows.aggregate(
            told=Count("pk"),
            rated=Count("ratings"),
            reminded=Count("pk", filter=Q(reminded_at__isnull=False)),
            after=Count("pk", filter=after),
        )
    )


def response_words() -> list[str]:
    """The response rate of the last ninety days, that of the ninety before, and what the reminder did, as sentences."""
    at = now()
    latest, earlier = response_between(at - PERIOD, at), response_between(at - 2 * PERIOD, at - PERIOD)
    lines = [_("Last 90 days: %(part)s of the results told were rated.") % {"part": _part(latest.rated, latest.told)}]
    if earlier.told:
        part = _part(earlier.rated, earlier.told)
        lines.append(_("The 90 days before: %(part)s of the results told were rated.") % {"part": part})
    if latest.reminded:
        part = _part(latest.after, latest.reminded)
        lines.append(_("Of those who were reminded, %(part)s rated after it.") % {"part": part})
    return lines


def _part(some: int, whole: int) -> str:
    if whole < ENOUGH:
        return _("%(some)s of %(whole)s") % {"some": some, "whole": whole}
    return _("%(some)s of %(whole)s (%(rate)s)") % {"some": some, "whole": whole, "rate": f"{some / whole:.0%}"}
