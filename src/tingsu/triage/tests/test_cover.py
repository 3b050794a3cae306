"""Gaps of human cover, and what was missed in them (IN-06)."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tingsu.api.tokens import issue_token
from tingsu.calendars.queries import calendar_in_force
from tingsu.clocks.models import Promise
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import travel_to
from tingsu.people import directory
from tingsu.people.models import Member
from tingsu.registers import actions
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry
from tingsu.triage import on_call
from tingsu.triage.tests.test_on_call import NOON, line, roster

pytestmark = pytest.mark.django_db
DAY, NIGHT = {"from": "08:00", "to": "20:00"}, {"from": "20:00", "to": "08:00"}
WORKING, OFF = {"days": "working"}, {"days": "off"}
MONDAY = datetime.fromisoformat("2026-03-09T00:00:00+08:00")


def lines(*changes: dict[str, str]) -> list[dict[str, str]]:
    return [line("2001", **one) for one in changes]


GAPS = {
    "nobody": ([], ["09 00:00 – 16 00:00"]),
    "always": ([{}], []),
    "day and night": ([DAY, NIGHT], []),
    "days only": ([DAY], [f"{day:02} 00:00 – {day:02} 08:00" for day in [9]]
                  + [f"{day:02} 20:00 – {day + 1:02} 08:00" for day in range(9, 15)] + ["15 20:00 – 16 00:00"]),
    "no weekend": ([WORKING], ["14 00:00 – 16 00:00"]),
    "a night that ends on Saturday morning": ([WORKING, NIGHT | WORKING], ["14 08:00 – 16 00:00"]),
    "a hole at noon": ([{"from": "00:00", "to": "12:00"} | WORKING, {"from": "12:30", "to": "24:00"} | WORKING, OFF],
                       [f"{day:02} 12:00 – {day:02} 12:30" for day in range(9, 14)]),
    "until Wednesday": ([{"last_on": "2026-03-11"}], ["12 00:00 – 16 00:00"]),
    "from Wednesday": ([{"first_on": "2026-03-11"}], ["09 00:00 – 11 00:00"]),
}  # fmt: skip


@pytest.mark.req("IN-06")
@pytest.mark.parametrize("name", GAPS)
def test_the_hours_without_cover_are_found(cast: Cast, name: str) -> None:
    given, wanted = GAPS[name]
    calendar = calendar_in_force(MONDAY)
    found = on_call.gaps(lines(*given), MONDAY, MONDAY + timedelta(days=7), calendar)
    told = [f"{a.astimezone(calendar.zone):%d %H:%M} – {b.astimezone(calendar.zone):%d %H:%M}" for a, b in found]
    assert told == wanted


@pytest.mark.req("IN-06")
def test_whoever_works_by_the_clock_of_another_region_covers_by_that_clock(cast: Cast) -> None:
    """From half past midnight on in a place three hours behind: the half hour that is missing lies at three of the main office."""
    main = calendar_in_force(MONDAY)
    behind = replace(main, time_zone="Asia/Tashkent")
    from_half_past = lines({"from": "00:30", "to": "24:00"})
    found = on_call.gaps(from_half_past, MONDAY, MONDAY + timedelta(days=1), main, lambda _line: behind)
    assert found == [(MONDAY + timedelta(hours=3), MONDAY + timedelta(hours=3, minutes=30))]


@pytest.mark.req("IN-06")
def test_the_roster_says_where_cover_is_missing_and_that_it_is_not(cast: Cast, sign_in: Any) -> None:
    client = sign_in(cast.mgmt_rep)
    roster(cast, line("2001", **DAY))
    with travel_to(NOON):
        page = client.get(reverse("triage:on_call")).content.decode()
        assert "03-04 20:00 – 03-05 08:00" in page
        roster(cast, line("2001", **DAY), line("2101", **NIGHT))
        assert "未来七天值班无空档" in client.get(reverse("triage:on_call")).content.decode()


@pytest.mark.req("IN-06")
def test_who_left_covers_nothing_any_more(cast: Cast) -> None:
    with travel_to(NOON):
        roster(cast, line("2001"))
        assert on_call.gaps_ahead(NOON) == []
        Member.objects.filter(staff_number="2001").update(active=False)
        directory.forget_cached()
        assert on_call.gaps_ahead(NOON) == [(NOON, NOON + timedelta(days=7))]


@pytest.mark.req("IN-06")
def test_a_contact_missed_at_night_is_registered_by_the_exchange_and_has_to_be_called_back(
    client: Client, cast: Cast
) -> None:
    token = issue_token(
        actor=automation("test", cast.organisation_id), name="exchange", scopes=("registers:read", "registers:write"),
        roles=cast.frontline.actor.roles, acts_for=cast.frontline.id,
    )[1]  # fmt: skip
    night = datetime.fromisoformat("2026-03-04T02:30:00+08:00")
    body = {
        "kind": "missed",
        "mode": "phone",
        "received_at": night.isoformat(),
        "words": "夜间未接来电",
        "caller_phone": "13800002210",
    }
    with travel_to(night):
        answer = client.post(
            "/api/v1/registers/contact", json.dumps(body), content_type="application/json",
            headers={"Authorization": f"Bearer {token}"},
        )  # fmt: skip
        assert answer.status_code == 201, answer.content
        entry = Entry.objects.get(number=answer.json()["number"])
        assert (entry.state, entry.codes["kind"]) == ("open", "missed")
        assert Promise.objects.get(stream_id=entry.pk, kind="contact_answer").ended_at is None
    with travel_to(night + timedelta(hours=7)):
        actions.take_step(
            actor=cast.frontline.actor, entry=entry, register=registers()["contact"], step="answer",
            values={"answer": "已回电，问题当场解决。"},
        )  # fmt: skip
    assert Promise.objects.get(stream_id=entry.pk, kind="contact_answer").ending == "met"
