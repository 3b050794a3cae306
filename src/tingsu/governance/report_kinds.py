"""Kinds of reports, the period each speaks of, and the fields that hold what was counted and what people make of it (MO-04, MO-05, OG-12, OG-16, AI-09)."""

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.complaints.terms import State
from tingsu.figures import indicators, periods
from tingsu.figures.dimensions import DIMENSIONS
from tingsu.figures.periods import Period, period_of
from tingsu.improvement.rectifications import KINDS as MEASURE_KINDS
from tingsu.people import queries as people
from tingsu.people.roles import Role
from tingsu.process.steps import Field, Options
from tingsu.registers.options import departments, members

MONTHLY, QUARTERLY, REPRESENTATIVE = "monthly", "quarterly", "representative"
DEPARTMENT, SUPPLIER, EFFECT, RECTIFICATIONS = "department", "supplier", "informatisation", "rectifications"
PUBLIC = "public"
KINDS: Options = (
    (MONTHLY, pgettext_lazy("report", "Monthly report of the data analysis group")),
    (QUARTERLY, pgettext_lazy("report", "Quarterly report for the committee")),
    (REPRESENTATIVE, pgettext_lazy("report", "Report of the management representative")),
    (DEPARTMENT, pgettext_lazy("report", "Scorecard of a department")),
    (SUPPLIER, pgettext_lazy("report", "Scorecard of a supplier")),
    (EFFECT, pgettext_lazy("report", "Effect of informatisation")),
    (PUBLIC, pgettext_lazy("report", "Public statistics")),
    (RECTIFICATIONS, pgettext_lazy("report", "A department on its rectifications")),
)
CLAUSES: Mapping[str, tuple[str, ...]] = {
    MONTHLY: ("SVC 2.2.2",), QUARTERLY: ("SVC 2.2.1",), REPRESENTATIVE: ("SZ 4(2).2", "CTS 5.3 b"), DEPARTMENT: ("ISC 4.2.3", "SZ 8(3)"),
    SUPPLIER: ("SZ 8(3)",), EFFECT: ("SZ 10.4",), PUBLIC: ("SZ 8(1)",), RECTIFICATIONS: ("SVC 2.2.3",),
}  # fmt: skip
FREE = f"{REPRESENTATIVE}|{DEPARTMENT}|{SUPPLIER}|{EFFECT}|{PUBLIC}"
"""Kinds that speak of a month, a quarter or a year, as their author chooses."""
SCORED = {DEPARTMENT: "department_id", SUPPLIER: "supplier_id"}
MATTERS = ("major_event", "warning", "nonconformity", "rectification", "liaison")
"""Registers of which a report says how much came and ended."""
MOST_LINES, MOST_MEASURES, MOST_WEIGHTS = 120, 30, 20


def kind_of(codes: Mapping[str, Any]) -> str:
    """The kind of a report; those from before there were kinds are of the data analysis group, or of one department."""
    return str(codes.get("report") or (RECTIFICATIONS if codes.get("department") else MONTHLY))


def length_of(codes: Mapping[str, Any]) -> str:
    """Month, quarter or year."""
    kind = kind_of(codes)
    if kind in FREE.split("|"):
        return str(codes.get("span") or periods.QUARTER)
    return periods.QUARTER if kind == QUARTERLY else periods.MONTH


def period_in(codes: Mapping[str, Any]) -> Period:
    """The period that a report speaks of."""
    return period_of(date.fromisoformat(str(codes["month"])), length_of(codes))


def part_of(codes: Mapping[str, Any]) -> tuple[str, uuid.UUID] | None:
    """The column of the facts and the unit that a scorecard is of."""
    kind = kind_of(codes)
    unit = codes.get(kind)
    return (SCORED[kind], uuid.UUID(str(unit))) if kind in SCORED and unit else None


def suppliers(report: Any) -> Options:
    """Units in which people of a supplier work, by its name."""
    return tuple((str(pk), name) for pk, name in people.supplied_units().items())


def scorable(report: Any) -> Options:
    """Indicators with a target that are counted of cases, so that one department or supplier has a figure."""
    return tuple((code, f"{code} {one.name}") for code, one in scorable_now().items())


def scorable_now() -> dict[str, indicators.Indicator]:
    """The same with their definitions."""
    kinds = {"share", "quotient", "median", "mean"}
    return {
        code: one
        for code, one in indicators.indicators().items()
        if one.kind in kinds and one.target is not None and one.direction
    }


def _codes(report: Any) -> Options:
    return tuple((code, f"{code} {one.name}") for code, one in indicators.indicators().items())


def _dimensions(report: Any) -> Options:
    return tuple((column, by.label) for column, by in DIMENSIONS.items())


def _number(name: str, label: Any) -> Field:
    return Field(name=name, label=label, kind="number")


PART, WHOLE, AMOUNT = (
    pgettext_lazy("figure", "Part, or sum"),
    pgettext_lazy("figure", "Whole, or number"),
    pgettext_lazy("figure", "Measured"),
)
COUNTS = (_number("part", PART), _number("whole", WHOLE), _number("amount", AMOUNT))  # fmt: skip
BEFORE = (
    _number("part_before", pgettext_lazy("report", "Part, period before")),
    _number("whole_before", pgettext_lazy("report", "Whole, period before")),
    _number("amount_before", pgettext_lazy("report", "Measured, period before")),
)
INDICATOR = Field(name="code", label=_("Indicator"), kind="choice", options=_codes)
COUNTED = (
    Field(
        name="figures", label=pgettext_lazy("report", "Indicators of the period"), kind="rows", limit=MOST_LINES,
        rows=(INDICATOR, _number("version", pgettext_lazy("indicator", "Version")), *COUNTS, *BEFORE),
    ),
    Field(
        name="breakdown", label=pgettext_lazy("report", "Complaints received, told apart"), kind="rows", limit=MOST_LINES,
        rows=(
            Field(name="by", label=_("Told apart by"), kind="choice", options=_dimensions),
            Field(name="value", label=pgettext_lazy("figure", "Value"), limit=60),
            _number("cases", pgettext_lazy("figure", "Complaints")),
            _number("before", pgettext_lazy("report", "Period before")),
        ),
    ),
    Field(
        name="stages", label=_("Where the time goes"), kind="rows", limit=30,
        rows=(
            Field(name="stage", label=_("Stage"), kind="choice", options=tuple(State.choices)),
            _number("cases", pgettext_lazy("figure", "Complaints")),
            _number("median", pgettext_lazy("report", "Median, minutes")),
            _number("ninth", pgettext_lazy("report", "Nine of ten within, minutes")),
            _number("share", pgettext_lazy("report", "Share of all time, per cent")),
            _number("before", pgettext_lazy("report", "Median of the period before, minutes")),
        ),
    ),
    Field(
        name="again", label=_("What came back"), kind="rows", limit=1,
        rows=(
            _number("returned", _("Complaints that came back into an earlier stage")), _number("returns", _("How often in all")),
            _number("reopened", _("Investigations taken up again")),
        ),
    ),
    Field(
        name="money", label=_("Costs of complaints closed"), kind="rows", limit=4,
        rows=(
            Field(
                name="what", label=pgettext_lazy("report", "Cost"), kind="choice",
                options=(("paid_fen", _("Compensation paid")), ("cost_fen", _("Costs of handling"))),
            ),
            _number("cases", pgettext_lazy("figure", "Complaints")),
            Field(name="sum", label=pgettext_lazy("report", "Sum"), kind="money"),
            Field(name="before", label=pgettext_lazy("report", "Sum, period before"), kind="money"),
        ),
    ),
    Field(
        name="capacity", label=_("Handling capacity"), kind="rows", limit=12,
        rows=(
            Field(name="role", label=pgettext_lazy("report", "Function"), kind="choice", options=tuple(Role.choices)),
            _number("people", pgettext_lazy("report", "People")), _number("open", _("Open cases")),
            _number("closed", pgettext_lazy("report", "Closed in the period")), _number("late", pgettext_lazy("report", "Open and late")),
        ),
    ),
    Field(
        name="matters", label=_("Other records of the period"), kind="rows", limit=12,
        rows=(
            Field(name="register", label=pgettext_lazy("report", "Register"), limit=40), _number("opened", pgettext_lazy("report", "New")),
            _number("closed", pgettext_lazy("figure", "Closed")), _number("open", pgettext_lazy("report", "Open now")),
        ),
    ),
    Field(
        name="sources", label=_("Monthly reports it is made of"), kind="rows", limit=3,
        rows=(Field(name="month", label=_("Month"), limit=7), Field(name="number", label=_("Number"), limit=30)),
    ),
    Field(
        name="by_month", label=_("Indicators month by month"), kind="rows", limit=3 * MOST_LINES,
        rows=(Field(name="month", label=_("Month"), limit=7), INDICATOR, *COUNTS),
    ),
    Field(
        name="scores", label=_("Scores"), kind="rows", limit=MOST_WEIGHTS,
        rows=(
            INDICATOR, _number("version", pgettext_lazy("indicator", "Version")), _number("weight", _("Weight")), *COUNTS,
            _number("score", pgettext_lazy("report", "Score")),
        ),
    ),
    Field(name="score", label=_("Score of the period, of 100"), kind="number"),
)  # fmt: skip
WEIGHTS = Field(
    name="weights", label=_("Indicators and their weights"), kind="rows", limit=MOST_WEIGHTS, when=("report", f"{DEPARTMENT}|{SUPPLIER}"),
    rows=(
        Field(name="code", label=_("Indicator"), kind="choice", options=scorable, required=True),
        Field(name="weight", label=_("Weight"), kind="number", required=True),
    ),
    help=_("Left empty, those of the last scorecard of its kind are taken, and at first equal ones."),
)  # fmt: skip
MEASURES = Field(
    name="measures", label=_("What becomes better, by whom and until when"), kind="rows", limit=MOST_MEASURES,
    rows=(
        Field(name="kind", label=pgettext_lazy("rectification", "Kind"), kind="choice", options=MEASURE_KINDS, required=True),
        Field(name="what", label=_("What is to change"), limit=1000, required=True),
        Field(name="department", label=pgettext_lazy("rectification", "Department"), kind="unit", options=departments, required=True),
        Field(name="who", label=pgettext_lazy("review", "Who"), kind="member", options=members, required=True),
        Field(name="by", label=pgettext_lazy("review", "Until"), kind="date", required=True),
        Field(name="criterion", label=_("How we will know that it worked"), limit=500, required=True),
    ),
    help=_("Each becomes a rectification with its owner and day as soon as the report is approved."),
)  # fmt: skip
