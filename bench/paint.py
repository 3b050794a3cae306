"""When a public page is first drawn on a slow telephone line: Chromium, cold, 400 kbit/s and 400 ms each way and back.

It asks a site that runs (`--address`), such as the demo, and changes nothing there. Needs the packages of the browser tests.
"""

from __future__ import annotations

import argparse
import statistics
from typing import Any

BYTES_A_SECOND = 400_000 / 8
LATENCY_MS = 400
TARGET_MS = 1600
PAGES = (
    "/", "/help/", "/follow/", "/follow/open/", "/follow/again/", "/submit/cause/", "/submit/story/?cause=refund", "/callback/",
    "/privacy/", "/accessibility/", "/form/",
)  # fmt: skip
PAINT = """() => new Promise((done) => {
  const found = () => performance.getEntriesByName("first-contentful-paint")[0];
  if (found()) return done(found().startTime);
  new PerformanceObserver((list, self) => { if (found()) { self.disconnect(); done(found().startTime); } })
    .observe({ type: "paint", buffered: true });
})"""


def main(arguments: list[str]) -> dict[str, Any]:
    """The median first paint of each page, from a browser that has seen none of them; milliseconds and bytes on the line."""
    from playwright.sync_api import sync_playwright

    from tests.browser import FLAGS, chromium_path

    parser = argparse.ArgumentParser(prog="./tingsu bench paint", description=main.__doc__)
    parser.add_argument("--address", default="http://127.0.0.1:8000")
    parser.add_argument("--times", type=int, default=5)
    chosen = parser.parse_args(arguments)
    found: dict[str, Any] = {"address": chosen.address, "targets ms": TARGET_MS}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        for path in PAGES:
            seen = [_once(browser, chosen.address + path) for _time in range(chosen.times)]
            found[path] = {
                "paint_ms": round(statistics.median(paint for paint, _size in seen)),
                "kilobytes": round(statistics.median(size for _paint, size in seen) / 1000, 1),
            }
        browser.close()
    return found


def _once(browser: Any, address: str) -> tuple[float, int]:
    """First contentful paint, and everything that came over the line, in a fresh browser profile."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    try:
        page = context.new_page()
        line = context.new_cdp_session(page)
        line.send("Network.enable")
        line.send("Network.setCacheDisabled", {"cacheDisabled": True})
        line.send(
            "Network.emulateNetworkConditions",
            {
                "offline": False,
                "latency": LATENCY_MS,
                "downloadThroughput": BYTES_A_SECOND,
                "uploadThroughput": BYTES_A_SECOND,
            },
        )
        sizes: list[int] = []
        line.on("Network.loadingFinished", lambda event: sizes.append(round(event["encodedDataLength"])))
        page.goto(address, wait_until="load")
        return float(page.evaluate(PAINT)), sum(sizes)
    finally:
        context.close()
