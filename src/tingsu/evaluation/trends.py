"""What was complained of more often than in the month before: what whoever leads a micro-enterprise looks at (ME-09, MO-12, SZ F.8)."""

from typing import Any

from tingsu.evaluation.spans import Span
from tingsu.figures.dimensions import DIMENSIONS
from tingsu.figures.periods import MONTH, period_of
from tingsu.governance import report_figures

LOOKED_AT = ("problem_type", "category", "channel", "department_id")
MOST = 6


def grown(span: Span) -> list[dict[str, Any]]:
    """Values with more complaints than in the month before, the greatest growth first. Two queries for each thing that is looked at."""
    period = period_of(span.first, MONTH)
    lines = report_figures.breakdown(
        report_figures.received(period, None), report_figures.received(period.before(), None), columns=LOOKED_AT
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
