"""Leaders in user service (OG-15), sessions of service experience (IM-15), comparison with others (IM-17, ME-10)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from tests.cast import Cast
from tingsu.clocks.models import Promise
from tingsu.improvement import experience, reminding
from tingsu.kernel import rulebooks, verify
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import InvalidInput
from tingsu.letters.models import Notice
from tingsu.people.directory import forget_cached
from tingsu.people.models import Post
from tingsu.registers.actions import Opening, open_entry, take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry

MARCH = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
SEEN = "接听十通来电，三通问的是同一处页面"


def opened(by: Any, kind: str, on: str = "2026-03-01", **more: Any) -> Entry:
    values = {"kind": kind, "held_on": on, "observations": SEEN, **more}
    return open_entry(actor=by.actor, register=registers()["experience"], opening=Opening(values=values))


def a_day(cast: Cast, leader: Any, on: str = "2026-03-01", minutes: int = 90) -> Entry:
    return opened(cast.qa, "leader_day", on, leader=str(leader.id), form="calls", minutes=minutes)


def take(person: Any, entry: Entry, name: str, **values: Any) -> Entry:
    row = Entry.objects.select_related("stream").get(pk=entry.pk)
    return take_step(actor=person.actor, entry=row, register=registers()["experience"], step=name, values=values)


@pytest.mark.req("OG-15")
def test_each_leader_of_each_level_is_done_or_not_done_by_calendar_year(cast: Cast, sign_in: Any, client: Any) -> None:
    Post.objects.filter(member_id=cast.frontline2.id).update(is_head=True)
    forget_cached()
    with travel_to(MARCH):
        a_day(cast, cast.supervisor)
        a_day(cast, cast.supervisor, "2026-01-01", 30)
        a_day(cast, cast.mgmt_rep, "2025-12-31")
        take(cast.qa, a_day(cast, cast.top_mgmt), "drop", reason="写错了人")
        opened(cast.qa, "session", form="try", participants="客服一组")
        told = {row.member_id: (row.times, row.minutes) for row in experience.standings(2026)}
        assert told[cast.supervisor.id] == (2, 120)
        assert told[cast.mgmt_rep.id] == (0, 0), "that was the year before"
        assert told[cast.top_mgmt.id] == (0, 0), "recorded by mistake counts for nothing"
        assert told[cast.frontline2.id] == (0, 0), "who heads a group leads too"
        assert cast.frontline.id not in told
        levels = {row.member_id: row.level for row in experience.standings(2026)}
        assert levels[cast.top_mgmt.id] != levels[cast.supervisor.id]
        assert {row.member_id: row.times for row in experience.standings(2025)}[cast.mgmt_rep.id] == 1
        assert [row.times > 0 for row in experience.standings(2026)] == [False] * (len(told) - 1) + [True]
        sign_in(cast.qa)
        page = client.get(reverse("registers:list", args=["experience"])).content.decode()
        assert "2026 年领导参与用户服务" in page
        assert f"{len(told)} 人中 1 人已参与" in page
        assert page.count("尚未参与") == 2 * len(told) - 2
        assert [len(rows) for _year, _done, rows in experience.above(cast.supervisor.actor)["years"]] == [len(told)] * 2
        assert [rows[0].member_id for _year, _done, rows in experience.above(cast.frontline2.actor)["years"]] == [
            cast.frontline2.id, cast.frontline2.id,
        ]  # fmt: skip
        assert experience.above(cast.frontline.actor)["years"] == []


@pytest.mark.req("OG-15")
@pytest.mark.parametrize(
    ("at", "told"),
    [
        ("2026-09-01T02:00", False), ("2026-09-30T15:59", False), ("2026-09-30T16:00", True), ("2026-10-01T15:59", True),
        ("2026-10-02T02:00", False), ("2026-11-01T02:00", True), ("2026-12-01T02:00", True),
    ],
)  # fmt: skip
def test_leaders_without_a_day_are_reminded_from_october_on(cast: Cast, at: str, told: bool) -> None:
    with travel_to(MARCH):
        a_day(cast, cast.supervisor)
    with travel_to(datetime.fromisoformat(at).replace(tzinfo=UTC)):
        experience.remind()
    heard = set(Notice.objects.filter(kind="experience.leader_owed").values_list("member_id", flat=True))
    others = set(experience.leaders()) - {cast.supervisor.id}
    assert {cast.top_mgmt.id, cast.mgmt_rep.id} <= others
    assert heard == (others if told else set())


@pytest.mark.req("OG-15")
def test_the_month_is_a_rule_that_each_organisation_sets(cast: Cast) -> None:
    first_of_july = datetime(2026, 7, 1, 2, 0, tzinfo=UTC)
    with travel_to(first_of_july):
        assert experience.remind() == 0
        for wrong in (0, 13, "10", None, True):
            with pytest.raises(InvalidInput):
                reminding.check({"remind_from": wrong})
        rulebooks.publish(actor=cast.top_mgmt.actor, kind=reminding.KIND, body={"remind_from": 7}, note="半年后提醒")
    with travel_to(first_of_july + timedelta(hours=1)):
        assert experience.remind() == len(experience.leaders())


@pytest.mark.req("OG-15", "IM-15", "IM-17", "ME-10")
@pytest.mark.parametrize(
    ("kind", "given", "missing"),
    [
        ("leader_day", {}, {"leader", "form", "minutes"}),
        ("leader_day", {"leader": "frontline", "form": "calls", "minutes": 60}, {"leader"}),
        ("leader_day", {"leader": "supervisor", "form": "calls", "minutes": 0}, {"minutes"}),
        ("leader_day", {"leader": "supervisor", "form": "calls", "minutes": 961}, {"minutes"}),
        ("session", {}, {"form", "participants"}),
        ("exchange", {}, {"partner", "useful"}),
        ("session", {"form": "try", "participants": "客服一组", "observations": ""}, {"observations"}),
        ("session", {"form": "try", "participants": "客服一组", "held_on": "2026-03-03"}, {"held_on"}),
    ],
)
def test_each_kind_asks_its_own(cast: Cast, kind: str, given: dict[str, Any], missing: set[str]) -> None:
    values = {**given, **({"leader": str(getattr(cast, given["leader"]).id)} if "leader" in given else {})}
    on = values.pop("held_on", "2026-03-01")
    with travel_to(MARCH), pytest.raises(InvalidInput) as refused:
        opened(cast.frontline, kind, on, **values)
    assert set(refused.value.fields) == missing


@pytest.mark.req("IM-15", "IM-17", "ME-10")
def test_what_follows_is_promised_done_and_proves_its_clause(cast: Cast) -> None:
    with travel_to(MARCH):
        entry = opened(cast.frontline, "exchange", partner="同城家电商家", useful="退款页写明到账时间")
        assert entry.speaks_of == date(2026, 3, 1)
        register = registers()["experience"]
        assert register.clauses(entry.codes) == ("ISC 10.1.2", "SZ F.9")
        assert register.clauses(opened(cast.qa, "session", form="try", participants="一组").codes) == ("ISC 10.2.2",)
        assert register.clauses(a_day(cast, cast.supervisor).codes) == ("ISC 4.2.2",)
        lines = [
            {"what": "退款页写明到账时间", "who": str(cast.dept.id), "until": "2026-03-20"},
            {"what": "话术同步修改", "who": str(cast.qa.id), "until": "2026-03-10"},
        ]
        with pytest.raises(InvalidInput):
            take(cast.frontline, entry, "decide", actions=[])
        take(cast.frontline, entry, "decide", actions=lines)
        owed = Promise.objects.filter(stream_id=entry.pk, ended_at=None).order_by("due_at")
        assert [(one.owner_id, one.due_at.date()) for one in owed] == [
            (cast.qa.id, date(2026, 3, 10)), (cast.dept.id, date(2026, 3, 20)),
        ]  # fmt: skip
        assert Notice.objects.filter(stream_id=entry.pk, kind="experience.given").count() == 2
        entry = take(cast.dept, entry, "finish", action="0", result="已上线")
        assert entry.state == "acting"
        with pytest.raises(InvalidInput):
            take(cast.qa, entry, "finish", action="0", result="又一次")
        entry = take(cast.qa, entry, "finish", action="1", result="已培训")
        assert entry.state == "followed"
        assert not Promise.objects.filter(stream_id=entry.pk, ended_at=None).exists()
    assert not [found.sentence for found in verify.verify_organisation(verify.Tally())]


@pytest.mark.req("IM-15")
def test_nothing_follows_only_with_a_reason_and_may_be_thought_over(cast: Cast) -> None:
    with travel_to(MARCH):
        entry = opened(cast.frontline, "session", form="try", participants="一组")
        with pytest.raises(InvalidInput):
            take(cast.frontline, entry, "nothing", reason="")
        entry = take(cast.frontline, entry, "nothing", reason="与上次相同，已在改")
        assert not registers()["experience"].state_by_code[entry.state].open
        line = {"what": "再试一次", "who": str(cast.frontline.id), "until": "2026-03-10"}
        assert take(cast.frontline, entry, "decide", actions=[line]).state == "acting"
        assert not Notice.objects.filter(kind="experience.given").exists(), "nobody is told of what they took on"
