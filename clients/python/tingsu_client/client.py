"""The way to the API and back: headers, keys that make repeating safe, waiting when asked to, refusals as exceptions."""

import http.client
import json
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from tingsu_client.calls import Calls

Answer = tuple[int, Mapping[str, str], bytes]
Transport = Callable[[str, str, Mapping[str, str], bytes | None, float], Answer]
"""(method, address, headers, body, seconds) → status, headers, content. Raises OSError when nothing comes back."""
AGAIN = frozenset({429, 503})
LONGEST_WAIT = 60.0


class Problem(Exception):
    """The API refused: a stable `code`, a sentence fit to show, and `data` for programs."""

    def __init__(self, status: int, code: str, detail: str, data: Mapping[str, Any]) -> None:
        super().__init__(f"{status} {code}: {detail}")
        self.status, self.code, self.detail, self.data = status, code, detail, data

    @property
    def fields(self) -> Mapping[str, Any]:
        """What is wrong with each field that was sent."""
        found: Mapping[str, Any] = self.data.get("fields", {})
        return found

    @property
    def unmet(self) -> list[Mapping[str, str]]:
        """Everything that a step still waits for."""
        return list(self.data.get("unmet", ()))


class Unreachable(Exception):
    """Nothing came back, however often it was tried."""


class _Nowhere(urllib.request.HTTPRedirectHandler):
    """A redirect is an answer: the token goes to the address that was named and to no other."""

    def redirect_request(self, *args: Any) -> None:
        return None


_STRAIGHT = urllib.request.build_opener(_Nowhere)


def over_the_net(method: str, address: str, headers: Mapping[str, str], body: bytes | None, seconds: float) -> Answer:
    """One request with what Python brings along."""
    if not address.startswith(("https://", "http://")):
        raise ValueError("The address begins with https:// or http://.")
    request = urllib.request.Request(address, data=body, headers=dict(headers), method=method)  # noqa: S310 checked above
    try:
        with _STRAIGHT.open(request, timeout=seconds) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers), error.read()
    except http.client.HTTPException as error:
        raise OSError(str(error)) from error


class Client(Calls):
    """One token's way to one installation.

    `address` is where the installation answers, such as https://complaints.example.com. A request is tried `tries` times when
    the API asks to wait (429, 503) or nothing comes back; whatever writes carries an Idempotency-Key, so that it is done once.
    """

    def __init__(
        self,
        address: str,
        token: str,
        *,
        language: str = "zh-hans",
        seconds: float = 30,
        tries: int = 4,
        transport: Transport = over_the_net,
        wait: Callable[[float], object] = time.sleep,
    ) -> None:
        self.address, self.token, self.language = address.rstrip("/"), token, language
        self.seconds, self.tries, self.transport, self.wait = seconds, max(1, tries), transport, wait

    def call(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        key: str = "",
        raw: tuple[str, bytes] | None = None,
    ) -> Any:
        """Any endpoint: what it answers, read; bytes of what is no JSON. Raises Problem, Unreachable."""
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Accept-Language": self.language,
            "User-Agent": "tingsu-client/1",
        }
        content = None
        if method != "GET":
            headers["Idempotency-Key"] = key or uuid.uuid4().hex
        if body is not None:
            headers["Content-Type"], content = "application/json", json.dumps(body).encode()
        if raw is not None:
            headers["Content-Type"], content = raw
        asked = urlencode({name: value for name, value in (params or {}).items() if value is not None})
        address = f"{self.address}/api/v1{path}" + (f"?{asked}" if asked else "")
        for turn in range(1, self.tries + 1):
            try:
                status, above, came = self.transport(method, address, headers, content, self.seconds)
            except OSError as error:
                if turn == self.tries:
                    raise Unreachable(str(error)) from error
                self.wait(float(turn))
                continue
            if turn < self.tries and (status in AGAIN or _still_running(status, came)):
                self.wait(_asked_wait(above, turn))
                continue
            return _read(status, above, came)
        raise AssertionError("not reached")

    def pages(self, path: str, params: Mapping[str, Any]) -> Iterator[Any]:
        """Every item of a list, a page at a time."""
        after: str | None = None
        while True:
            page = self.call("GET", path, params={**params, "after": after})
            yield from page["items"]
            after = page["next"]
            if not after:
                return

    def upload(self, name: str, content: bytes, kind: str = "application/octet-stream", *, key: str = "") -> Any:
        """Send one file; name its id in `files` of a registration or a step within a day."""
        mark = uuid.uuid4().hex
        called = name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
        head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{called}"\r\n'
        body = f"{head}Content-Type: {kind}\r\n\r\n".encode() + content + f"\r\n--{mark}--\r\n".encode()
        return self.call("POST", "/files", raw=(f"multipart/form-data; boundary={mark}", body), key=key)


def _still_running(status: int, came: bytes) -> bool:
    return status == 409 and b'"still_running"' in came


def _asked_wait(above: Mapping[str, str], turn: int) -> float:
    asked = {name.lower(): value for name, value in above.items()}.get("retry-after", "")
    return min(float(asked), LONGEST_WAIT) if asked.isdigit() else float(turn)


def _elsewhere(above: Mapping[str, str]) -> str:
    place = {name.lower(): value for name, value in above.items()}.get("location", "")
    return f"The installation answers elsewhere: {place or 'it does not say where'}. Give the client that address."


def _read(status: int, above: Mapping[str, str], came: bytes) -> Any:
    kind = {name.lower(): value for name, value in above.items()}.get("content-type", "").partition(";")[0]
    if status < 300:
        return json.loads(came) if kind == "application/json" else came
    if status < 400:
        raise Problem(status, "moved", f"Nothing was done. {_elsewhere(above)}", {})
    try:
        told = json.loads(came)
        raise Problem(status, told["code"], told["detail"], told.get("data") or {})
    except (ValueError, KeyError, TypeError) as error:
        raise Problem(status, "unreadable", came[:300].decode("utf-8", "replace"), {}) from error
