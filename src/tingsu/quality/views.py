"""The page of process checks: what complaints do not meet, counted by check, handler and unit, each figure opening its list (QC-04)."""

import uuid
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tingsu.complaints.access import visible_to
from tingsu.complaints.models import Complaint
from tingsu.pages.pager import page_of, pager
from tingsu.people import queries as people
from tingsu.quality.access import reader
from tingsu.quality.models import Violation
from tingsu.quality.process_checks import CHECKS

ORDER = ("-found_on", "-pk")
SIZE = 50
MOST = 12
LABELS = {"code": _("By check"), "handler": _("By handler"), "unit": _("By unit")}
COLUMNS = {"code": "code", "handler": "handler_id", "unit": "unit_id"}


@never_cache
@require_GET
def process_page(request: HttpRequest) -> HttpResponse:
    """Violations that stand now, the newest first. Six queries, however many there are."""
    actor = reader(request)
    asked = asked_of(request.GET)
    page = page_of(chosen(asked), ORDER, request.GET.get("after", ""), SIZE)
    cases = {
        one.pk: one
        for one in visible_to(actor, Complaint.objects.filter(pk__in=[one.complaint_id for one in page.rows]))
    }
    lines = [
        {
            "case": cases[one.complaint_id], "check": CHECKS.get(one.code, one.code), "found_on": one.found_on,
            "handler": people.staff_identity(one.handler_id), "unit": people.unit_name(one.unit_id),
        }
        for one in page.rows
        if one.complaint_id in cases
    ]  # fmt: skip
    context = {"lines": lines, "counts": counts(asked), "asked": asked, "pager": pager(request, page)}
    return render(request, "quality/process.html", context)


def asked_of(given: Any) -> dict[str, str]:
    """What the list is narrowed to; what cannot be read is left out."""
    asked = {"code": given.get("code", "") if given.get("code", "") in CHECKS else ""}
    for name in ("handler", "unit"):
        try:
            asked[name] = str(uuid.UUID(given.get(name, "")))
        except ValueError:
            asked[name] = ""
    return {name: value for name, value in asked.items() if value}


def chosen(asked: dict[str, str]) -> QuerySet[Violation]:
    """The violations that stand and that the filter shows."""
    return Violation.objects.filter(ended_on=None, **{COLUMNS[name]: value for name, value in asked.items()})


def counts(asked: dict[str, str]) -> list[dict[str, Any]]:
    """How many stand, by check, handler and unit; each line opens the list narrowed to it. Three queries."""
    words: dict[str, Any] = {
        "code": lambda value: CHECKS.get(value, value), "handler": people.staff_identity, "unit": people.unit_name,
    }  # fmt: skip
    found = []
    for name, column in COLUMNS.items():
        rows = chosen({one: value for one, value in asked.items() if one != name}).exclude(**{column: None})
        lines = rows.values_list(column).annotate(number=Count("pk")).order_by("-number", column)[:MOST]
        found.append(
            {
                "label": LABELS[name],
                "lines": [
                    {
                        "words": words[name](value), "number": number, "chosen": asked.get(name) == str(value),
                        "url": f"{reverse('quality:process')}?{urlencode({**asked, name: value})}",
                    }
                    for value, number in lines
                ],
            }
        )  # fmt: skip
    return found
