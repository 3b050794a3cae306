"""In-app notices to members. The sentence is made when it is shown; the row holds a kind and codes."""

import re
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise

from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.kinds import kinds
from tingsu.kernel.ledger import plain
from tingsu.kernel.rows import writing
from tingsu.letters.models import Notice

_words: dict[str, tuple[str | Promise, str]] = {}
_addresses: dict[str, str] = {}
PLACE = re.compile(r"[“\"]?%\(\w+\)s[”\"]?")


class UndeclaredNotice(RuntimeError):
    """A kind of notice that no app declared, or two did: nobody could read it."""


def declare(kinds: Mapping[str, tuple[str | Promise, str]], *, leads_to: str = "") -> None:
    """Say how kinds of notices read and which icon they carry; by the app that sends them, when it loads.

    `leads_to` names the page of those that are about no thing with a page of its own. Raises UndeclaredNotice.
    """
    if twice := set(kinds) & set(_words):
        raise UndeclaredNotice(f"notices declared twice: {sorted(twice)}")
    _words.update(kinds)
    _addresses.update(dict.fromkeys(kinds, leads_to))


def address_of(kind: str) -> str:
    """Where a notice leads that is about no thing; empty for nowhere."""
    return reverse(name) if (name := _addresses.get(kind, "")) else ""


def words_of(kind: str) -> tuple[str | Promise, str] | None:
    """Sentence and icon of a kind of notice, if an app or a kind of thing declared it."""
    if kind in _words:
        return _words[kind]
    return next((known.notices[kind] for known in kinds().values() if kind in known.notices), None)


def spoken_kinds() -> list[tuple[str, str]]:
    """Every kind of notice that anybody declared, with its sentence; that a robot failed aside, which a robot would tell for ever."""
    known = dict(_words) | {kind: told for one in kinds().values() for kind, told in one.notices.items()}
    return [(kind, bare(words)) for kind, (words, _icon) in known.items() if kind != "robot.failed"]


def bare(words: str | Promise) -> str:
    """A sentence of a notice or an event as the name of its kind: without the places that each one fills anew."""
    return PLACE.sub("", str(words)).strip(" “”：:,，")


def notify(member_ids: Iterable[uuid.UUID], kind: str, stream_id: uuid.UUID | None, data: Mapping[str, Any]) -> None:
    """Tell members something, in the open transaction."""
    with writing() as rows:
        rows.add(notices_for(member_ids, kind, stream_id, data))


def notices_for(
    member_ids: Iterable[uuid.UUID], kind: str, stream_id: uuid.UUID | None, data: Mapping[str, Any]
) -> list[Notice]:
    """The notices of one piece of news, unsaved: a batch writes those of many cases at once. Raises UndeclaredNotice."""
    told = dict.fromkeys(member_ids)
    if told and words_of(kind) is None:
        raise UndeclaredNotice(f"no app says how the notice {kind} reads")
    at = now()
    return [
        Notice(member_id=member_id, kind=kind, stream_id=stream_id, data=plain(dict(data)), created_at=at)
        for member_id in told
    ]


def mark_read(actor: Actor) -> None:
    """Everything that was told to this person is read now."""
    Notice.objects.filter(member_id=actor.id, read_at__isnull=True).update(read_at=now())
