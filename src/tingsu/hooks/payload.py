"""What another system is told of an event: codes, ids, numbers and words of states; no word that anybody wrote (PS-06).

It is made anew for each try, from the ledger and the rows of that moment: what was erased meanwhile is not in it, however
old the event and however often it is asked for again.
"""

import json
import re
import uuid
from dataclasses import replace
from typing import Any

from django.utils.translation import override

from tingsu.complaints.case_rows import rows_of
from tingsu.complaints.covering import known_in
from tingsu.complaints.models import CaseMember, Complaint, Party
from tingsu.hooks.models import Subscription
from tingsu.hooks.words import said_of
from tingsu.kernel.actor import Actor
from tingsu.kernel.events import event_kind
from tingsu.kernel.fields import LANGUAGES
from tingsu.kernel.kinds import kind as kind_of_thing
from tingsu.kernel.ledger import plain
from tingsu.kernel.models import Event
from tingsu.kernel.organisations import current_organisation
from tingsu.privacy.fields import PERSONAL_SCOPE
from tingsu.privacy.log import log_access
from tingsu.privacy.show import show_parties
from tingsu.privacy.spotting import key_of
from tingsu.registers.models import Entry

_CODE = re.compile(r"[A-Za-z0-9_.:+/-]{0,80}")
_MOMENT = re.compile(
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d-\d\d([T ][0-9:.]+(Z|[+-]\d\d:?\d\d)?)?|\d\d:\d\d(:\d\d)?"
)
_NUMBER = re.compile(r"[0-9+./:_-]*[Xx]?")
_OWN_NUMBER = re.compile(r"(?<![0-9A-Za-z-])(\+?86)?(1[3-9]\d{9}|\d{17}[\dXx])(?![0-9A-Za-z])")
"""A mobile number or a resident's number beside other words; not within an id."""
LONGEST_NUMBER = 6
"""Digits of a text without letters: with more it could be a telephone, an account or a person's own number."""
_FORMS = {"zh-Hans": "zh-hans", "en": "en"}
PERSON = ("name", "phone", "email")


def body_of(subscription: Subscription, event: Event, owner: Actor) -> bytes | None:
    """The message of one event for one subscription, or None where it is none of its business: outside its scope, or of
    something that its owner may not see (any more).
    """
    kind = kind_of_thing(event.stream.kind)
    thing = kind.visible(owner, kind.rows().filter(pk=event.stream_id)).first()
    if thing is None or not within(subscription, thing):
        return None
    told: dict[str, Any] = {
        "id": str(event.pk),
        "type": event.kind,
        "version": event_kind(event.kind).version,
        "timestamp": plain(event.at),
        "organisation": current_organisation().slug,
        "sequence": event.seq,
        "subject": {
            "type": kind.name,
            "id": str(thing.pk),
            "number": kind.called(thing) if kind.number else "",
            "state": str(thing.state),
            "state_words": in_languages(lambda: str(thing.get_state_display())),
        },
        "actor": {"kind": event.actor_kind},
        "words": in_languages(lambda: said_of(event.kind)),
        "data": codes({name: value for name, value in event.body.items() if name != "texts"}, said_by(thing)),
    }
    if subscription.personal == Subscription.Personal.GRANTED and isinstance(thing, Complaint):
        told["parties"] = parties_of(owner, thing)
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def trial_body(subscription: Subscription, message_id: uuid.UUID, at: Any) -> bytes:
    """A message that tells of nothing, to try whether it arrives."""
    told = {
        "id": str(message_id), "type": "webhook.test", "version": 1, "timestamp": plain(at),
        "organisation": current_organisation().slug, "sequence": 0, "data": {"subscription": str(subscription.pk)},
    }  # fmt: skip
    return json.dumps(told, separators=(",", ":")).encode()


def within(subscription: Subscription, thing: Any) -> bool:
    """Is this in the scope of the subscription: its unit and its product, where it names them?"""
    if isinstance(thing, Complaint):
        if subscription.product and thing.product.strip().casefold() != subscription.product.strip().casefold():
            return False
        wanted = subscription.unit_id
        if wanted is None or wanted in (thing.unit_concerned_id, thing.offered_unit_id, thing.lead_unit_id):
            return True
        return CaseMember.objects.filter(complaint=thing, unit_id=wanted).exists()
    if isinstance(thing, Entry):
        return not subscription.product and subscription.unit_id in (None, thing.unit_id)
    return False


def said_by(thing: Any) -> frozenset[str]:
    """What is known of the people of a complaint, as `key_of` writes it: a name of one word looks like a code."""
    return frozenset(one.key for one in known_in(thing).values) if isinstance(thing, Complaint) else frozenset()


def codes(value: Any, known: frozenset[str] = frozenset()) -> Any:
    """The same without anything that could be words or a person's: only what looks like a code, an id, a small number or an
    instant, and is none of what is `known` of people.
    """
    if isinstance(value, dict):
        return {name: codes(item, known) for name, item in value.items()}
    if isinstance(value, list):
        return [codes(item, known) for item in value]
    return None if isinstance(value, str) and (not _is_code(value) or key_of(value) in known) else value


def _is_code(text: str) -> bool:
    if not _CODE.fullmatch(text):
        return False
    if _MOMENT.fullmatch(text) or not _NUMBER.fullmatch(text):
        return not _OWN_NUMBER.search(text)
    return sum(sign.isdigit() for sign in text) <= LONGEST_NUMBER


def in_languages(words: Any) -> dict[str, str]:
    """What something is called, in each language."""
    found = {}
    for language in LANGUAGES:
        with override(_FORMS[language]):
            found[language] = words()
    return found


def parties_of(owner: Actor, complaint: Complaint) -> list[dict[str, Any]]:
    """The people of a complaint, for a subscription that the data-security officer allowed it; each look is in the log."""
    program = replace(owner, kind="token", scopes=frozenset({PERSONAL_SCOPE}))
    log_access(program, "opened", complaint.pk, field="webhook", door="api")
    rows = rows_of(Party, complaint)
    views = show_parties(program, rows, door="api")
    return [
        {
            "id": str(row.pk),
            "role": row.role,
            **({name: view.value(name) for name in PERSON} if not view.erased else {}),
        }
        for row, view in zip(rows, views, strict=True)
    ]
