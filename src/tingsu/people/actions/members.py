"""Members: who works here, their account, work identity, duty, leaving."""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tingsu.kernel.actor import Actor
from tingsu.kernel.approvals import Approval, cleared
from tingsu.kernel.clock import now
from tingsu.kernel.errors import InvalidInput, InvalidValue, NotAllowed, NotFound, TingsuError
from tingsu.kernel.ids import new_code, new_id
from tingsu.kernel.ledger import Chain, Companion, lock_chain, open_chain
from tingsu.kernel.organisations import in_practice
from tingsu.kernel.punctuation import after_label, apart
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.people import body, directory, lockout, sessions
from tingsu.people.access import RIGHTS, Can, in_office, require, works_elsewhere
from tingsu.people.actions.turns import in_turn
from tingsu.people.errors import (
    AccountShared,
    AlreadySo,
    LastManager,
    OnlyPractice,
    SignInNameTaken,
    StaffNumberTaken,
    StillResponsible,
)
from tingsu.people.holdings import holdings_of
from tingsu.people.models import Account, Member, Membership, Post
from tingsu.people.queries import name_context

TOLD_AT: Companion[tuple[str, str]] = Companion("told_at")
"""The address that was good until a sign-in was changed, and the person's language."""
PASSWORD_LENGTH = 14
ALIAS_IS_NAME = _(
    "The work identity must not be the person's name: complainants see it. Choose for example “Agent Shen”."
)


@dataclass(frozen=True)
class NewMember:
    """What is shown once after a member was added: the password can never be read again."""

    member: Member
    username: str
    password: str | None


def add_member(
    *,
    actor: Actor,
    staff_number: str,
    name: str,
    alias: dict[str, str],
    username: str = "",
    email: str = "",
    joined_on: date | None = None,
    on_duty: bool = True,
    password: str | None = None,
    account: Account | None = None,
    id: uuid.UUID | None = None,
) -> NewMember:
    """Add a member with a work identity (AK-05) and, with a username, an account whose first password is shown once.

    `password` sets a lasting one instead (demo, tests); `account` joins an existing account (a second organisation).
    Raises NotAllowed, InvalidInput, StaffNumberTaken, SignInNameTaken, OnlyPractice.
    """
    require(actor, Can.PEOPLE)
    _check(staff_number, name, alias)
    if (username or account) and in_practice():
        raise OnlyPractice
    member = Member(
        id=id or new_id(), staff_number=staff_number, alias=alias, active=True, on_duty=on_duty, joined_on=joined_on
    )
    first_password = None
    with transaction.atomic(durable=True):
        if Member.objects.filter(staff_number=staff_number).exists():
            raise StaffNumberTaken(number=staff_number)
        if account is None and username:
            account, first_password = open_account(username, email, password)
        chain = open_chain("member", member.pk)
        member.name = chain.stream.key().seal(name, name_context(member.pk))
        member.account_id = account.pk if account else None
        data = {"staff_number": staff_number, "alias": alias, "account": member.account_id, "joined_on": joined_on}
        chain.record("member.added", actor=actor, at=now(), data=data)
        chain.flush()
        try:
            with transaction.atomic():
                member.save(force_insert=True)
                if account is not None:
                    Membership(account=account, organisation_id=current_organisation_id(), member_id=member.pk).save(
                        force_insert=True
                    )
        except IntegrityError as error:
            raise StaffNumberTaken(number=staff_number) from error
    directory.forget_cached()
    return NewMember(member, account.username if account else "", first_password)


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


def change_member(*, actor: Actor, member_id: uuid.UUID, **values: Any) -> Member:
    """Change name, alias, staff number, joined_on, interests, what the person knows. Raises NotAllowed, NotFound, InvalidInput, StaffNumberTaken."""
    require(actor, Can.PEOPLE)
    if Member.objects.filter(pk=member_id).exists():
        body.check_own(actor, member_id=member_id)
    name = values.pop("name", None)
    with transaction.atomic(durable=True):
        chain, member = _locked(member_id)
        changes = {f: [getattr(member, f), value] for f, value in values.items() if getattr(member, f) != value}
        for field, (_old, value) in changes.items():
            setattr(member, field, value)
        key = chain.stream.key()
        old_name = key.open(member.name, name_context(member.pk)) if member.name else ""
        _check(member.staff_number, old_name if name is None else name, member.alias)
        fields = list(changes)
        renamed = name is not None and name != old_name
        if renamed:
            member.name = key.seal(name, name_context(member.pk))
            fields.append("name")
        if not fields:
            return member
        if "staff_number" in changes and Member.objects.filter(staff_number=member.staff_number).exists():
            raise StaffNumberTaken(number=member.staff_number)
        member.save(update_fields=fields)
        chain.record("member.changed", actor=actor, at=now(), data={"set": changes, "renamed": renamed})
        chain.flush()
    directory.forget_cached()
    return member


def set_on_duty(*, actor: Actor, member_id: uuid.UUID, on_duty: bool) -> Member:
    """Go on or off duty: new registrations reach those on duty. Everybody for themselves, managers for all."""
    if actor.id != member_id:
        require(actor, Can.PEOPLE)
        if Member.objects.filter(pk=member_id).exists():
            body.check_own(actor, member_id=member_id)
    with transaction.atomic(durable=True):
        chain, member = _locked(member_id)
        if member.on_duty == on_duty:
            return member
        member.on_duty = on_duty
        member.save(update_fields=["on_duty"])
        chain.record("member.duty_set", actor=actor, at=now(), data={"set": {"on_duty": [not on_duty, on_duty]}})
        chain.flush()
    directory.forget_cached()
    return member


def agree_to_name(*, actor: Actor, member_id: uuid.UUID, agrees: bool) -> Member:
    """The person alone decides whether complainants may see the name; revocable at any time (PS-15). Raises NotAllowed."""
    if actor.id != member_id:
        raise NotAllowed
    at = now()
    with transaction.atomic(durable=True):
        chain, member = _locked(member_id)
        if (member.name_consent_at is not None) == agrees:
            return member
        member.name_consent_at = at if agrees else None
        member.save(update_fields=["name_consent_at"])
        chain.record("member.name_consent_given" if agrees else "member.name_consent_revoked", actor=actor, at=at)
        chain.flush()
    directory.forget_cached()
    return member


def deactivate_member(*, actor: Actor, member_id: uuid.UUID, approval: Approval | None = None) -> Member:
    """Let a member leave: posts end, sign-in stops, and so does whatever acts for them (`leaving`). Refused while responsible for
    anything (AS-05), or as the last manager.

    Somebody as high as oneself leaves with a second person's word.
    Raises NotAllowed, NotFound, StillResponsible, LastManager, AlreadySo, WaitsForApproval.
    """
    if approval is None:
        require(actor, Can.PEOPLE)
    at = now()
    if approval is None and Member.objects.filter(pk=member_id).exists():
        body.check_own(actor, member_id=member_id)
    second = cleared(actor=actor, matter="leave", payload={"member_id": member_id}, approval=approval)
    shared = _is_shared(member_id)
    with transaction.atomic(durable=True):
        in_turn()
        chain, member = _locked(member_id)
        if not member.active:
            raise AlreadySo
        if held := holdings_of(member_id):
            raise StillResponsible(things=apart(after_label(label, count) for label, count in held))
        check_manager_remains(without_member=member_id)
        ended = [post for post in Post.objects.filter(member=member) if post.until is None or post.until > at]
        for post in ended:
            post.until = max(at, post.since)
            post.save(update_fields=["until"])
        member.active = member.on_duty = False
        member.save(update_fields=["active", "on_duty"])
        if member.account_id is not None and not shared:
            # A shared account loses this organisation only, as long as it works in another one.
            Account.objects.filter(pk=member.account_id).update(is_active=False)
        sessions.end(member.account_id)
        if approval is not None:
            approval.settle()  # before everything else that was proposed about the member ends
        chain.record("member.deactivated", actor=actor, at=at, data={"posts": [post.pk for post in ended], **second})
        chain.flush()
    directory.forget_cached()
    return member


def reactivate_member(*, actor: Actor, member_id: uuid.UUID) -> Member:
    """Take a former member back; posts are given anew. Raises NotAllowed, NotFound, AlreadySo."""
    require(actor, Can.PEOPLE)
    with transaction.atomic(durable=True):
        chain, member = _locked(member_id)
        if member.active:
            raise AlreadySo
        member.active = True
        member.save(update_fields=["active"])
        Account.objects.filter(pk=member.account_id).update(is_active=True)
        chain.record("member.reactivated", actor=actor, at=now())
        chain.flush()
    directory.forget_cached()
    return member


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
    password, shared = new_code(PASSWORD_LENGTH), _is_shared(member_id)
    with transaction.atomic(durable=True):
        chain, member = _locked(member_id)
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
    shared = _is_shared(member_id)
    with transaction.atomic(durable=True):
        chain, member = _locked(member_id)
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
    shared = _is_shared(member_id)
    with transaction.atomic(durable=True):
        chain, member = _locked(member_id)
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


def _is_shared(member_id: uuid.UUID) -> bool:
    """Does the member's account work in another organisation too? One that it left counts for nothing. Outside a transaction."""
    return works_elsewhere(Member.objects.filter(pk=member_id).values_list("account_id", flat=True).first())


def _has_factor(member: Member | None) -> bool:
    if member is None or member.account_id is None or not member.active:
        raise NotFound
    return bool(Authenticator.objects.filter(user_id=member.account_id).exists())


def check_manager_remains(*, without_member: uuid.UUID | None = None, without_post: uuid.UUID | None = None) -> None:
    """Somebody must always be able to manage people. Raises LastManager."""
    at = now()
    managing = {role for role, rights in RIGHTS.items() if Can.PEOPLE in rights}
    posts = [post for post in Post.objects.filter(role__in=managing, member__active=True) if in_office(post, at)]
    left = [post for post in posts if post.member_id != without_member and post.pk != without_post]
    if posts and not left:
        raise LastManager


def _locked(member_id: uuid.UUID) -> tuple[Chain, Member]:
    chain = lock_chain(member_id, "member")
    return chain, Member.objects.get(pk=member_id)


def _check(staff_number: str, name: str, alias: dict[str, str]) -> None:
    errors: dict[str, TingsuError] = {}
    if not staff_number.strip():
        errors["staff_number"] = InvalidValue(code="required")
    if not name.strip():
        errors["name"] = InvalidValue(code="required")
    words = {language: text.strip() for language, text in alias.items()}
    if not words.get("zh-Hans") or not words.get("en"):
        errors["alias"] = InvalidValue(code="required")
    elif name.strip() and name.strip() in words.values():
        # The work identity exists so that complainants never learn the name (AK-05).
        errors["alias"] = InvalidValue(code="alias_is_name", sentence=ALIAS_IS_NAME)
    if errors:
        raise InvalidInput(errors)
