"""Entries of the knowledge base and their life, through the real actions."""

from datetime import timedelta
from typing import Any

from tests.cast import Cast, Person
from tingsu.kernel.clock import local_date, now
from tingsu.knowledge import terms
from tingsu.registers.actions import Opening, open_entry, take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry

ZONE = "Asia/Shanghai"
WORDING: dict[str, Any] = {
    "kind": "wording", "title": "退款未到账的答复", "body": "查到退款状态后使用。", "categories": ["16"],
    "wording": "您的投诉 {number} 已查到：退款预计〔日期〕到账。", "wording_en": "About {number}: the refund will reach you by 〔day〕.",
}  # fmt: skip
HELP: dict[str, Any] = {
    "kind": "help", "title": "退款多久到账", "title_en": "How long a refund takes", "body": "## 到账时间\n\n- 原路退回\n- 一般三天",
    "body_en": "Usually three days, the way you paid.", "topics": ["refund"], "categories": ["16"],
}  # fmt: skip


def in_days(days: int) -> str:
    return (local_date(now(), ZONE) + timedelta(days=days)).isoformat()


def opened(who: Person, register: str = terms.NAME, **values: Any) -> Entry:
    return open_entry(actor=who.actor, register=registers()[register], opening=Opening(values=values))


def take(who: Person, entry: Entry, step: str, **values: Any) -> Entry:
    row = Entry.objects.select_related("stream").get(pk=entry.pk)
    return take_step(actor=who.actor, entry=row, register=registers()[row.register], step=step, values=values)


def published(cast: Cast, **values: Any) -> Entry:
    """Written by the specialist, checked and published by the coach."""
    entry = opened(cast.specialist, **{**WORDING, **values})
    take(cast.specialist, entry, "submit", reviewer=str(cast.coach.id))
    return take(cast.coach, entry, "approve", review_on=in_days(180))
