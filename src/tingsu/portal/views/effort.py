"""The effort that the form asks of people, by door and month: for the quality manager, as a page and as a file (IN-10)."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from tingsu.kernel.clock import local_date, now
from tingsu.kernel.organisations import current_organisation
from tingsu.pages.export import Column, export
from tingsu.people.access import Can, actor_for
from tingsu.portal import effort, experience, tree_counts

MONTHS = (3, 6, 12, 24)


@require_GET
def by_month(request: HttpRequest) -> HttpResponseBase:
    """`?months=6`: so many months up to now; `?as=csv`: the same as a file. Figures only: nobody is in them."""
    actor_for(request, needs=Can.REPORTS)
    asked = request.GET.get("months", "")
    months = int(asked) if asked in {str(one) for one in MONTHS} else MONTHS[0]
    today = local_date(now(), current_organisation().time_zone)
    first = months_back(today, months - 1)
    lines = effort.lines(first, current_organisation().time_zone)
    if request.GET.get("as") == "csv":
        return export("effort", columns(), lines, "csv")
    context: dict[str, Any] = {
        "months": months, "choices": MONTHS, "lines": lines, "answers": tree_counts.lines(first, today), "first": first,
        "csv": f"?months={months}&as=csv", **experienced(request, today),
    }  # fmt: skip
    return render(request, "portal/effort.html", context)


def experienced(request: HttpRequest, today: date) -> dict[str, Any]:
    """The experience of one month by channel and step: the one that is asked for, else this one (AI-13)."""
    line = [months_back(today, back) for back in range(MONTHS[-1])]
    month = next((one for one in line if f"{one:%Y-%m}" == request.GET.get("month")), line[0])
    steps = experience.steps(month)
    return {
        "month": month, "months_back": line, "channels": experience.channels(month), "steps": steps, "worst": experience.worst(steps),
        "few": experience.FEW,
    }  # fmt: skip


def months_back(day: date, months: int) -> date:
    """The first day of the month so many months before."""
    count = day.year * 12 + day.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)


def columns() -> list[Column]:
    """What the file holds, as on the page."""
    return [
        Column(label=_("Month"), value=lambda one: f"{one.month:%Y-%m}"),
        Column(label=pgettext("form", "Door"), value=lambda one: str(one.door)),
        Column(label=_("Came from"), value=lambda one: str(one.origin)),
        Column(label=_("Forms begun"), value=lambda one: one.figures.begun, kind="number"),
        Column(label=pgettext("form", "Sent"), value=lambda one: one.figures.sent, kind="number"),
        Column(label=_("Abandoned"), value=lambda one: one.figures.abandoned, kind="number"),
        Column(label=_("Completion rate, %"), value=lambda one: one.figures.completion, kind="number"),
        Column(label=_("Abandonment rate, %"), value=lambda one: one.figures.abandonment, kind="number"),
        Column(label=_("Time to submit, seconds (median)"), value=lambda one: one.median, kind="number"),
    ]
