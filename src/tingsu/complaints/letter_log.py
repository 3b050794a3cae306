"""What became of the letters of a case, by each means: for the case page, the mail room and programs (AK-10)."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from tingsu.complaints.covering import known_in
from tingsu.complaints.letter_papers import all_letters
from tingsu.complaints.models import Complaint
from tingsu.complaints.registry import Panel, panel
from tingsu.kernel.actor import Actor
from tingsu.kernel.crypto import Erased
from tingsu.letters import deliveries
from tingsu.letters.composing import compose
from tingsu.letters.deliveries import STATES
from tingsu.letters.means import label_of
from tingsu.letters.models import Delivery, Letter
from tingsu.letters.smtp import WHY
from tingsu.letters.templates_book import TEMPLATES
from tingsu.people.access import Can, may
from tingsu.privacy.show import show_text

Words = str | Promise
LOGGED = frozenset({"sms", "call", "post"})
"""Means of which the log knows more than the letter: parts, tracking number, who did it."""
MOST = 30
"""Letters of one case on its page, the newest; the mail room has every one."""


@dataclass(frozen=True, kw_only=True)
class MeansLine:
    """One means of a letter: what became of it, when it is known, why it failed. Times are UTC instants."""

    code: str
    channel: Words
    result: str
    """queued, sent, delivered, read or failed."""
    state: Words
    tone: str
    at: datetime | None
    why_code: str = ""
    why: Words = ""
    tries: int = 1
    parts: int = 0
    tracking: str = ""


@dataclass(frozen=True, kw_only=True)
class LoggedLetter:
    """A letter of a case with its means, the first one tried first."""

    id: uuid.UUID
    template: str
    name: Words
    at: datetime
    language: str
    url: str = ""
    script: str = ""
    """What to say on the telephone, covered as this reader may see it."""
    lines: Sequence[MeansLine] = field(default_factory=tuple)


def means_lines(letter: Letter, rows: Iterable[Delivery]) -> list[MeansLine]:
    """Every means by which it was tried, and the one by which it waits now."""
    rows = list(rows)
    found = [_line(row, read=letter.read_at if row is rows[-1] else None) for row in rows]
    waits = letter.state == Letter.State.QUEUED
    if waits or not found:
        result = "read" if letter.read_at else str(letter.state)
        state, tone = STATES[result]
        found.append(
            MeansLine(
                code=letter.channel, channel=label_of(letter.channel), result=result, state=state, tone=tone,
                at=letter.next_try_at if waits else letter.read_at or letter.delivered_at or letter.sent_at,
                why_code=letter.failure if waits else "", why=WHY.get(letter.failure, "") if waits else "",
                tries=letter.attempts + letter.unsure + (0 if waits else 1),
            )
        )  # fmt: skip
    return found


def _line(row: Delivery, read: datetime | None) -> MeansLine:
    result = "read" if read and row.state != "failed" else row.state
    state, tone = STATES[result]
    return MeansLine(
        code=row.channel, channel=label_of(row.channel), result=result, state=state, tone=tone,
        at=read or row.ended_at or row.at, why_code=row.why, why=WHY.get(row.why, row.why), tries=row.tries, parts=row.parts,
        tracking=row.tracking,
    )  # fmt: skip


def letters_of_case(actor: Actor, complaint: Complaint) -> list[LoggedLetter]:
    """The letters to the parties, the newest first; of those that wait for a call, what to say.

    A letter that left at the first try says all of itself; only those with more to tell ask for their log, in one query.
    """
    letters = all_letters(complaint)[::-1][:MOST]
    told = [one.pk for one in letters if one.tried or one.channel in LOGGED]
    rows = deliveries.of(told) if told else {}
    opens = may(actor, Can.MAILROOM)
    return [
        LoggedLetter(
            id=one.pk, template=one.template, name=TEMPLATES[one.template].label if one.template in TEMPLATES else one.template,
            at=one.created_at, language=one.language, url=reverse("desk:letter", args=[one.pk]) if opens else "",
            script=_script(actor, complaint, one), lines=means_lines(one, rows.get(one.pk, [])),
        )
        for one in letters
    ]  # fmt: skip


def _script(actor: Actor, complaint: Complaint, letter: Letter) -> str:
    if letter.channel != "call" or letter.state != Letter.State.QUEUED:
        return ""
    try:
        message, _version = compose(letter)
    except Erased:
        return ""
    return show_text(actor, "letter", "body", message.kept_body, "page", known=known_in(complaint))


def context(actor: Actor, complaint: Complaint) -> dict[str, Any] | None:
    letters = letters_of_case(actor, complaint)
    if not letters:
        return None
    return {"letters": letters, "note": len(letters)}


panel(
    Panel(
        name="letters", title=pgettext_lazy("panel", "Letters and how they arrived"), template="complaints/letters.html",
        context=context, order=79,
    )
)  # fmt: skip
