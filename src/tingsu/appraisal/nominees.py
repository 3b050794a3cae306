"""Who is nominated, who judges, and what they have said: nobody judges himself or his own team (PE-22, PE-29)."""

import uuid
from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from tingsu.kernel.punctuation import listed
from tingsu.people import queries as people
from tingsu.process.steps import Options, options
from tingsu.registers.models import Entry

POINTS = (3, 2, 1)
"""For the first, second and third choice of a juror."""
CHOICES = ("first", "second", "third")


def nominations(entry: Entry) -> list[dict[str, Any]]:
    """The nominations as they stand."""
    return list(entry.codes.get("nominations", ()))


def called(entry: Entry, place: int) -> str:
    """What a nomination is called: the team by its name, a person by the work identity."""
    line = nominations(entry)[place]
    texts = entry.written_or_none() or {}
    names = [people.staff_identity(uuid.UUID(str(pk))) for pk in line["who"]]
    if team := texts.get(f"nominations.{place}.team", ""):
        return _("%(team)s (%(names)s)") % {"team": team, "names": listed(names)}
    return listed(names)


@options("nominations")
def of_nominations(entry: Entry | None) -> Options:
    """The nominations by their places."""
    return tuple((str(place), called(entry, place)) for place in range(len(nominations(entry)))) if entry else ()


def nominated(entry: Entry) -> set[str]:
    """Everybody who is nominated, alone or in a team."""
    return {str(pk) for line in nominations(entry) for pk in line["who"]}


def nominators(entry: Entry) -> set[str]:
    """Everybody who has nominated somebody: they have judged already."""
    return {str(line["by"]) for line in nominations(entry)}


def units_of(member: str) -> set[uuid.UUID]:
    """The units in which somebody holds a post."""
    return {post.unit_id for post in people.posts_of(uuid.UUID(str(member)))}


def of_own_team(juror: str, members: Iterable[str]) -> bool:
    """Is one of these the juror, or somebody who works in the same unit?"""
    own = units_of(juror)
    return any(str(pk) == str(juror) or own & units_of(str(pk)) for pk in members)


def fair_for(entry: Entry, juror: str) -> list[int]:
    """The nominations that a juror may judge: none of the own team."""
    return [place for place, line in enumerate(nominations(entry)) if not of_own_team(juror, line["who"])]


def votes(entry: Entry) -> list[tuple[str, list[int]]]:
    """Who has judged, and the places they chose, the first first; once erased, nothing is left of them."""
    texts = entry.written_or_none() or {}
    found = []
    for place, line in enumerate(entry.codes.get("votes", ())):
        ballot = texts.get(f"votes.{place}.ballot", "")
        found.append((str(line["juror"]), [int(one) for one in ballot.split(",") if one]))
    return found


def points(entry: Entry) -> Counter[int]:
    """What each nomination has got: the sum of what the jurors gave it."""
    found: Counter[int] = Counter(dict.fromkeys(range(len(nominations(entry))), 0))
    for _juror, chosen in votes(entry):
        for place, worth in zip(chosen, POINTS, strict=False):
            found[place] += worth
    return found
