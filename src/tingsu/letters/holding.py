"""Holding the post of a whole installation: a restored copy must not write to complainants until a person says so (RC-03).

Each organisation gets a pause that nothing but a person ends (`pauses.hold`). What is only put on a complainant's page
goes on.
"""

from datetime import datetime
from typing import NamedTuple

from django.db.models import QuerySet

from tingsu.kernel.jobs import each_organisation
from tingsu.letters import actions, pauses
from tingsu.letters.models import Letter, MailPause


class Held(NamedTuple):
    """How the post stands, over all organisations."""

    since: datetime | None
    """Since when a person must let it go; None when nobody holds it."""
    why: str
    waiting: int


def standing() -> Held:
    """Since when letters are held, why, and how many wait."""
    since, why, waiting = None, "", 0
    for _organisation in each_organisation():
        waiting += _waiting().count()
        pause = _held()
        if pause is not None and (since is None or pause.began_at < since):
            since, why = pause.began_at, pause.why
    return Held(since, why, waiting)


def hold(why: str) -> None:
    """Hold all letters of all organisations; `why` is a code of `smtp.WHY`."""
    for _organisation in each_organisation():
        pauses.hold(why)


def release(*, only_new: bool = False) -> tuple[int, int]:
    """Let letters go; gives how many are tried now and how many are put on pages instead.

    With `only_new`, those written before the hold are not mailed: the original of a restored copy has sent them. They
    are dealt with while the hold still stands, so that an interrupted call lets none go by mistake.
    """
    sent = put = 0
    for _organisation in each_organisation():
        pause = _held()
        if pause is None:
            continue
        if only_new:
            for letter in list(_waiting().filter(created_at__lt=pause.began_at)):
                actions.note_failed(letter, pause.why)
                put += 1
        sent += _waiting().count()
        pauses.end()
    return sent, put


def _held() -> MailPause | None:
    return MailPause.objects.filter(ended_at=None, next_try_at=None).first()


def _waiting() -> QuerySet[Letter]:
    return Letter.objects.filter(channel="email", state=Letter.State.QUEUED)
