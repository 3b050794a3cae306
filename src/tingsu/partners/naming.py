"""How questions to partners are called in the history of a case."""

from tingsu.complaints.models import Complaint
from tingsu.complaints.naming import Names, declare_names
from tingsu.partners.models import PartnerTask
from tingsu.partners.steps.tasks import firm_of


def tasks(complaint: Complaint) -> Names:
    return {str(task.pk): f"{firm_of(task.code)} · {task.get_kind_display()}" for task in PartnerTask.of(complaint)}


declare_names(tasks, "partner_tasks_open", "partner_tasks_answered")
