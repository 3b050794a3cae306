"""What the portal's tests share: the address prefix, and a phone or a desktop window on the running site."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.urls import set_script_prefix

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
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


@pytest.fixture(autouse=True)
def _own_address() -> Iterator[None]:
    """A real server sets the prefix anew for every request; the test client does not."""
    set_script_prefix("/")
    yield
    set_script_prefix("/")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    # Playwright runs an event loop in this thread; Django's test set-up stays synchronous all the same.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class Visitor:
    """A complainant's window: phone or desktop, language, elder mode, with or without scripts."""

    def __init__(
        self, browser: Any, address: str, *, width: int, language: str, elder: bool, dark: bool, scripts: bool
    ) -> None:
        self.address = address
        self.context = browser.new_context(
            viewport={"width": width, "height": 844 if width < 500 else 900},
            color_scheme="dark" if dark else "light",
            device_scale_factor=1,
            java_script_enabled=scripts,
        )
        cookies = {"tingsu_language": language} | ({"tingsu_elder": "1"} if elder else {})
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
        """What makes the page scroll sideways; empty when it fits."""
        return self.page.evaluate(
            """() => document.documentElement.scrollWidth <= innerWidth ? [] :
            [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
            .slice(-4).map((one) => one.outerHTML.slice(0, 120))"""
        )

    def small_targets(self, least: int) -> list[str]:
        """Controls lower than the touch size; links in running text are exempt (WCAG 2.5.8)."""
        return self.page.evaluate(
            """least => [...document.querySelectorAll("a, button, input:not([type=hidden]), select, textarea, summary")]
            .filter((one) => one.checkVisibility() && !one.closest("p, li > .hint, .skip") && !one.matches(".skip, [type=checkbox], [type=radio], [type=file]"))
            .filter((one) => one.getBoundingClientRect().height < least - 0.5)
            .map((one) => one.outerHTML.slice(0, 120) + " " + one.getBoundingClientRect().height)""",
            least,
        )

    def picture(self, name: str) -> None:
        """Kept when TINGSU_PICTURES names a folder; the pictures of the docs are made this way."""
        if folder := os.environ.get("TINGSU_PICTURES"):
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=f"{folder}/{name}.png", full_page=True)


@pytest.fixture
def visitor(live_server: Any, chromium: Any) -> Iterator[Any]:
    """`visitor(width=1440)` opens a window of somebody from outside."""
    windows: list[Visitor] = []

    def open_window(
        *, width: int = 390, language: str = "zh-hans", elder: bool = False, dark: bool = False, scripts: bool = True
    ) -> Visitor:
        window = Visitor(
            chromium, live_server.url, width=width, language=language, elder=elder, dark=dark, scripts=scripts
        )
        windows.append(window)
        return window

    yield open_window
    for window in windows:
        window.context.close()
    # The server's threads keep their connections; the next copy of the database needs them gone.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid() "
            "AND backend_type = 'client backend'"
        )
