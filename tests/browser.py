"""A real Chromium for the browser tests, with axe at hand. One for each test process: Playwright allows no second."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = Path(settings.BASE_DIR) / "static_built" / "vendor_root" / "vendor" / "axe" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def chromium_path() -> str | None:
    return os.environ.get("TINGSU_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


def launch() -> Iterator[Any]:
    """The browser of this process, for as long as its tests run."""
    from playwright.sync_api import sync_playwright

    # Playwright runs an event loop in this thread; Django's test set-up stays synchronous all the same.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        yield browser
        browser.close()


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
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", RULES)
        return [
            f"{one['id']}: {one['nodes'][0]['html'][:160]} {one['nodes'][0]['failureSummary'][:240]}"
            for one in found["violations"]
        ]

    def too_wide(self) -> list[str]:
        """What makes the page scroll sideways, the outermost first; empty when it fits."""
        return self.page.evaluate(
            """() => document.documentElement.scrollWidth <= innerWidth ? [] :
            [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
            .slice(-4).map((one) => one.outerHTML.slice(0, 120))"""
        )

    def picture(self, name: str, *, full: bool = False) -> None:
        """Kept when TINGSU_PICTURES names a folder; the pictures of the docs are made this way."""
        if folder := os.environ.get("TINGSU_PICTURES"):
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=f"{folder}/{name}.png", full_page=full)
