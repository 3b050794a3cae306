"""What is kept of a mailbox when its form was sent (IG-03)."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from tingsu.mail import polling
from tingsu.mail.models import Mailbox

FIELDS = ("name", "host", "port", "security", "username", "folder", "since", "stated_by", "plus", "active")
REACHED = ("host", "folder", "username", "since")
"""Where one of these changes, the mailbox is read from its first day on; what is here already is recognised."""


def keep(mailbox: Mailbox, values: Mapping[str, Any], *, fresh: bool) -> bool:
    """Keep what was entered, a password only when one was; False when another mailbox is called so already."""
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
    try:
        with transaction.atomic():
            mailbox.save(force_insert=fresh)
    except IntegrityError:
        return False
    return True


def _same_place(mailbox: Mailbox, values: Mapping[str, Any]) -> bool:
    return all(getattr(mailbox, name) == values[name] for name in ("host", "folder", "username"))
