"""What the public pages' scripts do, each once, on a clock that the test moves: nothing here waits."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import Error

from tingsu.complaints.models import Complaint, Party
from tingsu.files.models import StoredFile
from tingsu.kernel.clock import travel_to
from tingsu.letters.links import case_token
from tingsu.portal import drafts, session
from tingsu.portal.models import PortalDraft
from tingsu.portal.tests.test_submit import PNG
from tingsu.settlement.tests.journey import MONDAY, registered

pytestmark = pytest.mark.browser
SAVE = "/submit/story/save/"
PHONE = {"viewport": {"width": 390, "height": 844}}


def posts(window: Any, path: Any) -> Any:
    return [body for method, asked, body in window.asked if method == "POST" and asked == path]


def kept() -> Any:
    return drafts.read_body(PortalDraft.objects.get())["story"]["description"]


@pytest.mark.req("WB-01")
def test_what_is_typed_is_kept_and_a_failure_is_said_and_tried_again(window: Any, cast: Any) -> None:
    with travel_to(MONDAY):
        visitor = window(at=MONDAY, **PHONE)
        page = visitor.open("/submit/story/?cause=refund")
        words, said = page.locator("#description"), page.locator("[data-saved-words]")
        assert said.is_hidden()
        words.fill("退款一直")
        visitor.passes(1)
        words.fill("退款一直没有")
        visitor.passes(1.4)
        assert posts(visitor, SAVE) == []  # not while somebody writes
        visitor.passes(0.2)
        visitor.shows("text=已自动保存")
        assert kept() == "退款一直没有"
        visitor.passes(60)
        assert len(posts(visitor, SAVE)) == 1  # nothing new, nothing sent
        visitor.broken.add(SAVE)
        words.fill("退款一直没有到账")
        visitor.passes(1.6)
        visitor.settle()
        assert said.inner_text() == "还没保存上，正在重试。"
        assert kept() == "退款一直没有"
        visitor.passes(9.5)
        visitor.broken.clear()
        visitor.passes(1)
        visitor.settle()
        assert kept() == "退款一直没有到账"
        assert said.inner_text() == "已自动保存"
        visitor.refused.add(SAVE)
        words.fill("退款一直没有到账，第八天")
        visitor.passes(1.6)
        visitor.settle()
        assert said.inner_text() == "还没保存上，正在重试。"
        visitor.refused.clear()
        visitor.passes(10)
        visitor.settle()
        assert kept() == "退款一直没有到账，第八天"
        words.fill("退款一直没有到账，第九天")
        page.evaluate("Object.defineProperty(document, 'hidden', { value: true, configurable: true })")
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        visitor.settle()
        assert kept() == "退款一直没有到账，第九天"  # another window is looked at
        words.fill("退款一直没有到账，第十天")
        page.evaluate("window.dispatchEvent(new Event('online'))")
        visitor.settle()
        assert kept() == "退款一直没有到账，第十天"
        asked = []

        def newer(route: Any) -> Any:
            asked.append(route.request.url)
            route.fulfill(status=409, body="")

        visitor.meets(f"**{SAVE}", newer)
        for typed in ("第十一天", "第十二天", "第十三天"):
            words.fill(typed)
            visitor.passes(12)
            visitor.settle()
        assert len(asked) == 1, "another window has newer words: this one writes over them no more"
        assert said.inner_text() not in {"已自动保存", "还没保存上，正在重试。"}


@pytest.mark.req("WB-01")
def test_an_order_number_is_asked_about_and_a_telephone_never(window: Any, cast: Any) -> None:
    visitor = window(**PHONE)
    page = visitor.open("/submit/story/?cause=delivery")
    story, order, box = page.locator("#description"), page.locator("#order_number"), page.locator("[data-order-guess]")
    guess = page.locator("[data-guess]")
    for text, wanted in {
        "请打 13800002210": "",
        "身份证 330106199001011234": "",
        "身份证 33010619900101123X": "",
        "只买了 123456789": "",
        "订单 26110200317 没到": "26110200317",
        "电话 13800002210，订单 DD20261118000123": "DD20261118000123",
        "订单20261118000123。": "20261118000123",
        "12345678901234567890123456789": "",
    }.items():
        story.fill(text)
        assert (box.is_visible(), guess.text_content()) == (bool(wanted), wanted), text
    story.fill("订单 26110200317 和 DD20261118000123")
    page.locator("[data-leave]").click()
    assert guess.inner_text() == "DD20261118000123"
    assert page.evaluate("document.activeElement.id") == "description"
    assert order.input_value() == ""
    page.locator("[data-take]").click()
    assert (order.input_value(), box.is_hidden()) == ("DD20261118000123", True)
    assert page.evaluate("document.activeElement.id") == "order_number"
    order.fill("")
    assert guess.inner_text() == "DD20261118000123"
    order.fill("7")
    assert box.is_hidden()
    # parts of a choice, and the count of letters
    assert page.locator("[data-count=description]").is_visible()
    assert page.locator("[data-count=description]").inner_text() == f"{len(story.input_value())} / 8000"
    visitor.client.post("/submit/story/", {"cause": "delivery", "description": "显示器漏液", "go": "on"})
    visitor.open("/submit/contact/")
    part = page.locator("#agent-part")
    assert part.is_hidden()
    page.locator("[name=for_other]").check()
    assert part.is_visible()
    page.locator("[name=for_other]").uncheck()
    assert part.is_hidden()
    named = page.locator("[name=identity]:not([value=anonymous])")
    for choice, shown in (("[value=anonymous]", False), ("[value=named]", True)):
        page.locator(f"[name=identity]{choice}").check(force=True)
        assert page.locator("#phone").is_visible() is shown
    assert named.is_checked()


def test_the_last_button_works_once_and_says_so(window: Any, cast: Any) -> None:
    visitor = window(address="https://firm.example", **PHONE)
    client = visitor.client
    client.post("/submit/story/?cause=refund", {"cause": "refund", "description": "退款没有到账", "go": "on"})
    client.post("/submit/contact/", {"identity": "anonymous", "go": "on"})
    page = visitor.open("/submit/check/")
    seen = page.evaluate(
        """() => {
          const button = document.querySelector('[data-busy-words]'), form = button.form, idle = button.textContent;
          const stopped = [];
          const note = (event) => { stopped.push(event.defaultPrevented); event.preventDefault(); };
          window.addEventListener('submit', note);
          button.click();
          const words = button.textContent, busy = 'busy' in button.dataset;
          button.click();
          window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: false }));
          const still = 'sending' in form.dataset;
          window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
          window.removeEventListener('submit', note);
          return { stopped, words, busy, still, released: !('busy' in button.dataset) && !('sending' in form.dataset) };
        }"""
    )
    assert seen == {"stopped": [False, True], "words": "提交中…", "busy": True, "still": True, "released": True}
    page.locator("[data-busy-words]").click()
    page.wait_for_selector("text=已收到您的投诉")
    number = Complaint.objects.get().number
    visitor.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator(f"[data-copy='{number}']").click()
    page.wait_for_selector("[role=status]:has-text('已复制')")
    assert page.evaluate("navigator.clipboard.readText()") == number
    page.evaluate("window.print = () => { window.printed = true; }")
    page.locator("[data-print]").click()
    assert page.evaluate("window.printed")
    offline = page.locator("[data-offline]")
    assert offline.is_hidden()
    visitor.context.set_offline(True)
    page.wait_for_selector("[data-offline]:not([hidden])")
    visitor.context.set_offline(False)
    page.wait_for_selector("[data-offline]", state="hidden")
    assert visitor.errors == []


@pytest.mark.req("WB-01")
def test_the_page_offers_to_stay_and_keeps_the_words_when_it_closes(window: Any, cast: Any) -> None:
    journey = registered(cast)
    party = Party.objects.get(complaint=journey.complaint)
    at = journey.at
    with travel_to(at):
        visitor = window(at=at, **PHONE)
        visitor.client.get(f"/c/{case_token(journey.complaint.pk, party.pk)}/")
        page = visitor.open("/case/withdraw/")
        box = page.locator("[data-until]")
        page.locator("#text").fill("我想撤回，谢谢")
        visitor.passes((session.OPEN_FOR - timedelta(minutes=2)).total_seconds() - 10)
        assert box.is_hidden()
        visitor.passes(15)
        assert box.is_visible()
        assert page.evaluate("document.activeElement.closest('[data-until]') !== null")
    later = at + session.OPEN_FOR - timedelta(minutes=2)
    with travel_to(later):
        visitor.stands_now()
        page.locator("[data-stay] button").click()
        visitor.shows("[data-until][hidden]", state="attached")
        assert page.evaluate("document.activeElement.id") == "text"
        visitor.passes((session.OPEN_FOR - timedelta(minutes=4)).total_seconds())
        assert box.is_hidden()  # the time began anew
    with travel_to(later + session.OPEN_FOR + timedelta(minutes=1)):
        visitor.stands_now()
        page.evaluate(
            "sessionStorage.setItem('tingsu-unsent:/case/withdraw/keep/', JSON.stringify({values: {text: '没有存上'}}))"
        )
        visitor.passes(5 * 60)
        page.wait_for_url("**/follow/open/")
        assert page.evaluate(UNSENT) == [], "whoever sits down next finds nothing"
        assert posts(visitor, "/case/withdraw/keep/")
        assert "我想撤回".encode() not in bytes(PortalDraft.objects.get().body)
        visitor.client.post(
            "/follow/open/", {"number": journey.complaint.number, "code": journey.complaint.text("code")}
        )
        page = visitor.open("/case/")
        assert "我想撤回，谢谢" in page.content()
    journey.complaint.refresh_from_db()
    assert not journey.complaint.withdrawn


def test_files_are_sent_one_by_one_and_handed_in_with_the_form(window: Any, cast: Any) -> None:
    journey = registered(cast)
    party = Party.objects.get(complaint=journey.complaint)
    with travel_to(journey.at):
        visitor = window(**PHONE)
        visitor.client.get(f"/c/{case_token(journey.complaint.pk, party.pk)}/")
        page = visitor.open("/case/")
        page.locator("#add summary").click()
        files = [
            {"name": "箱子.png", "mimeType": "image/png", "buffer": PNG},
            {"name": "程序.exe", "mimeType": "application/octet-stream", "buffer": b"MZ\x90\x00" * 40},
        ]
        page.set_input_files("#files-new", files)
        page.wait_for_selector("#add [data-file]:has-text('箱子.png') >> text=已收到")
        rows = page.locator("#add [data-files] > [data-file]")
        assert rows.count() == 2
        assert rows.nth(0).locator("progress").count() == 0
        taken = StoredFile.objects.get()
        draft = PortalDraft.objects.get(complaint_id=journey.complaint.pk)
        assert [one["id"] for one in drafts.read_body(draft)["files"]] == [str(taken.pk)]
        assert "程序.exe" in rows.nth(1).locator("[role=alert]").inner_text()
        rows.nth(1).locator("[data-remove]").click()
        assert rows.count() == 1, "what was refused is put away, what was received stays"
        assert StoredFile.objects.count() == 1
        assert page.locator("#files-new").evaluate("one => one.files.length") == 0
        page.locator("#add #text").fill("补一张照片")
        page.locator("#add form button.btn-primary").click()
        page.wait_for_selector("text=补一张照片")
        taken.refresh_from_db()
        assert taken.stream_id == journey.complaint.pk
        page = visitor.open("/submit/story/?cause=delivery")
        page.set_input_files("#files-new", files[:1])
        page.wait_for_selector(".file >> text=已收到")
        draft = PortalDraft.objects.get(complaint_id=None)
        assert [one["name"] for one in drafts.read_body(draft)["files"]] == ["箱子.png"]
        visitor.broken.add(page.locator("[data-remove]").get_attribute("formaction"))
        page.locator("[data-remove]").click()
        visitor.settle()
        assert page.locator("[data-file]").count() == 1, "what the server still holds stays on the page"
        visitor.broken.clear()
        page.locator("[data-remove]").click()
        page.wait_for_selector("[data-file]", state="detached")
        draft.refresh_from_db()
        assert drafts.read_body(draft)["files"] == []
        assert page.evaluate("document.activeElement.id") == "files-new"
        visitor.broken.add("/submit/files/")
        page.set_input_files("#files-new", files[:1])
        page.wait_for_selector(".file [role=alert]")
        assert "箱子.png" in page.locator(".file [role=alert]").inner_text()


def test_reading_aloud_and_speaking_where_the_device_can(window: Any, cast: Any) -> None:
    visitor = window(viewport={"width": 1440, "height": 900})
    visitor.context.add_init_script(
        """
        window.said = []; window.heard = [];
        class Words { constructor(text) { this.text = text; } }
        const mouth = { speaking: false, speak(words) { this.speaking = true; said.push(words); }, cancel() { this.speaking = false; } };
        Object.defineProperty(window, 'SpeechSynthesisUtterance', { value: Words });
        Object.defineProperty(window, 'speechSynthesis', { value: mouth });
        class Ear { start() { heard.push(this); } stop() { this.stopped = true; this.onend(); } }
        Object.defineProperty(window, 'SpeechRecognition', { value: Ear });
        """
    )
    page = visitor.open("/help/")
    button = page.locator("[data-read-aloud]")
    idle = button.inner_text()
    button.click()
    [said] = page.evaluate("said.map((one) => [one.lang, one.text.length > 100])")
    assert said == ["zh-CN", True]
    assert (button.get_attribute("aria-pressed"), button.inner_text()) == ("true", "停止朗读")
    button.click()
    assert page.evaluate("speechSynthesis.speaking") is False
    assert (button.get_attribute("aria-pressed"), button.inner_text()) == ("false", idle)
    button.click()
    page.evaluate(
        "while (document.querySelector('[data-read-aloud]').getAttribute('aria-pressed') === 'true') { speechSynthesis.speaking = false; said.at(-1).onend(); }"
    )
    assert button.inner_text() == idle
    page = visitor.open("/submit/story/?cause=refund")
    button = page.locator("[data-dictate]")
    page.fill("#description", "退款")
    button.click()
    assert (button.get_attribute("aria-pressed"), page.evaluate("heard[0].lang")) == ("true", "zh-CN")
    page.evaluate(
        """heard[0].onresult({ resultIndex: 1, results: [
          Object.assign([{ transcript: '旧的' }], { isFinal: true }), Object.assign([{ transcript: '没有到账' }], { isFinal: true }),
          Object.assign([{ transcript: '还没说完' }], { isFinal: false })] })"""
    )
    assert page.input_value("#description") == "退款没有到账"
    assert page.locator("[data-count=description]").inner_text().startswith("6 /")
    button.click()
    assert (button.get_attribute("aria-pressed"), page.evaluate("heard[0].stopped")) == ("false", True)
    assert page.evaluate("document.activeElement.id") == "description"


UNSENT = "Object.keys(sessionStorage).filter(key => key.startsWith('tingsu-unsent:'))"


@pytest.mark.req("WB-01", "IN-10")
@pytest.mark.parametrize("how", ["a page that says what went wrong", "no connection at all"])
def test_a_form_whose_sending_was_not_answered_is_there_again_with_every_word_and_tick(
    window: Any, cast: Any, how: Any
) -> None:
    """Also where saving failed before, so that the server has none of it; once it arrived, the tab keeps nothing."""
    with travel_to(MONDAY):
        visitor = window(at=MONDAY, **PHONE)
        address = "/submit/story/"
        page = visitor.open(f"{address}?cause=refund")
        visitor.broken.add(SAVE)
        page.locator("#description").fill("退款一直没有到账，写了很长")
        page.locator("[name=demands]").first.check()
        visitor.passes(2)
        assert not PortalDraft.objects.exists()

        def answer(route: Any) -> Any:
            if route.request.method != "POST":
                return route.fallback()
            if how.startswith("a page"):
                return route.fulfill(
                    status=503, content_type="text/html; charset=utf-8", body=render_to_string("503.html")
                )
            return route.abort("connectionrefused")

        visitor.meets(f"**{address}*", answer)
        page.get_by_role("button", name="下一步").click()
        if how.startswith("a page"):
            page.get_by_text("您输入的内容已存在本机").wait_for()
            page.get_by_role("link", name="回到首页").click()
            page.wait_for_load_state()
        else:
            with suppress(Error):  # raised for an address that refuses while it is waited for
                page.wait_for_url("chrome-error://**")
            for _turn in range(100):
                if page.url.startswith("chrome-error:"):
                    break
                page.wait_for_timeout(20)
        page = visitor.open(f"{address}?cause=refund")
        assert page.locator("#description").input_value() == "退款一直没有到账，写了很长"
        assert page.locator("[name=demands]").first.is_checked()
        page.unroute(f"**{address}*")
        visitor.broken.clear()
        page.get_by_role("button", name="下一步").click()
        page.wait_for_url("**/submit/contact/**")
        assert page.evaluate(UNSENT) == []
        assert kept() == "退款一直没有到账，写了很长"


@pytest.mark.req("WB-01")
def test_what_was_saved_or_belongs_to_a_closed_complaint_is_not_kept_in_the_tab(window: Any, cast: Any) -> None:
    with travel_to(MONDAY):
        visitor = window(at=MONDAY, **PHONE)
        page = visitor.open("/submit/story/?cause=refund")
        visitor.broken.add(SAVE)
        page.locator("#description").fill("没有存上的话")
        visitor.passes(2)
        visitor.settle()
        assert len(page.evaluate(UNSENT)) == 1
        visitor.broken.clear()
        visitor.passes(11)
        visitor.settle()
        assert kept() == "没有存上的话"
        assert page.evaluate(UNSENT) == []


@pytest.mark.req("WB-01")
def test_without_a_line_nothing_is_sent_and_the_page_says_so(window: Any, cast: Any) -> None:
    """The browser's own page would take the words away."""
    visitor = window(address="https://firm.example", **PHONE)
    page = visitor.open("/submit/story/?cause=refund")
    page.locator("#description").fill("没有网络时写的话")
    page.evaluate("Object.defineProperty(navigator, 'onLine', { get: () => false, configurable: true })")
    page.get_by_role("button", name="下一步").click()
    assert page.locator("[data-offline]").is_visible()
    assert page.evaluate("'offline' in document.activeElement.dataset")
    assert page.locator("#description").input_value() == "没有网络时写的话"
    page.evaluate("Object.defineProperty(navigator, 'onLine', { get: () => true, configurable: true })")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    assert page.locator("[data-offline]").is_hidden()
    page.get_by_role("button", name="下一步").click()
    page.wait_for_url("**/submit/contact/**")
