"""Who may do what outside a single case: the table of rights by role, and the actor of a request (OG-03, PS-03).

Rights on one complaint come from the process table and the case roles (`complaints.access`); rights to see a personal
field come from `privacy.fields`. Everything else that a person may open or change is decided here.
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import NotAllowed, SecondFactorNeeded, SignInNeeded
from tingsu.kernel.organisations import organisation_with
from tingsu.kernel.rows import Row, Through, asked_together
from tingsu.kernel.tenancy import acting_for, organisation_or_none
from tingsu.people import gates
from tingsu.people.models import Account, Member, Membership, Post
from tingsu.people.roles import MEDIATOR_RANK, STAFF_RANK, Role

PRACTISING_AS = "practising_as"
"""In the session: whom of the invented people of a practice copy this person plays."""


class Can(models.TextChoices):
    """Rights that roles carry."""

    DESK = "desk", _("Open the desk")
    REGISTER = "register", _("Register complaints")
    WORK_CASES = "work_cases", _("Work on cases")
    SEE_QUEUE = "see_queue", _("See the queue of all cases")
    ASSIGN = "assign", _("Assign cases to others")
    REVEAL = "reveal", _("Reveal personal data with a purpose")
    EXPORT = "export", _("Export lists")
    REPORTS = "reports", _("Read figures and reports")
    MAILROOM = "mailroom", _("See letters sent and received")
    POST = "post", _("Answer for outgoing mail: release it, send letters again")
    SETTINGS = "settings", _("Open the settings")
    PEOPLE = "people", _("Manage units, members and posts")
    RULEBOOKS = "rulebooks", _("Publish rules: limits, calendars, categories, authority")
    EVENTS = "events", _("Approve statements and close event records")
    AUDIT = "audit", _("Read the access log and the ledger")
    TOKENS = "tokens", _("Manage programs' access")
    SESSIONS = "sessions", _("See who is signed in, and end sessions")


_EVERYBODY = frozenset({Can.DESK})
_HANDLER = _EVERYBODY | {Can.REGISTER, Can.WORK_CASES, Can.SEE_QUEUE, Can.REVEAL}
_LEADER = _HANDLER | {Can.ASSIGN, Can.REPORTS, Can.EXPORT, Can.MAILROOM, Can.POST, Can.SETTINGS, Can.AUDIT, Can.EVENTS}

RIGHTS: dict[str, frozenset[Can]] = {
    Role.TOP_MGMT: _EVERYBODY
    | {Can.SEE_QUEUE, Can.REVEAL, Can.REPORTS, Can.EXPORT, Can.SETTINGS, Can.AUDIT, Can.RULEBOOKS, Can.EVENTS},
    Role.MGMT_REP: _LEADER | {Can.RULEBOOKS, Can.PEOPLE, Can.TOKENS, Can.SESSIONS},
    Role.SUPERVISOR: _LEADER | {Can.RULEBOOKS, Can.PEOPLE, Can.SESSIONS},
    Role.SPECIALIST: _HANDLER | {Can.MAILROOM, Can.POST},
    Role.COACH: _HANDLER | {Can.MAILROOM, Can.REPORTS},
    Role.FRONTLINE: _HANDLER,
    Role.AI_AGENT: frozenset({Can.REGISTER}),
    Role.MEDIATOR: _EVERYBODY | {Can.WORK_CASES, Can.REVEAL},
    Role.DEPT: _EVERYBODY | {Can.WORK_CASES},
    Role.FUNCTION: _EVERYBODY | {Can.WORK_CASES},
    Role.QA: _EVERYBODY | {Can.SEE_QUEUE, Can.REPORTS, Can.MAILROOM},
    Role.ANALYST: _EVERYBODY | {Can.SEE_QUEUE, Can.REPORTS, Can.EXPORT},
    Role.AUDITOR: _EVERYBODY | {Can.SEE_QUEUE, Can.REPORTS, Can.AUDIT, Can.SETTINGS},
    Role.DSO: _EVERYBODY | {Can.SETTINGS, Can.AUDIT, Can.REVEAL, Can.TOKENS, Can.SESSIONS},
}
"""Role → rights (OG-03, RL-1). Whoever handles cases does not read the access log; whoever audits does not handle."""

SCOPE_RIGHTS: dict[str, frozenset[Can]] = {
    "complaints:read": frozenset({Can.SEE_QUEUE}),
    "complaints:write": frozenset({Can.REGISTER, Can.WORK_CASES, Can.SEE_QUEUE}),
    "registers:read": frozenset(),
    "registers:write": frozenset(),
    "complaints:decide": frozenset(),
}
"""Scope of an API token → rights. Steps that decide ask for the last one, whoever answers for the token."""
DECIDE = "complaints:decide"
OF_ANY_CASE = frozenset({Can.DESK, Can.REGISTER, Can.WORK_CASES, Can.SEE_QUEUE, Can.REVEAL})
"""Rights that open no more than the cases somebody takes part in; people of a supplier hold no others, whatever their role (MS-32)."""


def rights_of(actor: Actor) -> frozenset[Can]:
    """Every right the actor holds through roles or scopes. Complainants and respondents hold none here.

    A program holds what its scopes open, and of that only what the member behind it may do now.
    """
    if actor.kind == "system":
        return frozenset(Can)
    if actor.kind == "token":
        held = _rights(SCOPE_RIGHTS, actor.scopes) & _rights(RIGHTS, actor.held)
    else:
        held = _rights(RIGHTS, actor.roles) if actor.kind == "member" else frozenset()
    return (held & OF_ANY_CASE if held and _of_supplier(actor) else held) - actor.withheld


def _of_supplier(actor: Actor) -> bool:
    from tingsu.people.queries import of_supplier

    return of_supplier(actor)


def _rights(table: Mapping[str, frozenset[Can]], names: Iterable[str]) -> frozenset[Can]:
    return frozenset().union(*(table.get(name, frozenset()) for name in names))


def behind(actor: Actor) -> Actor:
    """The member behind a program, with the posts of this moment; everybody else as they are."""
    return replace(actor, kind="member", roles=actor.held) if actor.kind == "token" else actor


def may(actor: Actor, right: Can) -> bool:
    return right in rights_of(actor)


def require(actor: Actor, right: Can) -> None:
    """Raises NotAllowed, naming what is missing."""
    if right in actor.withheld:
        raise NotAllowed(
            _("“%(right)s” opens for you as soon as your training for it is recorded as completed."),
            code="training_needed",
            right=right.label,
        )
    if not may(actor, right):
        raise NotAllowed(_("Your role does not include “%(right)s”."), right=right.label)


def roles_with(right: Can) -> frozenset[str]:
    """The roles that carry a right (for menus and hints)."""
    return frozenset(str(role) for role, rights in RIGHTS.items() if right in rights)


def actor_for(request: HttpRequest, needs: Can | None = None) -> Actor:
    """The person behind a request as an actor of the request's organisation. Read anew for each request, then kept on it.

    Raises SignInNeeded; SecondFactorNeeded while a role asks for one that is not set up; NotAllowed when the account has no
    active member here, has a password that somebody else made, or lacks the right `needs`.
    """
    actor: Actor | None = getattr(request, "_tingsu_actor", None)
    if actor is None:
        actor = _actor_of_account(request)
        request._tingsu_actor = actor  # type: ignore[attr-defined]
    if needs is not None:
        require(actor, needs)
    return actor


def _actor_of_account(request: HttpRequest) -> Actor:
    user = getattr(request, "user", None)
    organisation_id = organisation_or_none()
    if user is None or not user.is_authenticated or organisation_id is None:
        raise SignInNeeded
    account = cast(Account, user)
    if account.password_given:
        raise NotAllowed(
            _("Your password was made by somebody else. Choose your own one first, on the page “Change password”."),
            code="password_given",
        )
    real = organisation_with(organisation_id).practice_of
    read = (
        asked_together({Member: _of_account("id"), Post: _of_account("member_id")}, account.pk)
        if real is None
        else asked_together({Member: "id", Post: "member_id"}, _practising_as(request, account, real))
    )
    actor = next((acting(member, read[Post]) for member in read[Member] if member.active), None)
    if actor is None:
        raise NotAllowed(_("Your account does not belong to this organisation."), code="no_membership")
    # Here, because the way to the rules and to the ledger leads through this module.
    from tingsu.people import second_factor

    if second_factor.is_missing(request, account, actor):
        raise SecondFactorNeeded
    return actor


def _of_account(column: str) -> Through:
    """Rows of the member as whom an account works in the organisation."""
    return Through(column, Membership, "member_id", by="account_id")


def _practising_as(request: HttpRequest, account: Account, real: uuid.UUID) -> uuid.UUID:
    """Whom of the invented people somebody plays in a practice copy. Raises NotAllowed."""
    if not works_in(account.pk, real):
        raise NotAllowed(_("Your account does not belong to this organisation."), code="no_membership")
    try:
        return uuid.UUID(request.session[PRACTISING_AS])
    except (KeyError, ValueError):
        raise NotAllowed(_("Choose first in which role you practise."), code="no_role_chosen") from None


def works_in(account_id: int, organisation_id: uuid.UUID) -> bool:
    """Has the account an active member in this organisation? Asked from another one, outside any transaction."""
    members = Membership.objects.filter(account_id=account_id, organisation_id=organisation_id).values_list(
        "member_id", flat=True
    )
    with acting_for(organisation_id):
        return Member.objects.filter(pk__in=list(members), active=True).exists()


def at_work(account_id: int) -> list[Membership]:
    """Where an account works now, first joined first: an organisation that its member left is none of them. Whoever is no
    member is let in or not by who knows them (`elsewhere`). Outside any transaction.
    """
    found = list(Membership.objects.filter(account_id=account_id).order_by("pk"))
    return found if len(found) < 2 else [one for one in found if not _left(one)]


def _left(membership: Membership) -> bool:
    with acting_for(membership.organisation_id):
        return Member.objects.filter(pk=membership.member_id, active=False).exists()


def works_elsewhere(account_id: int | None) -> bool:
    """Does the account work in another organisation too? Outside any transaction."""
    ours = organisation_or_none()
    return account_id is not None and any(one.organisation_id != ours for one in at_work(account_id))


def actor_of(member: Member) -> Actor:
    """A member as an actor, with the posts held now. For requests and for work done in a member's name (demo, tests)."""
    return acting(member, Post.objects.filter(member=member))


def member_now(member_id: uuid.UUID) -> Actor | None:
    """An active member as an actor with the posts of this instant, read anew; None for one who left or holds none now."""
    return _now(asked_together({Member: "id", Post: "member_id"}, member_id))


def member_named_by(model: type[Row], names: str, key: uuid.UUID) -> tuple[Row | None, Actor | None]:
    """A row and, as `member_now` tells it, the member whose id stands in one of its columns: one statement for both."""
    read = asked_together(
        {model: "id", Member: Through("id", model, names), Post: Through("member_id", model, names)}, key
    )
    return next(iter(read[model]), None), _now(read)


def _now(read: Mapping[Any, list[Any]]) -> Actor | None:
    found = next((acting(member, read[Post]) for member in read[Member] if member.active), None)
    return found if found is not None and found.roles else None


def acting(member: Member, held: Iterable[Post]) -> Actor:
    """A member with those of the posts that run now, as an actor."""
    at = now()
    posts = [post for post in held if in_office(post, at)]
    return Actor(
        kind="member",
        id=member.pk,
        organisation_id=member.organisation_id,
        name=member.staff_number,
        roles=frozenset(post.role for post in posts),
        unit_ids=frozenset(post.unit_id for post in posts),
        staff_level=max((post.staff_level for post in posts), key=lambda level: STAFF_RANK[level], default=""),
        mediator_level=max((post.mediator_level for post in posts), key=lambda level: MEDIATOR_RANK[level], default=""),
        withheld=gates.withheld_from(member),
    )


def in_office(post: Post, at: datetime) -> bool:
    """Does the post run at this instant? A period holds its first instant and not its last."""
    return post.since <= at and (post.until is None or at < post.until)
