"""Reads of people that other apps ask for: names, work identities, members by role and unit, who is on duty."""

import hashlib
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext_lazy as _

from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import TingsuError
from tingsu.kernel.fields import in_language
from tingsu.kernel.models import Event, Organisation, Stream
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.punctuation import in_brackets
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.people import readiness
from tingsu.people.access import acting
from tingsu.people.directory import directory
from tingsu.people.models import Account, Member, Post, Unit
from tingsu.people.roles import STAFF_RANK, Role

CENTRE_UNITS = frozenset(
    {Unit.Kind.CENTRE, Unit.Kind.INTAKE, Unit.Kind.INVESTIGATION, Unit.Kind.HANDLING, Unit.Kind.DATA}
)


class NobodyOnDuty(TingsuError):
    code, status = "nobody_on_duty", 503
    sentence = _("Nobody works in the complaint handling body yet. Add a member with a post in the settings first.")


def members_by_id(ids: Iterable[uuid.UUID | None]) -> dict[uuid.UUID, Member]:
    """Members by id, former ones included; unknown ids are left out."""
    members = directory().members
    return {one: members[one] for one in set(ids) if one in members}


def member_or_none(member_id: uuid.UUID | None) -> Member | None:
    return directory().members.get(member_id) if member_id else None


def alias_of(member_id: uuid.UUID | None, language: str | None = None) -> str:
    """The work identity that complainants and letters see, never a person's name (AK-05, invariant 7)."""
    member = member_or_none(member_id)
    return (in_language(member.alias, language) or member.staff_number) if member else ""


def has_left_since(member_id: uuid.UUID | None, at: datetime) -> bool:
    """Has this member left since then, even if taken back meanwhile? What was allowed before ended with it."""
    return Event.objects.filter(stream_id=member_id, kind="member.deactivated", at__gte=at).exists()


def staff_identity(member_id: uuid.UUID | None, language: str | None = None) -> str:
    """Work identity with staff number, for colleagues: "沈老师 (8012)"."""
    member = member_or_none(member_id)
    if member is None:
        return ""
    alias = in_language(member.alias, language)
    return alias + in_brackets(member.staff_number) if alias else member.staff_number


def public_identity(member_id: uuid.UUID | None, language: str | None = None) -> str:
    """What a complainant is told of a handler: the work identity, and the name only with the person's consent (PS-15)."""
    member = member_or_none(member_id)
    if member is None:
        return ""
    alias = in_language(member.alias, language)
    named = alias if member.name_consent_at is None else f"{alias} · {name_of(member)}".removeprefix(" · ")
    if not named or (member.name_consent_at is None and member.staff_number in alias):
        return alias or member.staff_number
    with override(language or get_language()):
        return gettext("%(name)s (no. %(number)s)") % {"name": named, "number": member.staff_number}


def name_of(member: Member) -> str:
    """A colleague's name in the clear. For the people pages only, which check the right first."""
    if not member.name:
        return ""
    stream = Stream.objects.get(pk=member.pk)
    return stream.key().open(member.name, name_context(member.pk))


def names_of(members: Iterable[Member]) -> dict[uuid.UUID, str]:
    """The names of several colleagues in the clear, with one query. For the people pages only."""
    rows = {member.pk: member for member in members if member.name}
    streams = Stream.objects.filter(pk__in=list(rows), wrapped_key__isnull=False)
    return {one.pk: one.key().open(rows[one.pk].name, name_context(one.pk)) for one in streams}


def name_context(member_id: uuid.UUID) -> str:
    return f"member:{member_id}:name"


def work_address(member_id: uuid.UUID) -> tuple[str, str]:
    """E-mail address and language of a colleague's account; empty without an account. For letters only."""
    member = member_or_none(member_id)
    if member is None or not member.active or member.account_id is None:
        return "", ""
    found = Account.objects.filter(pk=member.account_id).values_list("email", "language").first()
    return (found[0], found[1] or current_organisation().language) if found else ("", "")


def work_addresses(member_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, tuple[str, str]]:
    """E-mail address and language of some colleagues who have one, by member. One query. For letters only."""
    accounts = {
        member.account_id: member.pk
        for member in members_by_id(member_ids).values()
        if member.active and member.account_id is not None
    }
    rows = Account.objects.filter(pk__in=accounts).exclude(email="").values_list("pk", "email", "language")
    return {accounts[pk]: (email, language or current_organisation().language) for pk, email, language in rows}


def unit_name(unit_id: uuid.UUID | None, language: str | None = None) -> str:
    unit = directory().units.get(unit_id) if unit_id else None
    return (in_language(unit.name, language) or unit.code) if unit else ""


def unit_or_none(unit_id: uuid.UUID | None) -> Unit | None:
    return directory().units.get(unit_id) if unit_id else None


def units(*, kind: str | Collection[str] | None = None, active: bool = True) -> list[Unit]:
    """Units by code, of some kinds if given; closed ones only when asked for."""
    kinds = {kind} if isinstance(kind, str) else set(kind) if kind is not None else None
    return [u for u in directory().units.values() if (not active or u.active) and (kinds is None or u.kind in kinds)]


def units_for_topic(topic: str) -> list[Unit]:
    """Departments to which a problem type is routed (AS-05)."""
    return [unit for unit in units(kind=Unit.Kind.DEPARTMENT) if topic in unit.topics]


def supplied_units() -> dict[uuid.UUID, str]:
    """Units in which people of a supplier work, closed ones too, with its name (SC-13)."""
    return {unit.pk: unit.supplier for unit in directory().units.values() if unit.supplier}


def supplied_unit_of(member_id: uuid.UUID | None) -> uuid.UUID | None:
    """The unit of a supplier in which a member works now, the newest post first; None for our own people."""
    posts = directory().posts_of(member_id) if member_id else []
    supplied = supplied_units()
    return next((post.unit_id for post in reversed(posts) if post.unit_id in supplied), None)


def of_supplier(actor: Actor) -> bool:
    """Does somebody work here only in units of a supplier? Then they see what they take part in, whatever their role (MS-32). No query."""
    return bool(actor.unit_ids) and actor.unit_ids <= set(supplied_units())


def reads_all(actor: Actor, roles: Collection[str]) -> bool:
    """Does somebody read what is told of everybody's work? One of these roles, held among our own people. No query."""
    return actor.has_role(*roles) and not of_supplier(actor)


def posts_now(
    *, roles: Collection[str] | None = None, unit: uuid.UUID | None = None, unit_kinds: Collection[str] | None = None
) -> list[Post]:
    """Posts that run now, held by active members."""
    known = directory()
    return [
        post
        for post in known.posts_at(now())
        if (roles is None or post.role in roles)
        and (unit is None or post.unit_id == unit)
        and (unit_kinds is None or known.units[post.unit_id].kind in unit_kinds)
    ]


def posts_of(member_id: uuid.UUID) -> list[Post]:
    """The posts a member holds now."""
    return directory().posts_of(member_id)


def active_members(
    *,
    roles: Collection[str] | str | None = None,
    unit: uuid.UUID | None = None,
    unit_kinds: Collection[str] | None = None,
) -> list[Member]:
    """Active members by staff number; with `roles`, `unit` or `unit_kinds`, those who hold such a post now."""
    members = directory().members
    if roles is None and unit is None and unit_kinds is None:
        return [member for member in members.values() if member.active]
    wanted = {roles} if isinstance(roles, str) else roles
    holders = {post.member_id for post in posts_now(roles=wanted, unit=unit, unit_kinds=unit_kinds)}
    return [member for member in members.values() if member.pk in holders]


def actors_with(roles: Collection[str]) -> list[Actor]:
    """Members who hold one of these roles now, as actors: to find whom to tell. Whether they may is asked when they act."""
    return [acting(member, directory().posts_of(member.pk)) for member in active_members(roles=roles)]


def is_micro() -> bool:
    """Is the organisation in micro mode (ME-01)? Asked anew: a switch holds from the next step on."""
    profile = Organisation.objects.values_list("profile", flat=True).get(pk=current_organisation_id())
    return profile == Organisation.Profile.MICRO


def works_alone() -> bool:
    """Micro mode with one person only: nobody else could check or decide (ME-11)."""
    return is_micro() and Member.objects.filter(active=True).count() == 1


def heads_of(unit_id: uuid.UUID) -> list[Member]:
    """Who leads a unit now."""
    heads = {post.member_id for post in posts_now(unit=unit_id) if post.is_head}
    return [member for member in directory().members.values() if member.pk in heads]


def is_active(member_id: uuid.UUID | None) -> bool:
    member = member_or_none(member_id)
    return member is not None and member.active


def has_level(member_id: uuid.UUID, level: str) -> bool:
    """Does the member hold this staff level or a higher one now (PE-05)?"""
    return STAFF_RANK[staff_level_of(member_id)] >= STAFF_RANK[level]


def staff_level_of(member_id: uuid.UUID) -> str:
    levels = [post.staff_level for post in directory().posts_of(member_id)]
    return max(levels, key=lambda level: STAFF_RANK[level], default="")


@dataclass(frozen=True, kw_only=True)
class Matter:
    """What a new registration is about, as far as it decides who should take it over (AS-06)."""

    language: str = ""
    topic: str = ""
    wider_topic: str = ""
    """What a topic of the organisation's own counts under."""
    product: str = ""
    group: str = ""
    """The special group of whoever complains (IN-14)."""
    unit_concerned: uuid.UUID | None = None


def duty_member_for_intake(seed: uuid.UUID, matter: Matter = Matter()) -> Member:
    """Who takes over a new registration: spread by a hash of its id over those on duty, with no row to wait for (RG-13).

    What comes from a special group goes to whoever takes it and is on duty (IN-14). Of the others those who do not work where the
    complaint points to, then who speak the language, then who know the kind of problem or the product best (AS-06); the load is
    spread by the hash, for counting cases would make every registration slower.

    Looks for on-duty front-line and specialist staff of the intake group, then anybody of it, then of the centre, then
    supervisors, then any active member, so that a registration is never turned away. Raises NobodyOnDuty.
    """
    members = directory().members
    if chosen := _best_for(matter, [one for one in serving(matter.group) if not readiness.hindered(one)]):
        return _drawn(seed, chosen)
    for posts in (
        posts_now(roles={Role.FRONTLINE, Role.SPECIALIST}, unit_kinds={Unit.Kind.INTAKE}),
        posts_now(roles={Role.FRONTLINE, Role.SPECIALIST, Role.COACH, Role.SUPERVISOR}, unit_kinds=CENTRE_UNITS),
        posts_now(roles={Role.SUPERVISOR, Role.SPECIALIST, Role.FRONTLINE, Role.MGMT_REP}),
        posts_now(),
    ):
        holders = sorted({post.member_id for post in posts}, key=lambda one: one.bytes)
        holders = [one for one in holders if not readiness.hindered(members[one])]
        on_duty = [one for one in holders if members[one].on_duty]
        if chosen := _best_for(matter, [members[one] for one in on_duty or holders]):
            return _drawn(seed, chosen)
    if anybody := sorted({post.member_id for post in posts_now()}, key=lambda one: one.bytes):
        return _drawn(seed, [members[one] for one in anybody])  # everybody is under guidance or pending
    raise NobodyOnDuty


def _drawn(seed: uuid.UUID, members: list[Member]) -> Member:
    return members[int.from_bytes(hashlib.sha256(seed.bytes).digest()[:8]) % len(members)]


def serving(group: str) -> list[Member]:
    """Who is on duty and takes what comes from a special group (IN-14). No query; nobody for no group."""
    if not group:
        return []
    posts = posts_now(roles={Role.FRONTLINE, Role.SPECIALIST, Role.COACH, Role.SUPERVISOR})
    holders = sorted({post.member_id for post in posts}, key=lambda one: one.bytes)
    members = [directory().members[one] for one in holders]
    return [one for one in members if one.active and one.on_duty and group in one.groups]


def _best_for(matter: Matter, members: list[Member]) -> list[Member]:
    """Those of some colleagues who fit a matter best; all of them where nothing tells them apart."""
    free = [one for one in members if not _concerned(one, matter.unit_concerned)] or members
    if matter.language not in {"", current_organisation().language}:
        free = [one for one in free if matter.language in one.languages] or free
    known = {
        one.pk: bool({matter.topic, matter.wider_topic} & set(one.topics))
        + any(word.lower() in matter.product.lower() for word in one.products)
        for one in free
    }
    most = max(known.values(), default=0)
    return [one for one in free if known[one.pk] == most]


def _concerned(member: Member, unit_id: uuid.UUID | None) -> bool:
    return unit_id is not None and (
        str(unit_id) in member.interests or any(post.unit_id == unit_id for post in posts_of(member.pk))
    )
