"""The log of what became of a letter by each means: attempts, provider's words, parts, receipt (AK-10)."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Max
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from tingsu.letters.models import Delivery, Letter

STATES: dict[str, tuple[str | Promise, str]] = {
    "queued": (pgettext_lazy("letter", "Waiting to be sent"), "soon"),
    "sent": (pgettext_lazy("letter", "Sent"), "done"),
    "delivered": (pgettext_lazy("letter", "Delivered"), "done"),
    "read": (pgettext_lazy("letter", "Read"), "done"),
    "failed": (pgettext_lazy("letter", "Could not be sent"), "critical"),
    "withdrawn": (pgettext_lazy("letter", "Taken back"), "plain"),
}
"""How a letter stands, in words, with the tone of its badge."""


def _place(letter: Letter) -> int:
    last = Delivery.objects.filter(letter_id=letter.pk).aggregate(last=Max("place"))["last"]
    return (last or 0) + 1


def made(
    letter: Letter, state: str, at: datetime, *, parts: int = 0, provider_id: str = "", by: uuid.UUID | None = None,
    tracking: str = "",
) -> Delivery:  # fmt: skip
    """An unsaved line: the letter left by its present means, or lies where it is read."""
    return Delivery(
        letter_id=letter.pk, organisation_id=letter.organisation_id, place=_place(letter), channel=letter.channel, state=state,
        tries=letter.attempts + letter.unsure + 1, parts=parts, provider_id=provider_id if ":" in provider_id else "", at=at,
        ended_at=at if state == "delivered" else None, by=by, tracking=tracking,
    )  # fmt: skip


def failed(letter: Letter, why: str, said: str, at: datetime, *, by: uuid.UUID | None = None) -> None:
    """The present means failed: the line of its sending becomes one that failed, or there is one that never left."""
    row = Delivery.objects.filter(letter_id=letter.pk, state="sent", channel=letter.channel).order_by("-place").first()
    fresh = row is None
    row = row or made(letter, "failed", at)
    row.state, row.why, row.ended_at = "failed", why, at
    row.by = by or row.by
    if said:
        row.said = letter.stream.key().seal(said, f"delivery:{row.pk}:said")
    row.save(force_insert=fresh)


def arrived(row: Delivery, at: datetime) -> bool:
    """The provider reports that it arrived; False when it is known already or had failed."""
    return bool(Delivery.objects.filter(pk=row.pk, state="sent").update(state="delivered", ended_at=at))


def of(letter_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[Delivery]]:
    """The lines of these letters, the first means first. One query."""
    found: dict[uuid.UUID, list[Delivery]] = {}
    for row in Delivery.objects.filter(letter_id__in=list(letter_ids)).order_by("letter_id", "place"):
        found.setdefault(row.letter_id, []).append(row)
    return found


def words_of(row: Delivery, letter: Letter) -> str:
    """The provider's own words; they may name the addressee: the caller covers them."""
    return letter.stream.key().open(row.said, f"delivery:{row.pk}:said") if row.said else ""
