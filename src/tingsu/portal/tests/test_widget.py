"""The widget on a site with a strict content policy, by keyboard, in a real browser; an upload that is cut; the question tree (IN-09, IN-13)."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests.cast import Cast
from tingsu.portal.models import PortalDraft
from tingsu.portal.tests.test_browser import assert_well_made
from tingsu.portal.tests.test_signed_handover import a_site

pytestmark = [pytest.mark.browser, pytest.mark.req("IN-09", "WB-01")]
PAGE = (
    '<!doctype html><html lang="en"><head><title>Shop</title></head><body><main><h1>Shop</h1></main>'
    '<script src="{home}/embed/widget.js" data-site="{site}" data-door="refund" data-order="DD1" async></script></body></html>'
)
INSIDE = "document.querySelector('tingsu-complaints').shadowRoot"


@contextmanager
def shop(told: dict[str, str]) -> Iterator[int]:
    """Another firm's server on this machine, with a strict policy; its port."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            for name, value in (("Content-Type", "text/html"), ("Content-Security-Policy", told["policy"])):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(told["page"].encode())

        def log_message(self, *_said: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def test_a_button_opens_the_form_in_a_panel_that_keyboards_and_readers_can_use(
    visitor: Any, live_server: Any, cast: Cast
) -> None:
    told = {"policy": "", "page": ""}
    with shop(told) as port:
        look_at_the_widget(visitor(width=390, language="en"), live_server.url, cast, told, port)


def look_at_the_widget(window: Any, home: str, cast: Cast, told: dict[str, str], port: int) -> None:
    site = a_site(cast, means="widget", origins=f"http://localhost:{port}", colour="#7a1f1f").number
    page = window.page
    told["policy"] = f"default-src 'none'; script-src {home}; connect-src {home}; frame-src {home}; base-uri 'none'"
    told["page"] = PAGE.format(home=home, site=site)
    page.goto(f"http://localhost:{port}/")
    button = page.locator("tingsu-complaints .open[role=button]")
    button.wait_for()
    assert (button.inner_text(), button.evaluate("(one) => getComputedStyle(one).backgroundColor")) == (
        "Complaints",
        "rgb(122, 31, 31)",
    )
    button.focus()
    page.keyboard.press("Enter")
    frame = page.frame_locator("tingsu-complaints iframe")
    assert frame.locator("#order_number").input_value() == "DD1"
    assert page.evaluate(f"{INSIDE}.activeElement.className") == "close"
    assert page.locator("tingsu-complaints [role=dialog][aria-modal=true]").get_attribute("aria-labelledby") == "title"
    box = page.locator("tingsu-complaints .panel").bounding_box()
    assert (box["width"], box["height"]) == (390, 844), "a telephone's whole screen"
    # what may not stand in a frame opens beside it, as soon as the script inside has run
    frame.locator(".foot-links a[target=_blank]").first.wait_for()
    assert frame.locator("form.wizard button[name=go]").first.get_attribute("target") is None
    until(page, f"{INSIDE}.querySelector('.note').textContent === ''")
    page.keyboard.press("Shift+Tab")
    until(page, f"{INSIDE}.activeElement.tagName === 'IFRAME'")
    frame.locator("#order_number").press("Escape")
    until(page, f"!{INSIDE}.querySelector('.panel')")
    assert page.evaluate(f"{INSIDE}.activeElement.className") == "open right"
    assert window.violations() == []
    assert window.errors == [], "the policy of the site is kept"
    page.goto(f"http://127.0.0.1:{port}/")
    stranger = page.locator("tingsu-complaints .open")
    stranger.wait_for()
    assert stranger.get_attribute("role") is None
    assert stranger.get_attribute("href") == f"{home}/embed/{site}/?door=refund&order=DD1&lang=en"


def until(page: Any, script: str) -> None:
    """Wait for something that a policy lets no script of a test wait for inside the page."""
    for _turn in range(800):  # with three workers on two processors an upload may wait
        if page.evaluate(script):
            return
        page.wait_for_timeout(25)
    raise AssertionError(script)


def later(request: Any) -> bool:
    """A piece that is not the first."""
    return request.method == "PATCH" and request.headers["upload-offset"] != "0"


@pytest.mark.req("IN-13")
def test_the_tree_is_well_made_and_an_upload_goes_on_after_a_cut_and_after_a_reload(
    visitor: Any, cast: Cast, tmp_path: Path
) -> None:
    window = visitor(width=390)
    for name, path in (("ask", "/ask/"), ("answer", "/ask/stolen/")):
        window.open(path)
        assert_well_made(window, name)
    page = window.open("/submit/story/?cause=refund")
    lines = "一行一行的聊天记录\n".encode()
    file = {"name": "聊天.txt", "mimeType": "text/plain", "buffer": lines * (1_400_000 // len(lines))}
    cut: list[str] = []

    def piece(route: Any) -> None:
        if later(route.request) and len(cut) < 2:
            cut.append(route.request.url)
            return route.abort()
        return route.continue_()

    page.route("**/submit/uploads/*/", piece)
    page.set_input_files("input[type=file]", [file])
    page.wait_for_selector("[data-files] .hint >> text=已收到")
    assert len(cut) == 2
    assert page.locator("[data-files] [data-file]").count() == 1
    cut.clear()
    page.unroute("**/submit/uploads/*/")
    page.route("**/submit/uploads/*/", lambda route: route.abort() if later(route.request) else route.continue_())
    again = tmp_path / "续传.txt"
    again.write_bytes(file["buffer"])
    page.set_input_files("input[type=file]", again)
    until(page, "Object.values(sessionStorage).some((one) => one.includes('续传') && !one.includes('\"percent\":0'))")
    page.unroute("**/submit/uploads/*/")
    page.reload()
    page.wait_for_selector("[data-half] >> text=请重新选择同一个文件")
    offsets: list[str] = []
    page.on(
        "request",
        lambda request: offsets.append(request.headers["upload-offset"]) if request.method == "PATCH" else None,
    )
    page.set_input_files("input[type=file]", again)
    page.wait_for_selector("[data-files] .hint >> text=已收到")
    until(page, "document.querySelectorAll('[data-files] [data-file]').length === 2")
    assert "0" not in offsets, "what had arrived is not sent again"
    assert PortalDraft.objects.count() == 1
