"""What assessment, guidance and training change of a member: readiness, level, functions. Plain functions in an open transaction,
called by the records that decide it, so that there is one truth and its proof is one link away (PE-05, PE-12, PE-15, PE-27).
"""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from tingsu.kernel.actor import Actor
from tingsu.kernel.ledger import lock_chain
from tingsu.people import directory
from tingsu.people.access import in_office
from tingsu.people.models import Member, Post
from tingsu.people.roles import CENTRE_ROLES


def put_readiness(
    *, actor: Actor, member_id: uuid.UUID, readiness: str, senior_id: uuid.UUID | None, record: uuid.UUID, at: datetime
) -> None:
    """Somebody works independently, under guidance of a senior, or not before a release; `record` is what says so."""
    values = {"readiness": readiness, "senior_id": senior_id}
    _put(actor, member_id, "member.readiness_set", values, record, at)


def add_trained(
    *, actor: Actor, member_ids: Iterable[uuid.UUID], function: str, record: uuid.UUID, at: datetime
) -> None:
    """The training for a function is completed: it opens for these members."""
    for member_id in sorted(set(member_ids)):
        known = Member.objects.values_list("trained", flat=True).get(pk=member_id)
        if function not in known:
            _put(actor, member_id, "member.function_opened", {"trained": [*known, function]}, record, at)


def put_level(*, actor: Actor, member_id: uuid.UUID, level: str, record: uuid.UUID, at: datetime) -> None:
    """The posts that a member holds in the centre now get a staff level that an assessment has given."""
    chain = lock_chain(member_id, "member")
    for post in Post.objects.filter(member_id=member_id, role__in=CENTRE_ROLES):
        if in_office(post, at) and post.staff_level != level:
            data = {"post": post.pk, "staff_level": [post.staff_level, level], "record": record}
            post.staff_level = level
            post.save(update_fields=["staff_level"])
            chain.record("member.level_given", actor=actor, at=at, data=data)
    if chain.events:
        chain.flush()
    directory.forget_cached()


def _put(
    actor: Actor, member_id: uuid.UUID, event: str, values: dict[str, Any], record: uuid.UUID, at: datetime
) -> None:
    chain = lock_chain(member_id, "member")
    member = Member.objects.get(pk=member_id)
    changes = {name: [getattr(member, name), value] for name, value in values.items() if getattr(member, name) != value}
    if not changes:
        return
    for name, value in values.items():
        setattr(member, name, value)
    member.save(update_fields=list(changes))
    chain.record(event, actor=actor, at=at, data={"set": changes, "record": record})
    chain.flush()
    directory.forget_cached()
