"""Who needs a second person for a change of rules or people, and who is one (CA-59, OG-10, ME-11).

The right person is of the rank that the change gives, never who proposed it, nor whom it lifts. Nobody but the senior leader
approves rules; in the structure of SVC the committee does too. Where nobody else has the rank, no lower one stands in for it:
two clerks could lift each other. It is confirmed at the machine instead (`manage proposals`), and the ledger says so.
"""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tingsu.kernel import rulebooks
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.models import Organisation
from tingsu.kernel.organisations import current_organisation
from tingsu.people import authority, body
from tingsu.people.access import in_office
from tingsu.people.models import Member, Post, Unit
from tingsu.people.roles import RANK, Role

LOWEST, HIGHEST = 1, max(RANK.values())
LEADERS = frozenset({str(Role.TOP_MGMT), str(Role.MGMT_REP)})


def rank(roles: Collection[str]) -> int:
    """The highest rank among some roles; 0 for none."""
    return max((RANK.get(role, LOWEST) for role in roles), default=0)


@dataclass(frozen=True)
class Standing:
    """Who holds which posts now, read once for all that is asked about it together."""

    at: datetime
    posts: tuple[Post, ...]
    """Of everybody who works here, also those that begin later, each with the `kind` of its unit."""
    profile: str
    preparing: uuid.UUID | None
    """The first person of a firm that is being set up."""

    def rank_of(self, member_id: uuid.UUID) -> int:
        """The highest rank that a member holds now or is to hold."""
        return rank([post.role for post in self.posts if post.member_id == member_id and _lasts(post, self.at)])

    def ranks(self, but: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
        """Everybody else who works here now, with the rank held now."""
        found: dict[uuid.UUID, int] = {}
        for post in self.posts:
            if post.member_id not in but and in_office(post, self.at):
                found[post.member_id] = max(found.get(post.member_id, 0), RANK.get(post.role, LOWEST))
        return found

    def second_persons(self, wanted: int, proposer: uuid.UUID, *others: uuid.UUID) -> frozenset[uuid.UUID]:
        """Those of at least this rank; nobody where nobody else holds it."""
        return frozenset(member for member, held in self.ranks({proposer, *others}).items() if held >= wanted)

    def committee(self) -> frozenset[uuid.UUID]:
        """The leaders who sit in the committee now; only in the structure of SVC does it approve rules."""
        if self.profile != Organisation.Profile.SVC:
            return frozenset()
        seats = [post for post in self.posts if post.unit.kind == Unit.Kind.COMMITTEE and post.role in LEADERS]
        return frozenset(post.member_id for post in seats if in_office(post, self.at))


def standing() -> Standing:
    """Read it anew. Two queries at most."""
    organisation = current_organisation()
    preparing = None
    if organisation.stage == Organisation.Stage.PREPARING:
        preparing = Member.objects.order_by("pk").values_list("pk", flat=True).first()
    posts = Post.objects.filter(member__active=True).select_related("unit").only(*_READ)
    return Standing(now(), tuple(posts), organisation.profile, preparing)


_READ = ("organisation_id", "member_id", "role", "since", "until", "unit__organisation_id", "unit__kind")


def alone(seen: Standing, proposer: uuid.UUID) -> bool:
    """Nobody else works here; or the firm is being set up and its first person prepares it: the others have not begun."""
    return proposer == seen.preparing or not seen.ranks({proposer})


def _lasts(post: Post, at: datetime) -> bool:
    return post.until is None or post.until > at


# rules


def rules_needed(actor: Actor, payload: Mapping[str, Any]) -> bool:
    """Everybody but the senior leader, and the leader too for what he alone may do; a roster is no rule for the body's own people, whose
    work it shares out (OG-02).
    """
    kind, new = payload["kind"], payload["body"]
    old = rulebooks.versions(kind)[0].body
    daily = rulebooks.kinds()[kind].daily
    if daily is not None and daily(old, new) and body.belongs(actor):
        return False
    if not actor.has_role(Role.TOP_MGMT):
        return True
    return kind == authority.KIND and _own(old, actor) != _own(new, actor)


def _own(body: Mapping[str, Any], actor: Actor) -> list[Any]:
    return [row for row in body["rows"] if row["role"] in actor.roles]


def rules_deciders(seen: Standing, proposer: uuid.UUID, payload: Mapping[str, Any]) -> frozenset[uuid.UUID]:
    """The senior leaders and, in SVC, the committee: nobody else."""
    return (seen.second_persons(HIGHEST, proposer) | seen.committee()) - {proposer}


# people


def post_needed(actor: Actor, payload: Mapping[str, Any]) -> bool:
    """A post of one's own, or one as high as one's own."""
    return actor.id == payload["member_id"] or RANK.get(payload["role"], LOWEST) >= rank(actor.roles)


def post_deciders(seen: Standing, proposer: uuid.UUID, payload: Mapping[str, Any]) -> frozenset[uuid.UUID]:
    gives = max(RANK.get(payload["role"], LOWEST), seen.rank_of(proposer))
    return seen.second_persons(gives, proposer, _member(payload))


def higher_needed(actor: Actor, payload: Mapping[str, Any]) -> bool:
    """Something done to somebody else who stands as high as oneself, or higher."""
    target = payload["member_id"]
    return actor.id != target and standing().rank_of(target) >= rank(actor.roles)


def always_needed(actor: Actor, payload: Mapping[str, Any]) -> bool:
    """Whoever asks, and however high: one alone must not take the guard off somebody's account."""
    return True


def higher_deciders(seen: Standing, proposer: uuid.UUID, payload: Mapping[str, Any]) -> frozenset[uuid.UUID]:
    """As high as whom it concerns; not that person, whose password or post it is."""
    target = _member(payload)
    return seen.second_persons(seen.rank_of(target), proposer, target)


def _member(payload: Mapping[str, Any]) -> uuid.UUID:
    given = payload["member_id"]
    return given if isinstance(given, uuid.UUID) else uuid.UUID(given)
