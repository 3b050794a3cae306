"""The second factor where rules ask for it: who must have one, what a session knows of it, and its loss (PS-03).

A member whose role sees or decides much is led to it at sign-in before anything else opens. In the demo and in
practice copies nobody is asked: their people are invented.
"""

import uuid
from typing import Any

from allauth.mfa import signals
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from tingsu.kernel.actor import Actor
from tingsu.kernel.organisations import organisation_with
from tingsu.kernel.tenancy import acting_for
from tingsu.people import elsewhere, sessions, sign_in_rules
from tingsu.people.access import member_now
from tingsu.people.actions import signing
from tingsu.people.models import Account, Membership


def is_needed(actor: Actor) -> bool:
    """Do the roles held now ask for one, by the rules of the organisation?"""
    return _is_asked_of(actor.organisation_id, actor.roles)


def _is_asked_of(organisation_id: uuid.UUID, roles: frozenset[str]) -> bool:
    organisation = organisation_with(organisation_id)
    if organisation.practice_of is not None or (settings.DEMO and organisation.is_demo):
        return False
    return sign_in_rules.needs_second_factor(roles)


def is_on(account_id: int) -> bool:
    """Does sign-in ask this account for a second factor?"""
    return bool(Authenticator.objects.filter(user_id=account_id, type=Authenticator.Type.TOTP).exists())


def is_missing(request: HttpRequest, account: Account, actor: Actor) -> bool:
    """Must this member set one up before anything opens? A session that saw it is not asked again."""
    session: Any = getattr(request, "session", {})
    if session.get(sessions.FACTOR) or not is_needed(actor):
        return False
    if is_on(account.pk):
        session[sessions.FACTOR] = True
        return False
    return True


def is_needed_anywhere(account_id: int) -> bool:
    """Does any organisation in which the account works ask for one?"""
    for membership in Membership.objects.filter(account_id=account_id):
        with acting_for(membership.organisation_id):
            actor = member_now(membership.member_id)
            if actor is not None and is_needed(actor):
                return True
        if elsewhere.home_of(membership):
            with acting_for(membership.organisation_id):
                if _is_asked_of(membership.organisation_id, frozenset({sign_in_rules.PARTNER})):
                    return True
    return False


def connect() -> None:
    """Listen to what allauth tells: switched on, used, switched off."""
    signals.authenticator_added.connect(_added, dispatch_uid="tingsu.second_factor")
    signals.authenticator_used.connect(_used, dispatch_uid="tingsu.second_factor")
    signals.authenticator_removed.connect(_removed, dispatch_uid="tingsu.second_factor")


def _added(request: HttpRequest, user: Account, authenticator: Authenticator, **kwargs: Any) -> None:
    """The account is better guarded from here on: the session gets a new key, and all others end."""
    if authenticator.type == Authenticator.Type.TOTP:
        request.session[sessions.FACTOR] = True
        sessions.renew(request)
        signing.record_second_factor(user, on=True)


def _used(request: HttpRequest, **kwargs: Any) -> None:
    request.session[sessions.FACTOR] = True


def _removed(request: HttpRequest, user: Account, authenticator: Authenticator, **kwargs: Any) -> None:
    if authenticator.type == Authenticator.Type.TOTP:
        request.session.pop(sessions.FACTOR, None)
        sessions.renew(request)
        transaction.on_commit(lambda: signing.record_second_factor(user, on=False))
