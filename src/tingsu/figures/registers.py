"""The registers of figures: values from outside (KP-11), recounts of periods that stood already (KP-12), alerts at limits, analyses."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.figures import (
    alerts,
    entered,
    indicators,
    kept,  # noqa: F401 - declares a register of its own
    periods,
    values,
)
from tingsu.figures.access import READERS, WHO
from tingsu.kernel.errors import InvalidInput, InvalidValue
from tingsu.people.roles import Role
from tingsu.process.steps import Field, Options
from tingsu.registers.declaration import LEADERS, OPENER, OWNER, Do, Register, State, declare
from tingsu.registers.entry import OpenedEntry


def asked_for(thing: Any) -> Options:
    """Indicators whose values are entered."""
    return tuple(
        (code, f"{code} {one.name}") for code, one in indicators.indicators().items() if one.kind in indicators.ENTERED
    )


def all_of_them(thing: Any) -> Options:
    """Every indicator in force."""
    return tuple((code, f"{code} {one.name}") for code, one in indicators.indicators().items())


def fits(opened: OpenedEntry, values_: dict[str, Any]) -> None:
    """A value is of something, and no share is above its whole."""
    one = indicators.indicators()[opened.entry.codes["indicator"]]
    part, whole = values_["part"], values_["whole"]
    if whole == 0:
        raise InvalidInput(
            {
                "whole": InvalidValue(
                    _("Nothing can be divided by 0. Where there was nothing, enter no value."), code="zero"
                )
            }
        )
    if one.kind in {"entered", "calls"} and part > whole:
        raise InvalidInput(
            {"part": InvalidValue(_("The part is larger than the whole. Check both numbers."), code="more")}
        )


def counted_again(opened: OpenedEntry, given: dict[str, Any]) -> None:
    """Count the period anew, and keep what stood there beside what stands there now."""
    code = opened.entry.codes["indicator"]
    period = periods.period_of(date.fromisoformat(opened.entry.codes["month"]), indicators.indicators()[code].period)
    told = values.recount(code, period)
    assert told is not None  # noqa: S101 the options hold known indicators only
    for name, one in (("before", told[0]), ("after", told[1])):
        for part in ("part", "whole", "amount"):
            if one is not None and (number := getattr(one, part)) is not None:
                opened.put(f"{name}_{part}", number)


MONTH = Field(
    name="month",
    label=_("A day of the period"),
    kind="date",
    past=True,
    help=_("The whole period counts, whichever of its days stands here."),
)

declare(
    Register(
        name=entered.REGISTER,
        one=_("Value from outside"),
        many=_("Values from outside"),
        hint=_(
            "Figures that no record of ours holds: answer rate of the telephone system, what platforms publish, numbers of transactions. "
            "With source and proof; a second person confirms, and only then do they count."
        ),
        prefix="ZB",
        icon="chart-bar",
        chapter="data",
        order=34,
        title="source",
        fields=(
            Field(name="indicator", label=_("Indicator"), kind="choice", options=asked_for),
            MONTH,
            Field(name="part", label=pgettext_lazy("figure", "Part, or sum"), kind="number", 
                  help=_("Such as calls answered. A plain number, such as transactions, stands in both fields.")),
            Field(name="whole", label=pgettext_lazy("figure", "Whole, or number"), kind="number", help=_("Such as calls offered, or transactions.")),
            Field(name="source", label=pgettext_lazy("figure", "Where it comes from"), kind="longtext", limit=500,
                  help=_("Such as the monthly report of the telephone system.")),
            Field(name="files", label=_("Proof"), kind="files"),
            Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=1000),
        ),
        form=("indicator*", "month*", "part*", "whole*", "source*", "files"),
        passing=("reason",),
        columns=("indicator", "month", "part", "whole"),
        filters=("indicator",),
        openers=WHO,
        readers=READERS,
        on_open=fits,
        states=(
            State("entered", pgettext_lazy("value", "Waits for confirmation"), "soon"),
            State("confirmed", pgettext_lazy("value", "Confirmed"), "done", open=False),
            State("withdrawn", pgettext_lazy("value", "Withdrawn"), open=False, final=True),
        ),
        steps=(
            Do(
                name="confirm", label=pgettext_lazy("value", "Confirm"), event="confirmed", did=_("confirmed the value"), sources=("entered",),
                target="confirmed", who=WHO, not_by=("open",), tells=(OPENER,), tone="done", icon="check", clause="SZ 5(3)",
            ),
            Do(
                name="withdraw", label=pgettext_lazy("value", "Withdraw"), event="withdrawn", did=_("withdrew the value"),
                sources=("entered", "confirmed"), target="withdrawn", who=WHO, asks=("reason*",), tells=(OPENER,), icon="arrow-back-up", main=False,
            ),
        ),
    ),
)  # fmt: skip
NUMBERS = tuple(
    Field(name=f"{name}_{part}", label=label, kind="number")
    for name, part, label in (
        ("before", "part", pgettext_lazy("recount", "Part before")), ("before", "whole", pgettext_lazy("recount", "Whole before")),
        ("before", "amount", pgettext_lazy("recount", "Measured before")), ("after", "part", pgettext_lazy("recount", "Part now")),
        ("after", "whole", pgettext_lazy("recount", "Whole now")), ("after", "amount", pgettext_lazy("recount", "Measured now")),
    )
)  # fmt: skip
declare(
    Register(
        name="recount",
        one=pgettext_lazy("figures", "Recount"),
        many=pgettext_lazy("figures", "Recounts"),
        hint=_("A period that stood already is counted again by the definition in force now: who did it, why, and what stood there before."),
        prefix="CS",
        icon="refresh",
        chapter="data",
        order=36,
        title="reason",
        fields=(
            Field(name="indicator", label=_("Indicator"), kind="choice", options=all_of_them),
            MONTH,
            Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=1000),
            *NUMBERS,
        ),
        form=("indicator*", "month*", "reason*"),
        columns=("indicator", "month", "before_part", "after_part"),
        filters=("indicator",),
        openers=(Role.ANALYST, *LEADERS),
        readers=READERS,
        on_open=counted_again,
        states=(State("counted", pgettext_lazy("recount", "Counted again"), "done", open=False),),
        steps=(),
    ),
)  # fmt: skip
declare(
    Register(
        name=alerts.NAME,
        one=pgettext_lazy("figures", "Alert"),
        many=pgettext_lazy("figures", "Alerts"),
        hint=_(
            "An indicator has crossed its limit: each crossing once, with whoever answers for it. It ends with a note on what was found "
            "and done, or by itself when the indicator is back."
        ),
        prefix="GJ",
        icon="alert-circle",
        group="",
        order=58,
        title="figure",
        fields=(
            Field(name="indicator", label=_("Indicator"), kind="choice", options=all_of_them),
            MONTH,
            Field(name="figure", label=pgettext_lazy("alert", "What it tells"), kind="longtext", limit=500),
            Field(name="limit", label=_("Limit of the alert"), limit=40),
            Field(name="part", label=pgettext_lazy("alert", "Part"), kind="number"),
            Field(name="whole", label=pgettext_lazy("alert", "Whole"), kind="number"),
            Field(name="part_after", label=pgettext_lazy("alert", "Part when it was back"), kind="number"),
            Field(name="whole_after", label=pgettext_lazy("alert", "Whole when it was back"), kind="number"),
            Field(name="note", label=_("What was found and done"), kind="longtext", limit=2000),
        ),
        form=("indicator*", "month*", "figure*"),
        columns=("indicator", "month", "part", "whole"),
        filters=("indicator",),
        openers=WHO,
        readers=(*READERS, Role.COACH),
        on_open=alerts.filled,
        states=(
            State(alerts.RAISED, pgettext_lazy("alert", "Raised"), "late"),
            State("answered", pgettext_lazy("alert", "Answered"), "done", open=False),
            State("recovered", pgettext_lazy("alert", "Back within the limit"), "done", open=False),
        ),
        steps=(
            Do(
                name="answer", label=_("End with a note"), event="answered", did=_("ended the alert with a note"), sources=(alerts.RAISED,),
                target="answered", who=(OWNER, *LEADERS), asks=("note*",), tone="done", icon="check", clause="ISC 9.1.1.1",
            ),
            Do(
                name="recover", label=pgettext_lazy("alert", "Back within the limit"), event="recovered",
                did=_("was ended: the indicator is back within its limit"), sources=(alerts.RAISED,), target="recovered", who=(),
                effect=alerts.back, tells=(OWNER,), tone="done", icon="check", main=False,
            ),
        ),
        entry_template="figures/alert.html",
        entry_context=alerts.context,
    )
)  # fmt: skip
