"""An IMAP server for tests on loopback: real lines, real literals; UIDs, dates, and ways to misbehave."""

import contextlib
import re
import socket
import ssl
import threading
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from tingsu.kernel.tests.test_patience import drip

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@dataclass
class Kept:
    raw: bytes
    at: datetime


@dataclass
class ImapServer:
    """One account `desk@firm.example` / `secret`, one folder unless told otherwise."""

    certificate: Path | None = None
    at_once: bool = False
    generation: int = 77
    mails: dict[int, Kept] = field(default_factory=dict)
    folder: str = "INBOX"
    breaks_after: int = -1
    """Close the line in the middle of so many-eth mail fetched (0: the first)."""
    greeting: bytes = b"* OK ready\r\n"
    drips: bool = False
    """After the greeting a sign now and then, and never the end of a line."""
    next_uid: int = 0
    idles: bool = False
    huge: int = 0
    """The size that it claims of every mail."""

    def __post_init__(self) -> None:
        self.asked: list[str] = []
        self.fetched = 0
        self.idlers: list[socket.socket] = []
        self.idling = threading.Event()
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def put(self, raw: bytes, at: datetime, uid: int = 0) -> int:
        uid = uid or max(self.mails, default=0) + 1
        self.mails[uid] = Kept(raw, at)
        for line in self.idlers:
            line.sendall(f"* {len(self.mails)} EXISTS\r\n".encode())
        return uid

    def close(self) -> None:
        self.socket.close()

    def _listen(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                line, _address = self.socket.accept()
                threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def _serve(self, line: socket.socket) -> None:
        with contextlib.suppress(OSError, ssl.SSLError, ValueError):
            if self.at_once:
                line = self._wrapped(line)
            line.sendall(self.greeting)
            if self.drips:
                drip(line)
            reader = line.makefile("rb")
            while told := reader.readline():
                words = told.decode("utf-8", "replace").strip()
                self.asked.append(words)
                tag, _space, rest = words.partition(" ")
                command = rest.upper()
                if command == "STARTTLS":
                    line.sendall(f"{tag} OK go\r\n".encode())
                    line = self._wrapped(line)
                    reader = line.makefile("rb")
                    continue
                if command == "IDLE":
                    line.sendall(b"+ idling\r\n")
                    self.idlers.append(line)
                    self.idling.set()
                    while reader.readline().strip().upper() not in {b"DONE", b""}:
                        pass
                    self.idlers.remove(line)
                answer = self._answer(tag, rest, command)
                if answer is None:
                    break
                line.sendall(answer)
                if command == "LOGOUT":
                    break
        with contextlib.suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)
        line.close()

    def _wrapped(self, line: socket.socket) -> socket.socket:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(str(self.certificate))
        return context.wrap_socket(line, server_side=True)

    def _answer(self, tag: str, rest: str, command: str) -> bytes | None:
        done = f"{tag} OK done\r\n".encode()
        if command == "CAPABILITY":
            more = (" STARTTLS" if self.certificate and not self.at_once else "") + (" IDLE" if self.idles else "")
            return f"* CAPABILITY IMAP4rev1 ID{more}\r\n".encode() + done
        if command.startswith("ID "):
            return b'* ID ("name" "test")\r\n' + done
        if command.startswith("LOGIN"):
            good = "desk@firm.example" in rest and '"secret"' in rest
            return done if good else f"{tag} NO [AUTHENTICATIONFAILED] wrong password\r\n".encode()
        if command.startswith(("SELECT", "EXAMINE")):
            if rest.split(" ", 1)[1].strip('"') != self.folder:
                return f"{tag} NO no such folder\r\n".encode()
            following = self.next_uid or max(self.mails, default=0) + 1
            return (
                f"* {len(self.mails)} EXISTS\r\n* OK [UIDVALIDITY {self.generation}] x\r\n* OK [UIDNEXT {following}] x\r\n".encode()
                + done
            )
        if command.startswith("UID SEARCH"):
            return self._search(rest).encode() + done
        if command.startswith("UID FETCH"):
            return self._fetch(rest, done)
        if command == "IDLE":
            return done
        if command == "LOGOUT":
            return b"* BYE\r\n" + done
        return f"{tag} BAD what\r\n".encode()

    def _search(self, rest: str) -> str:
        first, last = map(int, re.search(r"UID (\d+):(\d+)", rest).groups())  # type: ignore[union-attr]
        day, month, year = re.search(r"SINCE (\d+)-(\w+)-(\d+)", rest).groups()  # type: ignore[union-attr]
        since = date(int(year), MONTHS.index(month) + 1, int(day))
        found = [uid for uid, one in self.mails.items() if first <= uid <= last and one.at.date() >= since]
        return f"* SEARCH {' '.join(map(str, sorted(found)))}\r\n"

    def _fetch(self, rest: str, done: bytes) -> bytes | None:
        uid = int(re.search(r"FETCH (\d+)", rest)[1])  # type: ignore[index]
        one = self.mails.get(uid)
        if one is None:
            return done
        if "RFC822.SIZE" in rest:
            at = f"{one.at.astimezone(UTC):%d}-{MONTHS[one.at.month - 1]}-{one.at.astimezone(UTC):%Y %H:%M:%S} +0000"
            return (
                f'* 1 FETCH (UID {uid} RFC822.SIZE {self.huge or len(one.raw)} INTERNALDATE "{at}")\r\n'.encode() + done
            )
        content = one.raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if "HEADER" in rest else one.raw
        told: Any = f"* 1 FETCH (UID {uid} BODY[] {{{len(content)}}}\r\n".encode()
        self.fetched += 1
        if self.fetched - 1 == self.breaks_after:
            return None
        return told + content + b")\r\n" + done
