"""Nobody audits their own work: whoever works in an audited unit, or answers for what is audited, is no auditor of it (MS-25, CTS 9.2 c)."""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.kernel.errors import InvalidInput, InvalidValue, Unmet
from tingsu.people import alone
from tingsu.people import queries as people
from tingsu.people.models import Unit
from tingsu.process.steps import Step, guard
from tingsu.registers.entry import OpenedEntry


def team_of(codes: Mapping[str, Any]) -> list[str]:
    """Lead auditor and team, each once."""
    return list(dict.fromkeys(str(one) for one in (codes.get("lead"), *(codes.get("team") or ())) if one))


def units_in(chosen: Iterable[Any]) -> set[uuid.UUID]:
    """The audited units with those below them; the committee stands for itself alone, or it would be everybody."""
    found = {uuid.UUID(str(one)) for one in chosen or ()}
    every = people.units(active=False)
    committee = {one.pk for one in every if one.kind == Unit.Kind.COMMITTEE}
    grown = True
    while grown:
        more = {one.pk for one in every if one.parent_id in found - committee} - found
        grown = bool(more)
        found |= more
    return found


def tied(member: str, values: Mapping[str, Any]) -> str:
    """Why somebody cannot audit this; empty where nothing stands against it."""
    if member in {str(one) for one in values.get("answerable") or ()}:
        return "answers"
    audited = units_in(values.get("units") or ())
    posts = people.posts_of(uuid.UUID(member))
    return "works" if any(post.unit_id in audited for post in posts) else ""


SENTENCES = {
    "works": _("%(who)s works in an audited unit: somebody from elsewhere audits it"),
    "answers": _("%(who)s answers for what is audited: somebody else audits it"),
}


def refuse_tied(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    """Raises InvalidInput beside whoever audits their own work; where one person works alone it is noted instead (ME-11)."""
    for name in ("lead", "team"):
        given = values.get(name)
        for member in given if isinstance(given, list) else [given]:
            why = tied(str(member), values) if member else ""
            if why and not alone.warned(opened, "own_work"):
                who = people.staff_identity(uuid.UUID(str(member)))
                raise InvalidInput({name: InvalidValue(SENTENCES[why], code=why, who=who)})


@guard("independent")
def independent(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """Whoever was moved into an audited unit since the team was named does not go on."""
    mine = str(opened.actor.id)
    if mine not in team_of(opened.entry.codes):
        return []
    why = tied(mine, opened.entry.codes)
    if not why or alone.warned(opened, "own_work"):
        return []
    return [Unmet(why, SENTENCES[why], guard="", who=people.staff_identity(opened.actor.id))]
