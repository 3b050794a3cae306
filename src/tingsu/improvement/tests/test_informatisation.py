"""Informatisation from the need over choice and acceptance to the redesigned process and its effect (AI-06, AI-07, AI-08)."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.cast import Cast
from tingsu.clocks.models import Promise
from tingsu.kernel import verify
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput
from tingsu.registers.actions import Opening, open_entry, take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry

MARCH = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
GOALS = [
    {"goal": "faster", "measure": "首次回复时长", "now": "9 小时", "target": "2 小时"},
    {"goal": "manual", "measure": "每件录入次数", "now": "3 次", "target": "1 次"},
]
BUILT = {
    "platform": "complaints", "why_platform": "自建维护成本高",
    "joined": [{"system": "订单系统", "how": "接口", "seamless": True}],
}  # fmt: skip
REDESIGNED = {
    "redesigned": [{"step": "登记", "guide": "WJ-2026-004", "standard": "一次录入", "removed": "纸质登记簿"}],
    "training": "两场，全员参加",
}


def planned(cast: Cast, **more: Any) -> Entry:
    values = {
        "project": "投诉系统上线", "owner": str(cast.qa.id), "pains": "同一件事录三次", "goals": GOALS, "plan": "三月选型，五月上线",
        "until": "2026-05-31", "budget": "80000.00", "resources": "两名产品经理", **more,
    }  # fmt: skip
    return open_entry(actor=cast.qa.actor, register=registers()["informatisation"], opening=Opening(values=values))


def take(person: Any, entry: Entry, name: str, **values: Any) -> Entry:
    row = Entry.objects.select_related("stream").get(pk=entry.pk)
    return take_step(actor=person.actor, entry=row, register=registers()["informatisation"], step=name, values=values)


@pytest.mark.req("AI-06")
@pytest.mark.parametrize("missing", ["pains", "goals", "plan", "until", "resources"])
def test_a_need_names_goals_pains_and_a_plan(cast: Cast, missing: str) -> None:
    with travel_to(MARCH), pytest.raises(InvalidInput) as refused:
        planned(cast, **{missing: [] if missing == "goals" else ""})
    assert set(refused.value.fields) == {missing}


@pytest.mark.req("AI-06", "AI-07", "AI-08")
def test_from_the_need_to_the_effect(cast: Cast) -> None:
    with travel_to(MARCH):
        entry = planned(cast)
        assert entry.codes["budget"] == 8_000_000, "fen"
        owed = Promise.objects.get(stream_id=entry.pk, ended_at=None)
        assert (owed.kind, owed.due_at.date(), owed.owner_id) == ("informatisation", date(2026, 5, 31), cast.qa.id)
        for missing in ("platform", "why_platform", "joined"):
            with pytest.raises(InvalidInput):
                take(cast.qa, entry, "build", **{**BUILT, missing: [] if missing == "joined" else ""})
        take(cast.qa, entry, "build", **BUILT)
        with pytest.raises(ConditionsUnmet) as own:
            take(cast.qa, entry, "accept", acceptance="功能齐全")
        assert [one.guard for one in own.value.unmet] == ["done_by_another"]
        take(cast.supervisor, entry, "refuse", reason="订单没有带出")
        take(cast.qa, entry, "build", **BUILT)
        entry = take(cast.supervisor, entry, "accept", acceptance="功能齐全，订单自动带出")
        for missing in ("redesigned", "training"):
            with pytest.raises(InvalidInput):
                take(cast.qa, entry, "redesign", **{**REDESIGNED, missing: [] if missing == "redesigned" else ""})
        entry = take(cast.qa, entry, "redesign", **REDESIGNED)
        assert not Promise.objects.filter(stream_id=entry.pk, ended_at=None).exists()
        one = {"measure": "首次回复时长", "value": "1.5 小时"}
        with pytest.raises(InvalidInput) as refused:
            take(cast.qa, entry, "evaluate", reached=[one])
        assert set(refused.value.fields) == {"reached"}
        other = {"measure": "每件录入次数", "value": "1.4 次", "adjusted": "门店登记改为扫码"}
        entry = take(cast.qa, entry, "evaluate", reached=[one, other])
    assert entry.state == "evaluated"
    assert registers()["informatisation"].clauses(entry.codes) == ("SZ 10.1", "SZ 10.2", "SZ 10.3")
    assert not [found.sentence for found in verify.verify_organisation(verify.Tally())]
