"""A complainant with a bad connection: what is on its way is waited for, a dead line leaves no dead button, nothing is said falsely."""

from datetime import timedelta
from typing import Any

import pytest

from tests.cast import Cast
from tingsu.complaints.models import Complaint, Party
from tingsu.files.models import StoredFile
from tingsu.kernel.clock import travel_to
from tingsu.letters.links import case_token
from tingsu.portal import drafts, session
from tingsu.portal.models import PortalDraft
from tingsu.portal.tests.test_submit import PNG
from tingsu.settlement.tests.journey import MONDAY, registered

pytestmark = [pytest.mark.browser, pytest.mark.req("WB-01", "IN-10")]
PHONE = {"viewport": {"width": 390, "height": 844}}
UPLOAD = "/submit/files/"
DEAD = "window.dead = true; window.addEventListener('submit', (event) => { if (window.dead) event.preventDefault(); })"
"""What is sent goes nowhere, and nobody says so."""


def test_the_next_step_waits_for_a_photo_that_is_on_its_way_and_warns_once_of_a_lost_one(
    window: Any, cast: Cast
) -> None:
    with travel_to(MONDAY):
        visitor = window(at=MONDAY, **PHONE)
        page = visitor.open("/submit/story/?cause=refund")
        page.fill("#description", "退款没有到账")
        held: list[Any] = []
        visitor.meets(f"**{UPLOAD}", lambda route: route.fallback() if held else held.append(route))
        page.set_input_files("#files-new", {"name": "一.png", "mimeType": "image/png", "buffer": PNG})
        page.wait_for_selector("progress")
        page.get_by_role("button", name="下一步").click()
        page.wait_for_selector("[data-told]")
        assert "照片还在上传" in page.inner_text("[data-told]")
        assert page.url.endswith("/submit/story/?cause=refund")
        held[0].fallback()
        page.wait_for_selector("progress", state="detached")
        visitor.passes(1)
        page.wait_for_url("**/submit/contact/**")
        assert [one["name"] for one in drafts.read_body(PortalDraft.objects.get())["files"]] == ["一.png"]
        # A second one is lost on the way: said once more before it is left behind.
        page = visitor.open("/submit/story/")
        visitor.broken.add(UPLOAD)
        page.set_input_files("#files-new", {"name": "二.png", "mimeType": "image/png", "buffer": PNG})
        page.wait_for_selector("[data-retry]")
        page.get_by_role("button", name="下一步").click()
        assert "没有收到" in page.inner_text("[data-told]")
        assert page.evaluate("document.activeElement.dataset.retry") == ""
        visitor.broken.clear()
        page.get_by_role("button", name="下一步").click()
        page.wait_for_url("**/submit/contact/**")
        assert StoredFile.objects.count() == 1


def test_an_upload_without_a_byte_for_a_minute_is_given_up_and_can_be_sent_again(window: Any, cast: Cast) -> None:
    with travel_to(MONDAY):
        visitor = window(at=MONDAY, **PHONE)
        page = visitor.open("/submit/story/?cause=refund")
        held: list[Any] = []
        visitor.meets(f"**{UPLOAD}", lambda route: held.append(route))
        page.set_input_files("#files-new", {"name": "一.png", "mimeType": "image/png", "buffer": PNG})
        page.wait_for_selector("progress")
        visitor.passes(61)
        page.wait_for_selector("[data-retry]")
        assert "没有收到" in page.inner_text(".file")
        page.unroute(f"**{UPLOAD}")
        page.locator("[data-retry]").click()
        page.wait_for_selector("text=已收到")


def test_a_button_whose_answer_does_not_come_can_be_pressed_again_and_registers_once(window: Any, cast: Cast) -> None:
    with travel_to(MONDAY):
        visitor = window(at=MONDAY, **PHONE)
        client = visitor.client
        client.post("/submit/story/", {"cause": "refund", "description": "退款没有到账", "go": "on"})
        client.post("/submit/contact/", {"identity": "anonymous", "go": "on"})
        page = visitor.open("/submit/check/")
        page.evaluate(DEAD)
        button = page.locator("[data-busy-words]")
        words = button.inner_text()
        button.click()
        visitor.passes(19)
        assert button.inner_text() == "提交中…"
        visitor.passes(2)
        assert button.inner_text() == words
        assert "还没有收到答复" in page.inner_text("[data-told]")
        client.post("/submit/check/", {"go": "on"})  # it had arrived after all; only the answer was lost
        page.evaluate("window.dead = false")
        button.click()
        page.wait_for_selector("text=已收到您的投诉")
        assert Complaint.objects.count() == 1


@pytest.mark.parametrize("path", ["/follow/", "/follow/open/", "/follow/again/", "/callback/"])
def test_no_look_up_leaves_a_dead_button(window: Any, cast: Cast, path: str) -> None:
    with travel_to(MONDAY):
        visitor = window(at=MONDAY, **PHONE)
        page = visitor.open(path)
        page.evaluate(DEAD)
        page.locator("main form button.btn-primary").first.click()
        visitor.passes(21)
        page.wait_for_selector("[data-told]")
        assert page.evaluate("document.querySelectorAll('form[data-sending], [data-busy]').length") == 0


def test_words_of_a_case_that_closes_without_a_line_are_out_of_sight_and_sent_later(window: Any, cast: Cast) -> None:
    journey = registered(cast)
    party = Party.objects.get(complaint=journey.complaint)
    with travel_to(MONDAY):
        visitor = window(at=MONDAY, **PHONE)
        visitor.client.get(f"/c/{case_token(journey.complaint.pk, party.pk)}/")
        page = visitor.open("/case/")
        keep = "/case/add/keep/"
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        page.locator("form[action$='/case/add/'] textarea").fill("补充：对方承诺三天退款")
        visitor.broken |= {keep, "/case/extend/"}
        visitor.passes((session.OPEN_FOR - timedelta(seconds=60)).total_seconds())
        page.wait_for_selector("[data-until]:not([hidden])")
        page.locator("[data-stay] button").click()
        page.wait_for_selector("text=没有连上服务器")
    with travel_to(MONDAY + session.OPEN_FOR + timedelta(seconds=30)):
        visitor.stands_now()
        visitor.passes(90)
        page.wait_for_selector("text=已为您的安全关闭")
        assert page.locator("main").is_hidden()
        visitor.broken.clear()
        page.evaluate("window.dispatchEvent(new Event('online'))")
        page.wait_for_url("**/follow/open/**")
        visitor.client.get(f"/c/{case_token(journey.complaint.pk, party.pk)}/")
        assert "补充：对方承诺三天退款" in visitor.client.get("/case/").content.decode()
