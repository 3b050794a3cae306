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
LOST = """() => {
  const found = [], boxes = [];
  for (const one of document.querySelectorAll("main *, header *, footer *")) {
    if (!one.checkVisibility({ visibilityProperty: true }) || one.closest("svg, .hidden-text, .skip, option, select, [type=file]")) continue;
    const style = getComputedStyle(one), box = one.getBoundingClientRect();
    if (!box.width || !box.height) continue;
    const own = [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (own && style.overflow !== "visible" && style.clipPath === "none" && !one.matches("textarea, input") &&
        (one.scrollWidth > one.clientWidth + 2 || one.scrollHeight > one.clientHeight + 2))
      found.push("cut: " + one.outerHTML.slice(0, 120));
    if (!own && !one.matches("input, textarea, select, button")) continue;
    if (getComputedStyle(one).position === "sticky" || one.closest(".bar, .bye, header")) continue;
    if (!own) { boxes.push([one, box]); continue; }
    for (const node of one.childNodes) {
      if (node.nodeType !== 3 || !node.textContent.trim()) continue;
      const words = document.createRange();
      words.selectNodeContents(node);
      for (const part of words.getClientRects()) boxes.push([one, part]);
    }
  }
  for (let i = 0; i < boxes.length; i++) for (let j = i + 1; j < boxes.length; j++) {
    const [a, p] = boxes[i], [b, q] = boxes[j];
    if (a === b || a.contains(b) || b.contains(a)) continue;
    const wide = Math.min(p.right, q.right) - Math.max(p.left, q.left), high = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
    if (wide > 3 && high > 6) found.push("covered: " + a.outerHTML.slice(0, 90) + " | " + b.outerHTML.slice(0, 90));
  }
  return found.slice(0, 5);
}"""


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("width", [390, 1440])
def test_twice_the_size_loses_nothing(window: Any, cast: Cast, width: int, language: str) -> None:
    journey = handled(cast).offered()
    party = Party.objects.get(complaint=journey.complaint)
    with travel_to(journey.at):
        visitor = window(viewport={"width": width, "height": 900})
        visitor.client.cookies["tingsu_language"] = language
        # As somebody sets it in their browser: what depends on the width depends on the size of letters too.
        visitor.context.new_cdp_session(visitor.page).send(
            "Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}}
        )
        visitor.client.get(f"/c/{case_token(journey.complaint.pk, party.pk)}/")
        lost: dict[str, list[str]] = {}
        for name, path in {**PAGES, **MORE}.items():
            page = visitor.open(path)
            assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px", name
            lost[name] = visitor.too_wide() + page.evaluate(LOST)
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
