"""How questions to partners are called in the history of a case."""

from tingsu.complaints.models import Complaint
from tingsu.complaints.naming import Names, declare_names
from tingsu.partners.models import PartnerTask
from tingsu.partners.steps.tasks import firms_of


def tasks(complaint: Complaint) -> Names:
    rows = PartnerTask.of(complaint)
    firms = firms_of(task.code for task in rows)
    return {str(task.pk): f"{firms[task.code]} · {task.get_kind_display()}" for task in rows}


declare_names(tasks, "partner_tasks_open", "partner_tasks_answered")
