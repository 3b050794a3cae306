"""What every letter can say: who writes, to whom, how to follow; and codes of its own places turned into words."""

import uuid
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from tingsu.kernel.clock import local
from tingsu.kernel.fields import in_language
from tingsu.kernel.kinds import names_of
from tingsu.kernel.links import public
from tingsu.kernel.models import Organisation
from tingsu.letters.links import case_link
from tingsu.letters.models import Letter
from tingsu.people.queries import alias_of, public_identity, work_address

Lookup = Callable[[Letter], Mapping[str, str]]
_lookups: dict[str, Lookup] = {}
INSTANTS = frozenset({"next_at", "answer_by", "arrives_by", "confirm_by", "valid_until", "held_at"})


def supply(kind: str) -> Callable[[Lookup], Lookup]:
    """The app that holds the things of this kind tells number, name and address for a letter about one. One owner."""

    def register(lookup: Lookup) -> Lookup:
        if kind in _lookups:
            raise RuntimeError(f"letters already know where things of the kind {kind} are kept")
        _lookups[kind] = lookup
        return lookup

    return register


def when(value: str, zone: str, language: str) -> str:
    """The end of a time limit in words, on the organisation's wall clock. Midnight belongs to the day that ends."""
    at = local(datetime.fromisoformat(value), zone)
    chinese, midnight = language.startswith("zh"), (at.hour, at.minute, at.second) == (0, 0, 0)
    if midnight:
        at -= timedelta(days=1)
    if chinese:
        return f"{at.month} 月 {at.day} 日 {'24:00' if midnight else f'{at:%H:%M}'}"
    return f"the end of {at.day} {at:%B}" if midnight else f"{at.day} {at:%B}, {at:%H:%M}"


def places(letter: Letter, given: Mapping[str, Any], organisation: Organisation) -> dict[str, str]:
    """The values of all places, and `_address` to send to."""
    values = {name: str(value) for name, value in given.items() if value}
    for name in INSTANTS & set(values):
        values[name] = when(values[name], organisation.time_zone, letter.language)
    if "handler" in values:
        values["handler"] = public_identity(uuid.UUID(values["handler"]), letter.language)
    values["organisation"] = in_language(organisation.name, letter.language)
    values["hotline"] = organisation.hotline
    if letter.party_id:
        values["link"] = case_link(organisation.slug, letter.stream_id, letter.party_id, letter.pk)
    lookup = _lookups.get(letter.stream.kind, colleague_places)
    chosen = values.pop("_to", "")
    found = {**values, **lookup(letter)}
    return {**found, "_address": chosen} if chosen and letter.channel == "sms" else found


def colleague_places(letter: Letter) -> Mapping[str, str]:
    """What a letter to a colleague can say of a thing whose app tells nothing of its own: its number and its address."""
    named = names_of([letter.stream_id]).get(letter.stream_id)
    return {
        "number": named.name if named else "",
        "name": alias_of(letter.member_id, letter.language),
        "link": public(named.url) if named and named.url else "",
        "_address": work_address(letter.member_id)[0] if letter.member_id else "",
    }
