"""Links that lead one party to one document: sent by letter alone, opened once, for one device, for a time (RG-05, MD-06).

Nobody of ours and no program ever reads one: it leaves in a letter to the party's own address, and only its fingerprint is kept.
"""

import secrets
import uuid
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tingsu.complaints.models import OtherPhone, Party
from tingsu.kernel import crypto
from tingsu.kernel.clock import now
from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError
from tingsu.kernel.fingerprints import fingerprint
from tingsu.kernel.ledger import lock_chain
from tingsu.kernel.links import public
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.signing.models import SigningLink

VALID_FOR = timedelta(days=7)
OPEN_FOR = timedelta(hours=2)
"""So long the browser that opened a link may read and sign."""
TRIES = 5


class LinkEnded(TingsuError):
    """A link that opens nothing, and what to do instead."""

    code, status = "signing_link_ended", 410
    sentence = _("This link is not valid. Ask us for a new one.")


class LinkUsed(LinkEnded):
    sentence = _("The document was signed with this link; it does not open again.")


class LinkOpened(LinkEnded):
    sentence = _("This link was opened before, and it opens only once. Ask us for a new one.")


class LinkTakenBack(LinkEnded):
    sentence = _("This link is no longer valid: we took it back or sent a newer one. Use the newest letter, or ask us.")


class LinkTooOld(LinkEnded):
    sentence = _("This link has expired. Ask us for a new one.")


def new_token() -> str:
    """A secret of 144 bits, short enough for a text message."""
    return secrets.token_urlsafe(18)


def address(token: str) -> str:
    """The link as it stands in a letter; "" where this installation has no address that others reach."""
    return public(f"/o/{current_organisation().slug}/s/{token}/")


def index_of(token: str) -> bytes:
    """What is kept of it: a keyed fingerprint."""
    return crypto.blind_index(current_organisation_id(), "signing_link", token)


def found(token: str) -> SigningLink:
    """The link of a token as it stands, unopened. Raises LinkEnded and its kinds."""
    row = SigningLink.objects.filter(token=index_of(token)).select_related("complaint__stream").first()
    if row is None:
        raise LinkEnded
    check(row)
    return row


def check(row: SigningLink, *, opened: bool = False) -> None:
    """Raises what keeps a link from opening, or with `opened` the page that it opened from being used."""
    if row.used_at is not None:
        raise LinkUsed
    if row.ended_at is not None:
        raise LinkTakenBack
    if not Party.objects.filter(pk=row.party_id, erased_at=None).exists():
        raise LinkEnded
    if opened:
        if row.opened_at is None or row.opened_at + OPEN_FOR <= now():
            raise LinkTooOld
    elif row.opened_at is not None:
        raise LinkOpened
    elif row.expires_at <= now():
        raise LinkTooOld


def asks_for_digits(row: SigningLink) -> bool:
    """Is the last part of the telephone asked for? Of everybody whose telephone we hold: a forwarded link opens nothing."""
    return Party.objects.filter(pk=row.party_id, phone_tail_index__isnull=False).exists()


def open_once(token: str, tail: str) -> SigningLink:
    """Open a link for the browser that asks, for the last time. A wrong answer counts, and too many close it.

    Raises LinkEnded and its kinds, InvalidInput.
    """
    wrong: TingsuError | None = None
    with transaction.atomic(durable=True):
        row = found(token)
        lock_chain(row.complaint_id)
        row = SigningLink.objects.select_for_update().select_related("complaint__stream").get(pk=row.pk)
        check(row)
        if asks_for_digits(row) and not _fits(row.party_id, tail):
            row.tries += 1
            if row.tries >= TRIES:
                row.ended_at = now()
                wrong = LinkTakenBack(_("Closed after five wrong answers. Ask us for a new link."))
            else:
                wrong = InvalidInput(
                    {"tail": InvalidValue(_("These are not the last four digits of the telephone we hold."))}
                )
            row.save(update_fields=["tries", "ended_at"])
        else:
            row.opened_at = now()
            row.save(update_fields=["opened_at"])
    if wrong is not None:
        raise wrong
    return row


def _fits(party_id: uuid.UUID, tail: str) -> bool:
    index = fingerprint(current_organisation_id(), "tail", tail) if tail else None
    if not index:
        return False
    others = OtherPhone.objects.filter(party_id=party_id, phone_tail_index=index)
    return Party.objects.filter(pk=party_id, phone_tail_index=index).exists() or others.exists()
