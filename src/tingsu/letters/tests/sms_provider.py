"""A provider of text messages for tests: listens on loopback, checks each signature by its own reading of the documents, and
answers by script."""

import contextlib
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from tingsu.kernel.actor import automation
from tingsu.kernel.clock import travel_to
from tingsu.kernel.rulebooks import publish
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.letters.sms import account, short

KEY, SECRET = "LTAI5tTestKey", "test-secret-of-the-key"
OK = {
    "aliyun": {"Code": "OK", "Message": "OK", "RequestId": "r", "BizId": "900619746936498440^0"},
    "tencent": {"Response": {"SendStatusSet": [{"SerialNo": "5000:1045710669157053657849499619", "Fee": 1, "Code": "Ok"}], "RequestId": "r"}},
}  # fmt: skip


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class Provider:
    """What it was asked for, and what it answers: a status and a body, or None to say nothing until the other side leaves."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.asked: list[dict[str, Any]] = []
        self.answer: tuple[int, Any] | None = (200, OK[kind])
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                signed = getattr(outer, f"_{outer.kind}")(self, content)
                if outer.answer is None:
                    self.rfile.read(1)
                    return
                status, body = outer.answer if signed else (400, {"Code": "SignatureDoesNotMatch", "Message": "no"})
                raw = body if isinstance(body, bytes) else json.dumps(body).encode()
                with contextlib.suppress(OSError):
                    self.send_response(status)
                    self.send_header("Content-Type", "application/json")
                    self.send_header("Content-Length", str(len(raw)))
                    self.end_headers()
                    self.wfile.write(raw)

            def log_message(self, *_words: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def _aliyun(self, line: Any, content: bytes) -> bool:
        raw = urlsplit(line.path).query
        given = dict(parse_qsl(raw))
        self.asked.append(given | {"body": content})
        scheme, _blank, rest = line.headers["Authorization"].partition(" ")
        parts = dict(piece.split("=", 1) for piece in rest.split(","))
        names = parts["SignedHeaders"].split(";")
        head = "".join(f"{name}:{line.headers[name]}\n" for name in names)
        query = "&".join(sorted(f"{quote(k, safe='-_.~')}={quote(v, safe='-_.~')}" for k, v in given.items()))
        whole = f"POST\n/\n{query}\n{head}\n{';'.join(names)}\n{_sha(content)}"
        mine = hmac.new(SECRET.encode(), f"{scheme}\n{_sha(whole.encode())}".encode(), "sha256").hexdigest()
        needed = {
            "host",
            "x-acs-action",
            "x-acs-date",
            "x-acs-version",
            "x-acs-signature-nonce",
            "x-acs-content-sha256",
        }
        return (scheme, parts["Credential"], needed <= set(names)) == ("ACS3-HMAC-SHA256", KEY, True) and parts[
            "Signature"
        ] == mine

    def _tencent(self, line: Any, content: bytes) -> bool:
        self.asked.append(
            json.loads(content) | {"action": line.headers["X-TC-Action"], "version": line.headers["X-TC-Version"]}
        )
        scheme, _blank, rest = line.headers["Authorization"].partition(" ")
        parts = dict(piece.strip().split("=", 1) for piece in rest.split(","))
        key_id, day, service, end = parts["Credential"].split("/")
        head = "".join(f"{name}:{line.headers[name].lower()}\n" for name in parts["SignedHeaders"].split(";"))
        whole = f"POST\n/\n\n{head}\n{parts['SignedHeaders']}\n{_sha(content)}"
        text = f"{scheme}\n{line.headers['X-TC-Timestamp']}\n{day}/{service}/{end}\n{_sha(whole.encode())}"
        key = f"TC3{SECRET}".encode()
        for word in (day, service, end):
            key = hmac.new(key, word.encode(), "sha256").digest()
        mine = hmac.new(key, text.encode(), "sha256").hexdigest()
        return (scheme, key_id, service) == ("TC3-HMAC-SHA256", KEY, "sms") and parts["Signature"] == mine


@contextlib.contextmanager
def sms_provider(settings: Any, kind: str = "aliyun", *, secret: str = SECRET) -> Iterator[Provider]:
    """A provider, and the account of the organisation with it."""
    provider = Provider(kind)
    settings.OUTGOING_INSIDE = ["127.0.0.1"]
    account.set_account(
        actor=automation("tests", current_organisation_id()),
        values={
            "provider": kind, "key_id": KEY, "secret": secret, "sign": "清源家居", "app_id": "1400006666", "region": "",
            "address": provider.address, "active": True,
        },
    )  # fmt: skip
    try:
        yield provider
    finally:
        provider.server.shutdown()
        provider.server.server_close()


def approve(actor: Any, *kinds: str, code: str = "SMS_1234567") -> None:
    """The texts of these kinds of letters have a code in both languages."""
    body = short.default()
    for one in body["texts"]:
        if one["code"] in kinds:
            one["approved"] = {"zh-Hans": code, "en": code}
    with travel_to(datetime(2026, 3, 1, tzinfo=UTC)):
        publish(actor=actor, kind=short.KIND, body=body)
