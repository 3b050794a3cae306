"""How tasks and opinions are called in a history."""

from tingsu.casework.models import Clue, DepartmentTask, FunctionOpinion
from tingsu.complaints.models import Complaint
from tingsu.complaints.naming import Names, declare_names
from tingsu.people.queries import unit_name
from tingsu.process.waiting import short


def tasks(complaint: Complaint) -> Names:
    rows = DepartmentTask.of(complaint)
    return {str(row.pk): f"{unit_name(row.unit_id)} · {row.get_kind_display()}" for row in rows}


def opinions(complaint: Complaint) -> Names:
    rows = FunctionOpinion.of(complaint)
    return {str(row.pk): unit_name(row.unit_id) if row.unit_id else row.shown("body") for row in rows}


def clues(complaint: Complaint) -> Names:
    return {str(row.pk): short(row.covered("words")) for row in Clue.of(complaint)}


declare_names(clues, "open_clues")
declare_names(tasks, "tasks", timer="department_answer")
declare_names(opinions, "opinions")
