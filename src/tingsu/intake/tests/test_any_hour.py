"""Electronic channels register at any hour, whoever is away (IN-06)."""

import json
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast
from tingsu.api.tokens import issue_token
from tingsu.clocks.models import Promise
from tingsu.complaints.models import Complaint
from tingsu.intake.tests.test_register_complaint import STORY
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import travel_to
from tingsu.people import directory
from tingsu.people.models import Member
from tingsu.portal.tests.test_submit import submit

pytestmark = [pytest.mark.django_db, pytest.mark.req("IN-06")]
HOURS = {
    "a working day at noon": "2026-03-04T12:00:00+08:00",
    "in the night": "2026-03-04T02:30:00+08:00",
    "on Sunday": "2026-03-08T15:00:00+08:00",
    "on the National Day": "2026-10-01T23:59:00+08:00",
    "at New Year": "2026-02-17T00:00:00+08:00",
}


def by_portal(client: Client, cast: Cast) -> None:
    assert submit(client).headers["Location"] == "/submit/received/"


def by_program(client: Client, cast: Cast) -> None:
    token = issue_token(
        actor=automation("test", cast.organisation_id), name="app", scopes=("complaints:write",),
        roles=cast.frontline.actor.roles, acts_for=cast.frontline.id,
    )[1]  # fmt: skip
    body = {**STORY, "mode": "email", "channel": "email", "occurred_on": "2026-02-01"}
    answer = client.post(
        "/api/v1/complaints", json.dumps(body), content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )  # fmt: skip
    assert answer.status_code == 201, answer.content


@pytest.mark.parametrize("hour", HOURS)
@pytest.mark.parametrize("door", [by_portal, by_program])
@pytest.mark.parametrize("away", [False, True])
def test_a_complaint_is_registered_with_number_owner_and_limits(
    client: Client, cast: Cast, door: Any, hour: str, away: bool
) -> None:
    if away:
        Member.objects.update(on_duty=False)
        directory.forget_cached()
    at = datetime.fromisoformat(HOURS[hour])
    with travel_to(at):
        door(client, cast)
    case = Complaint.objects.get()
    assert (case.received_at, case.registered_at, case.state) == (at, at, "registered")
    assert case.number.startswith(f"{at:%Y%m}-")
    assert case.owner_id in {cast.frontline.id, cast.frontline2.id}
    assert Promise.objects.filter(stream_id=case.pk, kind="acknowledgement", ended_at=None, started_at=at).exists()
    assert Promise.objects.filter(stream_id=case.pk, kind="first_reply", started_at=at).exists()
