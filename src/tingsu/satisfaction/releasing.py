"""Figures of satisfaction that leave the centre: released by approval, for an audience, from a day on, small numbers withheld (SC-11, MO-13)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.figures.fairness import SMALL
from tingsu.figures.values import today
from tingsu.registers.models import Entry
from tingsu.satisfaction import results

CUSTOMERS, EMPLOYEES, OTHERS = "customers", "employees", "others"
AUDIENCES: tuple[tuple[str, Any], ...] = (
    (CUSTOMERS, _("Customers and the public")),
    (EMPLOYEES, _("Employees")),
    (OTHERS, pgettext_lazy("audience", "Other parties")),
)


@dataclass(frozen=True, kw_only=True)
class ReleasedFigure:
    """One figure that may be told: `value` on 0 to 100 (an index) or in per cent, None where there are too few for one."""

    name: str
    value: float | None
    number: int | None
    """How many answered; None where fewer than five did, which could point at a person."""
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, kw_only=True)
class ReleasedSurvey:
    """What may be told of one survey, to this audience, from this day on."""

    number: str
    name: str
    group: str
    first_on: date
    last_on: date
    released_on: date
    message: str
    index: ReleasedFigure
    items: tuple[ReleasedFigure, ...] = field(default_factory=tuple)


def released(audience: str, *, on: date | None = None, most: int = 20) -> list[ReleasedSurvey]:
    """Surveys whose figures were approved for an audience and whose day has come, newest first. No name, no case, no small number."""
    rows = Entry.objects.filter(
        register="survey", state="released", codes__audience__contains=[audience],
        codes__release_on__lte=(on or today()).isoformat(),
    ).select_related("stream")  # fmt: skip
    found = list(rows.order_by("-codes__release_on", "-number")[:most])
    counted = results.of_surveys(found)
    return [_told(one, counted[one.pk]) for one in found]


def _told(entry: Entry, found: results.Result) -> ReleasedSurvey:
    form = found.form
    codes: Mapping[str, Any] = entry.codes
    return ReleasedSurvey(
        number=entry.number,
        name=form.name,
        group=form.group_name,
        first_on=date.fromisoformat(codes["first_on"]),
        last_on=date.fromisoformat(codes["last_on"]),
        released_on=date.fromisoformat(codes["release_on"]),
        message=(entry.written_or_none() or {}).get("message", ""),
        index=figure(form.name, found.index),
        items=tuple(figure(one.item.words, one.experience) for one in found.items),
    )


def figure(name: str, mean: results.Mean) -> ReleasedFigure:
    """A mean as it may be told outside: of fewer than five not even how many, of fewer than thirty no rate."""
    few = mean.few
    return ReleasedFigure(
        name=name,
        number=None if 0 < mean.number < SMALL else mean.number,
        value=None if few else mean.value,
        low=None if few else mean.low,
        high=None if few else mean.high,
    )
