"""What is kept of a mailbox when its form was sent, by whom, and the second person who looks before it is read (IG-03)."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import InvalidInput, InvalidValue, NotFound
from tingsu.kernel.own_history import own_history
from tingsu.letters import second_look
from tingsu.mail import events, polling
from tingsu.mail.models import Mailbox
from tingsu.people.access import Can, require

FIELDS = ("name", "host", "port", "security", "username", "folder", "since", "stated_by", "plus", "active")
CODES = frozenset({"port", "security", "since", "plus", "active"})
"""What is chosen; the others are typed."""
REACHED = ("host", "folder", "username", "since")
"""Where one of these changes, the mailbox is read from its first day on; what is here already is recognised."""
LEADS = frozenset({"host", "port", "security", "username", "stated_by", "plus"})
"""Where one of these changes, complaints come from, answers go to, or verdicts on senders are believed of, somebody else."""


def set_mailbox(*, actor: Actor, values: Mapping[str, Any], mailbox_id: uuid.UUID | None = None) -> Mailbox:
    """Keep what was entered, a password only when one was; without an id a new one.

    Another server or user is read after a second person has looked. Raises NotAllowed, NotFound, InvalidInput when another
    mailbox is called so already.
    """
    require(actor, Can.SETTINGS)
    at, fresh = now(), mailbox_id is None
    try:
        with transaction.atomic(durable=True):
            chain = own_history(actor)
            row = Mailbox() if fresh else Mailbox.objects.select_for_update().filter(pk=mailbox_id).first()
            if row is None:
                raise NotFound
            changed = second_look.changes_of(row, values, FIELDS, fresh=fresh)
            _put(row, values, fresh=fresh)
            given = bool(values["password"])
            moved = fresh or given or bool(LEADS & set(changed))
            told = second_look.shape(actor, row, at, changed=bool(changed) or given, moved=moved)
            row.save(force_insert=fresh)
            if changed or given:
                secrets = ["password"] if given else []
                second_look.record_change(
                    chain, actor, events.SET, row, at, changed=changed, codes=CODES, secrets=secrets, told=told
                )
            chain.flush()
            second_look.ask_for_look(row, told, "mailbox.asks_look")
    except IntegrityError as error:
        sentence = _("Another mailbox is called so already.")
        raise InvalidInput({"name": InvalidValue(sentence, code="taken")}) from error
    return row


def agree(*, actor: Actor, mailbox_id: uuid.UUID, read_at: str) -> Mailbox:
    """The second person's word. Raises NotAllowed, NotFound, InvalidInput."""
    rows = Mailbox.objects.filter(pk=mailbox_id)
    return second_look.agree(actor=actor, rows=rows, event=events.LOOKED_AT, read_at=read_at)


def _put(mailbox: Mailbox, values: Mapping[str, Any], *, fresh: bool) -> None:
    asked = mailbox.why == "many" and not fresh
    if any(getattr(mailbox, name) != values[name] for name in REACHED):
        mailbox.generation = mailbox.reached = 0
        mailbox.confirmed = False
    mailbox.confirmed = mailbox.confirmed or (
        asked and values["since"] >= mailbox.since and _same_place(mailbox, values)
    )
    for name in FIELDS:
        setattr(mailbox, name, values[name])
    mailbox.why = mailbox.said = ""
    if values["password"]:
        polling.seal_password(mailbox, values["password"])


def _same_place(mailbox: Mailbox, values: Mapping[str, Any]) -> bool:
    return all(getattr(mailbox, name) == values[name] for name in ("host", "folder", "username"))
