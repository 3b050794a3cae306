"""The one way out to addresses that people typed: where it leads, how long it takes, how much it takes in (IG-02)."""

import ipaddress
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from django.test import override_settings

from tingsu.kernel import outgoing
from tingsu.kernel.outgoing import NotReached, check_address, check_hook, may_call, post, push

INSIDE = override_settings(OUTGOING_INSIDE=["127.0.0.1"])


class Answering(BaseHTTPRequestHandler):
    """Answers as the path says."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.path, _mark, self.query = self.path.partition("?")
        getattr(self, f"do_{self.path.strip('/').replace('-', '_')}")()

    def do_echo(self) -> None:
        self._send(200, self.query.encode(), **{"Retry-After": "7"})

    def _send(self, status: int, content: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json; charset=utf-8", **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def do_well(self) -> None:
        self._send(200, b"{}")

    def do_large(self) -> None:
        self._send(200, b" " * 10_000_000)

    def do_exact(self) -> None:
        self._send(200, b" " * 1000)

    def do_moved(self) -> None:
        self._send(302, b"", Location="http://169.254.169.254/")

    def do_locked(self) -> None:
        self._send(401, b"")

    def do_gone(self) -> None:
        self._send(404, b"")

    def do_wrong(self) -> None:
        self._send(422, b"")

    def do_broken(self) -> None:
        self._send(503, b"")

    def do_slow(self) -> None:
        time.sleep(1.5)
        self._send(200, b"{}")

    def do_drip(self) -> None:
        self.send_response(200)
        self.end_headers()
        for _turn in range(30):
            self.wfile.write(b" ")
            self.wfile.flush()
            time.sleep(0.1)

    def do_nothing(self) -> None:
        self.wfile.write(b"hello\r\n")

    def log_message(self, *_arguments: Any) -> None:
        pass


class Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_arguments: Any) -> None:
        pass


@contextmanager
def answering(handler: type[BaseHTTPRequestHandler] = Answering) -> Iterator[str]:
    """A server on this machine, and its address."""
    server = Quiet(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with answering() as address:
        yield address


def asked(address: str, *, seconds: float = 5, limit: int = 1000) -> Any:
    return post(address, b"{}", {"Content-Type": "application/json"}, seconds=seconds, limit=limit)


@pytest.mark.req("IG-02")
@INSIDE
@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("large", "too_large"), ("moved", "moved"), ("locked", "sign_in"), ("wrong", "refused"), ("broken", "broken"),
        ("nothing", "unreachable"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_with_its_reason(server: str, path: str, why: str) -> None:
    with pytest.raises(NotReached) as refused:
        asked(f"{server}/{path}")
    assert refused.value.why == why
    assert "%" not in str(refused.value)


@INSIDE
def test_what_can_be_used_comes_whole(server: str) -> None:
    found = asked(f"{server}/well")
    assert (found.status, found.content, found.kind) == (200, b"{}", "application/json")
    assert len(asked(f"{server}/exact").content) == 1000
    assert asked(f"{server}/gone").status == 404


@pytest.mark.req("IG-03")
@INSIDE
def test_whoever_pushes_hears_the_other_sides_own_words_and_is_sent_nowhere_else(server: str) -> None:
    def pushed(path: str) -> Any:
        return push(f"{server}/{path}", b"{}", {}, seconds=5, limit=1000)

    found = pushed("echo?key=a-b%2F&sign=x")
    assert (found.content, found.headers["retry-after"]) == (b"key=a-b%2F&sign=x", "7")
    assert [pushed(path).status for path in ("locked", "wrong", "broken", "gone", "well")] == [401, 422, 503, 404, 200]
    for path, why in (("moved", "moved"), ("large", "too_large"), ("nothing", "unreachable")):
        with pytest.raises(NotReached) as refused:
            pushed(path)
        assert refused.value.why == why
    for address in (
        "https://a.example/?x=1#a",
        "https://a.example/?x= 1",
        "https://a.example/?" + "x" * 1001,
        "http://a.example/?x=1",
    ):
        with pytest.raises(NotReached) as refused:
            check_hook(address)
        assert refused.value.why == "address"
    assert check_hook("https://a.example/send?key=1") == "https://a.example/send?key=1"
    with override_settings(OUTGOING_INSIDE=[]), pytest.raises(NotReached) as refused:
        push("https://127.0.0.1/?key=1", b"", {}, seconds=1, limit=10)
    assert refused.value.why == "inside"


@pytest.mark.req("IG-02")
@INSIDE
@pytest.mark.parametrize("path", ["slow", "drip"])
def test_a_call_ends_in_time_however_slowly_anything_comes(server: str, path: str) -> None:
    begun = time.monotonic()
    with pytest.raises(NotReached) as refused:
        asked(f"{server}/{path}", seconds=0.5)
    assert refused.value.why == "timeout"
    assert time.monotonic() - begun < 1.2


@INSIDE
def test_nobody_listens(server: str) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(NotReached) as refused:
        asked(f"http://127.0.0.1:{port}/well")
    assert refused.value.why == "unreachable"


@INSIDE
def test_the_other_threads_stay_for_those_who_wait_for_nobody(server: str) -> None:
    held = [outgoing._places.acquire(timeout=1) for _place in range(outgoing.AT_ONCE)]
    try:
        with pytest.raises(NotReached) as refused:
            asked(f"{server}/well", seconds=0.2)
    finally:
        for _one in held:
            outgoing._places.release()
    assert refused.value.why == "busy"
    assert asked(f"{server}/well").status == 200


INWARD = (
    "127.0.0.1", "127.1.2.3", "10.0.0.5", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254", "0.0.0.0", "224.0.0.1",  # noqa: S104
    "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a00:1",
    "2002:7f00:1::", "2001:0:1::1", "192.0.2.1", "198.18.0.1",
)  # fmt: skip


@pytest.mark.req("IG-02")
@pytest.mark.parametrize("address", INWARD)
def test_no_address_leads_inside(address: str) -> None:
    assert not may_call("shop.example.com", ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["1.1.1.1", "114.114.114.114", "2606:4700::1111"])
def test_public_addresses_are_open(address: str) -> None:
    assert may_call("shop.example.com", ipaddress.ip_address(address))


@pytest.mark.parametrize(
    ("allowed", "host", "address", "open_"),
    [
        (["10.1.0.0/16"], "crm.firm.lan", "10.1.2.3", True),
        (["10.1.0.0/16"], "crm.firm.lan", "10.2.2.3", False),
        (["crm.firm.lan"], "CRM.firm.lan", "10.2.2.3", True),
        (["crm.firm.lan"], "evil.firm.lan", "10.2.2.3", False),
        (["169.254.0.0/16", "meta.lan"], "meta.lan", "169.254.169.254", False),
        (["10.1.0.0/16"], "crm.firm.lan", "::ffff:10.1.2.3", True),
    ],
)
def test_what_the_machines_owner_allows_is_open_and_nothing_beside_it(
    allowed: list[str], host: str, address: str, open_: bool
) -> None:
    with override_settings(OUTGOING_INSIDE=allowed):
        assert may_call(host, ipaddress.ip_address(address)) is open_


@pytest.mark.req("IG-02")
@pytest.mark.parametrize(
    "address",
    [
        "https://localhost/", "https://127.0.0.1/", "https://[::1]/", "https://127.1/", "https://2130706433/", "https://0x7f000001/",
        "https://0/", "https://localhost./",
    ],
)  # fmt: skip
def test_this_machine_is_not_asked_under_any_spelling(address: str) -> None:
    with pytest.raises(NotReached) as refused:
        asked(address)
    assert refused.value.why in {"inside", "unknown_host", "address"}


@pytest.mark.parametrize(
    "address",
    [
        "http://shop.example.com", "ftp://shop.example.com", "https://user:secret@shop.example.com", "https://shop.example.com/?x=1",
        "https://shop.example.com/#a", "https://", "shop.example.com", "https://shop.example.com/../x", "https://sh op.example.com",
        "https://shop.example.com:0", "https://" + "a" * 400 + ".com", "javascript:alert(1)", "http://127.0.0.1",
    ],
)  # fmt: skip
def test_an_address_is_a_plain_https_one(address: str) -> None:
    with pytest.raises(NotReached) as refused:
        check_address(address)
    assert refused.value.why == "address"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://shop.example.com/tingsu/", "https://shop.example.com/tingsu"),
        ("https://商店.中国/api", "https://xn--f55b170b.xn--fiqs8s/api"),
        ("https://shop.example.com:8443", "https://shop.example.com:8443"),
    ],
)
def test_an_address_is_kept_as_it_is_sent(typed: str, kept: str) -> None:
    assert check_address(typed).split("/")[2:] == kept.split("/")[2:] or check_address(typed).startswith("https://xn--")


def test_a_name_is_looked_up_once_and_the_line_goes_there(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that leads outside when it is checked and inside when it is called leads nowhere."""
    looked: list[str] = []

    def lookup(host: str, port: int, **_more: Any) -> list[Any]:
        looked.append(host)
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1" if len(looked) > 1 else "93.184.216.34", port))
        ]

    called: list[Any] = []
    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    monkeypatch.setattr(
        socket, "create_connection", lambda place, *_more: called.append(place) or (_ for _ in ()).throw(OSError())
    )
    with pytest.raises(NotReached):
        asked("https://turns.example.com/")
    assert called == [("93.184.216.34", 443)]
    assert looked == ["turns.example.com"]
