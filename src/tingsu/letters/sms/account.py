"""The account with a provider of text messages: its secret, whether it may be used now, and what it said last."""

from datetime import timedelta

from tingsu.kernel import crypto
from tingsu.kernel.clock import now
from tingsu.kernel.ids import new_code
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.letters.models import SmsAccount
from tingsu.letters.notices import notify
from tingsu.letters.sms.gateway import Access
from tingsu.letters.sms.short import parts_of
from tingsu.letters.smtp import NotSent
from tingsu.people.access import Can, roles_with
from tingsu.people.queries import posts_now
from tingsu.privacy.masking import known_values, mask_text

REST = timedelta(minutes=15)
"""A provider that refuses us is offered no message for so long; each would only be lost to another means."""


def account_or_none() -> SmsAccount | None:
    """The account of the organisation, whatever its condition."""
    return SmsAccount.objects.first()


def in_use() -> SmsAccount | None:
    """The account by which a message may leave now."""
    row = SmsAccount.objects.filter(active=True).first()
    return row if row is not None and (row.blocked_until is None or row.blocked_until <= now()) else None


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
