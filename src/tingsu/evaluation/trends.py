"""What whoever leads a micro-enterprise looks at each month: how many complaints came, came again and were late, what grew (ME-09, MO-12, SZ F.8)."""

from typing import Any

from django.utils.translation import pgettext_lazy

from tingsu.evaluation.spans import Span
from tingsu.figures.dimensions import DIMENSIONS
from tingsu.figures.periods import MONTH, Period, period_of
from tingsu.governance import monthly, report_figures

LOOKED_AT = ("problem_type", "category", "channel", "department_id")
MOST = 6
COUNTS = {
    "received": pgettext_lazy("figure", "Received"),
    "repeated": pgettext_lazy("figure", "Of these repeated"),
    "high_risk": pgettext_lazy("figure", "Of these high-risk"),
    "closed": pgettext_lazy("figure", "Closed"),
    "still_open": pgettext_lazy("figure", "Open at its end"),
    "late": pgettext_lazy("figure", "Limits passed"),
}
WORSE = ("received", "repeated", "high_risk", "still_open", "late")
"""Of these more is worse."""


def of_month(span: Span) -> dict[str, Any]:
    """Counts of a month beside the month before, and what was complained of more often than then. A dozen queries."""
    period = period_of(span.first, MONTH)
    earlier = period.before()
    now, then = monthly.figures_of(period.first), monthly.figures_of(earlier.first)
    rows = [
        {"label": label, "now": now[name], "before": then[name], "worse": name in WORSE and now[name] > then[name]}
        for name, label in COUNTS.items()
    ]
    return {"rows": rows, "grown": _grown(period, earlier), "month": period.first, "before": earlier.first}


def _grown(period: Period, earlier: Period) -> list[dict[str, Any]]:
    """Values with more complaints than the month before, the greatest growth first."""
    lines = report_figures.breakdown(
        report_figures.received(period, None), report_figures.received(earlier, None), columns=LOOKED_AT
    )
    more = [one for one in lines if one["cases"] > one["before"] and one["value"] != report_figures.REST]
    more.sort(key=lambda one: (one["before"] - one["cases"], one["by"], one["value"]))
    return [
        {
            "by": DIMENSIONS[one["by"]].label,
            "value": DIMENSIONS[one["by"]].told(report_figures.told_by(one["by"], one["value"])),
            "now": one["cases"],
            "before": one["before"],
        }
        for one in more[:MOST]
    ]
