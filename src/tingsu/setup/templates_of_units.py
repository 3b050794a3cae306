"""Structures to begin with: a template of units for each document, and the seats that it asks to be filled (OG-05, OG-01)."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tingsu.people.models import Unit
from tingsu.people.roles import Role

Words = str | Promise


@dataclass(frozen=True)
class Opened:
    """One unit of a template; `parent` is the code of a unit that stands before it."""

    code: str
    kind: str
    zh: str
    en: str
    parent: str = ""
    hosting: str = ""

    @property
    def name(self) -> dict[str, str]:
        return {"zh-Hans": self.zh, "en": self.en}


@dataclass(frozen=True)
class Seat:
    """Somebody whom the structure asks for: what the seat is called, in which unit and role."""

    words: Words
    unit: str
    role: str
    seat: str = ""


@dataclass(frozen=True)
class Structure:
    """A template: its words, units in the order in which they open, where the centre is, and its seats."""

    label: Words
    hint: Words
    units: tuple[Opened, ...]
    centre: str
    top: str
    """The unit of those who lead."""
    seats: tuple[Seat, ...] = ()


K = Unit.Kind
STRUCTURES: dict[str, Structure] = {
    "svc": Structure(
        label=_("Three levels (service sector)"),
        hint=_("Committee, complaint handling centre with four groups under service management, business departments."),
        units=(
            Opened("committee", K.COMMITTEE, "客户投诉管理委员会", "Complaint management committee"),
            Opened("service", K.FUNCTION, "服务管理部", "Service management department", "committee"),
            Opened("centre", K.CENTRE, "客户投诉处理中心", "Complaint handling centre", "service", "service"),
            Opened("intake", K.INTAKE, "受理组", "Intake group", "centre"),
            Opened("investigation", K.INVESTIGATION, "调查组", "Investigation group", "centre"),
            Opened("handling", K.HANDLING, "处理组", "Handling group", "centre"),
            Opened("data", K.DATA, "数据分析组", "Data analysis group", "centre"),
            Opened("store-operations", K.DEPARTMENT, "门店运营部", "Store operations", "committee"),
            Opened("online-service", K.DEPARTMENT, "线上服务部", "Online service", "committee"),
            Opened("after-sales", K.DEPARTMENT, "售后部", "After-sales", "committee"),
            Opened("legal", K.FUNCTION, "法务部", "Legal", "committee"),
            Opened("quality", K.FUNCTION, "质检部", "Quality inspection", "committee"),
        ),
        centre="centre",
        top="committee",
        seats=(
            Seat(_("General manager"), "committee", Role.TOP_MGMT, "general_manager"),
            Seat(_("Deputy general manager for service"), "committee", Role.MGMT_REP, "deputy_service"),
            Seat(_("Head of legal"), "committee", Role.FUNCTION, "legal"),
            Seat(_("Head of quality inspection"), "committee", Role.QA, "quality"),
            Seat(_("Supervisor of the centre"), "centre", Role.SUPERVISOR),
            Seat(_("Front-line staff of the intake group"), "intake", Role.FRONTLINE),
            Seat(_("Specialist of the investigation group"), "investigation", Role.SPECIALIST),
            Seat(_("Specialist of the handling group"), "handling", Role.SPECIALIST),
            Seat(_("Analyst of the data group"), "data", Role.ANALYST),
            Seat(_("Contact of store operations"), "store-operations", Role.DEPT),
            Seat(_("Contact of online service"), "online-service", Role.DEPT),
            Seat(_("Contact of after-sales"), "after-sales", Role.DEPT),
        ),
    ),
    "sz": Structure(
        label=_("Complaint body with five roles (small and medium-sized)"),
        hint=_("Management, one complaint handling body, departments: the five roles of the Shenzhen guide."),
        units=(
            Opened("management", K.COMMITTEE, "管理层", "Management"),
            Opened("centre", K.CENTRE, "投诉处理机构", "Complaint handling body", "management", "independent"),
            Opened("sales", K.DEPARTMENT, "销售部", "Sales", "management"),
            Opened("after-sales", K.DEPARTMENT, "售后部", "After-sales", "management"),
            Opened("quality", K.FUNCTION, "质量管理部", "Quality management", "management"),
        ),
        centre="centre",
        top="management",
        seats=(
            Seat(_("Senior leader"), "management", Role.TOP_MGMT),
            Seat(_("Management representative"), "management", Role.MGMT_REP),
            Seat(_("Supervisor"), "centre", Role.SUPERVISOR),
            Seat(_("Specialist"), "centre", Role.SPECIALIST),
            Seat(_("Front-line staff"), "centre", Role.FRONTLINE),
            Seat(_("Contact of after-sales"), "after-sales", Role.DEPT),
        ),
    ),
    "one": Structure(
        label=_("One person does everything (micro-enterprise)"),
        hint=_("One unit, one person in all roles; others can join at any time."),
        units=(Opened("centre", K.CENTRE, "投诉处理", "Complaint handling", "", "independent"),),
        centre="centre",
        top="centre",
    ),
}
ALL_ROLES = (Role.TOP_MGMT, Role.MGMT_REP, Role.SUPERVISOR, Role.SPECIALIST, Role.FRONTLINE)
"""What one person holds who does everything (ME-01, SZ F.1)."""
ADMINISTRATORS: dict[str, tuple[Words, tuple[str, ...]]] = {
    "mgmt_rep": (_("Management representative"), (Role.MGMT_REP,)),
    "supervisor": (_("Supervisor"), (Role.SUPERVISOR,)),
    "leads": (_("I lead the firm and look after complaints myself"), (Role.TOP_MGMT, Role.MGMT_REP)),
    "all": (_("I do everything"), ALL_ROLES),
}
"""What the first administrator is: each of them manages people."""
