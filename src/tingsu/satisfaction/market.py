"""What is measured outside our own surveys: indexes of competitors and benchmarks, and how products do with customers (SC-09, SC-10).

One register, because both are values with a source, a period and what follows from them: threats and opportunities, factors of
competitiveness, and the improvement item.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.figures.access import READERS, WHO
from tingsu.kernel.errors import InvalidInput, InvalidValue
from tingsu.kernel.ledger import plain
from tingsu.people.roles import Role
from tingsu.process.steps import Field, Options
from tingsu.registers.actions import Link, Opening, begin_entry
from tingsu.registers.declaration import LEADERS, OPENER, Do, Register, State, declare, registers
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.intervals import INTERVALS
from tingsu.registers.options import departments, members
from tingsu.satisfaction import rules

NAME = "market_value"
COMPETITOR, BENCHMARK = "competitor", "benchmark"
PASS, FAILURE, CALLS, MARKET = "first_pass", "failure", "calls", "market"
KINDS = (
    (COMPETITOR, _("Satisfaction index of a competitor")),
    (BENCHMARK, _("Satisfaction index of a benchmark")),
    (PASS, _("First-use pass rate")),
    (FAILURE, _("Failure rate")),
    (CALLS, _("Follow-up calls")),
    (MARKET, _("Market survey")),
)
OF_INDEX = (COMPETITOR, BENCHMARK)
OF_SHARE = (PASS, FAILURE, CALLS, MARKET)
SOURCES = (
    ("own", _("Own research")),
    ("third_party", _("Independent third party")),
    ("records", _("Own records of deliveries, repairs and returns")),
    ("customers", _("Calls and visits to customers")),
)
_WHEN_SHARE = ("kind", "|".join(OF_SHARE))
_WHEN_INDEX = ("kind", "|".join(OF_INDEX))


def known_groups(thing: Any) -> Options:
    """Customer groups of the questionnaires in force."""
    return tuple(rules.groups().items())


def fits(opened: OpenedEntry, given: dict[str, Any]) -> None:
    """An index lies on 0 to 100, no share is above its whole, a period ends after it began. Raises InvalidInput."""
    errors: dict[str, Any] = {}
    if given["last_on"] < given["first_on"]:
        errors["last_on"] = InvalidValue(_("The period ends before it begins. Check both days."), code="order")
    if given["kind"] in OF_INDEX:
        if not 0 <= given["tenths"] <= 1000:
            errors["tenths"] = InvalidValue(_("An index lies between 0 and 100: from 0 to 1000 tenths."), code="number")
    else:
        part, whole = given["part"], given["whole"]
        if not whole:
            errors["whole"] = InvalidValue(
                _("Nothing can be divided by 0. Where there was nothing, enter no value."), code="zero"
            )
        elif part > whole:
            errors["part"] = InvalidValue(_("The part is larger than the whole. Check both numbers."), code="more")
    if errors:
        raise InvalidInput(errors)


def improve(opened: OpenedEntry, given: dict[str, Any]) -> None:
    """The improvement that a finding leads to: a rectification of a department, linked both ways, in the same transaction."""
    names = ("department", "owner", "until", "criterion", "check_on", "every")
    kept = plain({name: given[name] for name in names if given.get(name)})
    values = {**kept, "what": given["improvement"], "kind": "product"}
    begin_entry(
        actor=opened.actor,
        register=registers()["rectification"],
        opening=Opening(values=values, allowed=True, links=(Link(other_id=opened.entry.pk, kind="follows"),)),
    )


declare(
    Register(
        name=NAME,
        one=_("Comparison or follow-up"),
        many=_("Comparison and follow-up of quality"),
        hint=_(
            "What competitors and benchmarks reach, and how our products do with customers: with source, period and proof, the threats, "
            "opportunities and factors found, and the improvement they lead to."
        ),
        prefix="GZ",
        icon="scale",
        group="watch",
        order=64,
        title="whom",
        fields=(
            Field(name="kind", label=pgettext_lazy("comparison", "Kind"), kind="choice", options=KINDS),
            Field(name="whom", label=_("Whose, or of which product"), kind="longtext", limit=200),
            Field(name="group", label=_("Customer group"), kind="choice", options=known_groups, when=_WHEN_INDEX),
            Field(name="tenths", label=_("Index in tenths"), kind="number", when=_WHEN_INDEX, help=_("On 0 to 100; 82.5 is entered as 825.")),
            Field(name="part", label=pgettext_lazy("comparison", "Part"), kind="number", when=_WHEN_SHARE,
                  help=_("Such as products that worked when first used, or that failed, or customers who were content.")),
            Field(name="whole", label=pgettext_lazy("comparison", "Whole"), kind="number", when=_WHEN_SHARE,
                  help=_("Such as products delivered, or customers reached.")),
            Field(name="first_on", label=_("Measured from"), kind="date", past=True),
            Field(name="last_on", label=_("Measured until"), kind="date", past=True),
            Field(name="source", label=pgettext_lazy("comparison", "Source"), kind="choice", options=SOURCES),
            Field(name="source_words", label=_("Which one, and how it was measured"), kind="longtext", limit=1000),
            Field(name="files", label=_("Proof"), kind="files"),
            Field(name="threats", label=_("Threats"), kind="longtext", limit=2000),
            Field(name="opportunities", label=_("Opportunities"), kind="longtext", limit=2000),
            Field(name="factors", label=_("Factors of competitiveness"), kind="longtext", limit=2000),
            Field(name="improvement", label=_("What is to change"), kind="longtext", limit=2000),
            Field(name="department", label=_("Department that changes it"), kind="unit", options=departments),
            Field(name="owner", label=_("Owner"), kind="member", options=members,
                  help=_("Left out, the contact person of the department answers for it.")),
            Field(name="until", label=pgettext_lazy("rectification", "Carried out by"), kind="date", future=True),
            Field(name="criterion", label=_("How we will know that it worked"), kind="longtext", limit=1000),
            Field(name="check_on", label=_("Effect checked on"), kind="date", future=True),
            Field(name="every", label=_("Effect reported"), kind="choice", options=INTERVALS),
            Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=1000),
        ),
        form=("kind*", "whom*", "group*", "tenths*", "part*", "whole*", "first_on*", "last_on*", "source*", "source_words*", "files"),
        passing=("improvement", "department", "owner", "until", "criterion", "check_on", "every", "reason"),
        columns=("kind", "last_on", "source"),
        filters=("kind", "group", "source"),
        openers=WHO,
        readers=READERS,
        on_open=fits,
        states=(
            State("entered", pgettext_lazy("comparison", "Waits for confirmation"), "soon"),
            State("confirmed", pgettext_lazy("comparison", "Confirmed")),
            State("judged", pgettext_lazy("comparison", "Judged"), "done", open=False),
            State("withdrawn", pgettext_lazy("comparison", "Withdrawn"), open=False, final=True),
        ),
        steps=(
            Do(
                name="confirm", label=pgettext_lazy("comparison", "Confirm"), event="confirmed", did=_("confirmed the value"),
                sources=("entered",), target="confirmed", who=WHO, not_by=("open",), tells=(OPENER,), tone="done", icon="check", clause="SZ 9.3",
            ),
            Do(
                name="judge", label=_("Say what follows from it"), event="judged", did=_("said what follows from it"),
                sources=("confirmed", "judged"), target="judged", who=WHO, asks=("threats", "opportunities", "factors*"), tells=(Role.QA,),
                icon="note", clause="SZ 9.3",
            ),
            Do(
                name="improve", label=_("Open an improvement item"), event="improved", did=_("opened an improvement item"),
                sources=("confirmed", "judged"), who=(*LEADERS, Role.QA),
                asks=("improvement*", "department*", "owner", "until*", "criterion*", "check_on*", "every*"), effect=improve, icon="adjustments",
                clause="SZ 9.2; SZ 9.3",
            ),
            Do(
                name="withdraw", label=pgettext_lazy("comparison", "Withdraw"), event="withdrawn", did=_("withdrew the value"),
                sources=("entered", "confirmed", "judged"), target="withdrawn", who=WHO, asks=("reason*",), tells=(OPENER,),
                icon="arrow-back-up", main=False,
            ),
        ),
    )
)  # fmt: skip
