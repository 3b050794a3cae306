"""Who has read an entry as it stands in force, and says so: one receipt a person, asked anew of every new version (PE-20, MS-10).

An app whose entries are read by everybody declares the event (`read_event`), asks what it wants to know first, and calls `confirm`.
"""

import uuid
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import pgettext_lazy

from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import local_date, now
from tingsu.kernel.errors import ChangedMeanwhile, NotAllowed
from tingsu.kernel.events import EventKind, Personal
from tingsu.kernel.organisations import current_organisation
from tingsu.people import queries as people
from tingsu.registers import entry as entries
from tingsu.registers.declaration import EVERYBODY, Register
from tingsu.registers.models import Entry, Receipt


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """How many of those who work here have read and understood an entry, and who has not."""

    asked: int
    confirmed: int
    missing: list[uuid.UUID]

    @property
    def percent(self) -> int:
        """Whole per cent, never rounded up: 100 means everybody."""
        return 100 * self.confirmed // self.asked if self.asked else 0


def read_event(register: str) -> EventKind:
    """The event of a receipt, among the `extra_events` of a register."""
    return EventKind(
        name=f"{register}.understood",
        words=pgettext_lazy("entry event", "has read and understood it"),
        personal=Personal.NONE,
        tone="done",
        icon="check",
    )


Asked = Callable[[Entry], Collection[uuid.UUID]]
_asked: dict[str, Asked] = {}


def asks(register: str, asked: Asked) -> None:
    """Say who is asked to read the entries of a register: what programs are told of it follows from that. Raises RuntimeError twice."""
    if register in _asked:
        raise RuntimeError(f"the readers of {register} are declared twice")
    _asked[register] = asked


def told_of(actor: Actor, register: Register, entry: Entry) -> dict[str, Any] | None:
    """Who was asked to read an entry, who has and who has not, for whoever sees the whole register; None where nobody is asked."""
    if register.name not in _asked or not register.sees_all(actor):
        return None
    found, asked = receipts_of(entry), _asked[register.name](entry)
    read = {row.member_id for row in found}
    left = [one for one in asked if one not in read]
    return {
        "asked": len(read | set(asked)),
        "read": [
            {"member_id": row.member_id, "name": people.staff_identity(row.member_id), "on": row.on, "means": row.means}
            for row in found
        ],
        "unread": [{"member_id": one, "name": people.staff_identity(one)} for one in left],
    }


def everybody() -> list[uuid.UUID]:
    """Everybody who works here now: whoever holds a post, programs that answer by themselves left out."""
    return [member.pk for member in people.active_members(roles=EVERYBODY)]


def confirm(*, actor: Actor, register: Register, entry: Entry, means: str, while_in: str) -> bool:
    """Somebody has read and understood it. False where they had said so before.

    Raises NotAllowed: nobody confirms for another; ChangedMeanwhile once the entry has left the state `while_in`.
    """
    if actor.kind != "member" or actor.id is None:
        raise NotAllowed
    with transaction.atomic(durable=True):
        opened = entries.locked_entry(register, actor, entry.pk, now())
        if opened.entry.state != while_in:
            raise ChangedMeanwhile
        if Receipt.objects.filter(entry=opened.entry, member_id=actor.id).exists():
            return False
        Receipt(
            entry=opened.entry, register=register.name, member_id=actor.id, means=means,
            on=local_date(opened.at, current_organisation().time_zone),
        ).save(force_insert=True)  # fmt: skip
        opened.record(f"{register.name}.understood", {"member": actor.id, "means": means})
        opened.finish()
    return True


def coverage_of(entry: Entry, asked: Collection[uuid.UUID] | None = None) -> Coverage:
    """Of those who are asked (else everybody who works here now) how many have confirmed. One query."""
    wanted = list(everybody() if asked is None else asked)
    done = set(Receipt.objects.filter(entry=entry).values_list("member_id", flat=True))
    missing = [one for one in wanted if one not in done]
    return Coverage(asked=len(wanted), confirmed=len(wanted) - len(missing), missing=missing)


def unread_by(actor: Actor, rows: QuerySet[Entry]) -> QuerySet[Entry]:
    """Those of some entries that this person has not confirmed."""
    return rows.exclude(Exists(Receipt.objects.filter(entry=OuterRef("pk"), member_id=actor.id)))


def receipt_of(actor: Actor, entry: Entry) -> Receipt | None:
    """What this person has confirmed of an entry."""
    return Receipt.objects.filter(entry=entry, member_id=actor.id).first()


def receipts_of(entry: Entry, members: Iterable[uuid.UUID] | None = None) -> list[Receipt]:
    """The receipts of an entry, the first first."""
    rows = Receipt.objects.filter(entry=entry).order_by("on", "pk")
    return list(rows if members is None else rows.filter(member_id__in=list(members)))
