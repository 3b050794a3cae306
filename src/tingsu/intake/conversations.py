"""A conversation with an assistant or in a chat becomes a complaint (IN-05, AI-02): its turns stay as evidence, word for word.

What the complainant wrote is the description; what an assistant wrote is never taken for their words, and nothing that an assistant
may not decide or confirm comes in by this door. Whoever asked for a human being is called back by one.
"""

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tingsu.files import store
from tingsu.intake.actions import Registered, register_complaint
from tingsu.intake.reading import read_intake
from tingsu.kernel import crypto
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import local, now
from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError, too_long
from tingsu.kernel.models import Event
from tingsu.kernel.spelling import shows, tidy
from tingsu.process.values import shown_name

ROLES = ("customer", "assistant", "agent", "system")
MOST_TURNS, TURN_LIMIT, ID_LIMIT, MOST_FILES = 2000, 8000, 100, 19
DESCRIPTION_LIMIT = 8000
NOT_BY_PROGRAM = frozenset(
    {"description", "record_confirmed", "signed_by", "received_at", "files", "promise_contact", "calming_steps"}
)
"""Follows from the conversation, or is a person's to say: an assistant confirms and promises nothing."""
ASKS_FOR_HUMAN = re.compile(
    r"人工|真人|转接|找.{0,4}(?:客服|人)|\b(?:human|real person|operator|representative|talk to (?:a|some) ?(?:one|person))\b",
    re.IGNORECASE,
)
CUT = "……"


class ConversationWentOn(TingsuError):
    """The same conversation with other words: what is new belongs to the case that was made of it."""

    code, status = "conversation_went_on", 409
    sentence = gettext_lazy(
        "This conversation was registered as %(number)s already, with other turns. Add what is new to that case, or send it as a conversation of its own."
    )


@dataclass(frozen=True, kw_only=True)
class Turn:
    """What one side said at one instant (UTC), with files that were uploaded before."""

    role: str
    at: datetime
    text: str
    files: tuple[uuid.UUID, ...]


@dataclass(frozen=True, kw_only=True)
class Conversation:
    """A conversation as a program hands it over, checked."""

    id: str
    turns: tuple[Turn, ...]
    human_asked: bool
    fields: dict[str, Any]

    @property
    def own_words(self) -> str:
        """What the complainant wrote; the whole stands in the transcript."""
        words = "\n".join(one.text for one in self.turns if one.role == "customer" and one.text)
        return words if len(words) <= DESCRIPTION_LIMIT else words[: DESCRIPTION_LIMIT - len(CUT)] + CUT


def read_conversation(body: Mapping[str, Any]) -> Conversation:
    """Raises InvalidInput with a sentence for each wrong part, turns counted from one."""
    errors: dict[str, TingsuError] = {}
    known = {"conversation_id", "turns", "human_asked", "complaint"}
    errors |= {shown_name(name): InvalidValue(code="unknown_field") for name in body if name not in known}
    name, fields, asked = body.get("conversation_id"), body.get("complaint", {}), body.get("human_asked", False)
    if not isinstance(name, str) or not name or not name.isprintable():
        errors["conversation_id"] = InvalidValue(code="required")
    elif len(name) > ID_LIMIT:
        errors["conversation_id"] = too_long(name, ID_LIMIT)
    if not isinstance(asked, bool):
        errors["human_asked"] = InvalidValue(code="choice")
    if not isinstance(fields, Mapping):
        errors["complaint"] = InvalidValue(code="rows")
    else:
        sentence = _("This follows from the conversation, or a person says it.")
        errors |= {
            shown_name(one): InvalidValue(sentence, code="not_by_program") for one in fields if one in NOT_BY_PROGRAM
        }
    turns = _turns(body.get("turns"), errors)
    if errors:
        raise InvalidInput(errors)
    wanted = any(one.role == "customer" and ASKS_FOR_HUMAN.search(one.text) for one in turns)
    return Conversation(id=str(name), turns=turns, human_asked=bool(asked) or wanted, fields=dict(fields))


def _turns(given: Any, errors: dict[str, TingsuError]) -> tuple[Turn, ...]:
    if not isinstance(given, list) or not given or not all(isinstance(one, Mapping) for one in given):
        errors["turns"] = InvalidValue(code="rows")
        return ()
    if len(given) > MOST_TURNS:
        errors["turns"] = InvalidValue(_("At most %(limit)s turns."), code="too_many", limit=MOST_TURNS)
        return ()
    turns = tuple(_turn(index, one, errors) for index, one in enumerate(given, 1))
    if not any(one.role == "customer" and shows(one.text) for one in turns):
        errors.setdefault("turns", InvalidValue(_("The complainant says nothing in it."), code="nothing_said"))
    if sum(len(one.files) for one in turns) > MOST_FILES:
        errors["files"] = InvalidValue(_("At most %(limit)s files."), code="too_many", limit=MOST_FILES)
    return turns


def _turn(index: int, one: Mapping[str, Any], errors: dict[str, TingsuError]) -> Turn:
    place = f"turns.{index}"
    errors |= {
        f"{place}.{shown_name(name)}": InvalidValue(code="unknown_field")
        for name in one
        if name not in {"role", "at", "text", "files"}
    }
    role, text, at = one.get("role"), one.get("text", ""), _instant(one.get("at"))
    if role not in ROLES:
        errors[f"{place}.role"] = InvalidValue(code="choice")
    if at is None:
        errors[f"{place}.at"] = InvalidValue(code="datetime")
    elif at > now():
        errors[f"{place}.at"] = InvalidValue(code="in_future", value=one.get("at"))
    if not isinstance(text, str):
        errors[f"{place}.text"], text = InvalidValue(code="text"), ""
    elif len(text) > TURN_LIMIT:
        errors[f"{place}.text"] = too_long(text, TURN_LIMIT)
    elif "\x00" in text:
        errors[f"{place}.text"] = InvalidValue(code="nul")
    files = []
    given = one.get("files", [])
    for name in given if isinstance(given, list) else [None]:
        try:
            files.append(uuid.UUID(name))
        except (ValueError, TypeError, AttributeError):
            errors[f"{place}.files"] = InvalidValue(code="choice")
    if not text and not files:
        errors.setdefault(f"{place}.text", InvalidValue(code="required"))
    return Turn(
        role=str(role), at=at or now(), text=tidy(text, lines=True) if "\x00" not in text else "", files=tuple(files)
    )


def _instant(given: Any) -> datetime | None:
    try:
        at = parse_datetime(given) if isinstance(given, str) and len(given) <= 40 else None
    except ValueError:
        return None
    return at if at is not None and at.tzinfo is not None else None


def transcript(conversation: Conversation, zone: str) -> str:
    """The whole conversation as a text: instant, side, words, files by their id."""
    sides = {
        "customer": pgettext("conversation", "Complainant"),
        "assistant": _("Assistant (program)"),
        "agent": pgettext("conversation", "Colleague"),
        "system": pgettext("conversation", "System"),
    }
    lines = [_("Conversation %(id)s, times of %(zone)s") % {"id": conversation.id, "zone": zone}, ""]
    for one in conversation.turns:
        lines.append(f"[{local(one.at, zone):%Y-%m-%d %H:%M:%S}] {sides[one.role]}")
        lines += [one.text] if one.text else []
        lines += [f"<{file}>" for file in one.files]
        lines.append("")
    return "\n".join(lines)


def register_conversation(*, actor: Actor, conversation: Conversation, zone: str) -> Registered:
    """Register it once, however often it is sent. Raises what registration raises, and ConversationWentOn for the same one with other
    words. Call it outside any transaction: the transcript is written before the case.
    """
    text = transcript(conversation, zone)
    mark = crypto.same_mark(actor.organisation_id, text.encode()).hex()
    reachable = any(conversation.fields.get(name) for name in ("phone", "email"))
    raw = {
        "mode": "internet", "channel": "api", **conversation.fields, "description": conversation.own_words,
        "received_at": min(one.at for one in conversation.turns).isoformat(),
        "promise_contact": conversation.human_asked and reachable,
    }  # fmt: skip
    intake = read_intake(raw, zone=zone)
    kept = store.keep(f"conversation-{conversation.id[:60]}.txt", text.encode(), actor=actor)
    intake = intake.with_files([*(file for one in conversation.turns for file in one.files), kept.pk])
    intake.extra["conversation"] = {
        "turns": len(conversation.turns), "by_assistant": sum(one.role == "assistant" for one in conversation.turns),
        "human_asked": conversation.human_asked, "mark": mark,
    }  # fmt: skip
    key = f"talk:{crypto.same_mark(actor.organisation_id, f'{actor.name}:{conversation.id}'.encode()).hex()}"
    done = register_complaint(actor=actor, intake=intake, key=key)
    if done.again:
        store.forget_loose([kept.pk], holder=actor.id)
        event = Event.objects.get(stream_id=done.complaint.pk, kind="complaint.registered")
        if event.data.get("conversation", {}).get("mark") != mark:
            raise ConversationWentOn(number=done.complaint.number)
    return done
