"""Members, units and posts of one organisation, kept in memory for a few seconds.

Names, work identities and duty lists are asked for on nearly every page and in every registration; they change a few
times a week. Whether somebody may act is never answered from here (`access.actor_for` reads anew).
"""

import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from tingsu.kernel.clock import now
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.people.access import in_office
from tingsu.people.models import Member, Post, Unit

CACHE_SECONDS = 5.0


@dataclass(frozen=True)
class Directory:
    """Everybody and every unit; treat the rows as read-only."""

    members: dict[uuid.UUID, Member]
    units: dict[uuid.UUID, Unit]
    posts: tuple[Post, ...]
    by_member: dict[uuid.UUID, tuple[Post, ...]] = field(default_factory=dict)

    def posts_at(self, at: datetime) -> list[Post]:
        """Posts of active members that run at an instant."""
        return [
            p
            for p in self.posts
            if in_office(p, at) and p.member_id in self.members and self.members[p.member_id].active
        ]

    def posts_of(self, member_id: uuid.UUID, at: datetime | None = None) -> list[Post]:
        moment = at or now()
        return [post for post in self.by_member.get(member_id, ()) if in_office(post, moment)]

    def units_above(self, unit_id: uuid.UUID | None) -> list[uuid.UUID]:
        """A unit and the units above it, nearest first."""
        found: list[uuid.UUID] = []
        while unit_id is not None and unit_id not in found:
            found.append(unit_id)
            unit_id = self.units[unit_id].parent_id if unit_id in self.units else None
        return found

    def units_of(self, member_id: uuid.UUID | None) -> list[uuid.UUID]:
        """The units in which a member has a post, each followed by the units above it; the longest held first."""
        posts = self.posts_of(member_id) if member_id else []
        return list(dict.fromkeys(unit for post in posts for unit in self.units_above(post.unit_id)))


_with_it: list[Callable[[], None]] = []


def forgotten_with(forget: Callable[[], None]) -> None:
    """What else is kept for a few seconds about people and programs, and goes when this goes."""
    _with_it.append(forget)


_cache: dict[uuid.UUID, tuple[float, Directory]] = {}


def directory() -> Directory:
    """The present directory of the organisation in whose name we act."""
    organisation_id = current_organisation_id()
    cached = _cache.get(organisation_id)
    if cached and cached[0] > time.monotonic():
        return cached[1]
    posts = tuple(Post.objects.order_by("since", "pk"))
    found = Directory(
        members={member.pk: member for member in Member.objects.order_by("staff_number")},
        units={unit.pk: unit for unit in Unit.objects.order_by("code")},
        posts=posts,
        by_member=_by_member(posts),
    )
    _cache[organisation_id] = (time.monotonic() + CACHE_SECONDS, found)
    return found


def _by_member(posts: Iterable[Post]) -> dict[uuid.UUID, tuple[Post, ...]]:
    grouped: dict[uuid.UUID, list[Post]] = {}
    for post in posts:
        grouped.setdefault(post.member_id, []).append(post)
    return {member_id: tuple(rows) for member_id, rows in grouped.items()}


def forget_cached() -> None:
    """Read anew next time: after each change here, and between tests."""
    for forget in _with_it:
        forget()
    _cache.clear()
