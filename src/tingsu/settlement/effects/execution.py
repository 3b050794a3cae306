"""E14, P18, P19: carrying out what was agreed or decided, item by item, and checking it by somebody else."""

import uuid
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.complaints import terms
from tingsu.complaints.actions import time_zone
from tingsu.complaints.case import Case
from tingsu.complaints.effects import complainant_of
from tingsu.complaints.models import CaseMember
from tingsu.files import store
from tingsu.kernel.clock import local_date
from tingsu.kernel.errors import InvalidInput, InvalidValue
from tingsu.kernel.ids import new_id
from tingsu.kernel.money import yuan
from tingsu.letters import outbox
from tingsu.letters.notices import notify
from tingsu.process.registry import effect
from tingsu.settlement import queries
from tingsu.settlement.guards import chosen_item, verifies_own_work
from tingsu.settlement.models import ExecutionItem, OutsideCase, Solution
from tingsu.settlement.workplace import end_of_day

Values = dict[str, Any]
Item = ExecutionItem.State


def open_items(
    case: Case, *, duties: list[Values], solution: Solution | None = None, outside_case: OutsideCase | None = None,
    promised_at: datetime | None = None,
) -> list[ExecutionItem]:  # fmt: skip
    """One item and one T17 for each duty. A day that passed while the parties thought it over moves by that time."""
    zone = time_zone()
    today = local_date(case.at, zone)
    ExecutionItem.objects.filter(complaint=case.complaint, current=True).update(current=False)
    opened = []
    for position, duty in enumerate(duties, 1):
        due_on: date = duty["due_on"]
        if due_on < today and promised_at is not None:
            due_on = today + (due_on - local_date(promised_at, zone))
        due_on = max(due_on, today)
        item = ExecutionItem(
            id=new_id(), complaint=case.complaint, solution=solution, outside_case=outside_case, remedy=duty.get("remedy", ""),
            position=position, amount_fen=duty["amount"], executor_id=duty["executor"], due_on=due_on, opened_at=case.at,
        )  # fmt: skip
        item.seal_all(duty=duty["text"])
        item.save(force_insert=True)
        case.start("execution", due_at=end_of_day(due_on, zone), subject_id=item.pk, owner_id=item.executor_id)
        join(case, item.executor_id)
        opened.append(item)
    case.fact("items", [item.pk for item in opened])
    executors = dict.fromkeys(item.executor_id for item in opened if item.executor_id)
    notify(
        [one for one in executors if one != case.actor.id],
        "execution.asked",
        case.complaint.pk,
        {"number": case.complaint.number},
    )
    return opened


def join(case: Case, member_id: uuid.UUID | None) -> None:
    """An executor outside the centre sees the case from now on (PS-11)."""
    if member_id is not None:
        CaseMember.objects.get_or_create(
            complaint=case.complaint, member_id=member_id, unit_id=None, role="executor", defaults={"since": case.at}
        )


@effect("finish_item")
def finish_item(case: Case, values: Values) -> None:
    """Done with proof; what was to be paid has been paid in full, no more and no less (RM-08)."""
    item = chosen_item(case, values)
    assert item is not None  # noqa: S101 - guard item_open
    if item.amount_fen and values["paid"] != item.amount_fen:
        sentence = _("Enter what was paid. It must be the %(amount)s that was agreed.")
        raise InvalidInput({"paid": InvalidValue(sentence, code="paid_differs", amount=yuan(item.amount_fen))})
    if values["paid"] and not item.amount_fen:
        raise InvalidInput({"paid": InvalidValue(_("No payment was agreed for this item."), code="paid_differs")})
    item.state, item.done_at, item.done_by, item.paid_fen = Item.DONE, case.at, case.actor.id, values["paid"]
    item.seal_all(proof=values["proof"])
    item.save(update_fields=["state", "done_at", "done_by", "paid_fen", "proof"])
    if values["files"]:
        store.attach(values["files"], case.complaint.pk, case.at, actor=case.actor)
    if all(one.state != Item.OPEN for one in queries.current_items(case.complaint)):
        notify([case.complaint.owner_id], "execution.done", case.complaint.pk, {"number": case.complaint.number})


@effect("verify_item")
def verify_item(case: Case, values: Values) -> None:
    """Verified by another person; the item's own time limit ends here."""
    item = chosen_item(case, values)
    assert item is not None  # noqa: S101 - guard item_done
    warn_own_work(case, values)
    item.state, item.verified_at, item.verified_by = Item.VERIFIED, case.at, case.actor.id
    item.seal_all(remark=values["remark"])
    item.save(update_fields=["state", "verified_at", "verified_by", "remark"])
    case.end("execution", subject_id=item.pk)


def warn_own_work(case: Case, values: Values) -> None:
    """In a micro enterprise the rule becomes a recorded warning (process.md §8.9)."""
    if verifies_own_work(case, values):
        case.fact("warnings", ["verifier_is_executor"])


@effect("verify_execution")
def verify_execution(case: Case, values: Values) -> None:
    warn_own_work(case, values)
    case.set("outcome", terms.Outcome.ACCEPTED)


@effect("execution_failed")
def execution_failed(case: Case, values: Values) -> None:
    """P19: the item is marked, the complainant is told, a new solution is due."""
    chosen = chosen_item(case, values)
    if values["item"] and (chosen is None or chosen.state == Item.VERIFIED):
        raise InvalidInput({"item": InvalidValue(_("Choose an item that is not verified yet."))})
    failed = []
    for item in queries.current_items(case.complaint):
        if item.state in {Item.OPEN, Item.DONE} and (item.state == Item.OPEN or item == chosen):
            item.state = Item.FAILED
            item.save(update_fields=["state"])
            failed.append(item.pk)
    case.fact("failed_items", failed)
    case.wait_on(terms.WaitingOn.US)
    if party := complainant_of(case.complaint):
        outbox.queue_letter(
            case.chain, complaint=case.complaint, party=party, template="execution_failed",
            intent=f"execution_failed:{case.event_id}",
            values={"reason": values["reason"], "handler": case.complaint.owner_id}, at=case.at,
        )  # fmt: skip
    if case.actor.id != case.complaint.owner_id:
        notify([case.complaint.owner_id], "execution.failed", case.complaint.pk, {"number": case.complaint.number})
