"""E14: advance compensation with its recourse (RM-07); E27: what handling cost (RM-13)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.complaints.case import Case
from tingsu.kernel.errors import InvalidInput, InvalidValue, Unmet
from tingsu.kernel.ids import new_id
from tingsu.kernel.money import yuan
from tingsu.process.registry import effect, guard
from tingsu.process.steps import Options, Step, options_from
from tingsu.settlement.models import Cost, ExecutionItem, Recourse
from tingsu.settlement.options import item_label
from tingsu.settlement.rulebooks import advance

Values = dict[str, Any]


def paid_items(complaint: Any) -> list[ExecutionItem]:
    """Items that were paid and have no recourse yet."""
    claimed = {recourse.item_id for recourse in Recourse.of(complaint)}
    return [item for item in ExecutionItem.of(complaint) if item.paid_fen and item.pk not in claimed]


def open_recourses(complaint: Any) -> list[Recourse]:
    return Recourse.of(complaint, state=Recourse.State.OPEN)


@options_from("advance_rules")
def advance_rule_options(complaint: Any) -> Options:
    return advance.options()


@options_from("paid_items")
def paid_item_options(complaint: Any) -> Options:
    return tuple((str(item.pk), item_label(item)) for item in paid_items(complaint)) if complaint else ()


@options_from("recourses")
def recourse_options(complaint: Any) -> Options:
    if complaint is None:
        return ()
    return tuple((str(row.pk), f"{yuan(row.amount_fen)} · {row.shown('against')}") for row in open_recourses(complaint))


@guard("item_paid")
def item_paid(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    if paid_items(case.complaint):
        return []
    return [Unmet("item_paid", "nothing_paid", _("nothing has been paid that recourse could be taken for"))]


@guard("recourse_open")
def recourse_open(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    if open_recourses(case.complaint):
        return []
    return [Unmet("recourse_open", "no_recourse", _("no recourse is open"))]


@effect("open_recourse")
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


@effect("close_recourse")
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


@effect("record_cost")
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
