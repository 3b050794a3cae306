"""Calls to addresses that somebody typed into a form: one guarded way out, for every app that asks another system.

Whoever may write an address must not thereby reach what only this machine reaches (its own services, the network behind it,
the address at which clouds hand out keys), nor keep a thread of ours for as long as the other side likes. So:

* `https` to public addresses only. A host inside the firm is called where whoever runs the machine names it or its network
  in ``TINGSU_OUTGOING_INSIDE``; then `http` will do. The organisation's administrator cannot.
* The name is looked up once, and the connection goes to the address that was checked: a name that changes its mind leads nowhere.
* No redirect is followed, no proxy of the environment is used.
* The whole call has one end, counted from its beginning, however slowly anything drips; an answer has a size.
"""

import http.client
import ipaddress
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tingsu.kernel import addresses
from tingsu.kernel.errors import TingsuError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
AT_ONCE = 3
"""Calls of one process at a time: the others of its threads stay for those who wait for nobody."""
_TUNNELS = tuple(ipaddress.ip_network(one) for one in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"))
"""IPv6 addresses that carry an IPv4 one inside and lead to it."""
_QUERY = re.compile(r"[A-Za-z0-9%._~=&+/:@!$',;*-]{0,1000}")
_NOT_WEB = frozenset(
    {1719, 1720, 1723, 2049, 3306, 3389, 3659, 4045, 4190, 5060, 5061, 5432, 6000, 6379, 6566, 6679, 6697, 10080, 11211}
    | {*range(6665, 6670)}
)
"""Ports above 1023 at which something else than the web listens."""
_places = threading.BoundedSemaphore(AT_ONCE)
_lookups = ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="lookup")


class NotReached(TingsuError):
    """Another system gave no answer that can be used. `why` is a code of WHY."""

    code, status = "not_reached", 502

    def __init__(self, why: str, **data: Any) -> None:
        super().__init__(WHY[why], code=why, **data)
        self.why = why


WHY = {
    "address": _("The address must begin with https:// and name a host, without user, query or mark."),
    "port": _(
        "At this port no web address answers. Leave the port out, or take 443 or one above 1023 that is not a known service."
    ),
    "inside": _(
        "This address leads into an internal network. Whoever runs the machine can allow it in TINGSU_OUTGOING_INSIDE."
    ),
    "unknown_host": _("The name of the other system cannot be found. Check the address."),
    "unreachable": _("The other system cannot be reached."),
    "certificate": _("The other system has no certificate that we can trust."),
    "timeout": _("The other system did not answer within %(seconds)s s."),
    "too_large": _("The other system answered more than %(limit)s kB. Nothing of it was taken."),
    "moved": _("The other system sends us on to another address. Enter the address itself."),
    "sign_in": _("The other system refuses our secret."),
    "refused": _("The other system refuses the question (%(status)s)."),
    "broken": _("The other system reports a fault of its own (%(status)s)."),
    "busy": _("Too many questions to the other system wait at this moment. Try again in a few seconds."),
}
"""Why there is no answer, in words that say what to do."""


@dataclass(frozen=True)
class Reply:
    """What came back: the status, and the content as far as it was allowed to go."""

    status: int
    content: bytes
    kind: str
    """The content type, in small letters, without its parameters."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Every line above the answer, names in small letters."""


def check_hook(address: str) -> str:
    """An address to which we push, as it is kept: it may carry a query, for keys of robots stand there. Raises NotReached."""
    site, mark, query = address.strip().partition("?")
    if not _QUERY.fullmatch(query):
        raise NotReached("address")
    return f"{check_address(site)}{mark}{query}"


def check_leads_out(address: str, *, seconds: float = 3) -> None:
    """Looks the name up now: for the form in which an address is entered; each call looks for itself. Raises NotReached."""
    parts = addresses.split(address.partition("?")[0])
    assert parts is not None  # noqa: S101 `check_hook` took it
    _looked_up(addresses.host_as_sent(parts.hostname or ""), parts.port or 443, time.monotonic() + seconds, seconds)


def check_address(address: str) -> str:
    """The address as it is kept, without a slash at its end. Looks nothing up. Raises NotReached."""
    parts = addresses.split(address.strip())
    if parts is None or len(address) > 300:
        raise NotReached("address")
    try:
        sent = addresses.as_sent(parts)
        host = addresses.host_as_sent(parts.hostname or "")
    except ValueError as error:
        raise NotReached("address") from error
    known = _named_inside(host) or _literally_inside(host)
    if parts.scheme != "https" and not known:
        raise NotReached("address")
    if not known and parts.port not in (None, 443) and (parts.port < 1024 or parts.port in _NOT_WEB):
        raise NotReached("port")
    return sent.rstrip("/")


def post(url: str, content: bytes, headers: Mapping[str, str], *, seconds: float, limit: int) -> Reply:
    """Send one question and take the answer, all of it within `seconds` and at most `limit` bytes. Raises NotReached."""
    return _understood(push(check_address(url), content, headers, seconds=seconds, limit=limit))


def push(
    url: str, content: bytes, headers: Mapping[str, str], *, seconds: float, limit: int, cut: bool = False
) -> Reply:
    """As `post`, but the address may carry a query, and the other side's answer is given back whatever its status (only a
    redirect is refused): for callers who keep the other side's own words or judge by its codes. With `cut` a longer answer
    is not refused: its beginning is taken and the line hung up. Raises NotReached.
    """
    site, _mark, query = check_hook(url).partition("?")
    parts = addresses.split(site)
    assert parts is not None  # noqa: S101 checked just now
    if not _places.acquire(timeout=min(1.0, seconds)):
        raise NotReached("busy")
    try:
        path = f"{parts.path or '/'}?{query}" if query else parts.path or "/"
        return _call(parts, path, content, headers, time.monotonic() + seconds, seconds, limit, cut)
    finally:
        _places.release()


def _call(
    parts: Any,
    path: str,
    content: bytes,
    headers: Mapping[str, str],
    until: float,
    seconds: float,
    limit: int,
    cut: bool,
) -> Reply:
    port = parts.port or (443 if parts.scheme == "https" else 80)
    host = addresses.host_as_sent(parts.hostname or "")
    found = _looked_up(host, port, until, seconds)
    line = _Line(host, port, found, parts.scheme == "https", until)
    late = threading.Event()
    try:
        with _ended_at(until, line, late):
            line.request("POST", path, body=content, headers={**headers, "Connection": "close"})
            answer = line.getresponse()
            taken = answer.read(limit if cut else limit + 1)
    except ssl.SSLError as error:
        raise NotReached(*_late_or("certificate", late), seconds=seconds) from error
    except TimeoutError as error:
        raise NotReached("timeout", seconds=seconds) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NotReached(*_late_or("unreachable", late), seconds=seconds) from error
    finally:
        line.hang_up()
    if late.is_set():
        raise NotReached("timeout", seconds=seconds)
    if len(taken) > limit:
        raise NotReached("too_large", limit=limit // 1000)
    if 300 <= answer.status < 400:
        raise NotReached("moved")
    above = {name.lower(): value for name, value in answer.getheaders()}
    return Reply(answer.status, taken, above.get("content-type", "").partition(";")[0].strip().lower(), above)


def _late_or(why: str, late: threading.Event) -> tuple[str]:
    return ("timeout",) if late.is_set() else (why,)


def _understood(reply: Reply) -> Reply:
    if reply.status in {401, 403}:
        raise NotReached("sign_in")
    if reply.status >= 500:
        raise NotReached("broken", status=reply.status)
    if reply.status >= 400 and reply.status != 404:
        raise NotReached("refused", status=reply.status)
    return reply


class _Line(http.client.HTTPConnection):
    """A connection to one of the addresses that were checked, under the name that was asked for."""

    def __init__(self, host: str, port: int, found: list[str], sealed: bool, until: float) -> None:
        super().__init__(host, port)
        self.found, self.sealed, self.until = found, sealed, until
        self.held: socket.socket | None = None
        """The connection itself: the library lets go of it as soon as an answer begins."""

    def hang_up(self) -> None:
        """End the connection now, whoever still holds an end of it."""
        if self.held is not None:
            with suppress(OSError):
                self.held.shutdown(socket.SHUT_RDWR)
            self.held.close()
        self.close()

    def connect(self) -> None:
        last: OSError = OSError("no address")
        for one in self.found:
            left = self.until - time.monotonic()
            if left <= 0:
                raise TimeoutError
            try:
                self.held = self.sock = socket.create_connection((one, self.port), left)
                break
            except OSError as error:
                last = error
        else:
            raise last
        if self.sealed:
            sealed = ssl.create_default_context().wrap_socket(
                self.sock, server_hostname=self.host, do_handshake_on_connect=False
            )
            self.held = self.sock = sealed  # before the handshake, which may drip too
            sealed.do_handshake()


@contextmanager
def _ended_at(until: float, line: _Line, late: threading.Event) -> Iterator[None]:
    """A call that is not over at this moment is broken off: a time limit for each read would let a drip go on for ever."""

    def end() -> None:
        late.set()
        if line.held is not None:
            with suppress(OSError):
                line.held.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(max(0.0, until - time.monotonic()), end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _looked_up(host: str, port: int, until: float, seconds: float) -> list[str]:
    """The addresses behind a name; one of them that leads inside spoils all. Raises NotReached."""
    asked = _lookups.submit(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    try:
        rows = asked.result(timeout=max(0.05, until - time.monotonic()))
    except TookTooLong as error:
        raise NotReached("timeout", seconds=seconds) from error
    except (OSError, UnicodeError) as error:
        raise NotReached("unknown_host") from error
    found = list(dict.fromkeys(str(row[4][0]).partition("%")[0] for row in rows))
    if not found:
        raise NotReached("unknown_host")
    if not all(may_call(host, ipaddress.ip_address(one)) for one in found):
        raise NotReached("inside")
    return found


def may_call(host: str, address: Address) -> bool:
    """Is this a public address, or one inside that the machine's owner allows? Where keys of clouds are handed out never is."""
    plain = _unwrapped(address)
    if plain.is_link_local or plain.is_multicast or plain.is_unspecified:
        return False
    if _named_inside(host) or any(plain in network for network in _networks() if network.version == plain.version):
        return True
    return plain.is_global and not any(plain in one for one in _TUNNELS if one.version == plain.version)


def _unwrapped(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for, if it does."""
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _named_inside(host: str) -> bool:
    return host.lower() in {one.lower() for one in settings.OUTGOING_INSIDE if _network(one) is None}


def _literally_inside(host: str) -> bool:
    try:
        address = _unwrapped(ipaddress.ip_address(host))
    except ValueError:
        return False
    return any(address in network for network in _networks() if network.version == address.version)


def _networks() -> list[Network]:
    return [found for one in settings.OUTGOING_INSIDE if (found := _network(one)) is not None]


def _network(typed: str) -> Network | None:
    try:
        return ipaddress.ip_network(typed, strict=False)
    except ValueError:
        return None
