"""How a browser without a site gets what it asks for: scripts, style sheets and fonts by HTTP as a browser keeps them, and
the rest from the test itself.

Playwright's own routes lead every request through two processes and let the browser keep nothing: a page of ours asks for
thirty-five files, which cost twice what drawing it costs.
"""

import mimetypes
import threading
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders

HERE = "http://localhost"
"""Where a page stands for which files come by HTTP."""
STATIC = "/static/"
ASKED_HERE = ("Document", "Image", "Media", "XHR", "Fetch", "EventSource", "Ping", "CSPViolationReport", "Other")
"""What a test answers, as the browser calls it: all but what pages are made of, which nobody answers differently."""


@dataclass(frozen=True)
class Asked:
    """A request as the browser makes it; its headers by their names in small letters."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes
    leads: bool
    """Whether a page is asked for, and not something for the page that stands there."""

    @property
    def path(self) -> str:
        """With the query."""
        return "/" + self.url.partition("://")[2].partition("/")[2]


@dataclass(frozen=True)
class Given:
    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


Answer = Callable[[Asked], Given | None]
"""None where no connection comes about."""


def static(path: str) -> Given:
    """A file of an address under /static/."""
    found = finders.find(path.removeprefix(STATIC))
    if not found:
        return Given(404)
    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    return Given(200, {"Content-Type": kind, "Cache-Control": "max-age=86400, immutable"}, Path(found).read_bytes())


class _Files(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        given = static(self.path.partition("?")[0]) if self.path.startswith(STATIC) else Given(404)
        self.send_response(given.status)
        for name, value in given.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(given.body)))
        self.end_headers()
        self.wfile.write(given.body)

    def log_message(self, *_said: Any) -> None:
        pass


def static_server() -> ThreadingHTTPServer:
    """Serves the files as long as this process lives; its port stands for the eightieth of every machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Files)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


class Road:
    """What the pages of one browser context ask for is answered here, in the order in which they ask."""

    def __init__(self, context: Any, page: Any, answer: Answer) -> None:
        self.context, self.answer = context, answer
        self.failed: BaseException | None = None
        self._sessions: list[Any] = []
        self._by_hand = False
        self.ended = False
        """The test is over: what a page fetches late is asked of nobody, for the database may be gone."""
        self._lay(page)
        context.on("page", self._lay)

    def meet(self, page: Any, pattern: Any, handler: Callable[[Any], Any]) -> None:
        """A test's own answer for some addresses, as `page.route` takes it; the others fall back to ours."""
        self.go_by_hand()
        page.route(pattern, handler)

    def go_by_hand(self) -> None:
        """From now on along Playwright's routes: slower, but a test may stand in the way, and files come to any address."""
        if self._by_hand:
            return
        self._by_hand = True
        for session in self._sessions:
            session.detach()
        self.context.route("**/*", self._routed)

    def check(self) -> None:
        """Raise what an answer failed with: the browser has seen no more of it than a missing one."""
        if self.failed is not None:
            failed, self.failed = self.failed, None
            raise failed

    def _lay(self, page: Any) -> None:
        if self._by_hand:
            return
        session = self.context.new_cdp_session(page)
        session.on("Fetch.requestPaused", lambda paused: self._paused(session, paused))
        session.send("Fetch.enable", {"patterns": [{"urlPattern": "*", "resourceType": kind} for kind in ASKED_HERE]})
        self._sessions.append(session)

    def _paused(self, session: Any, paused: dict[str, Any]) -> None:
        from playwright.sync_api import Error as Gone

        request = paused["request"]
        body = b"".join(b64decode(one.get("bytes", "")) for one in request.get("postDataEntries", ()))
        given = self._given(
            Asked(
                request["method"], request["url"], {name.lower(): value for name, value in request["headers"].items()},
                body, paused["resourceType"] == "Document",
            )
        )  # fmt: skip
        key = {"requestId": paused["requestId"]}
        try:
            if given is None:
                session.send("Fetch.failRequest", key | {"errorReason": "ConnectionFailed"})
                return
            headers = [{"name": name, "value": value} for name, value in given.headers.items()]
            told = {"responseCode": given.status, "responseHeaders": headers, "body": b64encode(given.body).decode()}
            session.send("Fetch.fulfillRequest", key | told)
        except Gone:  # the page that asked is not there any more
            pass

    def _routed(self, route: Any) -> None:
        request = route.request
        given = self._given(
            Asked(
                request.method, request.url, request.headers, request.post_data_buffer or b"",
                request.is_navigation_request(),
            )
        )  # fmt: skip
        if given is None:
            route.abort("connectionfailed")
        else:
            route.fulfill(status=given.status, headers=given.headers, body=given.body)

    def _given(self, asked: Asked) -> Given | None:
        if self.ended:
            return None
        try:
            return static(asked.path.partition("?")[0]) if asked.path.startswith(STATIC) else self.answer(asked)
        except BaseException as error:
            self.failed = self.failed or error
            return None
