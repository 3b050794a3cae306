"""Declared interests: each says for themselves in what they are not independent; ending one is for whoever manages people (IV-03)."""

import uuid

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import InvalidInput, InvalidValue, NotAllowed, NotFound, TingsuError, too_long
from tingsu.kernel.fingerprints import fingerprint
from tingsu.kernel.ids import new_id
from tingsu.kernel.ledger import Chain, lock_chain
from tingsu.kernel.spelling import tidy
from tingsu.people import body, directory
from tingsu.people.access import Can, require
from tingsu.people.models import Interest, Member, Unit
from tingsu.people.queries import works_alone

NAME_LIMIT, WORDS_LIMIT = 80, 300
MOST = 100
"""Running interests of one person: a list, not a way out of all work."""


def declare_interest(
    *, actor: Actor, kind: str, unit_id: uuid.UUID | None = None, name: str = "", words: str = ""
) -> Interest:
    """Say in which unit, firm or person one has an interest of one's own, and which. From now on it keeps one out of such cases.

    Everybody for themselves. Raises NotAllowed, InvalidInput.
    """
    if actor.kind != "member" or actor.id is None:
        raise NotAllowed
    name, words = tidy(name), tidy(words, lines=True)
    _check(kind, unit_id, name, words)
    with transaction.atomic(durable=True):
        chain, member = _locked(actor.id)
        running = running_of(member.pk)
        if len(running) >= MOST:
            raise InvalidInput({"name": InvalidValue(_("%(most)s interests run already."), code="limit", most=MOST)})
        row = Interest(id=new_id(), member=member, kind=kind, declared_at=now())
        if kind == Interest.Kind.UNIT:
            row.unit_id = unit_id
        else:
            row.name_index = fingerprint(member.organisation_id, "name", name)
            row.name = chain.stream.key().seal(name, row.context("name"))
        row.words = chain.stream.key().seal(words, row.context("words"))
        if any(one.key == row.key for one in running):
            raise InvalidInput(
                {"name" if name else "unit": InvalidValue(_("You have declared this already."), code="taken")}
            )
        row.save(force_insert=True)
        _follow(chain, member, actor, "member.interest_declared", row, {"name": name, "words": words})
    directory.forget_cached()
    return row


def _check(kind: str, unit_id: uuid.UUID | None, name: str, words: str) -> None:
    errors: dict[str, TingsuError] = {}
    if kind not in Interest.Kind.values:
        errors["kind"] = InvalidValue(code="choice")
    elif kind == Interest.Kind.UNIT:
        if unit_id is None or not Unit.objects.filter(pk=unit_id).exists():
            errors["unit"] = InvalidValue(code="unit" if unit_id else "required")
    elif len(name) < 2:
        errors["name"] = InvalidValue(_("Enter the whole name."), code="required")
    if len(name) > NAME_LIMIT:
        errors["name"] = too_long(name, NAME_LIMIT)
    if not words:
        errors["words"] = InvalidValue(code="required")
    elif len(words) > WORDS_LIMIT:
        errors["words"] = too_long(words, WORDS_LIMIT)
    if errors:
        raise InvalidInput(errors)


def end_interest(*, actor: Actor, interest_id: uuid.UUID, reason: str) -> Interest:
    """It is over, as somebody who manages people has seen: nobody opens the way to a case for themselves.

    Raises NotAllowed, NotFound, InvalidInput.
    """
    require(actor, Can.PEOPLE)
    reason = tidy(reason, lines=True)
    if not reason:
        raise InvalidInput({"reason": InvalidValue(code="required")})
    if len(reason) > WORDS_LIMIT:
        raise InvalidInput({"reason": too_long(reason, WORDS_LIMIT)})
    row = Interest.objects.filter(pk=interest_id).first()
    if row is None:
        raise NotFound
    body.check_own(actor, member_id=row.member_id)
    if row.member_id == actor.id and not works_alone():
        raise NotAllowed(_("Somebody else has to see that your interest is over."), code="own_interest")
    with transaction.atomic(durable=True):
        chain, member = _locked(row.member_id)
        row = Interest.objects.get(pk=interest_id)
        if row.ended_at is not None:
            return row
        row.ended_at, row.ended_by_id = now(), actor.id
        row.save(update_fields=["ended_at", "ended_by_id"])
        _follow(chain, member, actor, "member.interest_ended", row, {"reason": reason})
    directory.forget_cached()
    return row


def running_of(member_id: uuid.UUID) -> list[Interest]:
    """What keeps somebody out of cases now, the oldest first."""
    return list(Interest.objects.filter(member_id=member_id, ended_at=None).order_by("declared_at", "pk"))


def _follow(chain: Chain, member: Member, actor: Actor, event: str, row: Interest, texts: dict[str, str]) -> None:
    """The member's own list of keys, which every check of independence reads, follows its rows."""
    before = list(member.interests)
    after = [one for one in before if one != row.key] + ([row.key] if row.ended_at is None else [])
    member.interests = after
    member.save(update_fields=["interests"])
    data = {"interest": row.pk, "kind": row.kind, "unit": row.unit_id, "set": {"interests": [before, after]}}
    chain.record(event, actor=actor, at=now(), data=data, texts=texts)
    chain.flush()


def _locked(member_id: uuid.UUID) -> tuple[Chain, Member]:
    chain = lock_chain(member_id, "member")
    member = Member.objects.filter(pk=member_id).first()
    if member is None:
        raise NotFound
    return chain, member
