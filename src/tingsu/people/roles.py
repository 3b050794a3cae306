"""Roles of table RL-1, staff levels (PE-05) and mediator levels (MD-02), by their stable codes."""

from typing import Any

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

RANK: dict[str, int] = {
    Role.TOP_MGMT: 5, Role.MGMT_REP: 4, Role.SUPERVISOR: 3, Role.DSO: 3, Role.AUDITOR: 3, Role.COACH: 2, Role.SPECIALIST: 2,
    Role.MEDIATOR: 2, Role.QA: 2, Role.ANALYST: 2,
}  # fmt: skip
"""How much a role may do to others, the more the higher; 1 for the rest. Nobody gives a post as high as the own alone (CA-59)."""

CENTRE_ROLES = frozenset(
    {"top_mgmt", "mgmt_rep", "supervisor", "specialist", "coach", "frontline", "qa", "analyst", "auditor"}
)
"""Roles that see every complaint of the organisation; the others see the cases they take part in (PS-11)."""

DUTIES: dict[str, tuple[str, Any]] = {
    Role.TOP_MGMT: (
        "SZ 4(2).1",
        _(
            "Leads complaint management, sets policy and quality objectives, provides resources, approves rules and "
            "documents, appoints the management representative."
        ),
    ),
    Role.MGMT_REP: (
        "SZ 4(2).2; CTS 5.3",
        _(
            "Establishes and maintains the mechanism, spreads customer focus, answers for quality, reports to the senior "
            "leader, speaks for us outside, coordinates major problems."
        ),
    ),
    Role.SUPERVISOR: (
        "SZ 4(2).3",
        _("Oversees the rules, proposes improvements of mechanism and products, supervises repeated complaints."),
    ),
    Role.SPECIALIST: (
        "SZ 4(2).4",
        _("Applies rules and trade practice, seeks truth from facts, protects consumers, lowers spill-over risk."),
    ),
    Role.COACH: ("ISC 5.4.3", _("Foresees, handles and prevents crises; develops experts.")),
    Role.FRONTLINE: (
        "SZ 4(2).5",
        _("Listens, records, calms; judges first, acts at once, passes on what exceeds the own authority."),
    ),
    Role.AI_AGENT: ("SZ 4(1)", _("Optional tier before the front line.")),
    Role.MEDIATOR: ("ISC 9.3.1", _("Mediates between the parties, independent of the matter.")),
    Role.DEPT: ("SVC 2.2.3", _("Verifies, checks technically, decides about responsibility, carries out, rectifies.")),
    Role.FUNCTION: ("ISC 9.2.5", _("Gives advice and assesses risks together with others (law, compliance, PR).")),
    Role.QA: ("ISC 9.8", _("Samples, patrols and corrects.")),
    Role.ANALYST: ("SVC 2.2.2", _("Monthly statistics and early warnings.")),
    Role.AUDITOR: ("", _("Internal audits, independent of the audited work.")),
    Role.DSO: ("ISC 9.7.2.3", _("Data security and incidents.")),
}
"""What each role is for (table RL-1), with the clause it comes from where the documents name one."""
