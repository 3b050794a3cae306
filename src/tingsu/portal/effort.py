"""Completion, abandonment and time to submit of the public form, by month, door and where people came from (IN-10)."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Aggregate, DurationField, F, Q
from django.db.models.functions import TruncMonth
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.portal.causes import BY_CODE
from tingsu.portal.figures import Figures, counts
from tingsu.portal.models import FormRun

FILLED: dict[str, str | Promise] = {
    "": pgettext_lazy("came from", "This site"),
    "order": _("Link beside an order"),
    "account": _("Account, by a program"),
    "handover": _("Signed hand-over"),
    "tree": _("Question tree"),
}


class Middle(Aggregate):
    """The median: half of the values are no greater. An actual value, as a person would say it."""

    template = "percentile_disc(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


@dataclass(frozen=True, kw_only=True)
class Line:
    """One door in one month, of those who came in one way."""

    month: date
    door: str | Promise
    origin: str | Promise
    figures: Figures
    median: int | None
    """Seconds."""


def lines(first: date, zone: str) -> list[Line]:
    """From the month that begins with this day up to now, the newest first. One question, whatever the number of forms."""
    place = ZoneInfo(zone)
    start = datetime(first.year, first.month, first.day, tzinfo=place)
    rows = (
        FormRun.objects.filter(begun_at__gte=start)
        .annotate(month=TruncMonth("begun_at", tzinfo=place))
        .values("month", "cause", "filled", "site")
        .annotate(**counts(), median=Middle(F("sent_at") - F("begun_at"), filter=Q(sent_at__isnull=False)))
        .order_by("-month", "cause", "filled", "site")
    )
    return [
        Line(
            month=one["month"].date(),
            door=BY_CODE[one["cause"]].title if one["cause"] in BY_CODE else _("not chosen yet"),
            origin=origin_of(one["filled"], one["site"]),
            figures=Figures(begun=one["begun"], sent=one["sent"], abandoned=one["abandoned"]),
            median=None if one["median"] is None else int(one["median"].total_seconds()),
        )
        for one in rows
    ]


def origin_of(filled: str, site: str) -> str:
    """How people came, and from which registered site."""
    return " · ".join(filter(None, ("" if site and not filled else str(FILLED.get(filled, filled)), site)))
