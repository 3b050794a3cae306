"""Escalations in words: the level, whom it told, why, until when; for timelines, panels and lists of duties."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from tingsu.clocks import queries
from tingsu.clocks.escalation import FACT
from tingsu.clocks.ladder_rules import TRIGGER_WORDS, ladder_version
from tingsu.clocks.models import Escalation
from tingsu.clocks.receivers import OUTSIDE
from tingsu.clocks.timers import timer_name
from tingsu.kernel.actor import Actor
from tingsu.kernel.fields import in_language
from tingsu.kernel.punctuation import in_brackets, listed
from tingsu.people.queries import alias_of


@dataclass(frozen=True, kw_only=True)
class Standing:
    """An escalation that waits for somebody, as a page shows it."""

    stream_id: uuid.UUID
    rung: str
    called: tuple[str, ...]
    raised_at: datetime
    next_at: datetime | None
    times: str
    mine: bool
    """The reader is one of those who may take it up."""


def standing(actor: Actor, stream_id: uuid.UUID) -> Standing | None:
    """What a page says of a thing that waits to be taken up; None when nobody is waited for. Two queries at most."""
    row = queries.standing_of(stream_id)
    if row is None or not row.is_waiting:
        return None
    called = queries.called_for(stream_id)
    return Standing(
        stream_id=stream_id,
        rung=rung_words(row),
        called=tuple(alias_of(one) for one in called),
        raised_at=row.raised_at,
        next_at=row.next_at,
        times=reason_words(row),
        mine=actor.kind == "member" and actor.id in called,
    )


def rung_words(row: Escalation) -> str:
    """The level a thing stands on, such as “Level 3 · Supervisor or centre head”."""
    return _level(row.level, row.rung, row.ladder_version)


def reason_words(row: Escalation) -> str:
    """How often it was escalated so far."""
    return ngettext("escalated %(n)s time", "escalated %(n)s times", row.times) % {"n": row.times}


def escalation_lines(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What an event says of an escalation, each with its label: level, why, who was told, who was passed over."""
    said = data.get(FACT)
    if not said or "to" not in said:
        return []
    pairs = [
        (_("Level"), _level(said["to"][0], said["to"][1], said["ladder"])),
        (pgettext("escalation", "Because"), _because(said)),
        (_("Told"), _told(said)),
        (_("Passed over"), _skipped(said)),
    ]
    return [(label, words) for label, words in pairs if words]


def _level(level: int, code: str, version: int) -> str:
    name = next((rung.name for rung in ladder_version(version).rungs if rung.code == code), {})
    words = _("Level %(level)s") % {"level": level}
    return f"{words} · {in_language(dict(name))}" if name else words


def _because(said: Mapping[str, Any]) -> str:
    words = str(TRIGGER_WORDS.get(said["trigger"], said["trigger"]))
    return words + in_brackets(timer_name(said["timer"])) if said["timer"] else words


def _told(said: Mapping[str, Any]) -> str:
    names = listed(filter(None, (alias_of(uuid.UUID(one)) for one in said["members"])))
    if OUTSIDE in said["receivers"]:
        return _("%(names)s, to bring it to an outside expert or authority") % {"names": names}
    return names


def _skipped(said: Mapping[str, Any]) -> str:
    why = {"nobody": _("nobody holds this role now"), "below": _("the owner's own level")}
    names = {rung.code: in_language(dict(rung.name)) for rung in ladder_version(said["ladder"]).rungs}
    return listed(f"{names.get(code, code)}{in_brackets(why.get(reason, reason))}" for code, reason in said["skipped"])
