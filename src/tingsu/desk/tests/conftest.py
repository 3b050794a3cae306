"""A real Chromium for the browser tests: signed in as one of the cast, with axe at hand."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

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


class Desk:
    """One person's browser window on the running site."""

    def __init__(self, browser: Any, address: str, session: str, *, width: int, language: str, theme: str) -> None:
        self.address = address
        self.context = browser.new_context(
            viewport={"width": width, "height": 900 if width > 500 else 844}, color_scheme=theme, locale="zh-CN"
        )
        cookies = {"sessionid": session, "tingsu_language": language, "tingsu_theme": theme}
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
            f"{one['id']}: {one['nodes'][0]['html'][:160]} {one['nodes'][0]['failureSummary'][:200]}"
            for one in found["violations"]
        ]

    def too_wide(self) -> list[str]:
        """What makes the page scroll sideways, the outermost first; empty when it fits."""
        return self.page.evaluate(
            """() => document.documentElement.scrollWidth <= innerWidth ? [] :
            [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
            .slice(-4).map((one) => one.outerHTML.slice(0, 120))"""
        )

    def picture(self, name: str) -> None:
        """Kept when TINGSU_PICTURES names a folder; the pictures of the docs are made this way."""
        if folder := os.environ.get("TINGSU_PICTURES"):
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=f"{folder}/{name}.png")


@pytest.fixture
def desk(live_server: Any, chromium: Any, sign_in: Any) -> Iterator[Any]:
    """`desk(cast.frontline, width=390)` opens a window of that person."""
    windows: list[Desk] = []

    def open_window(person: Any, *, width: int = 1440, language: str = "zh-hans", theme: str = "light") -> Desk:
        session = sign_in(person).cookies[settings.SESSION_COOKIE_NAME].value
        window = Desk(chromium, live_server.url, session, width=width, language=language, theme=theme)
        windows.append(window)
        return window

    yield open_window
    for window in windows:
        window.context.close()
    # The server's threads keep their connections; the next copy of the database needs them gone.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"
        )
