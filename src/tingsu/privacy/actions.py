"""Opening one field of one person for five minutes, with a purpose and an entry in the access log (PS-06)."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.crypto import Erased
from tingsu.kernel.errors import NotFound, too_long
from tingsu.kernel.ids import new_id
from tingsu.kernel.spelling import tidy
from tingsu.people import leaving
from tingsu.privacy.errors import NothingToReveal, PurposeNeeded, RevealNotAllowed
from tingsu.privacy.fields import WRITTEN, may_reveal
from tingsu.privacy.log import log_access
from tingsu.privacy.models import Reveal
from tingsu.privacy.purposes import PURPOSE_LIMIT

WINDOW = timedelta(minutes=5)


def reveal(*, actor: Actor, complaint: Any, party_id: uuid.UUID | None, field: str, purpose: str) -> str:
    """The field in the clear, and open to this member on the page for five minutes.

    `party_id` None (or the complaint's own id) means a text of the complaint itself. The caller has checked that the
    actor may see the complaint. A refusal is logged too. Raises RevealNotAllowed, PurposeNeeded, NotFound, NothingToReveal.
    """
    row, subject = _subject(complaint, party_id)
    if row is complaint and field == WRITTEN[1]:
        # What was written in the case opens together: notes, letters, answers.
        place = Place(subject=WRITTEN[0], name=field, row_id=row.pk, kept_as=field)
        return open_window(actor=actor, stream_id=complaint.pk, place=place, purpose=purpose, read=lambda: "…")
    place = Place(subject=subject, name=field, row_id=row.pk, kept_as=field)
    return open_window(actor=actor, stream_id=complaint.pk, place=place, purpose=purpose, read=lambda: row.text(field))


@dataclass(frozen=True, kw_only=True)
class Place:
    """One personal field of one row: its place in the privacy table, and the name the row keeps it under."""

    subject: str
    name: str
    row_id: uuid.UUID
    kept_as: str


def open_window(*, actor: Actor, stream_id: uuid.UUID, place: Place, purpose: str, read: Callable[[], str]) -> str:
    """Open one field of anything that keeps personal data, as `reveal` does for a complaint; `read` gives it in the clear.

    The caller has checked that the actor may see the thing. Raises RevealNotAllowed, PurposeNeeded, NothingToReveal; InvalidValue for a purpose too long.
    """
    name = f"{place.subject}.{place.name}"
    if not may_reveal(actor, place.subject, place.name):
        log_access(actor, "refused", stream_id, name, tidy(purpose)[:PURPOSE_LIMIT])
        raise RevealNotAllowed
    words = tidy(purpose)
    if len(words) < 2:
        raise PurposeNeeded
    if len(words) > PURPOSE_LIMIT:
        raise too_long(words, PURPOSE_LIMIT)
    try:
        value = read()
    except Erased as error:
        raise NothingToReveal from error
    if not value:
        raise NothingToReveal
    with transaction.atomic():
        Reveal(
            id=new_id(),
            stream_id=stream_id,
            member_id=actor.id,
            party_id=place.row_id,
            field=place.kept_as,
            until=now() + WINDOW,
        ).save(force_insert=True)
        log_access(actor, "revealed", stream_id, name, words)
    return value


def _subject(complaint: Any, party_id: uuid.UUID | None) -> tuple[Any, str]:
    if party_id is None or party_id == complaint.pk:
        return complaint, "complaint"
    party = complaint.parties.filter(pk=party_id).first()
    if party is None:
        raise NotFound
    return party, party.role


def _open_to(member_id: uuid.UUID) -> QuerySet[Reveal]:
    return Reveal.objects.filter(member_id=member_id, until__gt=now())


def _close(member_id: uuid.UUID, actor: Actor) -> None:
    _open_to(member_id).update(until=now())


leaving.declare(
    leaving.Ending(
        name="windows", label=_("Opened personal data"), count=lambda member_id: _open_to(member_id).count(), end=_close
    )
)


def forget_old_windows() -> int:
    """Delete windows that ended more than a day ago; what was revealed stays in the access log."""
    return Reveal.objects.filter(until__lt=now() - timedelta(days=1)).delete()[0]
