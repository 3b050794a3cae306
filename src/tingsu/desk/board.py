"""The board: every open case by state, with limit, grade and age, each number leading to the cases behind it. Reads only (QC-06).

Counted at the moment of asking, in one statement over the open cases, which a partial index holds; nothing is kept beforehand.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.complaints.terms import OPEN_STATES, State
from tingsu.desk import queue
from tingsu.desk.asked import Asked
from tingsu.desk.navigation import capped
from tingsu.desk.team import questions
from tingsu.kernel.actor import Actor

WEEK, MONTH = timedelta(days=7), timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Column:
    """What is counted of each state: its words, the condition, and how a list of cases is asked for it."""

    key: str
    label: str | Promise
    where: Q
    asks: Mapping[str, Any] = field(default_factory=dict)
    begins: bool = False
    """The first of its kind: by limit, by grade, by age."""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One number with the address of its cases."""

    column: Column
    number: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """One state, or all of them together."""

    state: str
    label: str | Promise
    cells: list[Cell]


@dataclass(frozen=True, kw_only=True)
class Board:
    """Everything on the page of the board."""

    columns: list[Column]
    lines: list[Line]
    whole: Line


def columns_at(at: datetime) -> list[Column]:
    """Limits as the tabs of the queue have them; age by the day of receipt where the organisation is."""
    today, limits = timezone.localtime(at).date(), questions(at)
    day = timedelta(days=1)
    ages: tuple[tuple[str, Any, dict[str, Any]], ...] = (
        ("week", _("Up to 7 days"), {"since": today - WEEK + day}),
        ("month", _("8 to 30 days"), {"since": today - MONTH + day, "until": today - WEEK}),
        ("older", _("Over 30 days"), {"until": today - MONTH}),
    )
    return [
        Column(key="total", label=_("All open"), where=limits["total"]),
        Column(key="late", label=_("Overdue"), where=limits["late"], asks={"view": "late"}, begins=True),
        Column(key="today", label=_("Due today"), where=limits["today"], asks={"view": "today"}),
        Column(key="rest", label=pgettext_lazy("load", "Rest"), where=limits["rest"], asks={"view": "rest"}),
        Column(key="high_risk", label=_("High risk"), where=Q(grade="high_risk"), asks={"view": "high_risk"}, begins=True),
        *(
            Column(key=key, label=words, where=Asked(**days).received, asks=days, begins=key == "week")
            for key, words, days in ages
        ),
    ]  # fmt: skip


def board_of(actor: Actor, at: datetime, asked: Asked) -> Board:
    """The open cases that this person sees, of one owner or group where the address names one. One query."""
    columns = columns_at(at)
    counted = {one.key: Count("pk", filter=one.where) for one in columns}
    rows: Any = asked.narrowed(queue.open_cases(actor)).order_by().values("state").annotate(**counted)
    found: dict[str, Any] = {row["state"]: row for row in rows}

    def line(state: str, label: str | Promise, numbers: Mapping[str, int]) -> Line:
        filters = {**asked.filters, "state": state} if state else asked.filters
        cells = [
            Cell(
                column=one,
                number=capped(numbers.get(one.key, 0)),
                url=reverse("desk:queue") + asked.url(filters=filters, **{"view": "all", **one.asks}),
            )
            for one in columns
        ]
        return Line(state=state, label=label, cells=cells)

    sums = {one.key: sum(row[one.key] for row in found.values()) for one in columns}
    lines = [line(str(state), State(state).label, found.get(state, {})) for state in OPEN_STATES]
    return Board(columns=columns, lines=lines, whole=line("", _("All stages"), sums))
