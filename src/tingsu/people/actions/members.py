"""Members: who works here, their account, work identity, duty, leaving."""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from tingsu.kernel.actor import Actor
from tingsu.kernel.approvals import Approval, cleared
from tingsu.kernel.clock import now
from tingsu.kernel.errors import InvalidInput, InvalidValue, NotAllowed, TingsuError
from tingsu.kernel.ids import new_id
from tingsu.kernel.ledger import open_chain
from tingsu.kernel.organisations import in_practice
from tingsu.kernel.punctuation import after_label, apart
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.people import body, directory, sessions
from tingsu.people.access import RIGHTS, Can, in_office, require
from tingsu.people.actions.accounts import is_shared, locked, open_account
from tingsu.people.actions.turns import in_turn
from tingsu.people.errors import (
    AlreadySo,
    LastManager,
    OnlyPractice,
    StaffNumberTaken,
    StillResponsible,
)
from tingsu.people.holdings import holdings_of
from tingsu.people.models import Account, Member, Membership, Post
from tingsu.people.queries import name_context

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


def change_member(*, actor: Actor, member_id: uuid.UUID, **values: Any) -> Member:
    """Change name, alias, staff number, joined_on, interests, what the person knows. Raises NotAllowed, NotFound, InvalidInput, StaffNumberTaken."""
    require(actor, Can.PEOPLE)
    if Member.objects.filter(pk=member_id).exists():
        body.check_own(actor, member_id=member_id)
    name = values.pop("name", None)
    with transaction.atomic(durable=True):
        chain, member = locked(member_id)
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
        chain, member = locked(member_id)
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
        chain, member = locked(member_id)
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
    shared = is_shared(member_id)
    with transaction.atomic(durable=True):
        in_turn()
        chain, member = locked(member_id)
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
        chain, member = locked(member_id)
        if member.active:
            raise AlreadySo
        member.active = True
        member.save(update_fields=["active"])
        Account.objects.filter(pk=member.account_id).update(is_active=True)
        chain.record("member.reactivated", actor=actor, at=now())
        chain.flush()
    directory.forget_cached()
    return member


def check_manager_remains(*, without_member: uuid.UUID | None = None, without_post: uuid.UUID | None = None) -> None:
    """Somebody must always be able to manage people. Raises LastManager."""
    at = now()
    managing = {role for role, rights in RIGHTS.items() if Can.PEOPLE in rights}
    posts = [post for post in Post.objects.filter(role__in=managing, member__active=True) if in_office(post, at)]
    left = [post for post in posts if post.member_id != without_member and post.pk != without_post]
    if posts and not left:
        raise LastManager


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
