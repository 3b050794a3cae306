"""The outbox: letters become rows in the transaction of the action that causes them (invariant 8, AK-01)."""

import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.ids import new_id
from tingsu.kernel.ledger import Chain, plain
from tingsu.kernel.rows import asked, writing
from tingsu.letters import providers, tasks
from tingsu.letters.choosing import ELECTRONIC, Addressed, joined, ways
from tingsu.letters.models import Letter
from tingsu.people.queries import work_addresses


class AboutCase(Protocol):
    """A complaint, as letters need it."""

    pk: uuid.UUID
    number: str
    language: str
    anonymous: bool
    mode: str
    urgency: str
    grade: str


def channel_for(party: Addressed, template: str = "", language: str = "zh-hans") -> str:
    """The means by which this party is reached first; the follow-up page is always there (AK-01)."""
    return ways(party, template=template, language=language)[0]


def acknowledgement_leaves(stream_id: uuid.UUID) -> bool:
    """Does the acknowledgement of a case go to the person by mail or short message, or only wait on the follow-up page?"""
    letters = Letter.objects.filter(stream_id=stream_id, intent="acknowledgement", channel__in=ELECTRONIC)
    return letters.exists()


def make_letter(
    chain: Chain,
    *,
    complaint: AboutCase,
    party: Addressed,
    template: str,
    intent: str,
    values: Mapping[str, Any],
    at: datetime,
    channel: str | None = None,
    undo_seconds: int = 0,
) -> Letter:
    """An unsaved letter with its places sealed under the case's key. Channel: the asked one if the party has it."""
    by, *then = ways(party, template=template, language=complaint.language, asked=channel or "", mode=complaint.mode)
    letter = Letter(
        id=new_id(),
        stream_id=chain.stream.pk,
        intent=intent,
        template=template,
        language=complaint.language,
        channel=by,
        then=joined(then),
        urgent=complaint.urgency == "urgent" or complaint.grade == "high_risk",
        party_id=party.pk,
        created_at=at,
        send_after=at + timedelta(seconds=undo_seconds),
    )
    content = json.dumps(plain(dict(values)), ensure_ascii=False)
    letter.values = chain.stream.key().seal(content, f"letter:{letter.pk}:values")
    return letter


def queue_member_letter(
    chain: Chain, *, address: str, language: str, template: str, intent: str, at: datetime
) -> Letter:
    """Queue one letter to a member of the house, by e-mail, in the open transaction of the member's stream."""
    letter = Letter(
        id=new_id(), stream_id=chain.stream.pk, intent=intent, template=template, language=language, channel="email",
        created_at=at, send_after=at,
    )  # fmt: skip
    letter.values = chain.stream.key().seal(json.dumps({"_address": address}), f"letter:{letter.pk}:values")
    letter.save(force_insert=True)
    tasks.send_letter.defer(letter_id=str(letter.pk))
    return letter


def queue_letter(
    chain: Chain, *, complaint: AboutCase, party: Addressed, template: str, intent: str, values: Mapping[str, Any],
    at: datetime | None = None, channel: str | None = None, undo_seconds: int = 0,
) -> Letter:  # fmt: skip
    """Queue one letter for one intent, with its job, in the open transaction. A second call for the intent finds the first."""
    existing = asked(Letter, "stream_id = %s AND intent = %s", chain.stream.pk, intent).first()
    if existing is not None:
        return existing
    letter = make_letter(
        chain, complaint=complaint, party=party, template=template, intent=intent, values=values, at=at or now(),
        channel=channel, undo_seconds=undo_seconds,
    )  # fmt: skip
    with writing() as rows:
        rows.add([letter])
        rows.defer("letters", tasks.send_letter.name, at=tasks.not_before(undo_seconds), letter_id=str(letter.pk))
    return letter


def record_queued(chain: Chain, letter: Letter, actor: Actor, at: datetime) -> None:
    """Write into the history that a letter was prepared, where no step says so."""
    data = {"letter": letter.pk, "template": letter.template, "intent": letter.intent, "channel": letter.channel}
    chain.record("letter.queued", actor=actor, at=at, data=data)


@dataclass(frozen=True, kw_only=True)
class StaffLetter:
    """A letter about a case to a colleague; what it says may depend on the language they read."""

    chain: Chain
    member_id: uuid.UUID
    template: str
    intent: str
    values: Callable[[str], Mapping[str, Any]]
    at: datetime


def queue_staff_letters(wanted: Sequence[StaffLetter]) -> list[Letter]:
    """Queue letters to colleagues' work addresses; those without one get none. One query and one pipeline for all."""
    if not wanted or not providers.available("email"):
        return []
    addresses = work_addresses({one.member_id for one in wanted})
    made = [_staff_letter(one, addresses[one.member_id][1]) for one in wanted if one.member_id in addresses]
    with writing() as rows:
        rows.add(made)
        for letter in made:
            rows.defer("letters", tasks.send_letter.name, letter_id=str(letter.pk))
    return made


def _staff_letter(one: StaffLetter, language: str) -> Letter:
    letter = Letter(
        id=new_id(), stream_id=one.chain.stream.pk, intent=one.intent, template=one.template, language=language,
        channel="email", member_id=one.member_id, created_at=one.at, send_after=one.at,
    )  # fmt: skip
    content = json.dumps(plain(dict(one.values(language))), ensure_ascii=False)
    letter.values = one.chain.stream.key().seal(content, f"letter:{letter.pk}:values")
    return letter


def queue_staff_letter(
    chain: Chain, *, member_id: uuid.UUID, template: str, intent: str, values: Mapping[str, Any], at: datetime
) -> Letter | None:
    """Queue a letter about a case to a colleague's work address; None when no mail can leave or there is no address."""
    wanted = StaffLetter(
        chain=chain, member_id=member_id, template=template, intent=intent, values=lambda _language: values, at=at
    )
    return next(iter(queue_staff_letters([wanted])), None)
