"""Reading a mailbox by IMAP with the client of the standard library: bounded, patient up to a limit, changing nothing there.

What goes wrong is one refusal with a code and the server's own words. A mail is fetched by UID without being marked as read.
"""

from __future__ import annotations

import base64
import contextlib
import imaplib
import io
import ipaddress
import re
import socket
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.kernel.errors import TingsuError
from tingsu.kernel.outgoing import may_call
from tingsu.kernel.patience import Patient
from tingsu.letters.smtp import SAID

SECONDS = 20
"""For one answer of the server."""
TALK_SECONDS = 120
"""For one visit: a server that drips does not keep a worker."""
TRIAL_SECONDS = 45
"""For a trial, whose page somebody waits for: a proxy before us gives up after 60 or 90."""
MOST_BYTES = 60 * 1024 * 1024
"""A larger mail stays where it is, and its record says so."""
WINDOW = 2_000
"""UIDs asked about at once: a mailbox may hold a hundred thousand mails."""
COUNTED = 50
"""Windows that are counted before a mailbox is read for the first time."""
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
WHY = {
    "address": _("The server's name does not exist"),
    "inside": _(
        "This address leads into an internal network. Whoever runs the machine can allow it in TINGSU_OUTGOING_INSIDE."
    ),
    "connection": _("The mail server cannot be reached"),
    "encryption": _("The mail server offers no encryption that we can trust"),
    "no_imap": _("There is no IMAP server at this address and port"),
    "sign_in": _("The mail server refuses our user name or password"),
    "folder": _("The folder does not exist or may not be opened"),
    "many": _("Many mails have come since that day. Look at the mailbox and say from which day on they are to be read"),
    "broken": _("The line broke while mail was fetched; what had arrived is kept"),
}
"""Why a mailbox could not be read, in words."""


class NotRead(TingsuError):
    """The mailbox could not be read. `why` is a code of WHY, `said` the server's own words."""

    code = "not_read"
    sentence = "The mailbox could not be read: %(why)s"

    def __init__(self, why: str, said: object = "") -> None:
        super().__init__(why=why)
        self.why = why
        text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        self.said = " ".join(text.split())[:SAID]


@dataclass(frozen=True, kw_only=True)
class Access:
    """By what a mailbox is reached."""

    host: str
    port: int
    security: str
    username: str
    password: str
    folder: str


@dataclass(frozen=True)
class Fetched:
    """One mail of the server. `raw` is None when it is too large; then `head` has its first lines."""

    uid: int
    arrived_at: datetime | None
    size: int
    raw: bytes | None
    head: bytes = b""


def looked_up(host: str, port: int) -> list[str]:
    """The addresses behind a name; one that only this machine reaches spoils all, as for every other call that somebody's typing
    causes (`kernel.outgoing`). Raises NotRead(address, inside).
    """
    try:
        rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotRead("address", error) from error
    found = list(dict.fromkeys(str(row[4][0]).partition("%")[0] for row in rows))
    for one in found:
        if not may_call(host, ipaddress.ip_address(one)):
            raise NotRead("inside", one)
    return found


class _Line:
    """What both kinds of connection share: the address was looked at, and patience ends."""

    host: str
    port: int
    sock: Any
    _read_of: Any = None
    _patient: Patient
    _buffered: io.BufferedReader

    def __init__(self, host: str, port: int, *, seconds: float, **options: Any) -> None:
        self.until = time.monotonic() + seconds
        self.found = looked_up(host, port)
        super().__init__(host, port, timeout=SECONDS, **options)  # type: ignore[call-arg]

    def _create_socket(self, timeout: float | None) -> socket.socket:
        line = self._connected(timeout)
        context = getattr(self, "ssl_context", None)
        return context.wrap_socket(line, server_hostname=self.host) if context else line

    def _connected(self, timeout: float | None) -> socket.socket:
        """To an address that was looked at: a name that changes its mind leads nowhere."""
        last: OSError = OSError("no address")
        for one in self.found:
            try:
                return socket.create_connection((one, self.port), timeout)
            except OSError as error:
                last = error
        raise last

    def readline(self) -> bytes:
        line = self._reader().readline(imaplib._MAXLINE + 1)  # type: ignore[attr-defined]
        if len(line) > imaplib._MAXLINE:  # type: ignore[attr-defined]
            raise imaplib.IMAP4.abort("the server sends more than was asked for")
        return line

    def read(self, size: int) -> bytes:
        if size > MOST_BYTES + 1024:
            raise imaplib.IMAP4.abort("the server sends more than was asked for")
        told = bytearray()
        while len(told) < size:
            part = self._reader().read1(min(size - len(told), 65536))
            if not part:
                raise imaplib.IMAP4.abort("the line broke in the middle of a mail")
            told += part
        return bytes(told)

    def _reader(self) -> io.BufferedReader:
        """What reads the present line: another one once it is encrypted."""
        if self._read_of is not self.sock:
            self._read_of, self._patient = self.sock, Patient(self.sock, self.until)
            self._buffered = io.BufferedReader(self._patient)
        self._patient.until = self.until
        return self._buffered


class _Plain(_Line, imaplib.IMAP4):
    pass


class _Implicit(_Line, imaplib.IMAP4_SSL):
    pass


class Visit:
    """An open folder: how it counts, and its mails."""

    def __init__(self, server: imaplib.IMAP4, generation: int, next_uid: int, count: int) -> None:
        self.server, self.generation, self.next_uid, self.count = server, generation, next_uid, count

    def patience(self, seconds: int) -> None:
        """How long an answer may take from now on."""
        self.server.until = time.monotonic() + seconds + SECONDS  # type: ignore[attr-defined]
        with contextlib.suppress(OSError):
            self.server.sock.settimeout(seconds)

    def count_since(self, since: date) -> int:
        """How many of the newest hundred thousand mails have come since that day. Raises NotRead(broken)."""
        newest = max(self.next_uid - 1 - COUNTED * WINDOW, 0)
        return sum(len(uids) for _last, uids in self.windows(newest, since))

    def windows(self, reached: int, since: date) -> Iterator[tuple[int, list[int]]]:
        """(up to which UID, the UIDs in it since that day), from the one after `reached` on. Raises NotRead(broken)."""
        first = reached + 1
        while first < self.next_uid:
            last = min(first + WINDOW - 1, self.next_uid - 1)
            day = f"{since.day:02d}-{MONTHS[since.month - 1]}-{since.year}"
            with _broken():
                kind, told = self.server.uid("SEARCH", f"UID {first}:{last} SINCE {day}")
                if kind != "OK":
                    raise NotRead("folder", told[0] or b"")
            yield (
                last,
                sorted(int(one) for one in (told[0] or b"").split() if one.isdigit() and first <= int(one) <= last),
            )
            first = last + 1

    def fetch(self, uid: int) -> Fetched | None:
        """One mail; None when it has gone meanwhile. Raises NotRead(broken)."""
        with _broken():
            _kind, told = self.server.uid("FETCH", str(uid), "(RFC822.SIZE INTERNALDATE)")
            line = next((one if isinstance(one, bytes) else one[0] for one in told if one), b"")
            size = int((re.search(rb"RFC822\.SIZE (\d{1,15})", line) or [b"0", b"0"])[1])
            arrived = re.search(rb'INTERNALDATE "([^"]{10,40})"', line)
            large = size > MOST_BYTES
            _kind, told = self.server.uid("FETCH", str(uid), "(BODY.PEEK[HEADER])" if large else "(BODY.PEEK[])")
            raw = next((one[1] for one in told if isinstance(one, tuple)), None)
            if raw is None:
                return None
        at = _instant(arrived[1].decode("ascii", "replace")) if arrived else None
        return Fetched(uid, at, size, None, raw[:100_000]) if large else Fetched(uid, at, size, raw)


def _instant(text: str) -> datetime | None:
    with contextlib.suppress(ValueError, OverflowError):
        return datetime.strptime(text.strip(), "%d-%b-%Y %H:%M:%S %z").astimezone(UTC)
    return None


@contextlib.contextmanager
def _broken() -> Iterator[None]:
    try:
        yield
    except (OSError, imaplib.IMAP4.error, ValueError, AttributeError) as error:
        raise NotRead("broken", error) from error


@contextlib.contextmanager
def visit(access: Access, seconds: float | None = None) -> Iterator[Visit]:
    """Connect, encrypt, sign in and open the folder to read only, for so long. Raises NotRead with the step that failed."""
    server, step = None, "connection"
    seconds = TALK_SECONDS if seconds is None else seconds
    try:
        context = ssl.create_default_context()
        at_once = access.security == "implicit"
        server = (
            _Implicit(access.host, access.port, seconds=seconds, ssl_context=context)
            if at_once
            else _Plain(access.host, access.port, seconds=seconds)
        )
        if access.security == "starttls":
            step = "encryption"
            server.starttls(context)
        step = "sign_in"
        if access.username.isascii() and access.password.isascii():
            server.login(access.username, access.password)
        else:
            secret = f"\0{access.username}\0{access.password}".encode()
            server.authenticate("PLAIN", lambda _challenge: secret)
        step = "folder"
        with contextlib.suppress(
            imaplib.IMAP4.error
        ):  # 163 and 126 open nothing before they know the program (RFC 2971)
            if "ID" in server.capabilities:
                server.xatom("ID", '("name" "Tingsu" "version" "1")')
        kind, told = server.select(f'"{_folder(access.folder)}"', readonly=True)
        if kind != "OK":
            raise NotRead("folder", told[0] or b"")
        opened = Visit(server, _number(server, "UIDVALIDITY"), _number(server, "UIDNEXT"), int(told[0] or 0))
        if not opened.next_uid:
            _kind, last = server.uid("SEARCH", "UID *") if opened.count else ("OK", [b""])
            opened.next_uid = max((int(one) for one in (last[0] or b"").split()), default=0) + 1
    except (OSError, imaplib.IMAP4.error, ValueError, AttributeError) as error:
        _hang_up(server)
        raise NotRead(_failed(step, error), error) from error
    except NotRead:
        _hang_up(server)
        raise
    try:
        yield opened
    finally:
        _hang_up(server)


def _failed(step: str, error: Exception) -> str:
    """Which step it was really: a line that breaks is no wrong password, and what greets otherwise is no IMAP server."""
    if isinstance(error, ssl.SSLError):
        return "encryption"
    if step == "connection":
        return "connection" if isinstance(error, OSError) else "no_imap"
    return "connection" if isinstance(error, OSError | imaplib.IMAP4.abort) and step != "encryption" else step


def _number(server: imaplib.IMAP4, name: str) -> int:
    told = server.untagged_responses.get(name) or [b"0"]
    last = told[-1] or b"0"
    found = re.search(rb"\d+", last if isinstance(last, bytes) else last[0])
    return int(found[0]) if found else 0


def _folder(name: str) -> str:
    """A folder's name as IMAP writes it (RFC 3501, 5.1.3): modified UTF-7, in quotes."""
    told, held = "", ""
    for sign in [*name, ""]:
        if sign and not " " <= sign <= "~":
            held += sign
            continue
        if held:
            told += "&" + base64.b64encode(held.encode("utf-16-be")).decode().rstrip("=").replace("/", ",") + "-"
            held = ""
        told += "&-" if sign == "&" else sign
    return told.replace("\\", "\\\\").replace('"', '\\"')


def _hang_up(server: imaplib.IMAP4 | None) -> None:
    if server is not None:
        with contextlib.suppress(OSError, imaplib.IMAP4.error, AttributeError, ValueError):
            server.logout()


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What came of trying a mailbox: `why` is empty when it works; then how many mails lie there."""

    why: str = ""
    said: str = ""
    count: int = 0
    fresh: int = 0
    """Those of them that have come since the day from which on it is read."""


def try_out(access: Access, since: date) -> Trial:
    """Connect, encrypt, sign in, open the folder, count what would be read. Never raises."""
    try:
        with visit(access, min(TRIAL_SECONDS, TALK_SECONDS)) as opened:
            return Trial(count=opened.count, fresh=opened.count_since(since) if opened.count else 0)
    except NotRead as refusal:
        return Trial(why=refusal.why, said=refusal.said)
