"""Channels and their outages: what each entry must say, who hears, tests that return, availability (IN-03, IN-08, IN-09)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import Cast
from tingsu.clocks.models import Promise
from tingsu.complaints.terms import Mode
from tingsu.intake import availability
from tingsu.intake.channels import KINDS
from tingsu.kernel import verify
from tingsu.kernel.clock import local_date, travel_to
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, NotAllowed, NotFound
from tingsu.letters.models import Notice
from tingsu.registers.actions import Opening, open_entry, take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)  # ten in the morning in Shanghai
HOTLINE: dict[str, Any] = {
    "title": "400 客服热线", "kind": "hotline", "mode": "phone", "hours": "每天 0–24 时", "reached_by": "400-000-0000",
    "interval": "weekly", "tested_on": "2026-03-02", "result": "拨通，三声内人工应答",
}  # fmt: skip
DOWN: dict[str, Any] = {"began_at": "2026-03-02T08:00", "cause": "线路割接失败"}
UP: dict[str, Any] = {"ended_at": "2026-03-02T11:00", "remedy": "回退割接"}


def opened(person: Any, at: datetime = AT, **values: Any) -> Entry:
    with travel_to(at):
        return open_entry(
            actor=person.actor, register=registers()["channel"], opening=Opening(values={**HOTLINE, **values})
        )


def take(person: Any, entry: Entry, name: str, at: datetime = AT, **values: Any) -> Entry:
    row = Entry.objects.select_related("stream").get(pk=entry.pk)
    with travel_to(at):
        return take_step(actor=person.actor, entry=row, register=registers()["channel"], step=name, values=values)


def told(kind: str) -> set[Any]:
    return set(Notice.objects.filter(kind=kind).values_list("member_id", flat=True))


def lines(cast: Cast, at: datetime) -> list[availability.Line]:
    with travel_to(at):
        return list(availability.standing(cast.supervisor.actor)["lines"])


@pytest.mark.req("IN-03", "IN-01")
def test_every_type_and_mode_of_the_documents_can_be_entered_with_owner_hours_and_state(cast: Cast) -> None:
    for kind, _label in KINDS:
        more = {"kind_words": "门店电视"} if kind == "other" else {}
        entry = opened(cast.qa, kind=kind, owner=str(cast.coach.id), **more)
        assert (entry.state, entry.owner_id, entry.codes["mode"]) == ("running", cast.coach.id, "phone")
        assert entry.written()["hours"] == HOTLINE["hours"]
    assert {kind for kind, _label in KINDS} >= {
        "hotline", "app", "website", "official_account", "mini_program", "web_page", "mail", "post", "service_desk",
        "suggestion_box", "account_manager", "regulator", "media",
    }  # fmt: skip
    modes = {code for code, _label in registers()["channel"].by_name["mode"].options}
    assert modes == set(Mode.values)


@pytest.mark.req("IN-03", "IN-02")
@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({"title": ""}, {"title"}),
        ({"kind": "pigeon"}, {"kind"}),
        ({"mode": ""}, {"mode"}),
        ({"hours": "　"}, {"hours"}),
        ({"kind": "other"}, {"kind_words"}),
        ({"mode": "other"}, {"mode_words"}),
        ({"interval": "daily"}, {"interval"}),
        ({"tested_on": "2099-01-01"}, {"tested_on"}),
        ({"page_steps": "-1"}, {"page_steps"}),
    ],
)
def test_a_channel_without_what_it_must_say_is_refused_beside_its_field(
    cast: Cast, values: dict[str, Any], fields: set[str]
) -> None:
    with pytest.raises(InvalidInput) as refused:
        opened(cast.supervisor, **values)
    assert set(refused.value.fields) == fields
    assert not Entry.objects.exists()
    assert opened(cast.supervisor).number == "TD-2026-001"


@pytest.mark.req("IN-08")
def test_a_channel_is_tested_again_after_its_interval_and_a_missed_test_is_a_breach(cast: Cast) -> None:
    entry = opened(cast.supervisor, owner=str(cast.coach.id))
    (promise,) = Promise.objects.filter(stream_id=entry.pk)
    assert (promise.kind, promise.owner_id) == ("channel_test", cast.coach.id)
    assert local_date(promise.due_at, "Asia/Shanghai").isoformat() == "2026-03-09"
    later = datetime(2026, 3, 6, 2, 0, tzinfo=UTC)
    entry = take(cast.frontline, entry, "test", later, tested_on="2026-03-06", result="留言两分钟内收到")
    promise.refresh_from_db()
    assert promise.ending == "met"
    following = Promise.objects.get(stream_id=entry.pk, ended_at=None)
    assert local_date(following.due_at, "Asia/Shanghai").isoformat() == "2026-03-13"
    entry = take(cast.supervisor, entry, "close", later, reason="合并到总机")
    assert not Promise.objects.filter(stream_id=entry.pk, ended_at=None).exists()
    with pytest.raises(ConditionsUnmet):
        take(cast.coach, entry, "test", later, tested_on="2026-03-06", result="关闭后不再测试")


@pytest.mark.req("IN-08")
def test_an_outage_is_told_to_who_answers_for_the_channel_and_to_those_who_lead(cast: Cast) -> None:
    entry = take(cast.frontline, opened(cast.qa, owner=str(cast.coach.id)), "fail", **DOWN, meanwhile="改发短信")
    assert (entry.state, entry.owner_id) == ("out", cast.coach.id)
    assert told("channel.failed") == {cast.coach.id, cast.supervisor.id, cast.mgmt_rep.id}
    entry = take(cast.coach, entry, "restore", AT + timedelta(hours=2), **UP)
    assert (entry.state, told("channel.restored")) == ("running", {cast.supervisor.id})
    assert entry.codes["outages"] == [
        {"began_at": "2026-03-02T00:00:00.000000Z", "force_majeure": False, "ended_at": "2026-03-02T03:00:00.000000Z"}
    ]
    assert entry.written()["outages.0.cause"] == DOWN["cause"]
    assert list(verify.verify_organisation(verify.Tally())) == []


@pytest.mark.req("IN-08")
def test_whoever_opens_one_for_somebody_else_tells_the_number(cast: Cast) -> None:
    entry = opened(cast.qa, owner=str(cast.coach.id))
    (notice,) = Notice.objects.filter(kind="channel.given")
    assert (notice.member_id, notice.data["number"]) == (cast.coach.id, entry.number)
    opened(cast.qa, owner=str(cast.qa.id))
    assert Notice.objects.filter(kind="channel.given").count() == 1


@pytest.mark.req("IN-08")
@pytest.mark.parametrize(
    ("ended", "right"), [("2026-03-02T07:59", False), ("2026-03-02T08:00", False), ("2026-03-02T08:01", True)]
)
def test_an_outage_ends_after_it_began(cast: Cast, ended: str, right: bool) -> None:
    entry = take(cast.frontline, opened(cast.supervisor), "fail", **DOWN)
    if right:
        assert take(cast.frontline, entry, "restore", **{**UP, "ended_at": ended}).state == "running"
        return
    with pytest.raises(InvalidInput) as refused:
        take(cast.frontline, entry, "restore", **{**UP, "ended_at": ended})
    assert set(refused.value.fields) == {"ended_at"}


@pytest.mark.req("IN-08")
@pytest.mark.parametrize(("began", "right"), [("2026-03-02T10:59", False), ("2026-03-02T11:00", True)])
def test_two_outages_of_one_channel_do_not_overlap(cast: Cast, began: str, right: bool) -> None:
    later = AT + timedelta(hours=5)
    entry = take(cast.frontline, opened(cast.supervisor), "fail", **DOWN)
    with pytest.raises(ConditionsUnmet):
        take(cast.frontline, entry, "fail", **DOWN)  # it is out already
    entry = take(cast.frontline, entry, "restore", later, **UP)
    if right:
        assert take(cast.frontline, entry, "fail", later, **{**DOWN, "began_at": began}).state == "out"
        return
    with pytest.raises(InvalidInput) as refused:
        take(cast.frontline, entry, "fail", later, **{**DOWN, "began_at": began})
    assert set(refused.value.fields) == {"began_at"}


@pytest.mark.parametrize(
    ("values", "field"),
    [({"began_at": ""}, "began_at"), ({"began_at": "2099-01-01T00:00"}, "began_at"), ({"cause": "　"}, "cause"),
     ({"cause": "x" * 201}, "cause")],
)  # fmt: skip
def test_an_outage_without_a_cause_or_of_the_future_is_refused(cast: Cast, values: dict[str, Any], field: str) -> None:
    entry = opened(cast.supervisor)
    with pytest.raises(InvalidInput) as refused:
        take(cast.frontline, entry, "fail", **{**DOWN, **values})
    assert set(refused.value.fields) == {field}
    assert Entry.objects.get(pk=entry.pk).state == "running"


@pytest.mark.req("IN-08")
def test_times_of_an_outage_are_corrected_with_a_reason_by_those_who_lead(cast: Cast) -> None:
    entry = take(cast.frontline, opened(cast.supervisor, owner=str(cast.coach.id)), "fail", **DOWN)
    wrong = {"outage": "0", "began_at": "2026-03-02T07:00", "ended_at": "2026-03-02T09:00", "force_majeure": True}
    with pytest.raises((ConditionsUnmet, InvalidInput)):
        take(cast.supervisor, entry, "correct_outage", **wrong, reason="它还没有恢复")
    entry = take(cast.coach, entry, "restore", AT + timedelta(hours=2), **UP)
    for person in (cast.frontline, cast.coach, cast.analyst):
        with pytest.raises(NotAllowed):
            take(person, entry, "correct_outage", **wrong, reason="试试")
    with pytest.raises(InvalidInput):
        take(cast.supervisor, entry, "correct_outage", **wrong, reason="")
    entry = take(cast.supervisor, entry, "correct_outage", **wrong, reason="监控日志为准")
    assert entry.codes["outages"] == [
        {"began_at": "2026-03-01T23:00:00.000000Z", "force_majeure": True, "ended_at": "2026-03-02T01:00:00.000000Z"}
    ]
    assert told("channel.outage_corrected") == {cast.coach.id}


@pytest.mark.req("IN-03")
@pytest.mark.parametrize("person", ["frontline", "specialist", "dept", "function", "analyst", "auditor"])
def test_the_catalogue_is_made_by_those_who_lead(cast: Cast, person: str) -> None:
    with pytest.raises(NotAllowed):
        opened(getattr(cast, person))
    entry = opened(cast.qa)
    with pytest.raises((NotAllowed, NotFound)):
        take(getattr(cast, person), entry, "close", reason="试试")
    assert Entry.objects.get(pk=entry.pk).state == "running"


def span(begin: float, end: float) -> tuple[datetime, datetime]:
    return AT + timedelta(hours=begin), AT + timedelta(hours=end)


@pytest.mark.req("IN-08")
@pytest.mark.parametrize(
    ("outages", "share"),
    [
        ([], "100.00%"),
        ([(0, 10)], "90.00%"),
        ([(0, 10), (5, 20)], "80.00%"),
        ([(5, 20), (0, 10), (6, 7)], "80.00%"),
        ([(-50, 1)], "99.00%"),
        ([(99, 300)], "99.00%"),
        ([(-5, -1), (100, 101)], "100.00%"),
        ([(0, 100)], "0.00%"),
        ([(0, 1 / 60)], "99.98%"),
        ([(0, 0.001)], "99.99%"),
    ],
)
def test_availability_counts_each_minute_once_and_never_rounds_up(
    outages: list[tuple[float, float]], share: str
) -> None:
    spans = [span(*one) for one in outages]
    assert availability.per_cent(availability.share(spans, span(0, 100))) == share
    assert availability.per_cent(availability.share(spans, span(0, 0))) == "100.00%"


@pytest.mark.req("IN-08", "IN-09")
def test_the_list_says_what_works_now_and_how_far_it_did_with_and_without_force_majeure(cast: Cast) -> None:
    start = datetime(2026, 2, 1, tzinfo=UTC) - timedelta(hours=8)  # midnight of 1 February in Shanghai
    hotline = opened(cast.qa, start, tested_on="2026-01-31")
    other = opened(cast.qa, start, tested_on="2026-01-31", title="官网入口", kind="website", page_steps="3")
    opened(cast.qa, start, tested_on="2026-01-31", title="热线不看步数", page_steps="3")
    opened(cast.qa, start, tested_on="2026-01-31", title="两步即到", kind="website", page_steps="2")
    for day, hours, forced in ((3, 24, False), (10, 48, True)):
        began = start + timedelta(days=day)
        over = began + timedelta(hours=hours)
        take(cast.frontline, hotline, "fail", over, began_at=began.isoformat(), cause="停电", force_majeure=not forced)
        take(cast.frontline, hotline, "restore", over, ended_at=over.isoformat(), force_majeure=forced, remedy="已恢复")
    march = datetime(2026, 3, 2, tzinfo=UTC) - timedelta(hours=8)
    first, second, third, near = lines(cast, march)
    assert [(one.name, one.state, one.far) for one in (first, second, third, near)] == [
        (HOTLINE["title"], "works", False), ("官网入口", "works", True), ("热线不看步数", "works", False), ("两步即到", "works", False),
    ]  # fmt: skip
    whole, ours = (availability.per_cent(100 * (1 - days / 28)) for days in (3, 1))
    assert first.months == [availability.Share("100.00%", "100.00%"), availability.Share(whole, ours)]
    assert second.months[1] == availability.Share("100.00%", "100.00%")
    down = march - timedelta(hours=6)
    take(cast.frontline, other, "fail", march, began_at=down.isoformat(), cause="域名解析")
    assert [(one.state, one.since) for one in lines(cast, march)] == [
        ("works", None),
        ("out", down),
        *[("works", None)] * 2,
    ]
    assert lines(cast, march)[1].months[0].whole == "75.00%"
    take(cast.supervisor, hotline, "close", march, reason="停用")
    assert [one.name for one in lines(cast, march)] == ["官网入口", "热线不看步数", "两步即到"]


@pytest.mark.req("IN-08")
def test_a_channel_counts_from_the_day_it_was_entered(cast: Cast) -> None:
    begun = datetime(2026, 3, 10, tzinfo=UTC)
    entry = take(
        cast.frontline,
        opened(cast.qa, begun, tested_on="2026-03-10"),
        "fail",
        begun,
        began_at="2026-03-01T00:00",
        cause="割接",
    )
    over = begun + timedelta(days=1)
    take(cast.frontline, entry, "restore", over, ended_at=over.isoformat(), remedy="恢复")
    (line,) = lines(cast, begun + timedelta(days=4))
    assert line.months[0].whole == "75.00%"
    assert line.months[1].whole == "100.00%"


def test_the_page_asks_as_many_questions_however_many_channels(cast: Cast, sign_in: Any) -> None:
    client, counts = sign_in(cast.supervisor), []
    for number in (1, 4):
        for _one in range(number):
            take(cast.frontline, opened(cast.qa), "fail", **DOWN)
        address = reverse("registers:list", args=["channel"])
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            page = client.get(address)
        counts.append(len(asked))
        assert HOTLINE["title"] in page.content.decode()
    assert counts[1] <= counts[0]


@pytest.mark.req("IN-08")
def test_whoever_sees_no_channel_is_told_nothing_above_the_list(cast: Cast, sign_in: Any) -> None:
    opened(cast.qa)
    for person, there in (("frontline", True), ("dept", False)):
        page = sign_in(getattr(cast, person)).get(reverse("registers:list", args=["channel"]))
        assert (HOTLINE["title"] in page.content.decode()) is there, person
