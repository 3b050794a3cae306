"""Who stands at the partners' door, and what of a case a partner takes part in (IG-10). The only place that decides.

A partner's person is no member: no list of colleagues knows them, no page of staff opens, and a case exists for them only as the
questions that their firm was asked and the complaints that it handed over.
"""

import uuid
from datetime import date, datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tingsu.complaints.models import Complaint
from tingsu.complaints.registry import admits
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import local_date, now
from tingsu.kernel.errors import NotAllowed, SecondFactorNeeded, SignInNeeded
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.tenancy import organisation_or_none
from tingsu.partners.models import PartnerAccount, PartnerTask
from tingsu.people import elsewhere, second_factor, sign_in_rules
from tingsu.privacy import fields as privacy
from tingsu.privacy.fields import Rule


def partner_for(request: HttpRequest) -> tuple[Actor, PartnerAccount]:
    """Who asks, read anew for each request. Raises SignInNeeded, NotAllowed, SecondFactorNeeded."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or organisation_or_none() is None:
        raise SignInNeeded
    account = PartnerAccount.objects.filter(account_id=user.pk).first()
    if account is None or not account.active:
        raise NotAllowed(_("This door is for partners with an account of their own."), code="no_partner")
    if getattr(user, "password_given", False):
        raise NotAllowed(
            _("Your password was made by somebody else. Choose one of your own first: “Change password”."),
            code="password_given",
        )
    if not account.is_bound(today(now())):
        raise NotAllowed(
            _("Your commitment to secrecy has run out. Ask your contact here for a new one."), code="not_bound"
        )
    actor = actor_of(account)
    if second_factor.is_missing(request, user, actor):
        raise SecondFactorNeeded
    return actor, account


def actor_of(account: PartnerAccount) -> Actor:
    """The person as an actor: the ledger names the firm by its code, the person by the id of the account."""
    return Actor(
        kind="partner", id=account.pk, organisation_id=account.organisation_id, name=account.code,
        roles=frozenset({sign_in_rules.PARTNER}),
    )  # fmt: skip


def today(at: datetime) -> date:
    return local_date(at, current_organisation().time_zone)


def bound_accounts(at: datetime) -> list[PartnerAccount]:
    """Accounts that open something now, by firm. One query."""
    day = today(at)
    rows = PartnerAccount.objects.filter(active=True, bound_on__lte=day, bound_until__gte=day)
    return list(rows.order_by("code", "opened_at", "id"))


def takes_part(actor: Actor, complaint: Complaint) -> bool:
    """Was the partner's firm asked something here that it still reads?"""
    at = now()
    return any(task.is_shown(at) for task in PartnerTask.of(complaint, code=actor.name))


PURPOSE = _("Knowing who answers for a partner")
BASIS = _("Contract with the partner (PIPL art. 13)")


def declare() -> None:
    """Let partners into the cases they were asked about, lead them to their own page after signing in, and say what is kept of them."""
    for name, mask, label in (
        ("name", "name", _("Full name")),
        ("username", "whole", _("Sign-in name")),
        ("email", "email", _("E-mail")),
    ):
        privacy.declare("partner", name, Rule(mask, PURPOSE, BASIS, privacy.IDENTITY, revealable=False), label)
    admits(takes_part)
    elsewhere.declare(_home)


def _home(account_id: uuid.UUID) -> str:
    return reverse("partners:home") if PartnerAccount.objects.filter(pk=account_id).exists() else ""
