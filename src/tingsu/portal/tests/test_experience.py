"""Digital service experience by channel and step; the hardest step of a month becomes a channel improvement (AI-13)."""

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from tingsu.kernel.clock import travel_to
from tingsu.portal import experience, runs
from tingsu.portal.models import FormRun
from tingsu.portal.tests.test_submit import CONTACT, STORY
from tingsu.registers.models import Entry
from tingsu.settlement.tests.journey import MONDAY

pytestmark = [pytest.mark.django_db, pytest.mark.req("AI-13")]
MARCH = date(2026, 3, 1)


def made(number: int, reached: str, **more: Any) -> None:
    at = MONDAY
    sent = at + timedelta(minutes=3) if reached == "sent" else None
    FormRun.objects.bulk_create(
        FormRun(id=uuid.uuid4(), begun_at=at, touched_at=at, reached=reached, sent_at=sent, **more)
        for _one in range(number)
    )


def test_errors_and_ease_are_noted_with_the_form_and_nothing_else(cast: Cast) -> None:
    with travel_to(MONDAY):
        client = Client()
        client.post("/submit/story/", {**STORY, "description": ""})
        client.post("/submit/story/", {**STORY, "description": ""})
        client.post("/submit/story/", STORY)
        assert FormRun.objects.get().refused_story == 2
        client.post("/submit/contact/", {**CONTACT, "name": "", "phone": "1"})
        client.post("/submit/contact/", CONTACT)
        client.post("/submit/check/", {"go": "on"})
        page = client.get("/submit/received/").content.decode()
        assert "填写这份表单容易吗" in page
        for wrong in ({}, {"ease": "0"}, {"ease": "6"}, {"ease": "x"}, {"ease": ""}):
            answer = client.post("/submit/received/", {"rate": "1", **wrong})
            assert "请选择一项，或跳过这个问题。" in client.get(answer.headers["Location"]).content.decode(), wrong
        assert FormRun.objects.get().ease is None
        answer = client.post("/submit/received/", {"rate": "1", "ease": "4"})
        assert answer.status_code == 302
        page = client.get(answer.headers["Location"]).content.decode()
        assert "填写这份表单容易吗" not in page, "asked once"
        assert "感谢您的评价，我们已收到。" in page
        client.post("/submit/received/", {"ease": "1"})
    row = FormRun.objects.get()
    assert (row.refused_story, row.refused_contact, row.ease) == (2, 1, 4)
    runs.refuse(uuid.uuid4(), "check")
    assert not runs.rate(uuid.uuid4(), 5)


def test_each_channel_and_step_is_told_and_the_hardest_becomes_an_improvement(cast: Cast, sign_in: Any) -> None:
    made(60, "sent", ease=4)
    made(20, "sent", ease=2, refused_contact=2)
    made(20, "contact")
    made(10, "story")
    made(12, "sent", site="ZD-2026-001")
    made(12, "contact", site="ZD-2026-001")
    made(40, "sent", elder=True, refused_story=1)
    with travel_to(MONDAY + timedelta(days=3)):
        own, elder, site = experience.channels(MARCH)
        assert (own.code, own.figures.begun, own.figures.completion, own.median, own.rated) == ("", 110, 73, 180, 80)
        assert own.ease == pytest.approx(3.5)
        assert own.errors == pytest.approx(100 * 40 / 110)
        assert (elder.code, elder.figures.begun, elder.errors) == ("elder", 40, 100.0)
        assert (site.code, site.figures.abandonment) == ("ZD-2026-001", 50)
        found = {(one.channel, one.step): (one.came, one.left, one.refused) for one in experience.steps(MARCH)}
        assert found["", "story"] == (110, 10, 0)
        assert found["", "contact"] == (100, 20, 40)
        assert found["", "check"] == (80, 0, 0)
        assert found["elder", "story"] == (40, 0, 40)
        one = experience.worst(experience.steps(MARCH))
        assert one is not None
        assert (one.channel, one.step) == ("", "contact"), (
            "half of twenty-four who came by the site are too few to judge by"
        )
        page = sign_in(cast.qa).get("/desk/effort/?month=2026-03").content.decode()
        assert "最难" in page
        assert experience.open_worst() is None, "the month of before has nothing"
    with travel_to(MONDAY.replace(month=4, day=1)):
        row = experience.open_worst()
        assert row is not None
        assert (row.register, row.codes["channel"], row.state) == ("channel_improvement", "form", "proposed")
        assert "2026-03" in (row.written_or_none() or {})["finding"]
        assert experience.open_worst() is None, "once a month"
        assert Entry.objects.filter(register="channel_improvement").count() == 1


def test_a_month_without_forms_and_one_without_trouble(cast: Cast, sign_in: Any) -> None:
    assert experience.channels(MARCH) == []
    assert experience.worst(experience.steps(MARCH)) is None
    made(50, "sent")
    assert experience.worst(experience.steps(MARCH)) is None, "nobody stopped and nothing was sent back"
    client = sign_in(cast.qa)
    with travel_to(MONDAY):
        kept = client.get("/desk/effort/", {"months": "12", "month": "2026-02"}).content.decode()
    assert 'name="months" value="12"' in kept, "one choice does not undo the other"
    assert 'name="month" value="2026-02"' in kept
    assert "division" not in client.get("/desk/effort/?month=2024-02").content.decode()
    assert client.get("/desk/effort/?month=x").status_code == 200


def test_sites_are_named_at_constant_cost(cast: Cast) -> None:
    experience.channels(MARCH)  # the organisation is known from now on
    asked = []
    for number in range(1, 9):
        made(3, "contact", site=f"ZD-2026-{number:03d}")
        with CaptureQueriesContext(connection) as told:
            lines, steps = experience.channels(MARCH), experience.steps(MARCH)
            assert all(str(one.words) for one in lines)
            assert all(str(one.channel_words) for one in steps)
        asked.append(len(told))
    assert set(asked) == {4}
