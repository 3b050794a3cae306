"""What every letter can say: who writes, to whom, how to follow; and codes of its own places turned into words."""

import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from tingsu.kernel.clock import local
from tingsu.kernel.fields import in_language
from tingsu.kernel.models import Organisation
from tingsu.letters.links import case_link
from tingsu.letters.models import Letter
from tingsu.people.queries import public_identity

Lookup = Callable[[Letter], Mapping[str, str]]
_lookup: Lookup | None = None
INSTANTS = frozenset({"next_at", "answer_by", "valid_until"})


def supply(lookup: Lookup) -> Lookup:
    """The app that holds cases tells number, name and address of a letter's party. One owner."""
    global _lookup
    if _lookup is not None:
        raise RuntimeError("letters already know where cases are kept")
    _lookup = lookup
    return lookup


def when(value: str, zone: str, language: str) -> str:
    """An instant in words, on the organisation's wall clock."""
    at = local(datetime.fromisoformat(value), zone)
    return f"{at.month} 月 {at.day} 日 {at:%H:%M}" if language.startswith("zh") else f"{at.day} {at:%B, %H:%M}"


def places(letter: Letter, given: Mapping[str, Any], organisation: Organisation) -> dict[str, str]:
    """The values of all places, and `_address` to send to."""
    if _lookup is None:
        raise RuntimeError("nobody told letters where cases are kept")
    values = {name: str(value) for name, value in given.items() if value}
    for name in INSTANTS & set(values):
        values[name] = when(values[name], organisation.time_zone, letter.language)
    if "handler" in values:
        values["handler"] = public_identity(uuid.UUID(values["handler"]), letter.language)
    values["organisation"] = in_language(organisation.name, letter.language)
    values["hotline"] = organisation.hotline
    if letter.party_id:
        values["link"] = case_link(organisation.slug, letter.stream_id, letter.party_id, letter.pk)
    return {**values, **_lookup(letter)}
