"""Execution items: opened when something was agreed or decided."""

from datetime import date, datetime

from tingsu.complaints.actions import time_zone
from tingsu.complaints.case import Case
from tingsu.complaints.joining import join
from tingsu.kernel.clock import local_date
from tingsu.kernel.ids import new_id
from tingsu.kernel.money import yuan
from tingsu.process.steps import Values
from tingsu.settlement.models import ExecutionItem, OutsideCase, Solution
from tingsu.settlement.rulebooks import remedies
from tingsu.settlement.workplace import end_of_day


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
        if item.executor_id:
            join(case, "executor", member_id=item.executor_id)
        opened.append(item)
    case.fact("items", [item.pk for item in opened])
    executors = dict.fromkeys(item.executor_id for item in opened if item.executor_id)
    case.tell(executors, "execution.asked")
    return opened


def item_label(item: ExecutionItem) -> str:
    duty = item.covered("duty")
    parts = [remedies.name_of(item.remedy)] if item.remedy else []
    parts += [yuan(item.amount_fen)] if item.amount_fen else []
    parts += [duty if len(duty) <= SHORT else duty[: SHORT - 1] + "…"] if duty else []
    return " · ".join(parts)


SHORT = 30
