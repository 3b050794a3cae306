"""A real Chromium for the browser tests, with axe at hand. One for each test process: Playwright allows no second."""

import contextvars
import json
import os
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from tests.road import HERE, Asked, Given, Road, static_server

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # axe is half a megabyte that runs once on each page: too short to learn what is hot
    "--js-flags=--always-sparkplug --no-opt --no-maglev",
]
AXE = "/static/vendor/axe/axe.min.js"
AXE_AT_HAND = """(address) => "axe" in window || new Promise((done, failed) => {
  const one = document.createElement("script");
  one.src = address;
  one.onload = () => { one.remove(); done(true); };
  one.onerror = () => failed(new Error(`no ${address}`));
  document.head.append(one);
})"""
"""Once a page, as a file that the browser keeps: half a megabyte to hand over and to read."""
AXE_RUN = """tags => axe.run(document, {runOnly: {type: "tag", values: tags}, resultTypes: ["violations"]}).then((found) =>
    found.violations.map((one) => `${one.id}: ${one.nodes[0].html.slice(0, 160)} ${one.nodes[0].failureSummary.slice(0, 240)}`))"""
"""What passes is neither gathered nor handed over node by node: that was more than half of a look."""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


LETTERS = """(times) => {
  const all = [...document.querySelectorAll("body, body *")].filter((one) => one.style && !one.closest("svg"));
  const sizes = all.map((one) => [one, getComputedStyle(one).fontSize, getComputedStyle(one).lineHeight]);
  for (const [one, size, line] of sizes) {
    one.style.fontSize = times ? `${parseFloat(size) * times}px` : "";
    one.style.lineHeight = times && line !== "normal" ? `${parseFloat(line) * times}px` : "";
  }
}"""


HEARD = """() => {
  const found = [], seen = (one) => one.checkVisibility({ visibilityProperty: true });
  const all = (selector) => [...document.querySelectorAll(selector)].filter(seen);
  const twice = (what, names) => {
    for (const name of new Set(names)) if (!name || names.filter((one) => one === name).length > 1) found.push(`${what}: “${name}”`);
  };
  const heads = all("h1, h2, h3, h4, h5, h6");
  if (heads.filter((one) => one.tagName === "H1").length !== 1 || heads[0].tagName !== "H1") found.push("not one h1, and first");
  let last = 0;
  for (const head of heads) {
    const level = Number(head.tagName[1]);
    if (level > last + 1 || !head.textContent.trim()) found.push(`h${last} → h${level}: ${head.textContent.trim().slice(0, 40)}`);
    last = level;
  }
  if (all("main").length !== 1) found.push("not one main");
  const named = (one) => one.getAttribute("aria-label") ?? document.getElementById(one.getAttribute("aria-labelledby") ?? "")?.textContent.trim() ?? "";
  if (all("nav").length > 1) twice("nav", all("nav").map(named));
  twice("region", all("section[aria-label], section[aria-labelledby], [role=region]").map(named));
  twice("id", [...document.querySelectorAll("[id]")].map((one) => one.id));
  for (const table of all("table")) if (!table.caption && !named(table)) found.push(`table without a name: ${table.outerHTML.slice(0, 80)}`);
  for (const one of all("[tabindex]")) if (one.tabIndex > 0) found.push(`tabindex: ${one.outerHTML.slice(0, 80)}`);
  const links = new Map();
  for (const link of all("main a[href]")) {
    const name = named(link) || link.textContent.trim().replace(/\\s+/g, " ");
    links.set(name, (links.get(name) ?? new Set()).add(link.pathname + link.search));
  }
  for (const name of ["全部", "All", "更多", "More", "查看", "Open"]) if (links.get(name)?.size > 1) found.push(`“${name}” leads ${links.get(name).size} ways`);
  return found;
}"""


def chromium_path() -> str | None:
    """As `./tingsu test` chooses it: without windows of its own if there is one."""
    return os.environ.get("TINGSU_CHROMIUM") or next(
        filter(None, map(shutil.which, ("chromium-headless-shell", "chromium", "chromium-browser"))), None
    )


def launch() -> Iterator[Any]:
    """The browser of this process, for as long as its tests run."""
    from playwright.sync_api import sync_playwright

    # Playwright runs an event loop in this thread; Django's test set-up stays synchronous all the same.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    server = static_server()
    flags = [*FLAGS, f"--host-resolver-rules=MAP *:80 127.0.0.1:{server.server_port}"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=flags)
        yield browser
        browser.close()
    server.shutdown()


LOST = """() => {
  const found = [], boxes = [];
  const scroller = (one) => { for (; one && !/auto|scroll/.test(getComputedStyle(one).overflow); ) one = one.parentElement; return one; };
  const any = (one, so) => { for (; one; one = one.parentElement) if (so(getComputedStyle(one))) return true; return false; };
  for (const one of document.querySelectorAll("main *, header *, footer *")) {
    if (!one.checkVisibility({ visibilityProperty: true }) || one.closest("svg, .hidden-text, .skip, option, select, [type=file]")) continue;
    const style = getComputedStyle(one), box = one.getBoundingClientRect();
    if (!box.width || !box.height || any(one, (style) => style.clipPath !== "none" || style.opacity === "0")) continue;
    const own = [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()) && !one.matches("details:not([open])");
    if (own && style.overflow !== "visible" && !one.matches("textarea, input") &&
        (one.scrollWidth > one.clientWidth + 2 || one.scrollHeight > one.clientHeight + 2))
      found.push("cut: " + one.outerHTML.slice(0, 120));
    if (!own && !one.matches("input, textarea, select, button")) continue;
    if (any(one, (style) => style.position === "sticky") || one.closest(".bar, .bye, header")) continue;
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
    if (a === b || a.contains(b) || b.contains(a) || scroller(a) !== scroller(b)) continue;
    const wide = Math.min(p.right, q.right) - Math.max(p.left, q.left), high = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
    if (wide > 3 && high > 6) found.push("covered: " + a.outerHTML.slice(0, 90) + " | " + b.outerHTML.slice(0, 90));
  }
  return found.slice(0, 5);
}"""
"""What of a page is cut off or covered, as somebody who sees would say it."""


class Window:
    """A browser window on the running site; errors of scripts and of the content policy are kept."""

    def __init__(self, browser: Any, address: str, cookies: dict[str, str], **context: Any) -> None:
        self.address = address
        self.context = browser.new_context(**context)
        self.context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
        self.page = self.context.new_page()
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)

    def open(self, path: str) -> Any:
        self.page.goto(self.address + path)
        self.page.wait_for_load_state("load")
        return self.page

    def violations(self) -> list[str]:
        """What axe finds wrong: rule and the first place."""
        self.page.evaluate(AXE_AT_HAND, f"{self.address}{AXE}")
        found: list[str] = self.page.evaluate(AXE_RUN, RULES)
        return found

    def too_wide(self) -> list[str]:
        """What makes the page scroll sideways, the outermost first; empty when it fits."""
        found: list[str] = self.page.evaluate(
            """() => document.documentElement.scrollWidth <= innerWidth ? [] :
            [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
            .slice(-4).map((one) => one.outerHTML.slice(0, 120))"""
        )
        return found

    def too_wide_with_letters(self, times: float) -> list[str]:
        """The same when letters and their lines alone are so much larger, as in-app browsers and text zoom make them: neither
        rem nor the width that styles ask for follows. The page is left as it was.
        """
        self.page.evaluate(LETTERS, times)
        found = self.too_wide()
        self.page.evaluate(LETTERS, 0)
        return found

    def twice_the_letters(self) -> None:
        """As somebody sets it in their browser: what depends on the width depends on the size of letters too."""
        sizes = {"fontSizes": {"standard": 32, "fixed": 26}}
        self.context.new_cdp_session(self.page).send("Page.setFontSizes", sizes)

    def lost(self) -> list[str]:
        """What is cut off or covered."""
        found: list[str] = self.page.evaluate(LOST)
        return found

    def disorder(self) -> list[str]:
        """What confuses whoever hears the page and jumps by headings, regions and links: axe takes no offence at most of it."""
        found: list[str] = self.page.evaluate(HEARD)
        return found

    def picture(self, name: str, *, full: bool = False) -> None:
        """Kept when TINGSU_PICTURES names a folder; the pictures of the docs are made this way."""
        if folder := os.environ.get("TINGSU_PICTURES"):
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=f"{folder}/{name}.png", full_page=full)


class Served(Window):
    """A window on a site without a server: each request is answered here by the test's own client.

    So the page lives in the test's transaction and on its clock; nothing is committed, nobody waits for a thread. The
    browser's clock stands still until a test moves it (`window.passes(5)`). Sessions belong to the client.
    """

    def __init__(self, browser: Any, client: Any, *, at: Any = None, address: str = HERE, **context: Any) -> None:
        super().__init__(browser, address, {}, **{"locale": "zh-CN", "timezone_id": "Asia/Shanghai"} | context)
        self.client = client
        self.language = context.get("locale", "")
        """What the browser asks for, where the test says which."""
        self.asked: list[Any] = []
        self.broken, self.refused = set[str](), set[str]()
        """Addresses that no answer comes from, and those that answer 500."""
        if at is not None:
            self.page.clock.install(time=at - timedelta(seconds=1))
            self.page.clock.pause_at(at)
        self.around = contextvars.copy_context()
        self.road = Road(self.context, self.page, lambda asked: self.around.copy().run(self._answer, asked))
        if address != HERE:
            self.road.go_by_hand()

    def meets(self, pattern: Any, handler: Any) -> None:
        """Requests to such an address are met by the test itself, as `page.route` lets it."""
        self.road.meet(self.page, pattern, handler)

    def open(self, path: str) -> Any:
        """A page, at the instant and in the name that the test stands in now."""
        self.stands_now()
        opened = super().open(path)
        self.road.check()
        return opened

    def stands_now(self) -> None:
        """What the open page asks for is answered at this instant from now on."""
        self.around = contextvars.copy_context()

    def passes(self, seconds: float) -> None:
        """Time passes in the browser; what was due in between runs."""
        self.page.clock.run_for(round(seconds * 1000))

    def shows(self, selector: str, *, state: str = "visible") -> None:
        """Until that stands on the page; scripts that wait for a moment of theirs (htmx does) get a moment."""
        from playwright.sync_api import TimeoutError as NotYet

        for _turn in range(40):
            self.settle()
            self.passes(0.025)
            try:
                self.page.wait_for_selector(selector, state=state, timeout=250)
                return
            except NotYet:
                continue
        raise AssertionError(f"{selector} does not become {state}")

    def settle(self) -> None:
        """Until what the page asked for is answered."""
        self.page.evaluate("() => new Promise((done) => fetch('/__settled/').then(done, done))")
        self.road.check()

    def hand_on(self) -> None:
        """Nothing of this test's page goes on or is kept: the next test's client may have the window."""
        self.page.evaluate("localStorage.clear(); sessionStorage.clear()")
        self.page.goto(self.address + BLANK)
        self.road.check()
        self.errors.clear()
        self.asked.clear()

    def _answer(self, asked: Asked) -> Given | None:
        path = asked.url.removeprefix(self.address)
        bare = path.partition("?")[0]
        if bare in self.broken:
            return None
        if bare in self.refused:
            return Given(500)
        if bare == BLANK:
            return Given(200, {"Content-Type": "text/html", "Cross-Origin-Opener-Policy": "same-origin"})
        if bare.startswith("/__"):
            return Given()
        self.asked.append((asked.method, bare, asked.body.decode("utf-8", "replace")))
        headers = {name: asked.headers[name] for name in KEPT_HEADERS if name in asked.headers}
        headers |= {"accept-language": self.language} if self.language else {}
        kind = asked.headers.get("content-type", "application/octet-stream")
        answer = self.client.generic(asked.method, path, asked.body, content_type=kind, headers=headers)
        if 300 <= answer.status_code < 400:  # the browser would follow to the network, past this road
            address = urljoin(path, answer.headers["Location"])
            if asked.leads:
                leading = f"<script>location.replace({json.dumps(address)})</script>"
                return Given(200, {"Content-Type": "text/html"}, leading.encode())
            answer = self.client.get(address, follow=True, headers=headers)
        told = {name: value for name, value in answer.items() if name.lower() not in {"content-length", "set-cookie"}}
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        return Given(answer.status_code, told, content)


BLANK = "/__blank/"
"""An empty page of the same origin, shut off as ours are: the browser stays in the process that knows our scripts."""
KEPT_HEADERS = (
    "accept", "hx-request", "hx-target", "hx-current-url", "x-requested-with", "x-csrftoken",
    "tus-resumable", "upload-length", "upload-metadata", "upload-offset", "upload-checksum",
)  # fmt: skip
