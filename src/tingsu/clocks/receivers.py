"""Who stands on a rung: a receiver is a code, and these are the people behind it today."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from tingsu.clocks.conditions import Label
from tingsu.clocks.kinds import Thing
from tingsu.kernel.fields import in_language
from tingsu.people import queries as people
from tingsu.people.models import Unit
from tingsu.people.roles import Role

OUTSIDE = "outside"
SIMPLE: Mapping[str, Label] = {
    "owner": _("Owner"),
    "unit_head": _("Head of the owner's unit"),
    OUTSIDE: _("Outside expert or authority (the owner brings it there)"),
}
LAST_RESORT = (("supervisor",), ("mgmt_rep",), ("top_mgmt",))
"""Who is told when a rung that must answer has nobody: the first of these that somebody holds."""


def members_of(receiver: str, thing: Thing) -> list[uuid.UUID]:
    """The active members behind a receiver, by staff number; empty when nobody holds that role now."""
    kind, _colon, code = receiver.partition(":")
    known: Mapping[str, Callable[[], Collection[uuid.UUID]]] = {
        "owner": lambda: _active(thing.owner_id),
        OUTSIDE: lambda: _active(thing.owner_id),
        "unit_head": lambda: _heads(thing.owner_id),
        "role": lambda: [one.pk for one in people.active_members(roles={code})],
        "units": lambda: _leading(people.units(kind=code)),
        "unit": lambda: _leading(unit for unit in people.units() if unit.code == code),
        "member": lambda: [one.pk for one in people.active_members() if one.staff_number == code],
    }
    return list(dict.fromkeys(known[kind]()))


def stands_on(receiver: str) -> bool:
    """Whether somebody of this receiver already stands on the rung; the owner and the outside are no level of the house."""
    return receiver not in {"owner", OUTSIDE}


def one_of(members: Sequence[uuid.UUID], seed: str) -> list[uuid.UUID]:
    """One of them, spread evenly, of those on duty if any is."""
    known = people.members_by_id(members)
    chosen = [one for one in members if known[one].on_duty] or list(members)
    place = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8])
    return [chosen[place % len(chosen)]]


def last_resort(thing: Thing) -> list[uuid.UUID]:
    """Somebody who leads, or else the owner: an escalation always reaches a person while there is one."""
    for roles in LAST_RESORT:
        if found := [one.pk for one in people.active_members(roles=roles)]:
            return found
    return _active(thing.owner_id)


def _active(member_id: uuid.UUID | None) -> list[uuid.UUID]:
    return [member_id] if member_id is not None and people.is_active(member_id) else []


def _leading(units: Iterable[Unit]) -> list[uuid.UUID]:
    """Who leads these units; everybody in a unit that nobody leads."""
    return [one.pk for unit in units for one in people.heads_of(unit.pk) or people.active_members(unit=unit.pk)]


def _heads(member_id: uuid.UUID | None) -> list[uuid.UUID]:
    if member_id is None:
        return []
    return [head.pk for post in people.posts_of(member_id) for head in people.heads_of(post.unit_id)]


def receivers() -> dict[str, Label]:
    """Every receiver that a rung may name, in words."""
    units = people.units()
    return {
        **SIMPLE,
        **{f"role:{role.value}": role.label for role in Role if role != Role.AI_AGENT},
        **{f"units:{kind.value}": kind.label for kind in Unit.Kind},
        **{f"unit:{unit.code}": in_language(unit.name) or unit.code for unit in units},
        **{f"member:{one.staff_number}": people.staff_identity(one.pk) for one in people.active_members()},
    }
