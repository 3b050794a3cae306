"""Who may see a complaint and who may take which step. The only place that decides."""

import uuid
from typing import Any

from django.db.models import Q, QuerySet

from tingsu.clocks.queries import called_to
from tingsu.complaints import groups
from tingsu.complaints.case_rows import rows_of
from tingsu.complaints.models import CaseMember, Complaint, Party
from tingsu.complaints.numbers import spelled
from tingsu.complaints.process import steps_from
from tingsu.complaints.registry import let_in, promised_to
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import NotFound
from tingsu.kernel.rows import id_of
from tingsu.kernel.shapes import found_by
from tingsu.people import alone, authority, body
from tingsu.people import queries as people
from tingsu.people.access import DECIDE, behind
from tingsu.people.roles import CENTRE_ROLES, Role
from tingsu.process.registry import case_role, case_role_named
from tingsu.process.steps import Step

ENDED = ["closed", "archived"]
"""Written as the partial indexes have it, so that the planner takes them."""
PLAIN_ROLES = frozenset(Role.values) | {"system"}


def sees_everything(actor: Actor) -> bool:
    """Members of the centre, its leaders and its checkers; programs by scope; automation."""
    if actor.kind == "system":
        return True
    if actor.kind == "token":
        # A program sees what the member behind it would see with the posts of this moment, never more.
        return not actor.scopes.isdisjoint({"complaints:read", "complaints:write"}) and sees_everything(behind(actor))
    if actor.kind != "member" or not actor.has_role(*CENTRE_ROLES) or people.of_supplier(actor):
        return False
    return authority.allows_scope(actor, "all_cases")


def visible_to(
    actor: Actor, complaints: QuerySet[Complaint] | None = None, *, running: bool = False
) -> QuerySet[Complaint]:
    """The complaints this actor may see (PS-11). Departments, functions and mediators see the cases they take part in
    or were called to by an escalation. With `running` the rows are open ones only: what ended is not looked at."""
    rows = Complaint.objects.all() if complaints is None else complaints
    if sees_everything(actor):
        return rows
    if actor.kind != "member" and actor.scopes.isdisjoint({"complaints:read", "complaints:write"}):
        return rows.none()
    return rows.filter(pk__in=_own_part(actor, running=running))


def _own_part(actor: Actor, *, running: bool) -> QuerySet[Any]:
    """Ids of the cases of somebody who sees a part: each way to them is asked from its own index, for one condition with
    all of them would make the database look at every case.
    """
    cases = Complaint.objects
    own = cases.filter(owner_id=actor.id)
    return (own.filter(~Q(state__in=ENDED)) if running else own).values("pk").union(*_shared(actor), all=True)


def _shared(actor: Actor) -> tuple[QuerySet[Any], ...]:
    """Ids of the cases that somebody has a part in without owning them."""
    cases, part = Complaint.objects, CaseMember.objects
    return (
        cases.filter(offered_member_id=actor.id).values("pk"),
        cases.filter(offered_unit_id__in=actor.unit_ids).values("pk"),
        part.filter(member_id=actor.id).values("complaint_id"),
        part.filter(unit_id__in=actor.unit_ids).values("complaint_id"),
        called_to(actor.id),
    )


def ways_to(actor: Actor, rows: QuerySet[Complaint], *, everything: bool | None = None) -> list[QuerySet[Complaint]]:
    """The same as `visible_to`, one question for each way that an index walks in the order of a list: nothing is gathered of
    what somebody owns, however much that is. A case may be found by several.

    `everything` is what was found out already of whether the actor sees every case, where a kept question stands under it.
    """
    if sees_everything(actor) if everything is None else everything:
        return [rows]
    if actor.kind != "member" and actor.scopes.isdisjoint({"complaints:read", "complaints:write"}):
        return [rows.none()]
    first, *others = _shared(actor)
    return [rows.filter(owner_id=actor.id), rows.filter(pk__in=first.union(*others, all=True))]


def check_visible(actor: Actor, complaint: Complaint) -> None:
    """Raises NotFound: what one may not see does not exist."""
    if actor.kind in {"complainant", "respondent"}:
        # A portal actor was made from the code of exactly one complaint; its id is the party's.
        if rows_of(Party, complaint, pk=actor.id):
            return
    elif actor.kind == "partner":
        # A partner sees its own question and nothing else of the case: its page is made by the app that asked.
        if let_in(actor, complaint):
            return
    elif sees_everything(actor) or visible_to(actor, Complaint.objects.filter(pk=complaint.pk)).exists():
        return
    raise NotFound


def complaint_id(number: str) -> uuid.UUID:
    """The id of a number for an action, which looks itself whether the actor may see it. Raises NotFound."""
    if (found := id_of(Complaint, "number", _readable(number))) is None:
        raise NotFound
    return found


def get_complaint(actor: Actor, number: str) -> Complaint:
    """One complaint by its number in any spelling, or NotFound."""
    found = found_by(_numbered, spelled(number) or _readable(number))
    if not found:
        raise NotFound
    complaint: Complaint = found[0]
    check_visible(actor, complaint)
    return complaint


def _numbered(number: Any) -> QuerySet[Complaint]:
    return Complaint.objects.select_related("stream").filter(number=number)


def _readable(number: str) -> str:
    """NUL and the like, which no column takes, are simply unknown numbers."""
    return number if number.isprintable() else ""


def may_take(actor: Actor, complaint: Complaint, step: Step) -> bool:
    """Does the actor hold one of the roles that the table names for this step?"""
    if actor.kind == "token" and "complaints:write" not in actor.scopes:
        return False
    if step.decides and not may_decide(actor):
        return False
    if step.of_body and is_outside(actor, complaint) and not alone.one_person():
        return False  # the body's decisions are the body's, whatever role somebody holds elsewhere (OG-02)
    if not groups.allow(actor, step.name) and not is_owner(actor, complaint):
        return False  # each group of the centre has its own steps (OG-07)
    # The authority matrix may take a step away from a role, never give one that the table does not (OG-09).
    return any(holds(actor, complaint, role) for role in step.who) and authority.allows_step(actor, step.name)


def is_outside(actor: Actor, complaint: Complaint) -> bool:
    """Neither of the complaint handling body nor the owner of the case: the body's decisions are not theirs (OG-02)."""
    return not (body.belongs(actor) or is_owner(actor, complaint))


def may_decide(actor: Actor) -> bool:
    """Steps that decide are for people. A program needs a scope of its own for them, and an AI never decides (AI-04)."""
    if actor.has_role(Role.AI_AGENT):
        return False
    return actor.kind != "token" or DECIDE in actor.scopes


def holds(actor: Actor, complaint: Complaint, role: str) -> bool:
    """A role of RL-1, or a case role supplied by the app that knows it."""
    if role in PLAIN_ROLES and role in actor.roles:
        return True
    known = case_role_named(role)
    return known(actor, complaint) if known else False


def steps_for(actor: Actor, complaint: Complaint) -> list[Step]:
    """Steps that the process and the person's roles allow now; guards are asked separately."""
    return [step for step in steps_from(complaint.state) if may_take(actor, complaint, step)]


@case_role("owner")
def is_owner(actor: Actor, complaint: Complaint) -> bool:
    return actor.kind in {"member", "token"} and actor.id == complaint.owner_id


@case_role("investigator")
def is_investigator(actor: Actor, complaint: Complaint) -> bool:
    return is_owner(actor, complaint)


@case_role("offered")
def is_offered(actor: Actor, complaint: Complaint) -> bool:
    return promised_to(actor, complaint.offered_member_id, complaint.offered_unit_id)


@case_role("complainant")
def is_complainant(actor: Actor, complaint: Complaint) -> bool:
    return actor.kind == "complainant"


@case_role("partner")
def is_partner(actor: Actor, complaint: Complaint) -> bool:
    return actor.kind == "partner"


@case_role("token")
def is_program(actor: Actor, complaint: Complaint) -> bool:
    return actor.kind == "token"


@case_role("agent")
def is_agent(actor: Actor, complaint: Complaint) -> bool:
    return actor.kind == "complainant" and actor.has_role("agent")


@case_role("respondent")
def is_respondent(actor: Actor, complaint: Complaint) -> bool:
    return actor.kind == "respondent"


def party_actor(party: Party, organisation_id: uuid.UUID) -> Actor:
    """The actor of somebody who opened a case on the portal with its code."""
    kind: Any = "respondent" if party.role == "respondent" else "complainant"
    return Actor(
        kind=kind, id=party.pk, organisation_id=organisation_id, name=party.role, roles=frozenset({party.role})
    )
