"""The pause of the post: when the server refuses not a letter but us, every further try would only burn letters.

A pause begins with the first refusal of that kind, tells those who answer for the post, tries one letter now and then, and
ends when that works or when a person says so. Meanwhile letters wait; none is given up, and none counts as delivered.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import NotAllowed
from tingsu.letters.models import Letter, MailPause
from tingsu.letters.notices import notify
from tingsu.letters.smtp import NotSent
from tingsu.people.access import Can, require, roles_with
from tingsu.people.queries import posts_now
from tingsu.privacy.masking import known_values, mask_text

PROBES = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 15))
SIGN_IN_PROBES = tuple(timedelta(minutes=minutes) for minutes in (5, 15, 30, 60))
"""A server that counts wrong passwords must not be knocked at every minute."""


def open_pause() -> MailPause | None:
    """The pause that holds now, if one does."""
    return MailPause.objects.filter(ended_at=None).first()


def _next(why: str, tries: int, at: datetime) -> datetime:
    waits = SIGN_IN_PROBES if why == "sign_in" else PROBES
    return at + waits[min(tries, len(waits) - 1)]


def begin(refusal: NotSent, addressee: str = "") -> None:
    """The server refuses us: pause, or note that it still does. Those who answer for the post are told once.

    Its words may name who was to get the letter: a pause is of all letters and keeps them masked (PS-06).
    """
    at, why = now(), str(refusal.data["why"])
    said = mask_text(refusal.said, known_values([{"email": addressee}]))
    still = open_pause()
    if still is not None:
        if still.next_try_at is not None:
            MailPause.objects.filter(pk=still.pk, ended_at=None).update(
                why=why, said=said, tries=still.tries + 1, next_try_at=_next(why, still.tries + 1, at)
            )
        return
    _open(why, said, _next(why, 0, at), at)


def hold(why: str) -> None:
    """Hold all letters until a person releases them (after a restore)."""
    if open_pause() is None:
        _open(why, "", None, now())
    else:
        MailPause.objects.filter(ended_at=None).update(why=why, next_try_at=None)


def _open(why: str, said: str, next_try_at: datetime | None, at: datetime) -> None:
    try:
        with transaction.atomic():
            MailPause.objects.create(why=why, said=said, began_at=at, next_try_at=next_try_at)
            notify(
                {post.member_id for post in posts_now(roles=roles_with(Can.POST))}, "post.paused", None, {"why": why}
            )
    except IntegrityError:  # another worker was quicker
        return


def end(by: Actor | None = None) -> bool:
    """The post goes again; says whether there was a pause to end."""
    ended = MailPause.objects.filter(ended_at=None).update(
        ended_at=now(), ended_by=by.id if by is not None and by.kind == "member" else None
    )
    if ended:
        Letter.objects.filter(state=Letter.State.QUEUED, channel="email", next_try_at__isnull=False).update(
            next_try_at=now()
        )
    return bool(ended)


def release(*, actor: Actor) -> bool:
    """A person ends the pause: letters are tried again at once. Raises NotAllowed."""
    if actor.kind != "system":
        require(actor, Can.POST)
        if actor.kind != "member":
            raise NotAllowed
    return end(actor)
