"""The live board: what runs out by the hour and who holds it, figures of all cases, workload, updates, the wall (QC-06, OG-18)."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.urls import reverse

from tingsu.complaints.models import Complaint
from tingsu.desk import live
from tingsu.desk.queue import OPEN
from tingsu.desk.tests.cases import a_case, local
from tingsu.figures import folding, indicators
from tingsu.figures.live import MONTH, TODAY, WEEK, span_of
from tingsu.figures.models import Fact, Reach
from tingsu.figures.tests.test_indicators import facts
from tingsu.kernel.clock import travel_to
from tingsu.phone.models import Call
from tingsu.registers.actions import Opening, open_entry
from tingsu.registers.declaration import register_named

pytestmark = [pytest.mark.django_db, pytest.mark.req("QC-06", "OG-18")]
AT = local("2026-03-31 10:00")
DUE = [
    # owner, minutes until the limit
    ("specialist", -200), ("frontline", -1), ("frontline", 0), ("specialist", 1), ("specialist", 59), ("frontline", 60),
    ("specialist2", 119), ("specialist2", 120), ("specialist", 839), ("specialist", 840), ("frontline", None),
]  # fmt: skip


@pytest.fixture
def standing(cast):
    with travel_to(AT):
        for owner, minutes in DUE:
            due = None if minutes is None else AT + timedelta(minutes=minutes)
            one = a_case(cast.frontline)
            Complaint.objects.filter(pk=one.pk).update(owner_id=getattr(cast, owner).id, next_due_at=due)
        closed = a_case(cast.frontline)
        Complaint.objects.filter(pk=closed.pk).update(state="closed", next_due_at=AT, closed_at=AT)
        folding.rebuild()


def look(client, name="desk:board", **asked):
    with travel_to(AT):
        return client.get(reverse(name), asked)


def test_noon_and_midnight_as_they_come() -> None:
    for at, *until in (
        ("2026-03-31 00:00", "2026-03-31 12:00", "2026-04-01 00:00"), ("2026-03-31 11:59:59", "2026-03-31 12:00", "2026-04-01 00:00"),
        ("2026-03-31 12:00", "2026-04-01 00:00", "2026-04-01 12:00"), ("2026-12-31 23:59", "2027-01-01 00:00", "2027-01-01 12:00"),
    ):  # fmt: skip
        from django.utils import timezone

        with timezone.override("Asia/Shanghai"):
            assert live.landmarks(local(at)) == [local(one) for one in until], at
    for key, first in ((TODAY, 31), (WEEK, 25), (MONTH, 1), ("\x00", 31)):
        span = span_of(key, date(2026, 3, 31))
        assert (span.first, span.last) == (date(2026, 3, first), date(2026, 3, 31)), key


def test_what_runs_out_by_the_hour_opens_and_names_holders_only_to_those_who_share_out(sign_in, cast, standing):
    page = look(sign_in(cast.supervisor))
    told = page.context["live"]
    assert (told.whole.late, told.whole.today, told.whole.rest, told.whole.total) == (3, 6, 1, 11)
    assert [(f"{one.begins:%H}", one.number, one.by_then) for one in told.hours] == [
        ("10", 3, 3), ("11", 2, 5), ("23", 1, 6),
    ], "a limit of 12:00:00 is due by noon, one of 24:00 tomorrow"  # fmt: skip
    assert [one.number for one in told.marks] == [5, 6]
    assert [one.due_at for one in told.longest] == [AT + timedelta(minutes=number) for number in (-200, -1, 0)]
    assert re.fullmatch(r".+[（(]2001[）)] 2、.+[（(]1001[）)] 1", told.hours[0].holders), told.hours[0].holders
    assert told.say == "3 件已超时、12:00 前还有 5 件到期"
    client = sign_in(cast.supervisor)
    for url, number in [(one.url, one.number) for one in (*told.hours, *told.marks)]:
        with travel_to(AT):
            behind = client.get(url)
        assert len(behind.context["rows"]) == number, url
        assert f'href="{url}"'.replace("&", "&amp;") in page.content.decode()
    assert {one.member.staff_number: (one.late, one.total) for one in told.loads if one.total} == {
        "2001": (1, 5), "1001": (2, 4), "2002": (0, 2),
    }  # fmt: skip
    assert reverse("desk:share", args=[cast.specialist.id]) in page.content.decode()
    alone = look(client, owner=str(cast.specialist.id)).context["live"]
    assert (alone.whole.total, [one.number for one in alone.hours]) == (5, [2, 1])
    assert f"owner={cast.specialist.id}" in alone.hours[0].url
    for name in ("qa", "top_mgmt", "auditor"):
        other = look(sign_in(getattr(cast, name)))
        told = other.context["live"]
        assert told.loads == [], name
        assert {one.name: one.numbers.total for one in told.groups if one.numbers.total} == {
            "受理组": 4, "调查组": 5, "处理组": 2,
        }, name  # fmt: skip
        assert told.hours[0].holders == "调查组 2、受理组 1", name


@pytest.mark.req("KP-01", "KP-03", "KP-04", "invariant-11")
def test_figures_of_all_cases_with_their_counts_and_what_is_behind_them(sign_in, cast, standing):
    email = {"mode": "email", "received_on": date(2026, 3, 31), "received_hour": 9, "province": "44"}
    with travel_to(AT):
        facts(
            *({**email, "replied_after": 60} for _n in range(28)), {**email, "replied_after": 1441}, {**email, "missed_first_reply": 1},
            *({"received_on": date(2026, 3, day), "province": "44"} for day in range(18, 31)),
            *({"received_on": date(2026, 3, 24), "received_hour": hour} for hour in (9, 10)),
            {"received_on": date(2026, 3, 1), "closed_on": date(2026, 3, 31), "solved_at_once": True, "rated_on": date(2026, 3, 31), "score": 5},
        )  # fmt: skip
        for outcome, number in (("answered", 2), ("missed", 1), ("going", 4)):
            for place in range(number):
                Call.objects.create(
                    channel_id=cast.frontline.id, ref=f"{outcome}{place}", started_at=AT, outcome=outcome
                )
        client = sign_in(cast.supervisor)
        page = look(client)
        told = {one.one.code: (one.line.value, one.line.standing) for one in page.context["live"].figures.obligations}
        assert told == {"KP-03": ("2 / 3", "few"), "KP-04": ("93.3 %", "risk"), "K-12": ("1 / 1", "few")}
        volume = page.context["live"].figures.volume
        assert (volume.received, volume.closed, volume.at_once) == (42, 2, 1)
        assert (volume.so_far, volume.before) == (30, 2), "like is compared with like: both up to ten"
        assert [(one.code, one.number, one.times) for one in volume.regions] == [("44", 30, 30), ("33", 12, 0)]
        assert [one.received for one in volume.days] == [1] * 6 + [3] + [1] * 6 + [42]
        assert look(client, span="week").context["live"].figures.volume.received == 42 + 6
        assert look(client, span="month").context["live"].figures.volume.received == 42 + 13 + 2 + 1
        # Behind a figure stand complaints, as far as the reader sees them; the facts made for this test have none.
        html = page.content.decode()
        for asked, number in (
            ({"of": "received", "span": "today"}, 12), ({"of": "received", "province": "33"}, 12), ({"of": "received", "province": "44"}, 0),
            ({"of": "closed", "span": "today"}, 1), ({"of": "closed", "at_once": "1"}, 0), ({"of": "missed", "day": "2026-03-31"}, 0),
            ({"of": "received", "day": "2026-03-30"}, 0), ({"of": "KP-04", "sort": "rest"}, 0), ({"of": "K-12"}, 0),
            ({"of": "due", "until": "2026-03-31T12:00", "unit": str(cast.units["investigation"].pk)}, 2),
        ):  # fmt: skip
            behind = look(client, "desk:board_cases", **asked)
            assert len(behind.context["rows"]) == number, asked
        assert reverse("figures:indicator", args=["KP-04"]) in html
        for wrong in (
            {},
            {"of": "KP-03"},
            {"of": "KP-09d"},
            {"of": "due"},
            {"of": "due", "until": "9999-12-31T23:59"},
            {"of": "due", "until": "\x00"},
        ):
            assert look(client, "desk:board_cases", **wrong).status_code == 404, wrong
        assert (
            look(client, "desk:board_cases", of="received", day="0000-00-00", province="\x00", after="x").status_code
            < 500
        )
        # An indicator beyond the limit of its alert stands on the board, and leads to the alert; on the wall it leads nowhere.
        raised = Opening(values={"indicator": "KP-03", "month": "2026-03-31", "figure": "周末排班不足"})
        alert = open_entry(actor=cast.analyst.actor, register=register_named("limit_alert"), opening=raised)
        for name, linked in (("desk:board", True), ("desk:board_wall", False)):
            shown = look(client, name).content.decode()
            assert "≤ 85 %" in shown, name
            assert (f'href="/desk/records/limit_alert/{alert.number}/"' in shown, alert.number in shown) == (
                linked,
                linked,
            )
        assert not page.context["live"].figures.stale
        Reach.objects.update(reached_at=AT - timedelta(minutes=11))
        assert look(client).context["live"].figures.stale


def test_an_obligation_that_is_a_number_of_cases_opens_those_it_counts(sign_in, cast, standing, monkeypatch):
    """An organisation may make any kind of indicator of a code that stands on the board."""
    known = indicators.indicators()
    counted = replace(
        known["K-12"], row={**known["K-12"].row, "kind": "count", "of": "score >= 4", "by": "received_on"}
    )
    monkeypatch.setattr(indicators, "indicators", lambda: {**known, "K-12": counted})
    closed = Complaint.objects.get(state="closed")
    Fact.objects.filter(pk=closed.pk).update(score=5)
    Fact.objects.filter(pk=Complaint.objects.filter(OPEN).first().pk).update(score=1)
    client = sign_in(cast.supervisor)
    page = look(client).content.decode()
    assert "of=K-12&amp;span=today&amp;sort=rest" not in page
    behind = look(client, "desk:board_cases", of="K-12", span="today")
    assert [case.number for case, _owner, _channel in behind.context["rows"]] == [closed.number]


@pytest.mark.req("PS-11")
def test_whoever_sees_a_part_of_the_cases_is_told_no_figure_of_all(sign_in, cast, standing, monkeypatch):
    for place in ("tingsu.complaints.access", "tingsu.desk.live"):
        monkeypatch.setattr(f"{place}.sees_everything", lambda actor: False)
    page = look(sign_in(cast.supervisor))
    assert page.context["live"].figures is None
    assert page.context["live"].whole.total == 0
    assert "of=received" not in page.content.decode()
    assert look(sign_in(cast.supervisor), "desk:board_wall").status_code == 200
    assert not look(sign_in(cast.supervisor), "desk:board_cases", of="received").context["rows"]


def test_it_is_asked_again_for_nothing_where_nothing_changed(sign_in, cast, standing):
    client = sign_in(cast.supervisor)
    with travel_to(AT):
        first = client.get(reverse("desk:board_live"))
        tag = first.headers["ETag"]
        assert first.headers["X-Tingsu-Time"] == "10:00:00"
        assert 'id="live-hours"' in first.content.decode()
        assert "<html" not in first.content.decode()
        for known, status in ((tag, 304), ('"other", ' + tag, 304), ('"other"', 200), ("", 200)):
            again = client.get(reverse("desk:board_live"), headers={"If-None-Match": known} if known else {})
            assert (again.status_code, again.headers["ETag"]) == (status, tag), known
            assert (not again.content) is (status == 304)
        Fact.objects.filter(state="closed").update(province="65")
        assert client.get(reverse("desk:board_live"), headers={"If-None-Match": tag}).status_code == 200
        assert (
            'data-live="/desk/board/live/?span=week"'
            in client.get(reverse("desk:board"), {"span": "week"}).content.decode()
        )


def test_a_wall_shows_groups_and_no_person_case_or_way_in(sign_in, cast, standing):
    client = sign_in(cast.supervisor)
    numbers = list(Complaint.objects.values_list("number", flat=True))
    for asked in ({}, {"piece": "1"}, {"owner": str(cast.specialist.id)}):
        page = look(client, "desk:board_wall", **asked)
        html = page.content.decode()
        assert page.context["live"].whole.total == 11, "of everybody, whatever the address says"
        assert not re.search(r"<a |href=.(?!/static)|<form|<button", html), asked
        assert not [one for one in numbers if one in html]
        names = {one.name for one in page.context["live"].loads}
        assert names
        assert not [one for one in names if one in html]
        assert "调查组" in html
    assert "<html" in look(client, "desk:board_wall").content.decode()
    assert "<html" not in look(client, "desk:board_wall", piece="").content.decode()
