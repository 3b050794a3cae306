"""What is kept of a robot, by whom, and the second person who looks before it speaks (IG-03)."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import InvalidInput, InvalidValue, NotFound
from tingsu.kernel.ids import new_id
from tingsu.kernel.own_history import own_history
from tingsu.letters import second_look
from tingsu.letters.events import ROBOT_LOOKED_AT, ROBOT_SET
from tingsu.letters.models import Robot, RobotPost
from tingsu.letters.robots import posting
from tingsu.people.access import Can, require

FIELDS = ("name", "kind", "tells", "active")
CODES = frozenset({"kind", "tells", "active"})
"""What is chosen; the others are typed."""
SECRETS = ("address", "secret")


def set_robot(*, actor: Actor, values: Mapping[str, Any], robot_id: uuid.UUID | None = None) -> Robot:
    """Keep what was entered, address and secret only when they were; without an id a new one.

    Another address is spoken to after a second person has let it say a sentence and looked. Raises NotAllowed, NotFound,
    InvalidInput when another robot is called so already. What was still to be said in the old group is not said in the new one.
    """
    require(actor, Can.SETTINGS)
    require(actor, Can.POST)
    at, fresh = now(), robot_id is None
    given = [name for name in SECRETS if values[name]]
    try:
        with transaction.atomic(durable=True):
            chain = own_history(actor)
            row = (
                Robot(id=new_id(), since=at) if fresh else Robot.objects.select_for_update().filter(pk=robot_id).first()
            )
            if row is None:
                raise NotFound
            changed = second_look.changes_of(row, values, FIELDS, fresh=fresh)
            if values["active"] and not row.active:
                row.since = at
            for name in FIELDS:
                setattr(row, name, values[name])
            if values["address"]:
                posting.put_address(row, values["address"])
            if values["secret"]:
                posting.put_secret(row, values["secret"])
            elsewhere = "address" in given or "kind" in changed
            told = second_look.shape(
                actor, row, at, changed=bool(changed or given), moved=elsewhere or bool(given), whole="address" in given
            )
            row.why = row.said = ""
            row.save(force_insert=fresh)
            if elsewhere:
                row.posts.filter(state=RobotPost.State.QUEUED).update(state=RobotPost.State.FAILED, why="robot_moved")
            if changed or given:
                second_look.record_change(
                    chain, actor, ROBOT_SET, row, at, changed=changed, codes=CODES, secrets=given, told=told
                )
            chain.flush()
            second_look.ask_for_look(row, told, "robot.asks_look")
    except IntegrityError as error:
        sentence = _("Another robot is called so already.")
        raise InvalidInput({"name": InvalidValue(sentence, code="taken")}) from error
    return row


def agree(*, actor: Actor, robot_id: uuid.UUID, read_at: str) -> Robot:
    """The second person's word; what happened while it waited is not told afterwards. Raises NotAllowed, NotFound, InvalidInput."""

    def from_now(row: Robot) -> None:
        row.since = now()

    rows = Robot.objects.filter(pk=robot_id)
    return second_look.agree(actor=actor, rows=rows, event=ROBOT_LOOKED_AT, read_at=read_at, then=from_now)
