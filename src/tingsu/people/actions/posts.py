"""Posts: who holds which role where and since when, told to the holder and confirmed by them (OG-11)."""

import uuid
from datetime import datetime

from django.db import transaction

from tingsu.kernel.actor import Actor
from tingsu.kernel.approvals import Approval, cleared
from tingsu.kernel.clock import now
from tingsu.kernel.errors import InvalidInput, InvalidValue, NotAllowed, NotFound, TingsuError
from tingsu.kernel.fields import in_language
from tingsu.kernel.ids import new_id
from tingsu.kernel.ledger import Chain, lock_chain
from tingsu.people import body, directory, grading, sessions
from tingsu.people.access import Can, in_office, require
from tingsu.people.actions.members import check_manager_remains
from tingsu.people.actions.turns import in_turn
from tingsu.people.errors import AlreadySo, LevelNotEarned, PeriodBackwards, PeriodsOverlap, SeatOfCommittee, SeatTaken
from tingsu.people.models import Member, Post, Unit
from tingsu.people.roles import STAFF_RANK, MediatorLevel, Role, StaffLevel

OPEN_END = "…"
DUTIES_SIGNS = 1000


def give_post(
    *,
    actor: Actor,
    member_id: uuid.UUID,
    unit_id: uuid.UUID,
    role: str,
    staff_level: str = "",
    mediator_level: str = "",
    full_time: bool = True,
    is_head: bool = False,
    seat: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    approval: Approval | None = None,
) -> Post:
    """Give a member a post. The event tells the holder, who confirms it (OG-11).

    A post of one's own, or one as high as one's own, waits for a second person (CA-59). The member's stream is locked
    before periods are compared, so two managers cannot give overlapping ones.
    Raises NotAllowed, NotFound, InvalidInput, PeriodBackwards, PeriodsOverlap, WaitsForApproval.
    """
    if approval is None:
        require(actor, Can.PEOPLE)
    at = now()
    errors: dict[str, TingsuError] = {}
    if role not in Role.values:
        errors["role"] = InvalidValue(code="choice")
    if staff_level not in {"", *StaffLevel.values}:
        errors["staff_level"] = InvalidValue(code="choice")
    if mediator_level not in {"", *MediatorLevel.values}:
        errors["mediator_level"] = InvalidValue(code="choice")
    elif role == Role.MEDIATOR and not mediator_level:
        errors["mediator_level"] = InvalidValue(code="required")
    if seat not in {"", *Post.Seat.values}:
        errors["seat"] = InvalidValue(code="choice")
    if errors:
        raise InvalidInput(errors)
    post = Post(
        id=new_id(), member_id=member_id, unit_id=unit_id, role=role, staff_level=staff_level, mediator_level=mediator_level,
        full_time=full_time, is_head=is_head, seat=seat, since=since or at, until=until,
    )  # fmt: skip
    if post.until is not None and post.until <= post.since:
        raise PeriodBackwards
    if not Member.objects.filter(pk=member_id, active=True).exists():
        raise NotFound
    if approval is None:
        body.check_own(actor, member_id=member_id, unit_id=unit_id)
    _check_overlap(post)
    _check_seat(post)
    _check_level(actor, post)
    second = cleared(
        actor=actor,
        matter="post",
        payload={
            "member_id": member_id, "unit_id": unit_id, "role": role, "staff_level": staff_level,
            "mediator_level": mediator_level, "full_time": full_time, "is_head": is_head, "seat": seat, "since": since, "until": until,
        },
        approval=approval,
    )  # fmt: skip
    with transaction.atomic(durable=True):
        in_turn()
        chain = lock_chain(member_id, "member")
        if not Member.objects.filter(pk=member_id, active=True).exists():
            raise NotFound
        if not Unit.objects.filter(pk=unit_id, active=True).exists():
            raise NotFound
        _check_overlap(post)
        _check_seat(post)
        post.save(force_insert=True)
        _end_sessions(actor, member_id)
        chain.record(
            "member.post_given",
            actor=actor,
            at=at,
            data={
                "post": post.pk, "unit": unit_id, "role": role, "staff_level": staff_level, "mediator_level": mediator_level,
                "full_time": full_time, "is_head": is_head, "seat": seat, "since": post.since, "until": until,
                **second,
            },
        )  # fmt: skip
        if approval is not None:
            approval.settle()
        chain.flush()
    directory.forget_cached()
    return post


def end_post(*, actor: Actor, post_id: uuid.UUID, at: datetime | None = None, approval: Approval | None = None) -> Post:
    """End a post now or at a given instant; that of somebody as high as oneself waits for a second person.

    Raises NotAllowed, NotFound, AlreadySo, LastManager, PeriodBackwards, WaitsForApproval.
    """
    if approval is None:
        require(actor, Can.PEOPLE)
    moment = now()
    held_by = Post.objects.filter(pk=post_id).values_list("member_id", flat=True).first()
    if held_by is None:
        raise NotFound
    if approval is None:
        body.check_own(actor, member_id=held_by)
    payload = {"member_id": held_by, "post_id": post_id, "at": at}
    second = cleared(actor=actor, matter="post_end", payload=payload, approval=approval)
    end = at or moment
    with transaction.atomic(durable=True):
        in_turn()
        chain, post = _locked(post_id)
        if post.until is not None and post.until <= moment:
            raise AlreadySo
        if end < post.since:
            raise PeriodBackwards
        if in_office(post, moment):
            check_manager_remains(without_post=post_id)
        old, post.until = post.until, end
        post.save(update_fields=["until"])
        _end_sessions(actor, post.member_id)
        chain.record("member.post_ended", actor=actor, at=moment, data={"post": post_id, "until": [old, end], **second})
        if approval is not None:
            approval.settle()
        chain.flush()
    directory.forget_cached()
    return post


def confirm_post(*, actor: Actor, post_id: uuid.UUID) -> Post:
    """The holder confirms that they know their post (OG-11). Nobody can confirm for somebody else. Raises NotAllowed."""
    at = now()
    with transaction.atomic(durable=True):
        chain, post = _locked(post_id)
        if actor.kind != "member" or actor.id != post.member_id:
            raise NotAllowed
        if post.confirmed_at is not None:
            return post
        post.confirmed_at = at
        post.save(update_fields=["confirmed_at"])
        chain.record("member.post_confirmed", actor=actor, at=at, data={"post": post_id})
        chain.flush()
    directory.forget_cached()
    return post


def describe_post(*, actor: Actor, post_id: uuid.UUID, duties: str) -> Post:
    """Write down the duties of a post that runs, in the firm's own words (OG-01); its holder confirms it anew (OG-11).

    The text is of the firm, at most DUTIES_SIGNS signs; empty leaves the duties of the role alone.
    Raises NotAllowed, NotFound, InvalidInput, AlreadySo for an ended post.
    """
    require(actor, Can.PEOPLE)
    at, words = now(), duties.strip()
    if len(words) > DUTIES_SIGNS:
        raise InvalidInput({"duties": InvalidValue(code="too_long", count=len(words), limit=DUTIES_SIGNS)})
    held_by = Post.objects.filter(pk=post_id).values_list("member_id", flat=True).first()
    if held_by is None:
        raise NotFound
    body.check_own(actor, member_id=held_by)
    with transaction.atomic(durable=True):
        chain, post = _locked(post_id)
        if post.until is not None and post.until <= at:
            raise AlreadySo
        if post.duties == words:
            return post
        post.duties = words
        if actor.id != post.member_id:
            post.confirmed_at = None
        post.save(update_fields=["duties", "confirmed_at"])
        chain.record("member.post_described", actor=actor, at=at, data={"post": post_id}, texts={"duties": words})
        chain.flush()
    directory.forget_cached()
    return post


def _end_sessions(actor: Actor, member_id: uuid.UUID) -> None:
    """Whose rights change signs in anew; who changes the own ones keeps this session under a new key (the page's part)."""
    if actor.id != member_id:
        sessions.end(Member.objects.values_list("account_id", flat=True).get(pk=member_id))


def _locked(post_id: uuid.UUID) -> tuple[Chain, Post]:
    member_id = Post.objects.filter(pk=post_id).values_list("member_id", flat=True).first()
    if member_id is None:
        raise NotFound
    chain = lock_chain(member_id, "member")
    return chain, Post.objects.get(pk=post_id)


def _check_level(actor: Actor, post: Post) -> None:
    """Nobody is lifted to a staff level by hand: it takes an assessment with evidence for each criterion (PE-30)."""
    if actor.kind == "system" or not post.staff_level:
        return
    held = Post.objects.filter(member_id=post.member_id).values_list("staff_level", flat=True)
    if STAFF_RANK[post.staff_level] <= max((STAFF_RANK[level] for level in held), default=0):
        return
    if not grading.earned(post.member_id, post.staff_level):
        raise InvalidInput({"staff_level": LevelNotEarned()})


def _check_seat(post: Post) -> None:
    """A seat by function is one of the committee, and one person holds it at a time (OG-05)."""
    if not post.seat:
        return
    if not Unit.objects.filter(pk=post.unit_id, kind=Unit.Kind.COMMITTEE).exists():
        raise InvalidInput({"seat": SeatOfCommittee()})
    for other in Post.objects.filter(seat=post.seat, unit__active=True, member__active=True).select_related("member"):
        if _meet(post, other):
            raise InvalidInput({"seat": SeatTaken(holder=in_language(other.member.alias) or other.member.staff_number)})


def _meet(post: Post, other: Post) -> bool:
    """Do two periods share an instant?"""
    begins_before_end = post.until is None or other.since < post.until
    return begins_before_end and (other.until is None or other.until > post.since)


def _check_overlap(post: Post) -> None:
    for other in Post.objects.filter(member_id=post.member_id, unit_id=post.unit_id, role=post.role):
        if _meet(post, other):
            raise PeriodsOverlap(
                since=f"{other.since:%Y-%m-%d}", until=f"{other.until:%Y-%m-%d}" if other.until else OPEN_END
            )
