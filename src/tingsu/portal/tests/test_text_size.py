"""Text at twice its size and words without end: nothing is lost, cut off or covered, on a phone and on a desktop (WCAG 1.4.4)."""

from typing import Any

import pytest

from tests.cast import Cast
from tingsu.complaints.models import Party
from tingsu.kernel.clock import travel_to
from tingsu.letters.links import case_token
from tingsu.portal.tests.test_browser import PAGES
from tingsu.settlement.tests.journey import handled

pytestmark = [pytest.mark.browser, pytest.mark.req("WB-01")]
MORE = {"own": "/case/", "disagree": "/case/disagree/", "add": "/case/"}
LONG = "https://shop.example.com/" + "订单abcDEF0123456789" * 12


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("width", [390, 1440])
def test_twice_the_size_loses_nothing(window: Any, cast: Cast, width: int, language: str) -> None:
    journey = handled(cast).offered()
    party = Party.objects.get(complaint=journey.complaint)
    with travel_to(journey.at):
        visitor = window(viewport={"width": width, "height": 900})
        visitor.client.cookies["tingsu_language"] = language
        visitor.twice_the_letters()
        visitor.client.get(f"/c/{case_token(journey.complaint.pk, party.pk)}/")
        lost: dict[str, list[str]] = {}
        for name, path in {**PAGES, **MORE}.items():
            page = visitor.open(path)
            assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px", name
            lost[name] = visitor.too_wide() + visitor.lost()
        assert {name: found for name, found in lost.items() if found} == {}


def test_a_word_without_end_breaks_wherever_it_stands(window: Any, cast: Cast) -> None:
    journey = handled(cast).offered()
    party = Party.objects.get(complaint=journey.complaint)
    with travel_to(journey.at):
        visitor = window(viewport={"width": 390, "height": 844})
        client = visitor.client
        story = {
            "cause": "refund",
            "description": LONG,
            "product": LONG[:200],
            "event_place": LONG[:200],
            "remedy_text": LONG,
            "go": "on",
        }
        client.post("/submit/story/", story)
        client.post(
            "/submit/contact/",
            {"identity": "named", "name": "W" * 80, "phone": "13800002210", "address": LONG[:200], "go": "on"},
        )
        for path in ("/submit/story/", "/submit/contact/", "/submit/check/"):
            visitor.open(path)
            assert visitor.too_wide() == [], path
        client.get(f"/c/{case_token(journey.complaint.pk, party.pk)}/")
        client.post("/case/add/", {"text": LONG})
        visitor.open("/case/")
        assert LONG in visitor.page.content()
        assert visitor.too_wide() == []
