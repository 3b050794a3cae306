"""Accounts of partners: opened for a firm of the partner register, bound to secrecy for a time, closed (IG-10, PS-13, VL-06)."""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tingsu.casework.partners import partners
from tingsu.kernel.actor import Actor
from tingsu.kernel.approvals import Approval, cleared
from tingsu.kernel.clock import now
from tingsu.kernel.errors import InvalidInput, InvalidValue, NotAllowed, NotFound, TingsuError
from tingsu.kernel.ids import new_code
from tingsu.kernel.ledger import Chain, lock_chain, open_chain
from tingsu.kernel.organisations import in_practice
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.partners.access import today
from tingsu.partners.models import PartnerAccount
from tingsu.people import lockout, second_factor, sessions
from tingsu.people.access import Can, require
from tingsu.people.actions.accounts import PASSWORD_LENGTH, open_account, put_first_password
from tingsu.people.errors import AccountShared, AlreadySo, OnlyPractice
from tingsu.people.models import Account, Membership

FACTOR = "partner_factor"
LONGEST_DAYS = 1100
"""A commitment is looked at again after three years at the latest."""


@dataclass(frozen=True)
class Opened:
    """What is shown once: the password can never be read again."""

    account: PartnerAccount
    username: str
    password: str | None


def open_partner_account(
    *, actor: Actor, code: str, name: str, username: str, email: str, contract: str, bound_on: date, bound_until: date,
    password: str | None = None,
) -> Opened:  # fmt: skip
    """An account for one person of a partner. `password` sets a lasting one (demo, tests).

    Raises NotAllowed, InvalidInput, SignInNameTaken, OnlyPractice.
    """
    require(actor, Can.PEOPLE)
    if in_practice():
        raise OnlyPractice
    firm = next((row["name"] for row in partners() if row["code"] == code), None)
    errors: dict[str, TingsuError] = {} if firm else {"code": InvalidValue(code="choice")}
    errors |= _wrong_commitment(contract, bound_on, bound_until)
    if not name.strip():
        errors["name"] = InvalidValue(code="required")
    if errors:
        raise InvalidInput(errors)
    at = now()
    with transaction.atomic(durable=True):
        signs_in, first = open_account(username, email, password)
        chain = open_chain("partner_account")
        account = PartnerAccount(
            id=chain.stream.pk, account_id=signs_in.pk, code=code, firm=firm, contract=contract, bound_on=bound_on,
            bound_until=bound_until, opened_at=at,
        )  # fmt: skip
        account.name = chain.stream.key().seal(name, name_context(account))
        data = {
            "account": signs_in.pk, "code": code, "firm": firm, "contract": contract, "bound_on": bound_on, "bound_until": bound_until,
        }  # fmt: skip
        chain.record("partner_account.opened", actor=actor, at=at, data=data)
        chain.flush()
        account.save(force_insert=True)
        Membership(account=signs_in, organisation_id=current_organisation_id(), member_id=account.pk).save(
            force_insert=True
        )
    return Opened(account, signs_in.username, first)


def name_context(account: PartnerAccount) -> str:
    return f"partner_account:{account.pk}:name"


def _wrong_commitment(contract: str, bound_on: date, bound_until: date) -> dict[str, TingsuError]:
    errors: dict[str, TingsuError] = {}
    if not contract.strip():
        errors["contract"] = InvalidValue(code="required")
    if bound_on > today(now()):
        errors["bound_on"] = InvalidValue(_("This day is still to come."), code="future")
    if bound_until < bound_on or bound_until < today(now()):
        errors["bound_until"] = InvalidValue(_("The commitment would have ended already."), code="past")
    elif (bound_until - bound_on).days > LONGEST_DAYS:
        errors["bound_until"] = InvalidValue(
            _("Three years at most: then the partner commits itself again."), code="too_long"
        )
    return errors


def bind_anew(
    *, actor: Actor, account_id: uuid.UUID, contract: str, bound_on: date, bound_until: date
) -> PartnerAccount:
    """A new commitment, or its end on another day. Raises NotAllowed, NotFound, InvalidInput."""
    require(actor, Can.PEOPLE)
    if errors := _wrong_commitment(contract, bound_on, bound_until):
        raise InvalidInput(errors)
    with transaction.atomic(durable=True):
        chain, account = _locked(account_id)
        account.contract, account.bound_on, account.bound_until = contract, bound_on, bound_until
        account.save(update_fields=["contract", "bound_on", "bound_until"])
        data = {"contract": contract, "bound_on": bound_on, "bound_until": bound_until}
        _recorded(chain, actor, "commitment_renewed", data)
    return account


def give_partner_password(*, actor: Actor, account_id: uuid.UUID) -> tuple[PartnerAccount, str, str]:
    """A new first password, shown once: (account, sign-in name, password). Raises NotAllowed, NotFound."""
    require(actor, Can.PEOPLE)
    password = new_code(PASSWORD_LENGTH)
    with transaction.atomic(durable=True):
        chain, account = _locked(account_id)
        signs_in = Account.objects.select_for_update().get(pk=account.account_id)
        if signs_in.memberships.count() != 1:
            raise NotAllowed
        put_first_password(signs_in, password)
        _recorded(chain, actor, "password_given")
    lockout.forget_account(signs_in.pk)
    return account, signs_in.username, password


def reset_partner_factor(*, actor: Actor, account_id: uuid.UUID, approval: Approval | None = None) -> PartnerAccount:
    """Take away a second factor that was lost: all sessions end, and where the rules ask for one the next sign-in sets it up.

    A second person who manages people decides, for with a new password it would open the partner's door to one alone.
    Raises NotAllowed, NotFound, AlreadySo when there is none, AccountShared, WaitsForApproval.
    """
    if approval is None:
        require(actor, Can.PEOPLE)
    row = account_or_404(account_id)
    if not row.active or not second_factor.is_on(row.account_id):
        raise AlreadySo
    signs_in = Account.objects.get(pk=row.account_id)
    if signs_in.memberships.count() != 1:
        raise AccountShared
    payload = {"account_id": row.pk, "about": signs_in.username}
    second = cleared(actor=actor, matter=FACTOR, payload=payload, approval=approval)
    with transaction.atomic(durable=True):
        chain, account = _locked(account_id)
        if not Authenticator.objects.filter(user_id=account.account_id).delete()[0]:
            raise AlreadySo
        sessions.end(account.account_id)
        chain.record("partner_account.second_factor_reset", actor=actor, at=now(), data=second)
        if approval is not None:
            approval.settle()
        chain.flush()
    lockout.forget_account(account.account_id)
    return account


def close_partner_account(*, actor: Actor, account_id: uuid.UUID) -> PartnerAccount:
    """It opens nothing any more; open questions stay with the firm's other accounts. Raises NotAllowed, NotFound, AlreadySo."""
    require(actor, Can.PEOPLE)
    with transaction.atomic(durable=True):
        chain, account = _locked(account_id)
        account.active = False
        account.save(update_fields=["active"])
        Account.objects.filter(pk=account.account_id).update(is_active=False)
        sessions.end(account.account_id)
        _recorded(chain, actor, "closed")
    return account


def _locked(account_id: uuid.UUID) -> tuple[Chain, PartnerAccount]:
    chain = lock_chain(account_id, "partner_account")
    account = PartnerAccount.objects.get(pk=account_id)
    if not account.active:
        raise AlreadySo
    return chain, account


def _recorded(chain: Chain, actor: Actor, what: str, data: dict[str, Any] | None = None) -> None:
    chain.record(f"partner_account.{what}", actor=actor, at=now(), data=data or {})
    chain.flush()


def account_or_404(account_id: uuid.UUID) -> PartnerAccount:
    """Raises NotFound."""
    account = PartnerAccount.objects.filter(pk=account_id).first()
    if account is None:
        raise NotFound
    return account
