"""What a complainant sees of the own case: stages, messages, next date (AK-06, AK-11). A schema of its own.

Only what is listed here is shown. Staff appear as a work identity (invariant 7); internal notes, tasks, opinions of
functions, approvals and grades have no entry, so they cannot leak.
"""

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.functional import Promise as Text
from django.utils.translation import gettext_lazy

from tingsu.clocks.models import Promise
from tingsu.clocks.queries import standing_of
from tingsu.complaints.handover import CHANGES
from tingsu.complaints.models import Complaint, Party
from tingsu.complaints.terms import PUBLIC_STAGE, PublicStage, State
from tingsu.files.models import StoredFile
from tingsu.kernel.events import Audience, event_kind
from tingsu.kernel.ledger import texts_of
from tingsu.kernel.models import Event
from tingsu.letters.enclosures import files_with
from tingsu.letters.models import Letter
from tingsu.people.alone import one_person
from tingsu.people.queries import public_identity

ORDER = tuple(PublicStage)
STAGE_PROMISES: dict[PublicStage, tuple[str, ...]] = {
    PublicStage.RECEIVED: ("first_reply", "handling_start"),
    PublicStage.CHECKING: ("investigation",),
    PublicStage.PROPOSING: ("solution", "answer", "parties_opinion"),
    PublicStage.DOING: ("execution",),
    PublicStage.ANSWERED: ("callback",),
}
"""Whose running limit dates the present stage."""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One of at most six plain words. `by` is the promised end of the present stage."""

    label: str | Text
    state: str
    at: datetime | None = None
    by: datetime | None = None
    note: str | Text = ""


@dataclass(frozen=True, kw_only=True)
class Message:
    """One thing said: by us, or by the complainant."""

    kind: str
    at: datetime
    title: str | Text
    text: str = ""
    ours: bool = True
    answers: bool = False
    """It answers the whole complaint."""
    more: list[str] = field(default_factory=list)
    files: list[StoredFile] = field(default_factory=list)
    """What we sent along."""


def events_of(complaint: Complaint) -> list[Event]:
    """The case's history in order; read once for stages and messages."""
    return list(Event.objects.filter(stream_id=complaint.pk).order_by("seq"))


def stages(
    complaint: Complaint, events: list[Event], promises: list[Promise], *, answered: bool = False
) -> list[Stage]:
    """Six plain words with real dates; the present one with its promised end. `answered`: this party said what it thinks."""
    reached: dict[PublicStage, datetime] = {}
    now_at = ORDER.index(complaint.public_stage)
    for event in events:
        for state in event.body.get("set", {}).get("state", [])[1:]:
            reached[PUBLIC_STAGE[State(state)]] = event.at
    reached[PublicStage.RECEIVED] = complaint.received_at
    shown = []
    for place, stage in enumerate(ORDER):
        if stage is PublicStage.DOING and place < now_at and stage not in reached:
            continue
        if place < now_at and stage in reached:
            shown.append(Stage(label=stage.label, state="done", at=reached[stage]))
        elif place == now_at:
            finished = stage is PublicStage.DONE
            shown.append(
                Stage(label=stage.label, state="done" if finished else "now", at=reached.get(stage), by=_due(promises, stage),
                      note=_note(complaint, events, answered))
            )  # fmt: skip
        elif place > now_at:
            shown.append(Stage(label=stage.label, state="ahead"))
    return shown


NOTES: dict[State, str | Text] = {
    State.REGISTERED: gettext_lazy("We read what you wrote and decide who looks into it."),
    State.PRE_PLAN: gettext_lazy("Our management looks at it first."),
    State.ROUTING: gettext_lazy("It is being passed to the person who will check it."),
    State.INVESTIGATING: gettext_lazy("We gather facts and hear both sides."),
    State.ANSWERING: gettext_lazy("We explain our answer and hear what you say to it."),
    State.HANDLING: gettext_lazy("The facts are clear; we are preparing a proposal."),
    State.FEEDBACK: gettext_lazy("Our proposal is with you."),
    State.EXECUTING: gettext_lazy("What was agreed is being carried out and checked by somebody else."),
    State.EXTERNAL_ROUTE: gettext_lazy("No agreement so far. The complaint stays open; other ways are open to you."),
    State.EVALUATING: gettext_lazy(
        "You will get a formal notice of the result; then we ask whether you are satisfied."
    ),
}


ALONE: dict[State, Text] = {State.EXECUTING: gettext_lazy("What was agreed is being carried out, then checked.")}
"""The same where one person does everything (ME-11)."""
WITHDRAWN = gettext_lazy("You withdrew the complaint. We end the handling and send you a short notice.")
OPINION_HERE = gettext_lazy("We have your opinion on our proposal.")


def _note(complaint: Complaint, events: list[Event], answered: bool) -> str | Text:
    """What happens in the present stage. Nobody is asked for what they gave, or to rate a result that was not told yet."""
    if complaint.withdrawn and complaint.is_open and complaint.state != State.EVALUATING:
        return WITHDRAWN
    if complaint.state == State.FEEDBACK and answered:
        return OPINION_HERE
    state = State(complaint.state)
    first = note = ALONE[state] if state in ALONE and one_person() else NOTES.get(state, "")
    if not first:
        return ""
    for event in events:
        if "state" in event.body.get("set", {}):
            note = first
        if (told := event_kind(event.kind).told) and told.note:
            note = told.note
    return note


def _due(promises: list[Promise], stage: PublicStage) -> datetime | None:
    kinds = STAGE_PROMISES.get(stage, ())
    return min((one.due_at for one in promises if one.is_open and one.kind in kinds), default=None)


REPLIES = frozenset({"first_reply", "dedicated_contact", "progress_feedback", "promised_date"})
"""Limits by which we must be heard of."""


def next_reply_at(complaint: Complaint, promises: list[Promise]) -> datetime | None:
    """By when we must be heard of again: the date we named, or the limit that runs (AK-04, AK-08)."""
    running = [one.due_at for one in promises if one.is_open and one.kind in REPLIES]
    return min(running, default=None) if complaint.is_open else None


@dataclass(frozen=True, kw_only=True)
class NewTime:
    """After a missed time: the next one that binds us. `taken_up`: by then the next person in charge has it in hand."""

    by: datetime
    taken_up: bool = False


def new_time(complaint: Complaint, promises: list[Promise], at: datetime) -> NewTime | None:
    """The next limit of ours that has not passed, else the hour by which the next level takes the case up."""
    ahead = [one.due_at for one in promises if one.is_open and one.kind in REPLIES and one.due_at > at]
    if ahead:
        return NewTime(by=min(ahead))
    standing = standing_of(complaint.pk)
    if standing is None or standing.taken_at or standing.next_at is None or standing.next_at <= at:
        return None
    return NewTime(by=standing.next_at, taken_up=True)


def answer_by(promises: list[Promise]) -> datetime | None:
    """By when we hope for the complainant's answer (T16)."""
    return next((one.due_at for one in promises if one.is_open and one.kind == "parties_opinion"), None)


@dataclass(frozen=True, kw_only=True)
class HandlerChange:
    """Since when somebody else is responsible, why, and who took the complaint first and stays informed (AS-01)."""

    at: datetime
    why: str | Text
    first: str
    """Empty where the first receiver is responsible now."""


def handler_change(complaint: Complaint, events: list[Event]) -> HandlerChange | None:
    """The last change of who is responsible; None while it is still whoever received the complaint first."""
    changed = [one for one in events if one.kind in CHANGES and "owner_id" in one.body.get("set", {})]
    if not changed:
        return None
    first = complaint.first_owner_id
    known = "" if first == complaint.owner_id else public_identity(first)
    return HandlerChange(at=changed[-1].at, why=CHANGES[changed[-1].kind], first=known)


def messages(complaint: Complaint, party: Party, events: list[Event], at: datetime) -> list[Message]:
    """What was said between us and this party, newest first; what was taken back, or may still be, was not said."""
    held = _held_letters(complaint, at)
    shown = [event for event in events if _is_shown(event, party) and str(event.pk) not in held]
    texts = texts_of(shown)
    named = {event.pk: _files_named(event) for event in shown}
    files = {str(one.pk): one for one in files_with(complaint.pk, [one for ids in named.values() for one in ids])}
    said = [_message(event, texts.get(event.pk, {})) for event in shown]
    for event, message in zip(shown, said, strict=True):
        message.files.extend(files[one] for one in named[event.pk] if one in files)
    return said[::-1]


def _files_named(event: Event) -> list[str]:
    """The files that go with an event, as far as it says so to the other side."""
    told = event_kind(event.kind).told
    return [str(one) for one in _values(event).get(told.files, [])] if told and told.files else []


def file_sent(complaint: Complaint, party: Party, file_id: uuid.UUID, at: datetime) -> StoredFile | None:
    """One file of what we sent this party; None for any other."""
    said = messages(complaint, party, events_of(complaint), at)
    return next((one for message in said for one in message.files if one.pk == file_id), None)


def _is_shown(event: Event, party: Party) -> bool:
    """What we said is for whoever may read of it; what they said only for those who said it."""
    declared = event_kind(event.kind)
    if declared.told is None or Audience.COMPLAINANT not in declared.audience:
        return False
    if whose := declared.told.party:
        return bool(_values(event).get(whose) == str(party.pk))
    return not declared.told.theirs or event.actor_kind == "complainant"


def _values(event: Event) -> dict[str, Any]:
    found: dict[str, Any] = event.body.get("values", {})
    return found


def _held_letters(complaint: Complaint, at: datetime) -> set[str]:
    """Events whose letter is still held back for its ten seconds, or was taken back in them."""
    held = Letter.objects.filter(stream_id=complaint.pk, state__in=[Letter.State.QUEUED, Letter.State.WITHDRAWN])
    waiting = [row for row in held if row.state == Letter.State.WITHDRAWN or row.send_after > at]
    return {row.intent.rpartition(":")[2] for row in waiting}


def _message(event: Event, texts: dict[str, str]) -> Message:
    told = event_kind(event.kind).told
    assert told is not None  # noqa: S101 only what is told is shown
    values = _values(event)
    return Message(
        kind=event.kind,
        at=event.at,
        title=told.title_of(values),
        text=texts.get(told.text, ""),
        ours=not told.theirs,
        answers=told.answers,
        more=told.more(values, texts) if told.more else [],
    )
