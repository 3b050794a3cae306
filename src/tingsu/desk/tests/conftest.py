"""A staff member's window on the running site."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings

from tests.browser import Window
from tingsu.desk.tests.windows import AT, WIDE
from tingsu.kernel.clock import travel_to


class Desk(Window):
    """One person's browser window."""

    def __init__(self, browser: Any, address: str, session: str, *, width: int, language: str, theme: str) -> None:
        cookies = {"sessionid": session, "tingsu_language": language, "tingsu_theme": theme}
        size = {"width": width, "height": 900 if width > 500 else 844}
        super().__init__(browser, address, cookies, viewport=size, color_scheme=theme, locale="zh-CN")


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


@pytest.fixture
def open_desk(window, sign_in, cast):
    """`open_desk(cast.frontline)` opens a window of that person at ten o'clock, in the test's own transaction."""
    with travel_to(AT):

        def enter(person):
            sign_in(person)
            return window(at=AT, **WIDE)

        yield enter
