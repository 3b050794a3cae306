"""A mail server for tests that answers by script: each command's answers in turn, the last one for ever."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

from tingsu.kernel.tests.test_patience import drip

POLITE = {
    "HELLO": ["220 post ready"], "EHLO": ["250-post\r\n250-SMTPUTF8\r\n250 8BITMIME"], "MAIL": ["250 sender ok"],
    "RCPT": ["250 recipient ok"], "DATA": ["354 go on"], "END": ["250 2.0.0 queued as 4711"], "RSET": ["250 ok"], "QUIT": ["221 bye"],
    "AUTH": ["235 welcome"], "STARTTLS": ["220 go"], "NOOP": ["250 ok"],
}  # fmt: skip
HANG_UP = "hang up"
"""As an answer: close the line without a word."""
DRIP = "drip"
"""As an answer: a sign now and then, and never the end of a line."""
SILENCE = "silence"
"""As an answer: none, and the line stays open until the other side leaves."""


class PostOffice:
    """Listens on loopback; keeps what it was given, letters with the address they were meant for."""

    def __init__(
        self, script: Mapping[str, list[str]], certificate: Path | None = None, *, at_once: bool = False
    ) -> None:
        self.script = {name: list(answers) for name, answers in {**POLITE, **script}.items()}
        self.context = None
        if certificate is not None:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(certificate)
            if not at_once:
                self.script["EHLO"] = ["250-post\r\n250 STARTTLS", *self.script["EHLO"]]
        self.at_once = at_once
        self.letters: list[tuple[str, bytes]] = []
        self.asked: list[str] = []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def answer(self, name: str) -> str:
        answers = self.script[name]
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def close(self) -> None:
        self.socket.close()

    def _listen(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                line, _address = self.socket.accept()
                with contextlib.suppress(OSError), line:
                    line.settimeout(10)
                    self._talk(line)

    def _talk(self, line: socket.socket) -> None:
        if self.context is not None and self.at_once:
            line = self.context.wrap_socket(line, server_side=True)
        said, recipient = line.makefile("rb"), ""
        if not self._say(line, "HELLO"):
            return
        while command := said.readline():
            name = command.split()[0].decode("latin-1").upper() if command.split() else ""
            self.asked.append(name)
            if name == "RCPT":
                recipient = command.decode().partition("<")[2].partition(">")[0]
            if not self._say(line, name if name in self.script else "NOOP") or name == "QUIT":
                return
            if name == "STARTTLS" and self.context is not None and self.said.startswith("220"):
                line = self.context.wrap_socket(line, server_side=True)
                said = line.makefile("rb")
            if name == "DATA" and self.said.startswith("354"):
                content = b""
                while (row := said.readline()) not in {b".\r\n", b""}:
                    content += row
                self.letters.append((recipient, content))
                if not self._say(line, "END"):
                    return

    def _say(self, line: socket.socket, name: str) -> bool:
        self.said = self.answer(name)
        if self.said == HANG_UP:
            return False
        if self.said == SILENCE:
            line.recv(1)
            return False
        if self.said == DRIP:
            drip(line)
        line.sendall(self.said.encode() + b"\r\n")
        return True


@contextlib.contextmanager
def post_office(
    settings: object, certificate: Path | None = None, *, at_once: bool = False, **script: list[str]
) -> Iterator[PostOffice]:
    """A server that the installation's settings name, for the length of a test."""
    server = PostOffice(script, certificate, at_once=at_once)
    settings.EMAIL_BACKEND = "tingsu.letters.smtp.Backend"  # type: ignore[attr-defined]
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "localhost", server.port, 5  # type: ignore[attr-defined]
    settings.EMAIL_SECURITY = "none" if certificate is None else "implicit" if at_once else "starttls"  # type: ignore[attr-defined]
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""  # type: ignore[attr-defined]
    settings.DEFAULT_FROM_EMAIL = "service@qingyuan.example"  # type: ignore[attr-defined]
    try:
        yield server
    finally:
        server.close()
