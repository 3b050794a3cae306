"""Advance compensation with its recourse (E14, RM-07), and what handling cost (E27, RM-13)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.complaints.case import Case
from tingsu.complaints.models import Complaint
from tingsu.complaints.terms import OPEN_STATES, State
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import InvalidInput, InvalidValue, Unmet
from tingsu.kernel.ids import new_id
from tingsu.kernel.money import yuan
from tingsu.process.steps import Field, Options, Step, Values, options
from tingsu.settlement.items import item_label
from tingsu.settlement.models import Cost, ExecutionItem, Recourse
from tingsu.settlement.rulebooks import advance


def paid_items(complaint: Any) -> list[ExecutionItem]:
    """Items that were paid and have no recourse yet."""
    claimed = {recourse.item_id for recourse in Recourse.of(complaint)}
    return [item for item in ExecutionItem.of(complaint) if item.paid_fen and item.pk not in claimed]


def open_recourses(complaint: Any) -> list[Recourse]:
    return Recourse.of(complaint, state=Recourse.State.OPEN)


@options("advance_rules")
def advance_rule_options(complaint: Any) -> Options:
    return advance.options()


@options("paid_items")
def paid_item_options(complaint: Any) -> Options:
    return tuple((str(item.pk), item_label(item)) for item in paid_items(complaint)) if complaint else ()


@options("recourses")
def recourse_options(complaint: Any) -> Options:
    if complaint is None:
        return ()
    return tuple(
        (str(row.pk), f"{yuan(row.amount_fen)} · {row.covered('against')}") for row in open_recourses(complaint)
    )


def item_paid(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    if paid_items(case.complaint):
        return []
    return [Unmet("nothing_paid", _("nothing has been paid that recourse could be taken for"))]


def item_to_recover(actor: Actor, complaint: Complaint) -> dict[str, Any]:
    """The only item that was paid is chosen already."""
    found = paid_items(complaint)
    return {"item": str(found[0].pk)} if len(found) == 1 else {}


def open_recourse(case: Case, values: Values) -> None:
    """Paid for somebody else's fault, within the rule's limit; the version of the rule stays with the row."""
    item = next(one for one in paid_items(case.complaint) if str(one.pk) == values["item"])
    most = advance.limit_fen(values["rule"])
    if (item.paid_fen or 0) > most:
        sentence = _("This rule covers at most %(most)s.")
        raise InvalidInput({"rule": InvalidValue(sentence, code="beyond_rule", most=yuan(most))})
    row = Recourse(
        id=new_id(), complaint=case.complaint, item=item, rule=values["rule"], rule_version=advance.in_force().version,
        amount_fen=item.paid_fen, opened_at=case.at,
    )  # fmt: skip
    row.seal_all(against=values["against"], ground=values["ground"])
    row.save(force_insert=True)
    case.fact("recourse", row.pk)
    case.fact("amount_fen", row.amount_fen)


OPEN_RECOURSE = Step(
    id="E14",
    name="open_recourse",
    decides=True,
    event="complaint.recourse_opened",
    label=_("Advance payment: take recourse"),
    sources=(State.EXECUTING, State.EVALUATING),
    who=("owner", "supervisor"),
    guards=(item_paid,),
    clause="ISC 9.3.2; RM-07",
    effect=open_recourse,
    first=item_to_recover,
    fields=(
        Field(name="item", label=_("What was paid"), kind="choice", options=paid_item_options, required=True),
        Field(
            name="rule",
            label=_("Rule of advance compensation"),
            kind="choice",
            options=advance_rule_options,
            required=True,
        ),
        Field(name="against", label=_("Recourse against"), required=True),
        Field(name="ground", label=_("Why they are liable"), kind="longtext", required=True),
    ),
)


def recourse_open(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    if open_recourses(case.complaint):
        return []
    return [Unmet("no_recourse", _("no recourse is open"))]


def recourse_to_close(actor: Actor, complaint: Complaint) -> dict[str, Any]:
    found = open_recourses(complaint)
    return {"recourse": str(found[0].pk)} if len(found) == 1 else {}


def close_recourse(case: Case, values: Values) -> None:
    row = next(one for one in open_recourses(case.complaint) if str(one.pk) == values["recourse"])
    recovered = values["recovered"] or 0
    if recovered > row.amount_fen:
        sentence = _("At most the %(amount)s that was paid can come back.")
        raise InvalidInput({"recovered": InvalidValue(sentence, code="too_much", amount=yuan(row.amount_fen))})
    row.state = Recourse.State.RECOVERED if recovered else Recourse.State.GIVEN_UP
    row.recovered_fen, row.ended_at = recovered, case.at
    row.seal("result", values["result"])
    row.save(update_fields=["state", "recovered_fen", "ended_at", "result"])
    case.fact("recourse", row.pk)


CLOSE_RECOURSE = Step(
    id="E14",
    name="close_recourse",
    decides=True,
    event="complaint.recourse_closed",
    label=_("Close the recourse"),
    sources=(State.EXECUTING, State.EVALUATING, State.CLOSED),
    who=("owner", "supervisor"),
    guards=(recourse_open,),
    beside=("costs", "matter"),
    clause="ISC 9.3.2; RM-07",
    effect=close_recourse,
    first=recourse_to_close,
    fields=(
        Field(name="recourse", label=_("Recourse"), kind="choice", options=recourse_options, required=True),
        Field(name="recovered", label=_("Recovered (yuan)"), kind="money"),
        Field(name="result", label=_("Result, or why nothing came back"), kind="longtext", required=True),
    ),
)


def record_cost(case: Case, values: Values) -> None:
    """RM-13: money or minutes, at least one of them."""
    if not values["amount"] and not values["minutes"]:
        raise InvalidInput({"amount": InvalidValue(_("Enter an amount or the minutes spent."))})
    row = Cost(
        id=new_id(), complaint=case.complaint, kind=values["kind"], amount_fen=values["amount"] or None, minutes=values["minutes"] or None,
        recorded_by=case.actor.id, recorded_at=case.at,
    )  # fmt: skip
    row.seal("note", values["note"])
    row.save(force_insert=True)
    case.fact("cost", row.pk)


RECORD_COST = Step(
    id="E27",
    name="record_cost",
    decides=True,
    event="complaint.cost_recorded",
    label=_("Record a cost"),
    sources=OPEN_STATES,
    who=("owner", "specialist", "supervisor"),
    clause="SZ 8(2); RM-13",
    effect=record_cost,
    fields=(
        Field(
            name="kind",
            label=_("Kind of cost"),
            kind="choice",
            required=True,
            options=(
                ("goods", _("Goods")),
                ("time", _("Working time")),
                ("fees", _("Outside fees")),
                ("other", _("Other costs")),
            ),
        ),
        Field(name="amount", label=_("Amount (yuan)"), kind="money"),
        Field(name="minutes", label=_("Minutes spent"), kind="number", limit=100000),
        Field(name="note", label=_("What for"), required=True),
    ),
)


STEPS = (OPEN_RECOURSE, CLOSE_RECOURSE, RECORD_COST)
