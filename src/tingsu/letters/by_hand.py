"""Letters that a person of ours carries out: told by telephone, printed and posted (AK-01, AK-10).

They wait until somebody notes what came of them; nothing is sent by itself. A call that reached nobody so often, a number
that is not theirs, a letter that came back: the next means takes it, and where none is left the follow-up page, with the
duty of the owner to reach them otherwise.
"""

import uuid
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tingsu.kernel import rulebooks
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import NotAllowed
from tingsu.kernel.ledger import Chain
from tingsu.letters.actions import fall_back, keep_sent
from tingsu.letters.choosing import KIND
from tingsu.letters.composing import compose
from tingsu.letters.models import Letter

TOLD, NOT_REACHED, WRONG = "told", "not_reached", "wrong_number"
AGAIN_AFTER = timedelta(hours=2)
"""Between two tries of a call, as the letter's page tells; whoever calls earlier may."""


def to_call(stream_id: uuid.UUID | None = None) -> QuerySet[Letter]:
    """What is to be told by telephone, of one case or of all, the longest waiting first."""
    return _waiting("call", stream_id)


def to_post(stream_id: uuid.UUID | None = None) -> QuerySet[Letter]:
    """What is to be printed and posted."""
    return _waiting("post", stream_id)


def posted(stream_id: uuid.UUID) -> QuerySet[Letter]:
    """Posted letters of a case that may come back."""
    return Letter.objects.filter(stream_id=stream_id, channel="post", state=Letter.State.SENT).order_by("sent_at", "pk")


def _waiting(channel: str, stream_id: uuid.UUID | None) -> QuerySet[Letter]:
    rows = Letter.objects.filter(channel=channel, state=Letter.State.QUEUED)
    return (rows.filter(stream_id=stream_id) if stream_id else rows).order_by("created_at", "pk")


def _locked(chain: Chain, letter_id: uuid.UUID, channel: str, state: str) -> Letter:
    """The letter of this case, whose row is locked. Raises NotAllowed when somebody else has dealt with it."""
    letter = Letter.objects.filter(pk=letter_id, stream_id=chain.stream.pk, channel=channel, state=state).first()
    if letter is None:
        raise NotAllowed(_("Somebody has dealt with this letter meanwhile."))
    letter.stream = chain.stream
    return letter


def note_call(chain: Chain, letter_id: uuid.UUID, outcome: str, *, actor: Actor, at: datetime) -> None:
    """What came of a call, in the open transaction. Raises NotAllowed."""
    letter = _locked(chain, letter_id, "call", Letter.State.QUEUED)
    if outcome == TOLD:
        message, version = compose(letter)
        keep_sent(chain, letter, message, version, at=at, actor=actor, arrived=True)
        return
    letter.attempts += 1
    most = rulebooks.in_force(KIND).body["call_tries"]
    if outcome == NOT_REACHED and letter.attempts < most:
        Letter.objects.filter(pk=letter.pk).update(
            attempts=letter.attempts, failure="not_reached", next_try_at=at + AGAIN_AFTER
        )
        return
    letter.attempts -= 1
    _fail(chain, letter, WRONG if outcome == WRONG else NOT_REACHED, "", actor=actor, at=at)


def note_posted(
    chain: Chain, letter_id: uuid.UUID, *, actor: Actor, at: datetime, posted_at: datetime, tracking: str = ""
) -> None:
    """It went to the post on that day, in the open transaction. Raises NotAllowed."""
    letter = _locked(chain, letter_id, "post", Letter.State.QUEUED)
    message, version = compose(letter)
    keep_sent(chain, letter, message, version, at=max(posted_at, letter.created_at), actor=actor, tracking=tracking)


def note_came_back(chain: Chain, letter_id: uuid.UUID, said: str, *, actor: Actor, at: datetime) -> None:
    """The post brought it back, in the open transaction. Raises NotAllowed."""
    letter = _locked(chain, letter_id, "post", Letter.State.SENT)
    _fail(chain, letter, "post_returned", said, actor=actor, at=at)


def _fail(chain: Chain, letter: Letter, why: str, said: str, *, actor: Actor, at: datetime) -> None:
    data = {
        "letter": letter.pk,
        "template": letter.template,
        "intent": letter.intent,
        "channel": letter.channel,
        "why": why,
    }
    chain.record("letter.failed", actor=actor, at=at, data=data)
    fall_back(chain, letter, why, said, at, by=actor.id if actor.kind == "member" else None)
