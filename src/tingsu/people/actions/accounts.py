"""How a member signs in: the account behind it, its names, passwords and second factor."""

import uuid

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.db.models import Q

from tingsu.kernel.actor import Actor
from tingsu.kernel.approvals import Approval, cleared
from tingsu.kernel.clock import now
from tingsu.kernel.errors import NotAllowed, NotFound
from tingsu.kernel.ids import new_code
from tingsu.kernel.ledger import Chain, Companion, lock_chain
from tingsu.people import body, lockout, sessions
from tingsu.people.access import Can, require, works_elsewhere
from tingsu.people.errors import (
    AccountShared,
    AlreadySo,
    SignInNameTaken,
)
from tingsu.people.models import Account, Member

TOLD_AT: Companion[tuple[str, str]] = Companion("told_at")
"""The address that was good until a sign-in was changed, and the person's language."""
PASSWORD_LENGTH = 14


def check_free(username: str, email: str, *, but: int | None = None) -> None:
    """Name and address lead to one account only, whichever of them is typed. Raises SignInNameTaken."""
    taken = Q(username__iexact=username) | Q(username__iexact=email or username)
    if email:
        taken |= Q(email__iexact=email)
    if Account.objects.filter(taken).exclude(pk=but).exists():
        raise SignInNameTaken


def open_account(username: str, email: str, password: str | None) -> tuple[Account, str | None]:
    """A new account with a lasting password, or with a first one that is good for choosing an own. Raises SignInNameTaken."""
    check_free(username, email)
    first = None if password else new_code(PASSWORD_LENGTH)
    account = Account(
        username=username, email=email, password_given=first is not None, password_given_at=now() if first else None
    )
    account.set_password(password or first)
    try:
        with transaction.atomic():
            account.save(force_insert=True)
    except IntegrityError as error:
        raise SignInNameTaken from error
    if email:
        EmailAddress(user=account, email=email.lower(), primary=True, verified=True).save(force_insert=True)
    return account, first


def locked(member_id: uuid.UUID) -> tuple[Chain, Member]:
    chain = lock_chain(member_id, "member")
    return chain, Member.objects.get(pk=member_id)


def give_password(*, actor: Actor, member_id: uuid.UUID, approval: Approval | None = None) -> str:
    """Make a new first password for somebody who forgot theirs; shown once, good until they choose their own.

    Refused for an account that works in several organisations: one of them must not open the others' doors.
    For somebody as high as oneself a second person approves, and sees it. The person is told at once.
    Raises NotAllowed, NotFound, WaitsForApproval.
    """
    if approval is None:
        require(actor, Can.PEOPLE)
        if Member.objects.filter(pk=member_id).exists():
            body.check_own(actor, member_id=member_id)
    second = cleared(actor=actor, matter="password", payload={"member_id": member_id}, approval=approval)
    password, shared = new_code(PASSWORD_LENGTH), is_shared(member_id)
    with transaction.atomic(durable=True):
        chain, member = locked(member_id)
        account = Account.objects.select_for_update().filter(pk=member.account_id).first()
        if account is None or not member.active or shared:
            raise NotAllowed
        put_first_password(account, password)
        chain.record("member.password_given", actor=actor, at=now(), data=second)
        if approval is not None:
            approval.settle()
        chain.flush()
    lockout.forget_account(account.pk)
    return password


def put_first_password(account: Account, password: str) -> None:
    """From now on the account opens with this password alone, and only to choose an own one; its sessions end."""
    account.set_password(password)
    account.password_given, account.password_given_at = True, now()
    account.save(update_fields=["password", "password_given", "password_given_at"])
    sessions.end(account.pk)


def change_sign_in(
    *, actor: Actor, member_id: uuid.UUID, username: str, email: str, approval: Approval | None = None
) -> Account:
    """Change sign-in name or work e-mail: open sessions end, and the old address is told. What was typed lies sealed.

    That of somebody as high as oneself waits for a second person.
    Raises NotAllowed, NotFound, AccountShared, SignInNameTaken, WaitsForApproval.
    """
    if approval is None:
        require(actor, Can.PEOPLE)
    at = now()
    if approval is None and Member.objects.filter(pk=member_id).exists():
        body.check_own(actor, member_id=member_id)
    payload = {"member_id": member_id, "username": username, "email": email}
    second = cleared(actor=actor, matter="sign_in", payload=payload, approval=approval)
    shared = is_shared(member_id)
    with transaction.atomic(durable=True):
        chain, member = locked(member_id)
        account = Account.objects.select_for_update().filter(pk=member.account_id).first()
        if account is None or not member.active:
            raise NotFound
        old, new = [account.username, account.email], [username, email]
        if old == new:
            return account
        if shared:
            raise AccountShared
        check_free(username, email, but=account.pk)
        account.username, account.email = new
        try:
            with transaction.atomic():
                account.save(update_fields=["username", "email"])
                EmailAddress.objects.filter(user=account).delete()
                if email:
                    EmailAddress(user=account, email=email.lower(), primary=True, verified=True).save(force_insert=True)
        except IntegrityError as error:
            raise SignInNameTaken from error
        if actor.id != member_id:
            sessions.end(account.pk)
        chain.bring(TOLD_AT, (old[1], account.language))
        changed = [name for name, was, is_ in zip(("username", "email"), old, new, strict=True) if was != is_]
        texts = {"old_username": old[0], "old_email": old[1], "username": username, "email": email}
        chain.record("member.sign_in_changed", actor=actor, at=at, data={"changed": changed, **second}, texts=texts)
        if approval is not None:
            approval.settle()
        chain.flush()
    return account


def reset_second_factor(*, actor: Actor, member_id: uuid.UUID, approval: Approval | None = None) -> None:
    """Take away a second factor that was lost: all sessions end, and where the role asks for one, the next sign-in sets it up.

    Whoever asks for it, a second person decides; nobody for themselves. The person is told at once, also by letter.
    Raises NotAllowed, NotFound, AlreadySo when there is none, AccountShared, WaitsForApproval.
    """
    if approval is None:
        require(actor, Can.PEOPLE)
        if actor.id == member_id:
            raise NotAllowed
        if not _has_factor(Member.objects.filter(pk=member_id).first()):
            raise AlreadySo
    if approval is None and Member.objects.filter(pk=member_id).exists():
        body.check_own(actor, member_id=member_id)
    second = cleared(actor=actor, matter="second_factor", payload={"member_id": member_id}, approval=approval)
    shared = is_shared(member_id)
    with transaction.atomic(durable=True):
        chain, member = locked(member_id)
        account = Account.objects.select_for_update().filter(pk=member.account_id).first()
        if account is None or not member.active:
            raise NotFound
        if shared:
            raise AccountShared
        if not _has_factor(member):
            raise AlreadySo
        Authenticator.objects.filter(user_id=account.pk).delete()
        sessions.end(account.pk)
        chain.bring(TOLD_AT, (account.email, account.language))
        chain.record("member.second_factor_reset", actor=actor, at=now(), data=second)
        if approval is not None:
            approval.settle()
        chain.flush()
    lockout.forget_account(account.pk)


def is_shared(member_id: uuid.UUID) -> bool:
    """Does the member's account work in another organisation too? One that it left counts for nothing. Outside a transaction."""
    return works_elsewhere(Member.objects.filter(pk=member_id).values_list("account_id", flat=True).first())


def _has_factor(member: Member | None) -> bool:
    if member is None or member.account_id is None or not member.active:
        raise NotFound
    return bool(Authenticator.objects.filter(user_id=member.account_id).exists())
