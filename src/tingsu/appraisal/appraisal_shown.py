"""What the page of an appraisal shows: each measure with weight, target, actual and score, opening to its formula where the reader reads figures."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from tingsu.appraisal import measures
from tingsu.figures import shown as figures
from tingsu.figures.counting import Counted
from tingsu.figures.indicators import Indicator
from tingsu.figures.periods import Period
from tingsu.governance import report_figures, report_kinds
from tingsu.governance.report_tables import reads_all
from tingsu.kernel.actor import Actor
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry


def rows_of(entry: Entry) -> list[dict[str, Any]]:
    """The lines in words, as page and file have them."""
    found = []
    for line in entry.codes.get("scores") or entry.codes.get("lines", ()):
        code = str(line["code"])
        if code in measures.OF_PERSONS:
            one = (
                measures.defined(code, Period(entry.speaks_of, "month"), line.get("target"))
                if entry.speaks_of
                else None
            )
            name = str(measures.OF_PERSONS[code][0])
        else:
            one = (
                report_figures.definition(code, line["version"])
                if line.get("version") is not None
                else report_kinds.scorable_now().get(code)
            )
            name = one.name if one else code
        if one is not None and line.get("target") is not None:
            one = Indicator({**one.row, "target": str(line["target"])}, one.version)
        told = Counted(line.get("part"), line.get("whole"), line.get("amount"))
        found.append(
            {
                "code": code, "name": name, "weight": line["weight"], "target": figures.target_words(one) if one else "",
                "actual": figures.value_words(one, told) if one and "whole" in line else "", "of": figures.of_words(one, told) if one else "",
                "score": line.get("score"), "counted": "whole" in line,
            }
        )  # fmt: skip
    return found


def shown(actor: Actor, entry: Entry) -> dict[str, Any]:
    """The table, and the way to each figure for whoever reads figures of all complaints."""
    rows, codes = rows_of(entry), entry.codes
    if reads_all(actor) and codes.get("of") == "department":
        asked = urlencode({"period": codes.get("period", ""), "by": "department_id"})
        for row in rows:
            row["url"] = f"{reverse('figures:indicator', args=[row['code']])}?{asked}"
    return {
        "rows": rows,
        "period": codes.get("period", ""),
        "score": codes.get("score"),
        "counted": bool(codes.get("scores")),
    }


def approved_of(actor: Actor, period: str) -> list[Entry]:
    """Approved appraisals of a period that this reader may see."""
    rows = registers()["appraisal"].visible(
        actor, Entry.objects.filter(register="appraisal", state__in=("approved", "handed_over"))
    )
    return [
        row for row in rows.select_related("stream").order_by("opened_at", "pk") if row.codes.get("period") == period
    ]


def approved_periods(actor: Actor) -> list[str]:
    """Periods of which something is approved, the newest first. One query."""
    rows = registers()["appraisal"].visible(
        actor, Entry.objects.filter(register="appraisal", state__in=("approved", "handed_over"))
    )
    return sorted(
        {codes.get("period", "") for codes in rows.order_by("-speaks_of").values_list("codes", flat=True)[:500]} - {""},
        reverse=True,
    )[:8]
