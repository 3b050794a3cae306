"""The demo's people at work: members as actors, units, contacts, and the mail they send in the past."""

import uuid
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.db.models import F

from tingsu.demo import library
from tingsu.demo.sql import spare_jobs
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now, travel_to
from tingsu.letters import actions as letters
from tingsu.letters.models import Letter, Notice
from tingsu.people.access import actor_of
from tingsu.people.models import Member, Unit

CONTACTS = {
    "store_ops": "dept_store",
    "online": "dept_online",
    "after_sales": "dept_after",
    "logistics": "dept_logistics",
    "payments": "dept_pay",
    "merchants": "dept_merch",
    "quality": "quality_head",
    "infosec": "infosec",
    "legal": "legal_head",
    "pr": "pr",
}

INTAKE = ("intake", "hotline_b")
"""Units whose people take complaints in: our own, and the team of a supplier (SC-13)."""


class Staff:
    """Everybody who works in the demo organisation, by the keys of the data file."""

    def __init__(self) -> None:
        cards = {row["number"]: row for row in library.organisation()["staff"]}
        members = {member.staff_number: member for member in Member.objects.all()}
        self.cards = {row["key"]: row for row in cards.values()}
        self.members = {row["key"]: members[number] for number, row in cards.items() if number in members}
        self.units = {unit.code: unit for unit in Unit.objects.all()}
        self.partners = library.organisation()["partner"]
        self._keys = {member.pk: key for key, member in self.members.items()}
        self._actors: dict[str, Actor] = {}

    def actor(self, key: str) -> Actor:
        if key not in self._actors:
            self._actors[key] = actor_of(self.members[key])
        return self._actors[key]

    def card(self, key: str) -> dict[str, Any]:
        found: dict[str, Any] = self.cards[key]
        return found

    def key_of(self, member_id: uuid.UUID) -> str:
        found: str = self._keys[member_id]
        return found

    def member_id(self, key: str) -> uuid.UUID:
        return self.members[key].pk

    def unit_id(self, code: str) -> uuid.UUID:
        return self.units[code].pk

    def unit_name(self, code: str) -> str:
        found: str = self.units[code].name["zh-Hans"]
        return found

    def contact(self, unit: str) -> str:
        """The staff key of the person who answers for a department or function."""
        return CONTACTS[unit]

    @cached_property
    def intake(self) -> tuple[str, ...]:
        return tuple(key for key, card in self.cards.items() if card["unit"] in INTAKE)

    def post_letters(self, complaint_id: uuid.UUID) -> None:
        """Send what a case has queued, each letter at its own instant of the past, and spare the worker its jobs. What rests in quiet
        hours is sent by the first call after their end; whose morning has not come yet is left to the worker.
        """
        queued = Letter.objects.filter(stream_id=complaint_id, state=Letter.State.QUEUED)
        due = queued.exclude(failure="quiet", next_try_at__gt=now())
        sent = list(due.order_by("send_after", "pk").values_list("pk", "send_after"))
        for letter_id, send_after in sent:
            with travel_to(max(now(), send_after)):
                letters.deliver(letter_id)
        waiting = {str(one) for one in queued.values_list("pk", flat=True)}
        if gone := [str(letter_id) for letter_id, _send_after in sent if str(letter_id) not in waiting]:
            spare_jobs("letters.tasks.send_letter", "letter_id", gone)

    def read_notices(self, complaint_id: uuid.UUID, until: datetime) -> None:
        """People read what they are told within two hours; only the last day's news may still be unread."""
        old = Notice.objects.filter(
            stream_id=complaint_id, read_at__isnull=True, created_at__lt=until - timedelta(days=1)
        )
        old.update(read_at=F("created_at") + timedelta(hours=2))
