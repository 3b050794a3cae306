"""Options that the steps of settlement offer, and the case roles of executor and approver."""

from typing import Any

from tingsu.complaints.models import Complaint
from tingsu.complaints.terms import DemandKind, PartyRole
from tingsu.kernel.actor import Actor
from tingsu.kernel.crypto import Erased
from tingsu.kernel.fields import in_language
from tingsu.kernel.money import yuan
from tingsu.people import queries as people
from tingsu.process.registry import case_role
from tingsu.process.steps import Options, options_from
from tingsu.settlement import queries
from tingsu.settlement.models import Approval, ExecutionItem, OutsideCase
from tingsu.settlement.rulebooks import bases, remedies, ways

EXECUTOR_ROLES = ("frontline", "specialist", "coach", "supervisor", "dept")
SHORT = 30


@options_from("bases")
def basis_options(complaint: Any) -> Options:
    return bases.options()


@options_from("remedies")
def remedy_options(complaint: Any) -> Options:
    return remedies.options()


@options_from("ways")
def way_options(complaint: Any) -> Options:
    return ways.options()


@options_from("demands")
def demand_options(complaint: Any) -> Options:
    """What the complainant asks for, one by one."""
    if complaint is None:
        return ()
    return tuple(
        (str(demand.pk), demand_label(complaint, demand)) for demand in complaint.demands.order_by("position", "pk")
    )


def demand_label(complaint: Complaint, demand: Any) -> str:
    parts = [str(DemandKind(demand.kind).label)]
    if demand.amount_fen:
        parts.append(yuan(demand.amount_fen))
    if detail := _detail(demand):
        parts.append(detail)
    return " · ".join(parts)


def _detail(demand: Any) -> str:
    try:
        text = demand.text()
    except Erased:
        return ""
    return text if len(text) <= SHORT else text[: SHORT - 1] + "…"


@options_from("executors")
def executor_options(complaint: Any) -> Options:
    return tuple(
        (str(m.pk), f"{in_language(m.alias)} · {m.staff_number}") for m in people.active_members(roles=EXECUTOR_ROLES)
    )


@options_from("opinion_parties")
def opinion_party_options(complaint: Any) -> Options:
    if complaint is None:
        return ()
    return tuple((str(party.pk), str(PartyRole(party.role).label)) for party in queries.parties_concerned(complaint))


@options_from("execution_items")
def execution_item_options(complaint: Any) -> Options:
    if complaint is None:
        return ()
    return tuple((str(item.pk), item_label(item)) for item in queries.current_items(complaint))


def item_label(item: ExecutionItem) -> str:
    duty = item.shown("duty")
    parts = [remedies.name_of(item.remedy)] if item.remedy else []
    parts += [yuan(item.amount_fen)] if item.amount_fen else []
    parts += [duty if len(duty) <= SHORT else duty[: SHORT - 1] + "…"] if duty else []
    return " · ".join(parts)


@options_from("outside_cases")
def outside_case_options(complaint: Any) -> Options:
    if complaint is None:
        return ()
    return tuple((str(row.pk), outside_label(row)) for row in queries.pending_outside_cases(complaint))


def outside_label(row: OutsideCase) -> str:
    return f"{ways.name_of(row.way)} · {row.shown('body')}"


# case roles


@case_role("executor")
def is_executor(actor: Actor, complaint: Complaint) -> bool:
    """Has something to carry out in the present execution."""
    if actor.kind != "member" or complaint.state != "executing":
        return False
    mine = ExecutionItem.of(complaint, current=True, executor_id=actor.id)
    return any(item.state != ExecutionItem.State.VERIFIED for item in mine)


@case_role("approver")
def is_approver(actor: Actor, complaint: Complaint) -> bool:
    """Holds a role that the open request for approval names."""
    if actor.kind != "member" or complaint.state != "handling":
        return False
    return any(actor.has_role(*one.roles) for one in Approval.of(complaint, decision=Approval.Decision.OPEN))
