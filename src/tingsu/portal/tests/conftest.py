"""What the portal's tests share: the address prefix, and a phone or a desktop window on the running site."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import set_script_prefix

from tests.browser import Served, Window


@pytest.fixture(autouse=True)
def _own_address() -> Iterator[None]:
    """A real server sets the prefix anew for every request; the test client does not."""
    set_script_prefix("/")
    yield
    set_script_prefix("/")


class Looked(Window):
    """What is measured of public pages."""

    def small_targets(self, least: int) -> list[str]:
        """Controls lower than the touch size; links in running text are exempt (WCAG 2.5.8)."""
        return self.page.evaluate(
            """least => [...document.querySelectorAll("a, button, input:not([type=hidden]), select, textarea, summary")]
            .filter((one) => one.checkVisibility() && !one.closest("p, li > .hint, .skip") && !one.matches(".skip, [type=checkbox], [type=radio], [type=file]"))
            .filter((one) => one.getBoundingClientRect().height < least - 0.5)
            .map((one) => one.outerHTML.slice(0, 120) + " " + one.getBoundingClientRect().height)""",
            least,
        )

    def picture(self, name: str, *, full: bool = True) -> None:
        super().picture(name, full=full)


class Reader(Looked, Served):
    """A complainant's window on pages that are looked at: no server, no second connection."""


class Visitor(Looked):
    """A complainant's window: phone or desktop, language, elder mode, with or without scripts."""

    def __init__(
        self, browser: Any, address: str, *, width: int, language: str, elder: bool, dark: bool, scripts: bool
    ) -> None:
        super().__init__(
            browser,
            address,
            {"tingsu_language": language} | ({"tingsu_elder": "1"} if elder else {}),
            viewport={"width": width, "height": 844 if width < 500 else 900},
            color_scheme="dark" if dark else "light",
            device_scale_factor=1,
            java_script_enabled=scripts,
        )


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


@pytest.fixture
def reader(db: None, chromium: Any) -> Iterator[Any]:
    """`reader(width=1440)` opens a window on what somebody from outside is shown."""
    windows: list[Reader] = []

    def open_window(*, width: int = 390, language: str = "zh-hans", elder: bool = False, dark: bool = False) -> Reader:
        client = Client()
        client.cookies["tingsu_language"] = language
        if elder:
            client.cookies["tingsu_elder"] = "1"
        size = {"width": width, "height": 844 if width < 500 else 900}
        look: dict[str, Any] = {"viewport": size, "color_scheme": "dark" if dark else "light", "device_scale_factor": 1}
        windows.append(Reader(chromium, client, **look))
        return windows[-1]

    yield open_window
    for window in windows:
        window.context.close()
