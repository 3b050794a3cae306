"""Roles of table RL-1, staff levels (PE-05) and mediator levels (MD-02), by their stable codes."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    TOP_MGMT = "top_mgmt", _("Senior leader")
    MGMT_REP = "mgmt_rep", _("Management representative")
    SUPERVISOR = "supervisor", _("Supervisor")
    SPECIALIST = "specialist", _("Specialist")
    COACH = "coach", _("Service coach")
    FRONTLINE = "frontline", _("Front-line staff")
    AI_AGENT = "ai_agent", _("AI front desk")
    MEDIATOR = "mediator", _("Mediator")
    DEPT = "dept", _("Business department")
    FUNCTION = "function", _("Functional department")
    QA = "qa", _("Quality management")
    ANALYST = "analyst", _("Data analyst")
    AUDITOR = "auditor", _("Internal auditor")
    DSO = "dso", _("Data-security officer")


class StaffLevel(models.TextChoices):
    ORDINARY = "ordinary", _("Ordinary agent")
    EXPERT = "expert", _("Service expert")
    COACH = "coach", _("Service coach")


class MediatorLevel(models.TextChoices):
    JUNIOR = "junior", _("Junior mediator")
    INTERMEDIATE = "intermediate", _("Intermediate mediator")
    SENIOR = "senior", _("Senior mediator")


STAFF_RANK = {"": 0, StaffLevel.ORDINARY: 1, StaffLevel.EXPERT: 2, StaffLevel.COACH: 3}
MEDIATOR_RANK = {"": 0, MediatorLevel.JUNIOR: 1, MediatorLevel.INTERMEDIATE: 2, MediatorLevel.SENIOR: 3}

CENTRE_ROLES = frozenset(
    {"top_mgmt", "mgmt_rep", "supervisor", "specialist", "coach", "frontline", "qa", "analyst", "auditor"}
)
"""Roles that see every complaint of the organisation; the others see the cases they take part in (PS-11)."""
