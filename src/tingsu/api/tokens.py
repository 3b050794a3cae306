"""Issuing, checking and revoking programs' tokens (issue of secrets: shown once, kept as a digest)."""

import hmac
import secrets
import uuid
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tingsu.api.models import ApiToken
from tingsu.kernel import crypto
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import InvalidInput, InvalidValue, NotAllowed, NotFound, SignInNeeded, TingsuError
from tingsu.kernel.ledger import Chain, lock_chain, open_chain
from tingsu.kernel.models import Organisation
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.letters.notices import notify
from tingsu.people import directory, programs
from tingsu.people import queries as people
from tingsu.people.access import DECIDE, RIGHTS, SCOPE_RIGHTS, Can, member_named_by, member_now, require
from tingsu.people.programs import Program
from tingsu.people.roles import Role

DEFAULT_LIFE, LONGEST_LIFE = timedelta(days=90), timedelta(days=366)
LESS_THAN_ANY = frozenset({str(Role.AI_AGENT)})
"""Roles that give less than any post does, so that they need none."""
SECOND_PERSONS = frozenset(
    {str(role) for role, rights in RIGHTS.items() if Can.TOKENS in rights} | {str(Role.TOP_MGMT)}
)
"""Roles of whom one approves a token as the second person."""
PREFIX = "tingsu"
"""A token reads tingsu.<organisation>.<id>.<secret>: the organisation is found before anything is known."""


class TokenInvalid(SignInNeeded):
    code = "token_invalid"
    sentence = _("The access token is missing, unknown, expired or revoked.")


def issue_token(
    *,
    actor: Actor,
    name: str,
    scopes: Collection[str],
    roles: Collection[str],
    acts_for: uuid.UUID,
    expires_at: datetime | None = None,
) -> tuple[ApiToken, str]:
    """Make a token; its text is given this once. It ends by itself, after a year at the latest.

    One for somebody else opens nothing before that person agreed and a second person approved it; one that may decide
    needs the second person always. The set-up command makes them alone. Raises NotAllowed, InvalidInput.
    """
    require(actor, Can.TOKENS)
    at = now()
    ends = expires_at or at + DEFAULT_LIFE
    _check(name, scopes, roles, acts_for, ends - at)
    secret = secrets.token_urlsafe(32)
    with transaction.atomic(durable=True):
        chain = open_chain("token")
        token = ApiToken(
            id=chain.stream.pk,
            name=name,
            digest=crypto.digest(secret.encode()),
            scopes=sorted(scopes),
            roles=sorted(roles),
            acts_for_id=acts_for,
            made_by_id=actor.id,
            created_at=at,
            expires_at=ends,
        )
        token.save(force_insert=True)
        chain.record(
            "token.issued",
            actor=actor,
            at=at,
            data={
                "scopes": token.scopes, "roles": token.roles, "acts_for": acts_for, "expires_at": ends, "made_by": actor.id,
            },
            texts={"name": name},
        )  # fmt: skip
        chain.flush()
        directory.forget_cached()
        if waits_for_consent(token):
            notify([acts_for], "token.asks_consent", None, {})
        if waits_for_second_person(token):
            others = {post.member_id for post in people.posts_now(roles=SECOND_PERSONS)} - {actor.id, acts_for}
            notify(sorted(others), "token.asks_approval", None, {})
    slug = Organisation.objects.values_list("slug", flat=True).get(pk=current_organisation_id())
    return token, f"{PREFIX}.{slug}.{token.pk.hex}.{secret}"


def _check(
    name: str, scopes: Collection[str], roles: Collection[str], acts_for: uuid.UUID, life: timedelta | None = None
) -> None:
    errors: dict[str, TingsuError] = {}
    if not name.strip() or len(name) > 60:
        errors["name"] = InvalidValue(code="required")
    elif "\x00" in name:
        errors["name"] = InvalidValue(code="nul")
    elif ApiToken.objects.filter(name=name).exists():
        errors["name"] = InvalidValue(_("A token with this name exists."), code="taken")
    if not scopes or set(scopes) - set(SCOPE_RIGHTS):
        errors["scopes"] = InvalidValue(code="choice")
    if life is not None and life > LONGEST_LIFE:
        errors["expires_at"] = InvalidValue(_("A token lives for a year at most."), code="too_long_a_life")
    behind = member_now(acts_for)
    if set(roles) - set(Role.values):
        errors["roles"] = InvalidValue(code="choice")
    elif not people.is_active(acts_for):
        errors["acts_for"] = InvalidValue(code="member")
    elif behind is None:
        errors["acts_for"] = InvalidValue(_("This person holds no post now."), code="member")
    elif set(roles) - behind.roles - LESS_THAN_ANY:
        errors["roles"] = InvalidValue(_("A token acts only in roles that this person holds now."), code="choice")
    if errors:
        raise InvalidInput(errors)


def agree(*, actor: Actor, token_id: uuid.UUID) -> ApiToken:
    """The member in whose name a token acts agrees; nobody can for somebody else. Raises NotAllowed, NotFound."""
    with transaction.atomic(durable=True):
        chain, token = _locked(token_id)
        if actor.kind != "member" or actor.id != token.acts_for_id:
            raise NotAllowed
        if token.agreed_at is None:
            token.agreed_at = now()
            token.save(update_fields=["agreed_at"])
            chain.record("token.agreed", actor=actor, at=token.agreed_at)
            chain.flush()
    return token


def approve(*, actor: Actor, token_id: uuid.UUID) -> ApiToken:
    """A second person lets a token act: neither who made it nor who answers for it. Raises NotAllowed, NotFound."""
    if actor.kind != "member" or not actor.has_role(*SECOND_PERSONS):
        raise NotAllowed
    with transaction.atomic(durable=True):
        chain, token = _locked(token_id)
        if not may_approve(actor, token):
            raise NotAllowed(_("A second person has to approve this token."), code="second_person")
        if token.approved_at is None:
            token.approved_at, token.approved_by_id = now(), actor.id
            token.save(update_fields=["approved_at", "approved_by_id"])
            chain.record("token.approved", actor=actor, at=token.approved_at)
            chain.flush()
    return token


def may_approve(actor: Actor, token: ApiToken) -> bool:
    """Is this the second person for a token: what waits for somebody and what they may do is one question."""
    if actor.kind != "member" or not actor.has_role(*SECOND_PERSONS):
        return False
    return actor.id not in (token.made_by_id, token.acts_for_id)


def _locked(token_id: uuid.UUID) -> tuple[Chain, ApiToken]:
    chain = lock_chain(token_id, "token")
    token = ApiToken.objects.filter(pk=token_id, revoked_at=None).first()
    if token is None:
        raise NotFound
    return chain, token


def waits_for_consent(token: ApiToken) -> bool:
    """Made by somebody else than the member who answers for it, who has not agreed yet."""
    return token.made_by_id not in (None, token.acts_for_id) and token.agreed_at is None


def waits_for_second_person(token: ApiToken) -> bool:
    """For somebody else, or able to decide, and nobody else has approved it yet."""
    alone = token.made_by_id is None or (token.made_by_id == token.acts_for_id and DECIDE not in token.scopes)
    return not alone and token.approved_at is None


def revoke_token(*, actor: Actor, token_id: uuid.UUID) -> None:
    """From now on the token opens nothing. Raises NotAllowed, NotFound."""
    require(actor, Can.TOKENS)
    with transaction.atomic(durable=True):
        lock_chain(token_id, "token")
        token = ApiToken.objects.filter(pk=token_id).first()
        if token is None:
            raise NotFound
        if token.revoked_at is None:
            end_for(token, "", actor)


def end_for(token: ApiToken, why: str, actor: Actor) -> None:
    """End it for good, in the open transaction; `why` is empty where a person wanted it so."""
    chain = lock_chain(token.pk, "token")
    token.revoked_at, token.why = now(), why
    token.save(update_fields=["revoked_at", "why"])
    chain.record("token.revoked", actor=actor, at=token.revoked_at, data={"why": why} if why else {})
    chain.flush()


def code_of(token_id: uuid.UUID) -> str:
    """How the ledger and the access log name a program: by its access, for good."""
    return token_id.hex[:12]


def all_programs() -> list[Program]:
    """Every access of the organisation, for pages that tell who did something. One query."""
    rows = ApiToken.objects.order_by("name").values_list("pk", "name", "acts_for_id")
    return [Program(code_of(pk), name, people.staff_identity(member)) for pk, name, member in rows]


programs.declare(all_programs)


def organisation_of(text: str) -> str:
    """The organisation's slug inside a token; empty for anything else."""
    parts = text.split(".")
    return parts[1] if len(parts) == 4 and parts[0] == PREFIX else ""


def actor_of(text: str) -> Actor:
    """The actor of a token's text, acting for its organisation already. Raises TokenInvalid.

    Roles are cut at every use to the posts that who answers for it holds at this instant: a token of somebody who left, or
    whose posts have ended, opens nothing (AI-04).
    """
    parts = text.split(".")
    if len(parts) != 4 or parts[0] != PREFIX:
        raise TokenInvalid
    try:
        token, behind = member_named_by(ApiToken, "acts_for_id", uuid.UUID(hex=parts[2]))
    except ValueError as error:
        raise TokenInvalid from error
    at = now()
    if token is None or not hmac.compare_digest(bytes(token.digest), crypto.digest(parts[3].encode())):
        raise TokenInvalid
    if token.revoked_at or (token.expires_at and token.expires_at <= at):
        raise TokenInvalid
    if waits_for_consent(token) or waits_for_second_person(token):
        raise TokenInvalid
    if behind is None:
        raise TokenInvalid
    roles = frozenset(token.roles) & (behind.roles | LESS_THAN_ANY)
    if token.roles and not roles:
        raise TokenInvalid
    if token.last_used_on != at.date():
        ApiToken.objects.filter(pk=token.pk).update(last_used_on=at.date())
    return replace(
        behind, kind="token", name=code_of(token.pk), roles=roles, held=behind.roles, scopes=frozenset(token.scopes)
    )
