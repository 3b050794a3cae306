"""The monthly look at how money is paid out (RM-17): by means of payment how long, how many steps and files, and what could be dropped.

Measured by `settlement.flow` over the ninety days up to the end of the month, or up to now while it runs. What stands here are proposals:
a person says in the report what is done, and publishes the next version of the rules.
"""

from datetime import date
from statistics import median
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.kernel.clock import month_around
from tingsu.kernel.organisations import current_organisation
from tingsu.process.steps import Field, Options
from tingsu.registers.entry import OpenedEntry
from tingsu.settlement import flow
from tingsu.settlement.rulebooks import payments

PROPOSALS = (
    ("orders", _("Order only from a higher amount on: no application came back")),
    ("papers", _("Ask for fewer files: none changed a decision")),
    ("slow", _("Look into it: slower than complainants are told")),
    ("missing", _("Look into it: payments that have not arrived")),
)


def means(report: Any) -> Options:
    return tuple((code, name) for code, name in payments.options())


FIELDS = (
    Field(
        name="payment_flow", label=_("Payments by means, ninety days"), kind="rows", limit=40,
        rows=(
            Field(name="means", label=_("Means of payment"), kind="choice", options=means),
            Field(name="paid", label=pgettext_lazy("payment flow", "Payments"), kind="number"),
            Field(name="days", label=_("Days from agreement to the money, median"), kind="number"),
            Field(name="steps", label=_("Steps, median"), kind="number"),
            Field(name="papers", label=_("Files asked for, median"), kind="number"),
            Field(name="proposals", label=_("What could be dropped"), kind="choices", options=PROPOSALS),
        ),
    ),
)  # fmt: skip


def measured(opened: OpenedEntry) -> None:
    """Keep what the month shows with its report; of few payments only how many there were."""
    _start, end = month_around(date.fromisoformat(opened.entry.codes["month"]), current_organisation().time_zone)
    known, lines = flow.flows(min(end, opened.at)), []
    for code, _name in payments.options():
        one = known.get(code)
        if one is None or not one.paid:
            continue
        line: dict[str, Any] = {"means": code, "paid": one.paid}
        if one.paid >= flow.ENOUGH:
            line |= {
                "days": _half(one.days),
                "steps": _half(one.steps),
                "papers": _half(one.papers),
                "proposals": flow.seen(one),
            }
        lines.append(line)
    opened.put("payment_flow", lines)


def _half(values: list[int]) -> str | None:
    return f"{median(values):g}" if values else None
