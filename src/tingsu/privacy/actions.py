"""Opening one field of one person for five minutes, with a purpose and an entry in the access log (PS-06)."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.crypto import Erased
from tingsu.kernel.errors import NotFound, too_long
from tingsu.kernel.ids import new_id
from tingsu.kernel.spelling import tidy
from tingsu.privacy.errors import NothingToReveal, PurposeNeeded, RevealNotAllowed
from tingsu.privacy.fields import WRITTEN, may_reveal
from tingsu.privacy.log import log_access
from tingsu.privacy.models import Reveal

WINDOW = timedelta(minutes=5)
PURPOSE_LIMIT = 200
PURPOSES: dict[str, str | Promise] = {
    "contact": _("Contact the person about this complaint"),
    "check": _("Check the facts of the record"),
    "remedy": _("Carry out the remedy (payment, delivery, repair)"),
    "identity": _("Make sure who the person is"),
    "duty": _("Answer an authority or a court"),
}
"""Purposes offered by the page; any other one may be typed."""
ENTRY_PURPOSES: dict[str, str | Promise] = {
    "contact": _("Contact the person about this matter"),
    "check": PURPOSES["check"],
    "identity": PURPOSES["identity"],
    "duty": PURPOSES["duty"],
}
"""The same beside entries of registers."""
ARCHIVE_PURPOSES: dict[str, str | Promise] = {
    "enquiry": _("Answer an enquiry about this complaint"),
    "again": _("Compare with a new complaint or a repeat"),
    "duty": PURPOSES["duty"],
    "learning": _("Learn from it: training, model case, improvement"),
    "audit": _("Audit or quality check"),
    "part": _("Took part in the case"),
    "leads": _("Leads the handling of complaints"),
    "checks": _("Checks records by office"),
}
"""What closed files are opened for (RC-05): the first ones are stated, the last three follow from part and role."""
PURPOSE_WORDS: dict[str, str | Promise] = PURPOSES | ARCHIVE_PURPOSES
"""The words of every code that the access log may hold."""


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


def forget_old_windows() -> int:
    """Delete windows that ended more than a day ago; what was revealed stays in the access log."""
    return Reveal.objects.filter(until__lt=now() - timedelta(days=1)).delete()[0]
