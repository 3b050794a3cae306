"""A bench for the scripts of the pages: a small page of one's own, the real modules, a clock that the test moves, no server and no database.

A page of the product takes a second to draw and shows one situation; here each costs a few milliseconds, so that every branch of a
script is asked in every way it can answer.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.road import HERE, Asked, Given, Road

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


class Bench:
    """One browser page, shown anew for each situation."""

    def __init__(self, browser: Any) -> None:
        self.context = browser.new_context(
            locale="zh-CN", timezone_id="Asia/Shanghai", viewport={"width": 1200, "height": 900}
        )
        self.context.set_default_timeout(5000)
        self.page = self.context.new_page()
        self.page.clock.install(time=AT - timedelta(seconds=1))
        self.page.clock.pause_at(AT)
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.html = ""
        self.asked: list[tuple[str, str, str]] = []
        self.answers: dict[str, dict[str, Any] | None] = {}
        """By path: what is answered; None for an address that no answer comes from."""
        self.road = Road(self.context, self.page, self._answer)

    def show(
        self, body: str, *scripts: tuple[str, str], texts: dict[str, str] | None = None, attributes: str = "", path: str = "/bench/",
        before: str = "", lang: str = "zh-Hans", kept: bool = False, portal: bool = False, origin: str = HERE,
    ) -> Any:  # fmt: skip
        """A page with this body on which these modules were started: `("pages/js/forms.js", "startForms")`; what was kept on
        the device is forgotten unless `kept`.
        """
        starts = "".join(f'import * as m{n} from "/static/{module}";' for n, (module, _start) in enumerate(scripts))
        starts += "".join(f"m{n}.{start}();" for n, (_module, start) in enumerate(scripts) if start)
        clean = "" if kept else "localStorage.clear(); sessionStorage.clear();"
        self.html = (
            f'<!doctype html><html lang="{lang}"><head><meta name="csrf" content="secret"><script>{clean}{before}</script></head><body {attributes}>{body}'
            f'<script id="{"portal" if portal else "tingsu"}-texts" type="application/json">{json.dumps(texts or {})}</script>'
            f'<script type="module">{starts}</script></body></html>'
        )
        self.asked.clear()
        if origin != HERE:
            self.road.go_by_hand()
        self.page.goto(f"{origin}{path}")
        self.page.wait_for_load_state("load")
        return self.page

    def js(self, expression: str, argument: Any = None) -> Any:
        """What an expression gives on the page."""
        return self.page.evaluate(expression, argument)

    def passes(self, seconds: float) -> None:
        """Time passes in the browser; what was due in between runs."""
        self.page.clock.run_for(round(seconds * 1000))
        self.settle()

    def settle(self) -> None:
        """Until what the page asked for is answered, and what follows from it is done."""
        from playwright.sync_api import Error as Moving

        for _turn in range(2):
            try:
                self.js("() => new Promise((done) => fetch('/__settled/').then(done, done))")
            except Moving:  # the page led on to another one
                self.page.wait_for_load_state("load")
        self.road.check()

    def sent(self, path: str) -> list[str]:
        """The bodies that were posted to an address."""
        return [body for method, asked, body in self.asked if method == "POST" and asked == path]

    def _answer(self, asked: Asked) -> Given | None:
        bare = asked.path.partition("?")[0]
        if bare == "/__settled/":
            return Given()
        self.asked.append((asked.method, asked.path, asked.body.decode("utf-8", "replace")))
        if bare in self.answers:
            answer = self.answers[bare]
            return None if answer is None else _given(**answer)
        if asked.leads:
            return _given(content_type="text/html; charset=utf-8", body=self.html)
        return Given()


def _given(
    *, status: int = 200, headers: dict[str, str] | None = None, content_type: str = "", body: str | bytes = b""
) -> Given:
    told = (headers or {}) | ({"Content-Type": content_type} if content_type else {})
    return Given(status, told, body.encode() if isinstance(body, str) else body)


def opened(browser: Any) -> Iterator[Bench]:
    """A bench for as long as somebody needs it."""
    bench = Bench(browser)
    yield bench
    bench.context.close()
