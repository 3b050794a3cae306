"""Names of what a step was about, as they stand for good: a task, an item, a way outside, whatever became of it since.

What a dialog offers is the present: it says the task's state and leaves out what is over. The timeline and the clocks ask here.
"""

import uuid
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import gettext as _

from tingsu.casework.models import DepartmentTask, FunctionOpinion
from tingsu.clocks.models import Promise
from tingsu.complaints.models import Complaint
from tingsu.kernel.money import yuan
from tingsu.people.queries import alias_of, unit_name
from tingsu.settlement.models import ExecutionItem, OutsideCase, Recourse
from tingsu.settlement.rulebooks import remedies, ways

Names = dict[str, str]


def _tasks(complaint: Complaint) -> Names:
    rows = DepartmentTask.of(complaint)
    return {str(row.pk): f"{unit_name(row.unit_id)} · {row.get_kind_display()}" for row in rows}


def _opinions(complaint: Complaint) -> Names:
    rows = FunctionOpinion.of(complaint)
    return {str(row.pk): unit_name(row.unit_id) if row.unit_id else row.shown("body") for row in rows}


def _items(complaint: Complaint) -> Names:
    return {str(row.pk): measure_name(row) for row in ExecutionItem.of(complaint)}


def _outside_cases(complaint: Complaint) -> Names:
    return {str(row.pk): ways.name_of(row.way) for row in OutsideCase.of(complaint)}


def _recourses(complaint: Complaint) -> Names:
    return {str(row.pk): yuan(row.amount_fen) for row in Recourse.of(complaint)}


ROWS: dict[str, Callable[[Complaint], Names]] = {
    "tasks": _tasks,
    "opinions": _opinions,
    "execution_items": _items,
    "paid_items": _items,
    "outside_cases": _outside_cases,
    "recourses": _recourses,
}
"""By the name of the options that a dialog offers."""
SUBJECTS = {"department_answer": "tasks", "execution": "execution_items", "outside_deadline": "outside_cases"}
"""Time limits that a case can have several of, and what each is about."""


def names_of(options: str, complaint: Complaint) -> Names | None:
    """Lasting names of the rows behind these options; None when the options are no rows of a case."""
    return ROWS[options](complaint) if options in ROWS else None


def name_of_id(value: Any) -> str | None:
    """A member's or a unit's name; nothing for an id that no name is left of; None when the value is no id at all."""
    try:
        found = uuid.UUID(str(value))
    except ValueError:
        return None
    return alias_of(found) or unit_name(found)


def measure_name(item: ExecutionItem) -> str:
    what = remedies.name_of(item.remedy) if item.remedy else _("Duty from outside")
    return f"{what} {yuan(item.amount_fen)}" if item.amount_fen else what


def subjects_of(complaint: Complaint, running: Iterable[Promise]) -> Names:
    """What each clock is about, where several of the same name run beside each other."""
    count = Counter(row.kind for row in running)
    found: Names = {}
    for kind, options in SUBJECTS.items():
        if count[kind] > 1:
            found.update(ROWS[options](complaint))
    return found
