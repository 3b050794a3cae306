"""Another system as these tests know it: what it was sent, and what it is told to answer."""

import json
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from django.test import override_settings


@dataclass
class Receiver:
    """What came, in order; answers are taken from `answers`, then 200."""

    address: str = ""
    came: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answers: deque[int] = field(default_factory=deque)

    @property
    def told(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _headers, body in self.came]


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver on this machine, which the machine's owner allows."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.came.append(({name.lower(): value for name, value in self.headers.items()}, body))
            status = receiver.answers.popleft() if receiver.answers else 200
            getattr(self, f"answer{self.path.partition('?')[0].replace('/', '_')}", self.plainly)(status)

        def plainly(self, status: int) -> None:
            self.send_response(status)
            if status == 429:
                self.send_header("Retry-After", "900")
            self.end_headers()
            self.wfile.write(b"<b>thanks</b>")

        def answer_moved(self, _status: int) -> None:
            self.send_response(302)
            self.send_header("Location", "http://169.254.169.254/")
            self.end_headers()

        def answer_endless(self, _status: int) -> None:
            self.send_response(200)
            self.end_headers()
            for _turn in range(200):
                self.wfile.write(b"x" * 100_000)

        def answer_heavy(self, _status: int) -> None:
            self.send_response(200)
            self.send_header("X-Long", "x" * 1_000_000)
            self.end_headers()

        def answer_broken(self, _status: int) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"\xff\x00\xfe ok")

        def log_message(self, *_arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    receiver.address = f"http://127.0.0.1:{server.server_port}/hook"
    try:
        with override_settings(OUTGOING_INSIDE=["127.0.0.1"]):
            yield receiver
    finally:
        server.shutdown()
        server.server_close()
