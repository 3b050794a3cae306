"""Whatever people may configure is a rulebook: published in versions, never edited (architecture §1).

A kind is registered once with its shipped default and its check. `in_force` answers from a short-lived cache, so that a
registration does not pay for reading its policies; rows and events name the version they were made under.
"""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.kernel.actor import Actor
from tingsu.kernel.approvals import Approval, cleared
from tingsu.kernel.clock import now
from tingsu.kernel.errors import InvalidInput, TingsuError, too_long
from tingsu.kernel.events import EventKind, declare
from tingsu.kernel.ids import new_id
from tingsu.kernel.ledger import lock_chain, open_chain
from tingsu.kernel.models import Rulebook, Stream
from tingsu.kernel.spelling import tidy
from tingsu.kernel.tenancy import current_organisation_id

CACHE_SECONDS = 5.0
MATTER = "rules"
"""The matter under which a version waits for approval."""

declare(EventKind(name="rulebook.published", words=pgettext_lazy("event", "published a new version"), icon="file-text"))


@dataclass(frozen=True)
class RulebookKind:
    """A kind of rulebook. `check` raises InvalidInput with one sentence per wrong field."""

    name: str
    label: str | Promise
    default: Callable[[], dict[str, Any]]
    check: Callable[[dict[str, Any]], None]
    daily: Callable[[dict[str, Any], dict[str, Any]], bool] | None = None
    """Is the difference daily business, such as a roster, and no change of a rule?"""


@dataclass(frozen=True)
class Rules:
    """A rulebook in force: `version` 0 is the shipped default that nobody has published over."""

    id: uuid.UUID | None
    kind: str
    version: int
    valid_from: datetime | None
    body: dict[str, Any]


class PublishedMeanwhile(TingsuError):
    code = "published_meanwhile"
    sentence = _("Version %(version)s was published while you were editing. Compare it with yours, then publish again.")


class ValidInThePast(TingsuError):
    code, status = "valid_in_the_past", 422
    sentence = _("A version can only be in force from now on. What was promised under an older one stays as it was.")


_kinds: dict[str, RulebookKind] = {}
_cache: dict[tuple[uuid.UUID, str], tuple[float, list[Rules]]] = {}
_published: dict[uuid.UUID, tuple[float, frozenset[str]]] = {}
"""Kinds of which an organisation has published anything: of most it has not, and one question answers for all of those."""


def register_kind(
    name: str,
    label: str | Promise,
    default: Callable[[], dict[str, Any]],
    check: Callable[[dict[str, Any]], None],
    daily: Callable[[dict[str, Any], dict[str, Any]], bool] | None = None,
) -> None:
    if name in _kinds:
        raise RuntimeError(f"rulebook kind {name} registered twice")
    _kinds[name] = RulebookKind(name, label, default, check, daily)


def kinds() -> dict[str, RulebookKind]:
    return dict(_kinds)


def versions(kind: str) -> list[Rules]:
    """Every published version, newest first, then the shipped default as version 0."""
    key = (current_organisation_id(), kind)
    cached = _cache.get(key)
    if cached and cached[0] > time.monotonic():
        return cached[1]
    until, published = _published_kinds()
    found = []
    if kind in published:
        until = time.monotonic() + CACHE_SECONDS
        rows = Rulebook.objects.filter(kind=kind).order_by("-version")
        found = [Rules(row.pk, kind, row.version, row.valid_from, row.body) for row in rows]
    found.append(Rules(None, kind, 0, None, _kinds[kind].default()))
    _cache[key] = (until, found)
    return found


def _published_kinds() -> tuple[float, frozenset[str]]:
    """Until when they are kept, and the kinds."""
    organisation_id = current_organisation_id()
    known = _published.get(organisation_id)
    if known is None or known[0] <= time.monotonic():
        kinds_of_rows = Rulebook.objects.order_by().values_list("kind", flat=True).distinct()
        known = _published[organisation_id] = (time.monotonic() + CACHE_SECONDS, frozenset(kinds_of_rows))
    return known


def in_force(kind: str, at: datetime | None = None) -> Rules:
    """The version in force at an instant (default: now). The highest version whose time has come."""
    moment = at or now()
    return next(rules for rules in versions(kind) if rules.valid_from is None or rules.valid_from <= moment)


def version_of(kind: str, version: int) -> Rules:
    """The version that a row or an event names."""
    return next(rules for rules in versions(kind) if rules.version == version)


def forget_cached() -> None:
    _cache.clear()
    _published.clear()


def _plain(value: Any) -> Any:
    """A body whose words are made plain, wherever they stand in it."""
    if isinstance(value, str):
        return value if "\x00" in value else tidy(value, lines=True)
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list) else value


def publish(
    *,
    actor: Actor,
    kind: str,
    body: dict[str, Any],
    valid_from: datetime | None = None,
    note: str = "",
    based_on: int | None = None,
    approval: Approval | None = None,
) -> Rules:
    """Put a new version in force from `valid_from` (default: at once). The caller has checked the actor's right.

    Rules come into force by the senior leader's approval (OG-10, CA-59): from anybody else this makes a proposal.
    Raises InvalidInput (the body), ValidInThePast, PublishedMeanwhile (somebody published after `based_on`),
    WaitsForApproval.
    """
    body, note = _plain(body), tidy(note, lines=True)
    _kinds[kind].check(body)
    at = now()
    start = valid_from or at
    if start < at:
        if approval is None:
            raise ValidInThePast
        start = at
    if len(note) > 300:
        raise InvalidInput({"note": too_long(note, 300)})
    newest = versions(kind)[0].version
    if based_on is not None and based_on != newest:
        raise PublishedMeanwhile(version=newest)
    payload = {"kind": kind, "body": body, "valid_from": valid_from, "note": note, "based_on": newest}
    second = cleared(actor=actor, matter=MATTER, payload=payload, approval=approval)
    with transaction.atomic(durable=True):
        stream_id = uuid.uuid5(current_organisation_id(), f"rulebook:{kind}")
        if not Stream.objects.filter(pk=stream_id).exists():
            opened = open_chain("rulebook", stream_id).stream
            Stream.objects.bulk_create([opened], ignore_conflicts=True)
        chain = lock_chain(stream_id)
        last = Rulebook.objects.filter(kind=kind).order_by("-version").values_list("version", flat=True).first() or 0
        if based_on is not None and based_on != last:
            raise PublishedMeanwhile(version=last)
        row = Rulebook(
            id=new_id(),
            kind=kind,
            version=last + 1,
            valid_from=start,
            body=body,
            note=note,
            published_at=at,
            published_by=actor.id,
        )
        row.save(force_insert=True)
        chain.record(
            "rulebook.published",
            actor=actor,
            at=at,
            data={"kind": kind, "version": row.version, "valid_from": start, "rulebook": row.pk, **second},
        )
        if approval is not None:
            approval.settle()
        chain.flush()
    _cache.pop((current_organisation_id(), kind), None)
    _published.pop(current_organisation_id(), None)
    return Rules(row.pk, kind, row.version, start, body)
