"""The committee reviews every quarter, and what it agreed with bodies outside is kept (OG-06, CO-10)."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.cast import Cast, Person
from tingsu.clocks.models import Promise
from tingsu.clocks.sweep import sweep_due
from tingsu.governance.committee_reviews import open_owed, quarter_before, quarter_of
from tingsu.kernel.clock import local_date, now, travel_to
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, NotAllowed, NotFound
from tingsu.kernel.models import Event
from tingsu.people.models import Post
from tingsu.registers.actions import Opening, open_entry, take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry

APRIL = datetime(2026, 4, 2, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def does(who: Person, entry: Entry, name: str, **given: Any) -> Entry:
    take_step(actor=who.actor, entry=entry, register=registers()[entry.register], step=name, values=given)
    return Entry.objects.get(pk=entry.pk)


def meeting(cast: Cast, **changes: Any) -> dict[str, Any]:
    return {
        "held_on": "2026-04-03", "present": [str(cast.mgmt_rep.id), str(cast.dept.id)], "cases": "电水壶漏电事件", "effect": "预案有效，通报偏慢",
        "strategy": "同批次停售权限下放到质检", **changes,
    }  # fmt: skip


@pytest.mark.req("OG-06")
@pytest.mark.parametrize(
    ("day", "quarter", "before"),
    [
        ("2026-01-01", "2026-Q1", "2025-Q4"),
        ("2026-03-31", "2026-Q1", "2025-Q4"),
        ("2026-04-01", "2026-Q2", "2026-Q1"),
        ("2026-12-31", "2026-Q4", "2026-Q3"),
    ],
)
def test_quarters(day: str, quarter: str, before: str) -> None:
    assert (quarter_of(date.fromisoformat(day)), quarter_before(date.fromisoformat(day))) == (quarter, before)


@pytest.mark.req("OG-06", "SL-15")
def test_a_closed_quarter_owes_a_meeting_once_and_without_a_record_it_is_overdue(cast: Cast) -> None:
    with travel_to(APRIL):
        entry = open_owed()
        assert entry is not None
        assert open_owed() is None, "once"
        assert (entry.state, entry.owner_id, entry.codes.get("quarter") or "2026-Q1") == (
            "owed",
            cast.mgmt_rep.id,
            "2026-Q1",
        )
    limit = Promise.objects.get(stream_id=entry.pk, kind="committee_review")
    with travel_to(limit.due_at + timedelta(seconds=1)):
        while sweep_due().taken:
            pass
    limit.refresh_from_db()
    assert limit.breached_at == limit.due_at
    assert Event.objects.filter(stream_id=entry.pk, kind="promise.escalated").exists()


@pytest.mark.req("OG-06")
def test_the_meeting_is_recorded_and_its_minutes_are_confirmed_by_somebody_else(cast: Cast) -> None:
    with travel_to(APRIL):
        entry = open_owed()
        assert entry is not None
    with travel_to(APRIL + timedelta(days=2)):
        with pytest.raises(InvalidInput) as refused:
            does(cast.mgmt_rep, entry, "hold", **meeting(cast, present=[str(cast.dept.id)]))
        assert set(refused.value.fields) == {"present"}
        for who in (cast.supervisor, cast.qa, cast.dept):
            with pytest.raises((NotAllowed, NotFound)):
                does(who, entry, "hold", **meeting(cast))
        entry = does(cast.mgmt_rep, entry, "hold", **meeting(cast))
        assert Promise.objects.get(stream_id=entry.pk, kind="committee_review").ending == "met"
        with pytest.raises(ConditionsUnmet):
            does(cast.mgmt_rep, entry, "confirm")
        assert does(cast.top_mgmt, entry, "confirm").state == "confirmed"


@pytest.mark.req("OG-06")
def test_a_firm_without_a_committee_owes_none(cast: Cast) -> None:
    Post.objects.filter(unit=cast.units["committee"]).update(until=APRIL - timedelta(days=1))
    from tingsu.people import directory

    directory.forget_cached()
    with travel_to(APRIL):
        assert open_owed() is None


@pytest.mark.req("CO-10")
def test_what_was_agreed_with_a_body_outside_is_owed_until_it_is_done(cast: Cast) -> None:
    today = local_date(now(), "Asia/Shanghai")
    spoken = {
        "body_kind": "council", "body": "深圳市消费者委员会", "on": today.isoformat(), "subject": "联合调解机制", "content": "商定每季度对接一次",
        "agreed": "双方各设一名联络人", "follow_up": "报送联络人名单", "follow_on": (today + timedelta(days=7)).isoformat(),
    }  # fmt: skip
    register = registers()["liaison"]
    for who in (cast.frontline, cast.dept, cast.specialist):
        with pytest.raises(NotAllowed):
            open_entry(actor=who.actor, register=register, opening=Opening(values=spoken))
    for half in (
        "follow_up",
        "follow_on",
    ):  # a step without a day is owed by nobody, a day without a step would never end
        with pytest.raises(InvalidInput) as refused:
            open_entry(actor=cast.mgmt_rep.actor, register=register, opening=Opening(values=spoken | {half: ""}))
        assert set(refused.value.fields) == {half}
    entry = open_entry(actor=cast.mgmt_rep.actor, register=register, opening=Opening(values=spoken))
    assert entry.state == "open"
    assert Promise.objects.get(stream_id=entry.pk, kind="liaison_follow_up").owner_id == cast.mgmt_rep.id
    with pytest.raises((NotAllowed, NotFound)):
        does(cast.dept, entry, "settle", outcome="已报送")
    entry = does(cast.mgmt_rep, entry, "settle", outcome="名单已报送")
    assert entry.state == "settled"
    assert Promise.objects.get(stream_id=entry.pk, kind="liaison_follow_up").ending == "met"
    said = {name: value for name, value in spoken.items() if name not in {"follow_up", "follow_on"}}
    done = open_entry(actor=cast.mgmt_rep.actor, register=register, opening=Opening(values=said))
    assert done.state == "settled"
