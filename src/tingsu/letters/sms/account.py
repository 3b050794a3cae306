"""The account with a provider of text messages: its secret, whether it may be used now, and what it said last."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction

from tingsu.kernel import crypto
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import NotFound
from tingsu.kernel.ids import new_code, new_id
from tingsu.kernel.own_history import own_history
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.letters import second_look
from tingsu.letters.events import REPORTS_MOVED
from tingsu.letters.events import SMS_LOOKED_AT as LOOKED
from tingsu.letters.events import SMS_SET as SET
from tingsu.letters.models import SmsAccount
from tingsu.letters.notices import notify
from tingsu.letters.sms.gateway import Access
from tingsu.letters.sms.short import parts_of
from tingsu.letters.smtp import NotSent
from tingsu.people.access import Can, require, roles_with
from tingsu.people.queries import posts_now
from tingsu.privacy.masking import known_values, mask_text

FIELDS = ("provider", "key_id", "sign", "app_id", "region", "address", "active")
CODES = frozenset({"provider", "active"})
"""What is chosen; the others are typed."""
LEADS = frozenset({"provider", "key_id", "app_id", "address"})
"""Where one of these changes, messages go to somebody else."""
REST = timedelta(minutes=15)
"""A provider that refuses us is offered no message for so long; each would only be lost to another means."""


def account_or_none() -> SmsAccount | None:
    """The account of the organisation, whatever its condition."""
    return SmsAccount.objects.first()


def in_use() -> SmsAccount | None:
    """The account by which a message may leave now: switched on, looked at, and not refused by its provider a while ago."""
    row = SmsAccount.objects.filter(active=True, waits_since=None).first()
    return row if row is not None and (row.blocked_until is None or row.blocked_until <= now()) else None


def set_account(*, actor: Actor, values: Mapping[str, Any]) -> SmsAccount:
    """Enter by whom text messages leave; an empty secret stays as it is. Raises NotAllowed.

    Another provider, key or address is used after a second person has looked at it: numbers and words of people go there.
    """
    _may(actor)
    at = now()
    with transaction.atomic(durable=True):
        chain = own_history(actor)
        row = SmsAccount.objects.select_for_update().first()
        fresh = row is None
        row = row or SmsAccount(id=new_id())
        changed = second_look.changes_of(row, values, FIELDS, fresh=fresh)
        moved = fresh or bool(values["secret"]) or bool(LEADS & set(changed))
        for name in FIELDS:
            setattr(row, name, values[name])
        if values["secret"]:
            put_secret(row, values["secret"])
        if fresh:
            put_token(row)
        secrets = ["secret"] if values["secret"] else []
        told = second_look.shape(actor, row, at, changed=bool(changed or secrets), moved=moved)
        row.why, row.said, row.blocked_until = "", "", None
        row.save(force_insert=fresh)
        if changed or secrets:
            second_look.record_change(
                chain, actor, SET, row, at, changed=changed, codes=CODES, secrets=secrets, told=told
            )
        chain.flush()
        second_look.ask_for_look(row, told, "sms.asks_look")
    return row


def agree(*, actor: Actor, read_at: str) -> SmsAccount:
    """The second person's word. Raises NotAllowed, NotFound, InvalidInput."""
    return second_look.agree(actor=actor, rows=SmsAccount.objects.all(), event=LOOKED, read_at=read_at)


def move_reports(*, actor: Actor) -> None:
    """Another address for reports; the old one is answered no more. Raises NotAllowed, NotFound."""
    _may(actor)
    at = now()
    with transaction.atomic(durable=True):
        chain = own_history(actor)
        row = SmsAccount.objects.select_for_update().first()
        if row is None:
            raise NotFound
        put_token(row)
        row.save(update_fields=["token"])
        second_look.record(chain, actor, REPORTS_MOVED, row, at)
        chain.flush()


def _may(actor: Actor) -> None:
    require(actor, Can.SETTINGS)
    require(actor, Can.POST)


def put_secret(row: SmsAccount, plain: str) -> None:
    row.secret = crypto.organisation_key(current_organisation_id()).seal(plain, f"sms:{row.pk}:secret")


def put_token(row: SmsAccount) -> None:
    """A new secret part of the address for receipts; the old one is answered no more."""
    row.token = crypto.organisation_key(current_organisation_id()).seal(new_code() + new_code(), f"sms:{row.pk}:token")


def token_of(row: SmsAccount) -> str:
    return crypto.organisation_key(row.organisation_id).open(row.token, f"sms:{row.pk}:token")


def access_of(row: SmsAccount) -> Access:
    secret = crypto.organisation_key(row.organisation_id).open(row.secret, f"sms:{row.pk}:secret")
    return Access(
        provider=row.provider, key_id=row.key_id, secret=secret, sign=row.sign, app_id=row.app_id, region=row.region,
        address=row.address,
    )  # fmt: skip


def counted(text: str) -> int:
    """How many messages the provider counts for this text, with our signature before it."""
    row = account_or_none()
    return parts_of(text, row.sign if row is not None else "")


def note_refused(refusal: NotSent, addressee: str) -> None:
    """It refuses us, not a message: those who answer for the post are told once; its words may name the addressee (PS-06)."""
    row = account_or_none()
    if row is None:
        return
    said = mask_text(refusal.said, known_values([{"phone": addressee}]))[:300]
    fresh = not row.why
    SmsAccount.objects.filter(pk=row.pk).update(why=refusal.data["why"], said=said, blocked_until=now() + REST)
    if fresh:
        told = {post.member_id for post in posts_now(roles=roles_with(Can.POST))}
        notify(told, "sms.refused", None, {"why": refusal.data["why"]})


def note_worked() -> None:
    """A message was taken."""
    SmsAccount.objects.filter(active=True).update(sent_at=now(), why="", said="", blocked_until=None)
