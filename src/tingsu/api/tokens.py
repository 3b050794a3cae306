"""Issuing, checking and revoking programs' tokens (issue of secrets: shown once, kept as a digest)."""

import hmac
import secrets
import uuid
from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tingsu.api.models import ApiToken
from tingsu.kernel import crypto
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import InvalidInput, InvalidValue, NotFound, SignInNeeded
from tingsu.kernel.ledger import lock_chain, open_chain
from tingsu.kernel.models import Organisation
from tingsu.kernel.rows import asked
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.people import queries as people
from tingsu.people.access import SCOPE_RIGHTS, Can, require
from tingsu.people.roles import Role

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
    """Make a token; its text is given this once. Raises NotAllowed, InvalidInput."""
    require(actor, Can.TOKENS)
    _check(name, scopes, roles, acts_for)
    at = now()
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
            created_at=at,
            expires_at=expires_at,
        )
        token.save(force_insert=True)
        chain.record(
            "token.issued",
            actor=actor,
            at=at,
            data={"scopes": token.scopes, "roles": token.roles, "acts_for": acts_for, "expires_at": expires_at},
        )
        chain.flush()
    slug = Organisation.objects.values_list("slug", flat=True).get(pk=current_organisation_id())
    return token, f"{PREFIX}.{slug}.{token.pk.hex}.{secret}"


def _check(name: str, scopes: Collection[str], roles: Collection[str], acts_for: uuid.UUID) -> None:
    errors: dict[str, InvalidValue] = {}
    if not name.strip() or len(name) > 60:
        errors["name"] = InvalidValue(code="required")
    elif "\x00" in name:
        errors["name"] = InvalidValue(code="nul")
    elif ApiToken.objects.filter(name=name).exists():
        errors["name"] = InvalidValue(_("A token with this name exists."), code="taken")
    if not scopes or set(scopes) - set(SCOPE_RIGHTS):
        errors["scopes"] = InvalidValue(code="choice")
    if set(roles) - set(Role.values):
        errors["roles"] = InvalidValue(code="choice")
    if not people.is_active(acts_for):
        errors["acts_for"] = InvalidValue(code="member")
    if errors:
        raise InvalidInput(dict(errors))


def revoke_token(*, actor: Actor, token_id: uuid.UUID) -> None:
    """From now on the token opens nothing. Raises NotAllowed, NotFound."""
    require(actor, Can.TOKENS)
    with transaction.atomic(durable=True):
        chain = lock_chain(token_id, "token")
        token = ApiToken.objects.filter(pk=token_id).first()
        if token is None:
            raise NotFound
        if token.revoked_at is not None:
            return
        token.revoked_at = now()
        token.save(update_fields=["revoked_at"])
        chain.record("token.revoked", actor=actor, at=token.revoked_at)
        chain.flush()


def organisation_of(text: str) -> str:
    """The organisation's slug inside a token; empty for anything else."""
    parts = text.split(".")
    return parts[1] if len(parts) == 4 and parts[0] == PREFIX else ""


def actor_of(text: str) -> Actor:
    """The actor of a token's text, acting for its organisation already; none when who answers for it has left. Raises TokenInvalid."""
    parts = text.split(".")
    if len(parts) != 4 or parts[0] != PREFIX:
        raise TokenInvalid
    try:
        token = asked(ApiToken, "id = %s", uuid.UUID(hex=parts[2])).first()
    except ValueError as error:
        raise TokenInvalid from error
    at = now()
    if token is None or not hmac.compare_digest(bytes(token.digest), crypto.digest(parts[3].encode())):
        raise TokenInvalid
    if token.revoked_at or (token.expires_at and token.expires_at <= at) or not people.is_active(token.acts_for_id):
        raise TokenInvalid
    if token.last_used_on != at.date():
        ApiToken.objects.filter(pk=token.pk).update(last_used_on=at.date())
    return Actor(
        kind="token",
        id=token.acts_for_id,
        organisation_id=token.organisation_id,
        name=token.pk.hex[:12],
        roles=frozenset(token.roles),
        unit_ids=frozenset(post.unit_id for post in people.posts_of(token.acts_for_id)),
        staff_level=people.staff_level_of(token.acts_for_id),
        scopes=frozenset(token.scopes),
    )
