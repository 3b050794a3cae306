"""A document and its life, taken through the real actions."""

from datetime import UTC, datetime
from typing import Any

from tests.cast import Cast, Person
from tingsu.documents.versions import NAME
from tingsu.kernel.clock import travel_to
from tingsu.registers.actions import Opening, open_entry, take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry

AT = datetime(2026, 3, 3, 2, tzinfo=UTC)
DAY = "2026-03-03"
TEXT = "# 目的\n\n规范投诉处理。\n\n## 职责\n\n- 一线人员受理\n- 主管复核\n\n| 环节 | 时限 |\n| --- | --- |\n| 受理 | 2 小时 |\n"


def drafted(cast: Cast, by: Person | None = None, at: datetime = AT, **more: Any) -> Entry:
    who = by or cast.specialist
    values = {
        "topic": "handling", "title": "投诉处理程序", "kind": "procedure", "body": TEXT, "language": "zh", "interval": "yearly",
        "for_members": [str(cast.frontline.id), str(cast.frontline2.id)], **more,
    }  # fmt: skip
    with travel_to(at):
        return open_entry(actor=who.actor, register=registers()[NAME], opening=Opening(values=values))


def step(who: Person, entry: Entry, name: str, at: datetime = AT, **values: Any) -> Entry:
    with travel_to(at):
        return take_step(
            actor=who.actor, entry=Entry.objects.get(pk=entry.pk), register=registers()[NAME], step=name, values=values
        )


def to_approve(cast: Cast, entry: Entry, by: Person | None = None, at: datetime = AT, **more: Any) -> Entry:
    step(by or cast.specialist, entry, "submit", at, reviewer=str(cast.qa.id), approver=str(cast.supervisor.id), **more)
    return step(cast.qa, entry, "review", at, opinion="合用")


def approve(cast: Cast, entry: Entry, on: str = DAY, at: datetime = AT, **more: Any) -> Entry:
    return step(cast.supervisor, entry, "approve", at, effective_on=on, signed=True, **more)


def in_force(cast: Cast, at: datetime = AT, **more: Any) -> Entry:
    entry = drafted(cast, at=at, **more)
    to_approve(cast, entry, at=at)
    return approve(cast, entry, on=at.date().isoformat(), at=at)


def revision(cast: Cast, of: Entry, size: str = "revision", at: datetime = AT) -> Entry:
    """The draft of the next version, begun by the supervisor's office for the specialist."""
    step(cast.mgmt_rep, of, "revise", at, next_size=size)
    return Entry.objects.filter(register=NAME, state="draft").order_by("-opened_at", "-number").first() or of
