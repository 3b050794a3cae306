"""Medians of the first moments in the monthly report: by month, channel and person (SL-20, OG-19)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast
from tingsu.complaints.models import Complaint
from tingsu.governance.first_moments import medians, of_month
from tingsu.governance.tests.test_monthly import draft
from tingsu.kernel.clock import travel_to
from tingsu.registers.models import Entry
from tingsu.triage.tests.cases import registered

NOON = datetime(2026, 3, 5, 4, 0, tzinfo=UTC)


def row(*minutes: int | None) -> tuple[datetime | None, ...]:
    return (NOON, *(None if one is None else NOON + timedelta(minutes=one) for one in minutes))


@pytest.mark.req("SL-20", "OG-19")
@pytest.mark.parametrize(
    ("rows", "line"),
    [
        ([], (0, None, None, None, None)),
        ([row(10, None, 60, 1)], (1, 10, None, 60, 1)),
        ([row(10, None, 60, 1), row(20, 30, None, 3), row(90, None, None, 2)], (3, 20, 30, 60, 2)),
        ([row(10, 0, 5, 1), row(20, 0, 6, 3)], (2, 15, 0, 6, 2)),
    ],
)
def test_a_median_speaks_of_those_that_have_come_to_the_moment(rows: Any, line: tuple[int | None, ...]) -> None:
    assert tuple(medians(rows).values()) == line


@pytest.mark.req("SL-20", "OG-19", "OG-07")
def test_the_report_of_a_month_holds_the_medians_by_channel_and_person(
    cast: Cast, client: Client, sign_in: Any, django_assert_num_queries: Any
) -> None:
    made = []
    for who, at in ((cast.frontline, NOON), (cast.frontline, NOON), (cast.frontline2, NOON - timedelta(days=8))):
        with travel_to(at):
            made.append(registered(who))
    for one, took in zip(made, (10, 30, 1000), strict=True):
        at = Complaint.objects.get(pk=one.pk).received_at
        Complaint.objects.filter(pk=one.pk).update(
            acknowledged_at=at + timedelta(minutes=took), first_action_at=at + timedelta(minutes=took // 10),
            investigated_at=None, first_reply_at=at + timedelta(hours=took),
        )  # fmt: skip
    Complaint.objects.filter(pk=made[1].pk).update(channel="email")
    with django_assert_num_queries(1):
        ways, people = of_month(date(2026, 3, 31))
    assert [(one["way"], one["complaints"], one["acknowledged_at"]) for one in ways] == [
        ("all", 2, 20), (made[0].channel, 1, 10), ("email", 1, 30),
    ]  # fmt: skip
    assert people == [
        {"member": str(cast.frontline.id), "complaints": 2, "acknowledged_at": 20, "investigated_at": None,
         "first_reply_at": 1200, "first_action_at": 2},
    ], "the one of February is not counted"  # fmt: skip
    entry = draft(cast.analyst)
    assert Entry.objects.get(pk=entry.pk).codes["moments_by_way"][0]["acknowledged_at"] == 20
    sign_in(cast.supervisor)
    page = client.get(f"/desk/records/monthly_report/{entry.number}/").content.decode()
    assert "首位受理人" in page
    assert "1200" in page
