"""The year of recurring duties: duty by month, each occurrence in words and with its day (MS-34)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tingsu.evaluation import duties, occurrences
from tingsu.evaluation.duties import LEADER, Duty
from tingsu.evaluation.spans import WEEKLY, spans_from
from tingsu.figures.values import today
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import local_date
from tingsu.kernel.errors import NotAllowed
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.typed import whole_number
from tingsu.people.access import Can, actor_for
from tingsu.registers.declaration import Register, registers
from tingsu.registers.intervals import INTERVALS
from tingsu.registers.models import Entry

PLANNED, OVERDUE, LATE_DONE = "planned", "overdue", "late_done"
WORDS: dict[str, tuple[str | Promise, str]] = {
    PLANNED: (pgettext_lazy("duty", "planned"), "plain"),
    occurrences.OPEN: (pgettext_lazy("duty", "due"), "soon"),
    OVERDUE: (pgettext_lazy("duty", "overdue"), "late"),
    occurrences.DONE: (pgettext_lazy("duty", "done"), "done"),
    LATE_DONE: (pgettext_lazy("duty", "done late"), "done"),
    occurrences.WAIVED: (pgettext_lazy("duty", "does not apply"), "plain"),
}
"""How an occurrence stands, in words and by the colour of its badge."""


@dataclass
class Cell:
    """What one month of one duty shows."""

    lines: list[dict[str, Any]] = field(default_factory=list)


def reader(request: HttpRequest) -> tuple[Actor, Register]:
    """Who reads the calendar: whoever sees every occurrence. Raises NotAllowed."""
    actor, register = actor_for(request, needs=Can.DESK), registers()[occurrences.NAME]
    if not register.sees_all(actor):
        raise NotAllowed
    return actor, register


@never_cache
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The year that is asked for, or the present one. Two queries, whatever the year holds."""
    reader(request)
    day = today()
    first = local_date(current_organisation().created_at, current_organisation().time_zone).year
    asked = whole_number(request.GET.get("year", ""))
    year = asked if asked is not None and first <= asked <= day.year + 1 else day.year
    context = {
        "year": year, "before": year - 1 if year > first else None, "after": year + 1 if year <= day.year else None,
        "months": [date(year, month, 1) for month in range(1, 13)], "rows": rows_of(year, day),
    }  # fmt: skip
    return render(request, "evaluation/calendar.html", context)


def rows_of(year: int, day: date) -> list[dict[str, Any]]:
    """Each duty in use with its twelve months; a duty that is no longer in use stands there while it has occurrences."""
    kept: dict[str, list[Entry]] = {}
    for row in occurrences.of_year(year):
        kept.setdefault(str(row.codes["duty"]), []).append(row)
    shown = [*duties.duties()]
    known = {one.code for one in shown}
    shown += [one for one in duties.every_duty() if one.code in kept and one.code not in known]
    return [
        {"duty": one, "every": dict(INTERVALS)[one.every], "cells": _months(one, year, kept.get(one.code, []), day)} for one in shown
    ]  # fmt: skip


def _months(duty: Duty, year: int, kept: Sequence[Entry], day: date) -> list[Cell]:
    cells = [Cell() for _month in range(12)]
    if duty.every == WEEKLY:
        return _weeks(duty, year, kept, day, cells)
    there = {_first_of(row) for row in kept}
    for row in kept:
        cells[int(row.codes["due_on"][5:7]) - 1].lines.append(_line(row, day))
    for on in _planned(duty, year, there, day):
        words, tone = WORDS[PLANNED]
        cells[on.month - 1].lines.append({"day": on, "words": words, "tone": tone, "url": ""})
    return cells


def _weeks(duty: Duty, year: int, kept: Sequence[Entry], day: date, cells: list[Cell]) -> list[Cell]:
    """Weeks are counted by how they stand: four lines a month would hide the rest of the year."""
    counted: list[Counter[str]] = [Counter() for _month in range(12)]
    for row in kept:
        counted[int(row.codes["due_on"][5:7]) - 1][state_of(row, day)] += 1
    for on in _planned(duty, year, {_first_of(row) for row in kept}, day):
        counted[on.month - 1][PLANNED] += 1
    base = reverse("registers:list", args=[occurrences.NAME])
    for cell, counts in zip(cells, counted, strict=True):
        for state, (words, tone) in WORDS.items():
            if counts[state]:
                url = "" if state == PLANNED else f"{base}?{urlencode({'duty': duty.code})}"
                cell.lines.append({"number": counts[state], "words": words, "tone": tone, "url": url})
    return cells


def _planned(duty: Duty, year: int, there: set[str], day: date) -> list[date]:
    """Days to come on which the duty will be due."""
    if not duty.in_use:
        return []
    owner = occurrences.owner_of(duty) if duty.after else None
    days = [
        duty.due_on(span, owner)
        for span in spans_from(duty.every, date(year - 1, 1, 1), date(year + 1, 1, 1))
        if span.first.isoformat() not in there and duty.begins_on(span) > day
    ]
    return [on for on in days if on.year == year]


def _first_of(row: Entry) -> str:
    span = occurrences.span_in(row.codes)
    return span.first.isoformat() if span else ""


def state_of(row: Entry, day: date) -> str:
    """How an occurrence stands: what is done, in time or late; what is owed, in time or not."""
    if occurrences.late(row, day):
        return OVERDUE
    if row.state == occurrences.DONE and str(row.codes.get("done_on", "")) > str(row.codes["due_on"]):
        return LATE_DONE
    return row.state


def _line(row: Entry, day: date) -> dict[str, Any]:
    words, tone = WORDS[state_of(row, day)]
    url = reverse("registers:entry", args=[occurrences.NAME, row.number])
    return {"day": date.fromisoformat(row.codes["due_on"]), "words": words, "tone": tone, "url": url}


def above(actor: Actor) -> dict[str, Any]:
    """Above the register: what is overdue, for whoever sees all, and the way to the year."""
    if not registers()[occurrences.NAME].sees_all(actor):
        return {"duties_told": None}
    found = occurrences.standing(today())
    return {
        "duties_told": {
            "overdue": [(one.duty, one.overdue[0], len(one.overdue)) for one in found if one.overdue],
            "number": len(found),
        }
    }


def beside(actor: Actor, entry: Entry) -> dict[str, Any]:
    """On the page of an occurrence: what the document says, and what proves it."""
    duty = occurrences.duty_in(entry.codes)
    if duty is None:
        return {"duty_told": None}
    return {
        "duty_told": {
            "duty": duty, "every": dict(INTERVALS)[duty.every], "proof": duties.PROOFS[duty.proof], "by_itself": duty.proof != duties.HAND,
            "each": duty.each == LEADER, "overdue": occurrences.late(entry, today()),
        }
    }  # fmt: skip
