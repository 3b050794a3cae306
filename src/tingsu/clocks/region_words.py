"""Where a regional calendar holds, in words."""

from collections.abc import Mapping
from typing import Any

from tingsu.clocks.kinds import kinds
from tingsu.clocks.timers import Label
from tingsu.kernel.punctuation import listed
from tingsu.people import queries as people


def places() -> dict[str, Label]:
    """Where a thing of any kind may lie, by code."""
    return {code: label for known in kinds().values() for code, label in known.places.items()}


def places_words(region: Mapping[str, Any]) -> str:
    """The provinces of a region."""
    known = places()
    return listed(str(known.get(one, one)) for one in region["places"])


def units_words(region: Mapping[str, Any]) -> str:
    """The units of a region, closed ones too."""
    known = {str(unit.pk): people.unit_name(unit.pk) for unit in people.units(active=False)}
    return listed(known.get(one, one) for one in region["units"])
