"""Scores for the personnel system (OG-16, IG-08): a file with a line for each indicator of each approved appraisal of a period, and one for each total."""

import uuid
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tingsu.appraisal.appraisal_shown import approved_of, approved_periods, rows_of
from tingsu.kernel.errors import NotFound
from tingsu.pages.export import Column, Format, export
from tingsu.people import queries as people
from tingsu.people.access import Can, actor_for
from tingsu.privacy.log import log_access
from tingsu.registers.models import Entry

FORMS: dict[str, Format] = {"csv": "csv", "xlsx": "xlsx"}
COLUMNS = [
    Column(label=pgettext_lazy("appraisal", "Period"), value=lambda row: row["period"]),
    Column(label=gettext_lazy("Number of the appraisal"), value=lambda row: row["number"]),
    Column(label=gettext_lazy("Code of the department"), value=lambda row: row["unit"]),
    Column(label=pgettext_lazy("appraisal", "Department"), value=lambda row: row["department"]),
    Column(label=gettext_lazy("Staff number"), value=lambda row: row["staff"]),
    Column(label=gettext_lazy("Indicator"), value=lambda row: row["indicator"]),
    Column(label=gettext_lazy("Weight"), value=lambda row: row["weight"], kind="number"),
    Column(label=gettext_lazy("Target"), value=lambda row: row["target"]),
    Column(label=pgettext_lazy("appraisal", "Actual"), value=lambda row: row["actual"]),
    Column(label=pgettext_lazy("report", "Score"), value=lambda row: row["score"], kind="number"),
]  # fmt: skip


def lines_of(entry: Entry) -> Iterator[dict[str, Any]]:
    """The total first, then each indicator."""
    codes = entry.codes
    unit = people.unit_or_none(uuid.UUID(codes["department"])) if codes.get("department") else None
    member = people.member_or_none(uuid.UUID(codes["person"])) if codes.get("person") else None
    same = {
        "period": codes.get("period", ""), "number": entry.number, "unit": unit.code if unit else "",
        "department": people.unit_name(unit.pk) if unit else "", "staff": member.staff_number if member else "",
    }  # fmt: skip
    yield same | {
        "indicator": _("Score of the period"),
        "weight": None,
        "target": "",
        "actual": "",
        "score": codes.get("score"),
    }
    for row in rows_of(entry):
        yield same | {
            "indicator": row["name"],
            "weight": row["weight"],
            "target": row["target"],
            "actual": row["actual"],
            "score": row["score"],
        }


@never_cache
@require_GET
def personnel(request: HttpRequest, form: str) -> HttpResponseBase:
    """What is approved of a period and what this person may see of it; the access log keeps each fetching. Raises NotFound."""
    actor = actor_for(request, needs=Can.DESK)
    period = request.GET.get("period", "")
    if form not in FORMS or period not in approved_periods(actor):
        raise NotFound
    rows = [line for entry in approved_of(actor, period) for line in lines_of(entry)]
    log_access(actor, "exported", field="appraisals", purpose=period)
    return export(f"appraisals-{period}", COLUMNS, rows, FORMS[form])
