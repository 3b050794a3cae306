"""Settings of the ways by which words leave and arrive: each change stands in the history of the organisation, and where words
lead elsewhere than before a second person looks first (IG-03, OG-10).

Until then nothing leaves or arrives by it: letters go by another means, mails stay in the mailbox, a robot is silent.
"""

import uuid
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime
from typing import Any, TypeVar

from django import forms
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tingsu.kernel import events
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import InvalidInput, InvalidValue, NotAllowed, NotFound
from tingsu.kernel.ledger import Chain, texts_of
from tingsu.kernel.models import Event
from tingsu.kernel.own_history import own_history, told_of
from tingsu.letters.models import LookedAt
from tingsu.letters.notices import bare, notify, words_of
from tingsu.people import queries as people
from tingsu.people import second_person
from tingsu.people.access import Can, in_office, roles_with
from tingsu.people.roles import Role

SECOND_PERSONS = (roles_with(Can.POST) & roles_with(Can.SETTINGS)) | roles_with(Can.TOKENS) | {str(Role.TOP_MGMT)}
"""Roles of whom one looks; all of them open the settings."""
Setting = TypeVar("Setting", bound="LookedAt")


def shape(
    actor: Actor, row: LookedAt, at: datetime, *, changed: bool, moved: bool, whole: bool = False
) -> dict[str, Any]:
    """Note who changed it, in the open transaction; what its event says of the second look.

    `moved`: it leads elsewhere now. `whole`: what alone says where it leads was entered anew, so that nothing of an earlier hand
    is left. An earlier hand that named the place stays in it even when somebody else entered the password: the password would go
    there. The system's own doing waits for nobody, nor does that of a person beside whom nobody could look (ME-11).
    """
    if actor.kind == "system":
        return {}
    if not moved:
        if changed and row.waits_since is not None:
            row.waits_since = at  # an open page shows something else: it agrees to nothing
        return {}
    before = [] if whole or row.waits_since is None else row.shaped_by
    shaped = [*(one for one in before if one != str(actor.id)), str(actor.id)]
    if _nobody_could_look(actor, shaped):
        row.waits_since, row.shaped_by = None, []
        return {"alone": True}
    row.waits_since, row.shaped_by = at, shaped
    return {"waits": True}


def _nobody_could_look(actor: Actor, shaped: Collection[str]) -> bool:
    """No second person is left. Where all of them had a hand in it, the last of them has seen what the others entered."""
    seen = second_person.standing()
    if actor.id is not None and second_person.alone(seen, actor.id):
        return True
    holders = {post.member_id for post in seen.posts if post.role in SECOND_PERSONS and in_office(post, seen.at)}
    return not holders - {uuid.UUID(one) for one in shaped} and (actor.id in holders or not holders)


def ask_for_look(row: LookedAt, told: Mapping[str, Any], notice: str) -> None:
    """Tell those who may look, in the transaction of the change; nobody of his own doing."""
    if "waits" in told:
        holders = {post.member_id for post in people.posts_now(roles=SECOND_PERSONS)}
        others = holders - {uuid.UUID(one) for one in row.shaped_by}
        notify(sorted(others, key=str), notice, None, {})


def may_look(actor: Actor, row: LookedAt) -> bool:
    """Is this a second person for what waits?"""
    fits = actor.kind == "member" and actor.has_role(*SECOND_PERSONS)
    return fits and row.waits_since is not None and str(actor.id) not in row.shaped_by


def agree(
    *, actor: Actor, rows: QuerySet[Setting], event: str, read_at: str, then: Callable[[Setting], None] | None = None
) -> Setting:
    """Let a setting be used; `read_at` is since when what the person looked at has waited.

    Raises NotAllowed, NotFound, InvalidInput when it was changed meanwhile or waits no more.
    """
    if actor.kind != "member" or not actor.has_role(*SECOND_PERSONS):
        raise NotAllowed
    at = now()
    with transaction.atomic(durable=True):
        chain = own_history(actor)
        row = rows.select_for_update().first()
        if row is None:
            raise NotFound
        if row.waits_since is None or row.waits_since.isoformat() != read_at:
            raise InvalidInput({"": InvalidValue(_("This was changed or approved meanwhile. Look at it again."))})
        if not may_look(actor, row):
            raise NotAllowed(gettext_lazy("A second person has to look at this."), code="second_person")
        row.waits_since, row.shaped_by = None, []
        if then is not None:
            then(row)
        row.save()
        record(chain, actor, event, row, at)
        chain.flush()
    return row


def approved_words(row: LookedAt) -> str:
    """What is said to the second person of the approved setting, which may be switched off."""
    if getattr(row, "active", True):
        return _("Approved. It is in use.")
    return _("Approved. It is used once somebody switches it on.")


def record(chain: Chain, actor: Actor, event: str, row: LookedAt, at: datetime) -> None:
    """Tell what became of a setting in the history of the organisation; what it is called stands sealed beside it."""
    chain.record(event, actor=actor, at=at, data={"about": row.pk}, texts={"called": getattr(row, "name", "")})


def record_change(
    chain: Chain,
    actor: Actor,
    event: str,
    row: LookedAt,
    at: datetime,
    *,
    changed: Mapping[str, Any],
    codes: Collection[str],
    secrets: Collection[str],
    told: Mapping[str, Any],
) -> None:
    """Tell what was changed: codes old → new, and what people typed sealed and erasable beside them, secrets by name alone."""
    typed = {name: pair for name, pair in changed.items() if name not in codes}
    texts = {"called": getattr(row, "name", "")}
    for name, (old, new) in typed.items():
        texts |= {f"{name}_before": str(old), name: str(new)}
    data = {
        "about": row.pk,
        "changed": {name: pair for name, pair in changed.items() if name in codes},
        "typed": sorted(typed),
        "secrets": list(secrets),
        **told,
    }
    chain.record(event, actor=actor, at=at, data=data, texts=texts)


def changes_of(row: Any, values: Mapping[str, Any], names: Collection[str], *, fresh: bool) -> dict[str, Any]:
    """Old → new of what was entered; secrets are never among the names."""
    pairs = {name: ("" if fresh else getattr(row, name), values[name]) for name in names}
    return {name: [old, new] for name, (old, new) in pairs.items() if old != new}


def history(actor: Actor, kinds: Collection[str], form: type[forms.Form]) -> list[dict[str, Any]]:
    """Who changed what and when, for the page of the settings of one kind, the newest first. Two queries."""
    events_told = told_of(actor.organisation_id, kinds)
    texts = texts_of(events_told)
    return [
        {
            "at": event.at,
            "who": people.staff_identity(event.actor_id) if event.actor_kind == "member" else _("Tingsu"),
            "words": events.words_of(event),
            "called": texts.get(event.pk, {}).get("called", event.body.get("called", "")),
            "waits": event.body.get("waits", False),
            "lines": list(_lines(event, texts.get(event.pk, {}), form)),
        }
        for event in events_told
    ]


def _lines(event: Event, texts: Mapping[str, str], form: type[forms.Form]) -> Iterator[tuple[str, str]]:
    labels = form.base_fields
    typed = {name: (texts.get(f"{name}_before", ""), texts.get(name, "")) for name in event.body.get("typed", ())}
    for name, (old, new) in (typed | event.body.get("changed", {})).items():
        if name in labels:
            yield str(labels[name].label), f"{_shown(labels[name], old)} → {_shown(labels[name], new)}"
    for name in event.body.get("secrets", ()):
        if name in labels:
            yield str(labels[name].label), _("entered anew")


def _shown(field: forms.Field, value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        words = [words_of(one) for one in value]
        return _(", ").join(bare(one[0]) for one in words if one) or "–"
    named = dict(getattr(field, "choices", ()))
    return str(named.get(value, value)) or "–"
