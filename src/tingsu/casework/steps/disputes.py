"""Departments that dispute who answers for a matter: the committee rules by its members, and the ruling binds (E34; AS-13, OG-06)."""

import uuid
from collections import Counter
from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.casework.models import Dispute
from tingsu.casework.options import departments, ids
from tingsu.complaints import committee, terms
from tingsu.complaints.asides import RULED
from tingsu.complaints.case import Case
from tingsu.complaints.joining import join, tell_unit
from tingsu.complaints.models import Complaint
from tingsu.complaints.terms import OPEN_STATES
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import NotFound, Unmet
from tingsu.kernel.ledger import plain
from tingsu.people import queries as people
from tingsu.process.registry import case_role
from tingsu.process.steps import Field, Options, Step, Values, asks_who, options

TIMER = "department_ruling"


def open_dispute(complaint: Complaint) -> Dispute | None:
    """The dispute that waits for a ruling; there is one at a time."""
    return next(iter(Dispute.of(complaint, state=Dispute.State.OPEN)), None)


@case_role("committee")
def rules_here(actor: Actor, complaint: Complaint) -> bool:
    """Is one of those who were asked to rule on the dispute that is open."""
    dispute = open_dispute(complaint) if actor.kind == "member" else None
    return dispute is not None and str(actor.id) in dispute.members


def none_open(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    if open_dispute(case.complaint) is None:
        return []
    return [Unmet("dispute_open", _("a dispute about this matter waits for a ruling already"))]


def two_parties(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    if values is None or len(set(values["units"])) > 1:
        return []
    return [
        Unmet("two_parties", _("choose the departments between which it is disputed: two at least"), value_of="units")
    ]


def somebody_rules(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    parties = ids(values["units"]) if values else []
    if committee.members_for(case.complaint, parties):
        return []
    return [
        Unmet("nobody_rules", _("nobody sits in the committee, and no leader is free to rule; give somebody a seat"))
    ]


def request_ruling(case: Case, values: Values) -> None:
    """E34: the question goes to the committee; every clock of the complaint goes on (AS-13)."""
    parties = ids(values["units"])
    members = committee.members_for(case.complaint, parties)
    limit = case.start(TIMER)
    dispute = Dispute(
        complaint=case.complaint, unit_ids=sorted(values["units"]), asked_by=case.actor.id, asked_at=case.at,
        due_at=limit.due_at, members=[str(one) for one in members], needed=committee.votes_needed(len(members)),
    )  # fmt: skip
    dispute.seal("question", values["question"])
    dispute.save(force_insert=True)
    case.fact("dispute", dispute.pk)
    for unit_id in parties:
        join(case, "dept", unit_id=unit_id)
    for member_id in members:
        join(case, "committee", member_id=member_id)
    case.tell(members, "case.ruling_asked")


REQUEST_RULING = Step(
    id="E34",
    name="request_ruling",
    event="complaint.ruling_requested",
    label=_("Ask the committee to rule"),
    sources=OPEN_STATES,
    who=("owner", "investigator", "supervisor", "mgmt_rep", "task_unit"),
    guards=(none_open, two_parties, somebody_rules),
    starts=(TIMER,),
    clause="SVC 2.2.1",
    effect=request_ruling,
    beside=("tasks", "matter"),
    fields=(
        Field(
            name="units", label=_("Departments in dispute"), kind="choices", options=departments, required=True,
            help=_("Each of them sees the case and how it was ruled."),
        ),
        Field(name="question", label=_("What is disputed, and what each says"), kind="longtext", required=True),
    ),
)  # fmt: skip


@options("disputing_units")
def disputing_units(complaint: Any) -> Options:
    """The departments of the dispute that is open; outside of a case all of them, for the description of the API."""
    if complaint is None:
        return departments(None)
    dispute = open_dispute(complaint)
    return tuple((one, people.unit_name(uuid.UUID(one))) for one in dispute.unit_ids) if dispute else ()


def is_open(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    if open_dispute(case.complaint):
        return []
    return [Unmet("no_dispute", _("no dispute waits for a ruling"))]


@asks_who
def not_of_a_party(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """Who has come to work in one of the departments since is no judge of it (VL-10)."""
    dispute = open_dispute(case.complaint)
    if dispute is None or not {str(one) for one in case.actor.unit_ids} & set(dispute.unit_ids):
        return []
    return [Unmet("of_a_party", _("you work in one of the departments in dispute"))]


def rule(case: Case, values: Values) -> None:
    """E34: one member's word; as soon as enough agree, the department answers for the matter. Until then a word may be changed."""
    dispute = open_dispute(case.complaint)
    if dispute is None:
        raise NotFound
    mine = {"member": str(case.actor.id), "unit": str(values["department"]), "at": plain(case.at)}
    dispute.votes = [*(one for one in dispute.votes if one["member"] != mine["member"]), mine]
    changed = ["votes"]
    agree = Counter(one["unit"] for one in dispute.votes)[mine["unit"]]
    if agree >= dispute.needed:
        dispute.state, dispute.ruled_unit_id, dispute.ruled_at = Dispute.State.RULED, values["department"], case.at
        dispute.seal("ruling", values["words"])
        changed += ["state", "ruled_unit_id", "ruled_at", "ruling"]
        _bind(case, dispute)
    dispute.save(update_fields=changed)
    case.fact("dispute", dispute.pk)
    case.fact("agree", [agree, dispute.needed, len(dispute.members)])


def _bind(case: Case, dispute: Dispute) -> None:
    """The ruling binds the assignment: routing, hands and acceptance leave it as it is (`routing.stays_ruled`)."""
    c = case.complaint
    case.end(TIMER)
    case.set("department_id", dispute.ruled_unit_id)
    case.set("department_by", str(terms.ChosenBy.RULING))
    case.fact(RULED, dispute.ruled_unit_id)
    case.tell({c.owner_id, dispute.asked_by}, "case.ruled")
    for unit_id in dispute.unit_ids:
        tell_unit(case, uuid.UUID(unit_id), "case.ruled")


RULE = Step(
    id="E34",
    name="rule_on_dispute",
    decides=True,
    event="complaint.dispute_voted",
    label=_("Rule on the dispute"),
    sources=OPEN_STATES,
    who=("committee",),
    guards=(is_open, not_of_a_party),
    may_stop=(TIMER,),
    offered=True,
    clause="SVC 2.2.1",
    effect=rule,
    beside=("dispute", "tasks", "matter"),
    fields=(
        Field(name="department", label=_("Which department answers for it"), kind="unit", options=disputing_units, required=True),
        Field(name="words", label=_("Reasons"), kind="longtext", required=True, limit=2000),
    ),
)  # fmt: skip


def withdraw_dispute(case: Case, values: Values) -> None:
    """E34: the departments have agreed among themselves; the question goes, with the reason."""
    dispute = open_dispute(case.complaint)
    if dispute is None:
        raise NotFound
    dispute.state = Dispute.State.WITHDRAWN
    dispute.save(update_fields=["state"])
    case.fact("dispute", dispute.pk)
    case.tell(map(uuid.UUID, dispute.members), "case.ruling_withdrawn")


WITHDRAW = Step(
    id="E34",
    name="withdraw_dispute",
    event="complaint.dispute_withdrawn",
    label=_("Withdraw the dispute"),
    sources=OPEN_STATES,
    who=("owner", "supervisor", "mgmt_rep"),
    guards=(is_open,),
    cancels=(TIMER,),
    clause="SVC 2.2.1",
    effect=withdraw_dispute,
    fields=(Field(name="reason", label=_("Reason"), kind="longtext", required=True, limit=500),),
)

STEPS = (REQUEST_RULING, RULE, WITHDRAW)
