"""What a form of settlement holds before anybody typed: the version returned, each demand, each way, one line apiece."""

from collections.abc import Callable, Sequence
from typing import Any

from tingsu.complaints.models import Complaint
from tingsu.settlement import queries
from tingsu.settlement.effects.recourse import open_recourses, paid_items
from tingsu.settlement.models import DemandAnswer, Remedy
from tingsu.settlement.rulebooks import ways


def draft_solution(complaint: Complaint) -> dict[str, Any]:
    """The latest version to go on from; for the first one a line for each demand."""
    latest = queries.latest_solution(complaint)
    if latest is None:
        demands = complaint.demands.order_by("position", "pk")
        return {
            "remedy_required": complaint.remedy_requested,
            "answers": [{"demand": str(demand.pk)} for demand in demands],
        }
    return {
        "opinion": latest.shown("opinion"),
        "remedy_required": latest.remedy_required,
        "remedies": [
            _remedy(row) for row in sorted(Remedy.of(complaint, solution=latest), key=lambda row: row.position)
        ],
        "answers": [_answer(row) for row in DemandAnswer.of(complaint, solution=latest)],
        "bases": latest.bases,
        "prevention": latest.shown("prevention"),
        "wording": latest.shown("wording"),
    }


def _remedy(row: Remedy) -> dict[str, Any]:
    return {
        "code": row.code,
        "amount": f"{row.amount_fen // 100}.{row.amount_fen % 100:02d}" if row.amount_fen else "",
        "text": row.shown("detail"),
        "executor": str(row.executor_id or ""),
        "due_on": row.due_on,
    }


def _answer(row: DemandAnswer) -> dict[str, Any]:
    return {
        "demand": str(row.demand_id),
        "reasonable": row.reasonable,
        "decision": row.decision,
        "reason": row.shown("reason"),
    }


def exhaust(complaint: Complaint) -> dict[str, Any]:
    return {"ways": [{"way": code} for code, _label in ways.options()]}


def finish_item(complaint: Complaint) -> dict[str, Any]:
    """The only open item is chosen already."""
    waiting = [item for item in queries.current_items(complaint) if item.state == item.State.OPEN]
    return {"item": str(waiting[0].pk)} if len(waiting) == 1 else {}


def verify_item(complaint: Complaint) -> dict[str, Any]:
    waiting = [item for item in queries.current_items(complaint) if item.state == item.State.DONE]
    return {"item": str(waiting[0].pk)} if len(waiting) == 1 else {}


def _only(name: str, rows: Sequence[Any]) -> dict[str, Any]:
    return {name: str(rows[0].pk)} if len(rows) == 1 else {}


FIRST_VALUES: dict[str, Callable[[Complaint], dict[str, Any]]] = {
    "draft_solution": draft_solution,
    "exhaust": exhaust,
    "finish_item": finish_item,
    "verify_item": verify_item,
    "open_recourse": lambda complaint: _only("item", paid_items(complaint)),
    "close_recourse": lambda complaint: _only("recourse", open_recourses(complaint)),
}
"""By step; the desk asks when it opens the form."""
