"""The Python client: as the interface describes itself, and a shop that registers a complaint and follows it through it (IG-01)."""

import json
import sys
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client as Browser
from PIL import Image

from tests.cast import Cast
from tingsu.api import client_text
from tingsu.api.tokens import issue_token
from tingsu.hooks import actions, delivering
from tingsu.hooks.tests.receiver import receiving
from tingsu.kernel.actor import automation

pytestmark = pytest.mark.req("IG-01")
HOME = settings.REPOSITORY / "clients" / "python"


@pytest.fixture
def tingsu_client() -> Iterator[Any]:
    """The package as somebody has it who installed it."""
    sys.path.insert(0, str(HOME))
    try:
        import tingsu_client

        yield tingsu_client
    finally:
        sys.path.remove(str(HOME))


@pytest.fixture
def transport(client: Browser) -> Callable[..., Any]:
    """The installation of this test in the place of the net."""

    def ask(method: str, address: str, headers: dict[str, str], body: bytes | None, seconds: float) -> Any:
        parts = urlsplit(address)
        kind = headers.get("Content-Type", "application/octet-stream")
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        answer = client.generic(method, path, body or b"", content_type=kind, headers=headers)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        return answer.status_code, dict(answer.headers), content

    return ask


def a_picture() -> bytes:
    made = BytesIO()
    Image.new("RGB", (8, 8), "white").save(made, "PNG")
    return made.getvalue()


def token(cast: Cast, name: str = "supervisor") -> str:
    person = getattr(cast, name)
    _row, text = issue_token(
        actor=automation("test", cast.organisation_id), name=f"shop {name}",
        scopes=("complaints:read", "complaints:write", "registers:read", "registers:write"),
        roles=person.actor.roles, acts_for=person.id,
    )  # fmt: skip
    return text


def test_the_made_part_is_as_the_interface_is_now() -> None:
    """Written anew by `./tingsu manage api_client`."""
    kept = (settings.REPOSITORY / client_text.PLACE).read_text()
    assert kept == client_text.present(), "Read what changed: ./tingsu manage api_client"
    assert len(kept.splitlines()) < 1600, "a client to be read, not a dump"


def test_a_shop_registers_follows_and_lists(cast: Cast, tingsu_client: Any, transport: Any) -> None:
    shop = tingsu_client.Client("http://testserver/", token(cast), language="en", transport=transport)
    story = {
        "problem_type": "consumer", "mode": "internet", "description": "商家已同意退款，七天没有到账。",
        "name": "陈小满", "phone": "13800002210", "demands": [{"kind": "refund", "amount": 129900}],
    }  # fmt: skip
    made = shop.register(story, key="order-1")
    assert shop.register(story, key="order-1")["number"] == made["number"], "once, however often"
    with pytest.raises(tingsu_client.Problem) as refused:
        shop.register({**story, "phone": ""}, key="order-1")
    assert (refused.value.status, refused.value.code) == (409, "idempotency_key_reused")
    with pytest.raises(tingsu_client.Problem) as refused:
        shop.register({"description": "x"})
    assert refused.value.code == "invalid_input"
    assert "problem_type" in refused.value.fields
    photo = shop.upload('照片 "1".png', a_picture(), "image/png")
    shop.take_step(made["number"], "add_facts", {"facts": "退款截图", "files": [photo["id"]]})
    with pytest.raises(tingsu_client.Problem) as refused:
        shop.take_step(made["number"], "close")
    assert refused.value.status in {403, 409}
    others = [shop.register({**story, "phone": f"1380000221{n}"})["number"] for n in range(3)]
    assert [one["number"] for one in shop.complaints(limit=2)] == [*reversed(others), made["number"]]
    assert [one["kind"] for one in shop.complaint_events(made["number"])][:1] == ["complaint.registered"]
    contact = {"kind": "praise", "mode": "phone", "received_at": "2026-03-01T02:00:00Z", "words": "很好"}
    entry = shop.open_entry("contact", contact)
    assert [one["number"] for one in shop.entries("contact", state="unfinished")] == [entry["number"]]
    assert shop.read_entry("contact", entry["number"])["state"] == "open"
    assert shop.entries_file("contact", "yearly audit").startswith(b"\xef\xbb\xbf")
    assert (
        json.loads(shop.complaints_file(purpose="yearly audit", form="jsonl").splitlines()[-1])["number"]
        == made["number"]
    )


def test_it_waits_when_it_is_asked_to_and_gives_up_in_the_end(tingsu_client: Any) -> None:
    answers: list[Any] = []
    waited: list[float] = []
    asked: list[dict[str, str]] = []

    def transport(method: str, address: str, headers: dict[str, str], body: bytes | None, seconds: float) -> Any:
        asked.append(dict(headers))
        found = answers.pop(0)
        if isinstance(found, OSError):
            raise found
        return found

    busy = (429, {"Retry-After": "7"}, b'{"code": "too_many", "detail": "Wait.", "data": {}}')
    running = (409, {}, b'{"code": "still_running", "detail": "Wait.", "data": {}}')
    well = (200, {"Content-Type": "application/json; charset=utf-8"}, b"{}")
    one = tingsu_client.Client("https://a.example", "t", transport=transport, wait=waited.append, tries=3)
    for came, outcome in (
        ([busy, well], [7.0]), ([(503, {}, b""), running, well], [1.0, 2.0]), ([OSError(), well], [1.0]),
        ([busy, busy, busy], "too_many"), ([OSError("cut")] * 3, "cut"), ([(500, {}, b"<html>")], "unreadable"),
        ([(301, {"Location": "https://b.example/"}, b"")], "https://b.example/"), ([(304, {}, b"")], "304 moved"),
    ):  # fmt: skip
        answers[:], waited[:], asked[:] = list(came), [], []
        if isinstance(outcome, list):
            assert one.take_up_escalation("x") == {}
            assert waited == outcome
            assert len({each["Idempotency-Key"] for each in asked}) == 1, "one key for all tries"
        else:
            with pytest.raises((tingsu_client.Problem, tingsu_client.Unreachable)) as refused:
                one.take_up_escalation("x")
            assert outcome in str(refused.value)
    with pytest.raises(ValueError, match="https"):
        tingsu_client.client.over_the_net("GET", "file:///etc/passwd", {}, None, 1)


def test_a_redirect_is_not_followed_with_the_token(tingsu_client: Any) -> None:
    with receiving() as other:
        address = other.address.replace("/hook", "/moved")
        status, above, _came = tingsu_client.client.over_the_net("POST", address, {"Authorization": "Bearer t"}, b"", 2)
    assert (status, above["Location"]) == (302, "http://169.254.169.254/")


def test_the_shop_knows_messages_of_ours_from_others(cast: Cast, tingsu_client: Any, transport: Any) -> None:
    """The example of the documentation, against a real delivery."""
    shop = tingsu_client.Client("http://testserver", token(cast), transport=transport)
    with receiving() as other:
        row, first = actions.subscribe(
            actor=cast.mgmt_rep.actor, name="shop", address=other.address, kinds=("complaint.registered",)
        )
        made = shop.register(
            {"problem_type": "consumer", "mode": "internet", "description": "没有到账", "phone": "13800002210"}
        )
        second = actions.turn_secret(actor=cast.mgmt_rep.actor, id=row.pk)
        delivering.deliver_due()
    headers, body = other.came[0]
    for secrets in (first, second, [second, first]):
        assert tingsu_client.verify(secrets, headers, body)["subject"]["number"] == made["number"]
    late = int(headers["webhook-timestamp"]) + 301
    unsigned = {name: value for name, value in headers.items() if name != "webhook-signature"}
    for secrets, above, content, now in (
        ("whsec_AAAA", headers, body, None), (first, headers, body + b" ", None), (first, unsigned, body, None), ("whsec_*", headers, body, None),
        (first, {**headers, "webhook-id": "x"}, body, None), (first, headers, body, late), (first, {**headers, "webhook-timestamp": "x"}, body, None),
    ):  # fmt: skip
        with pytest.raises(tingsu_client.NotGenuine):
            tingsu_client.verify(secrets, above, content, now=now)


def test_the_example_of_the_documentation_runs(cast: Cast, tingsu_client: Any, transport: Any) -> None:
    """docs/examples/shop.py: what it shows is what happens."""
    names: dict[str, Any] = {"__name__": "shop"}
    exec(compile((settings.REPOSITORY / "docs/examples/shop.py").read_text(), "shop.py", "exec"), names)  # noqa: S102 our own
    secret = delivering.signing.new_secret()
    shop = names["Shop"](tingsu_client.Client("http://testserver", token(cast), transport=transport), secret)
    number = shop.complain("A-1001", "陈小满", "13800002210", "七天没有到账。", 129900)
    assert shop.complain("A-1001", "陈小满", "13800002210", "七天没有到账。", 129900) == number
    told = {"id": "e1", "type": "complaint.closed", "subject": {"number": number, "state": "closed"}}
    body = json.dumps(told).encode()
    at = int(delivering.real_now().timestamp())
    headers = delivering.signing.headers([secret], "e1", at, body)

    def sent(above: dict[str, str]) -> tuple[str, dict[str, str]]:
        environ = {"REQUEST_METHOD": "POST", "CONTENT_LENGTH": str(len(body)), "wsgi.input": BytesIO(body)}
        environ |= {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in above.items()}
        status: list[str] = []
        shop.hook(environ, lambda line, _headers: status.append(line))
        return status[0][:3], dict(shop.orders)

    assert sent({**headers, "webhook-signature": "v1,AAAA"}) == ("401", {"A-1001": "registered"})
    assert sent(headers) == ("204", {"A-1001": "closed"})
    shop.orders["A-1001"] = "seen"
    assert sent(headers) == ("204", {"A-1001": "seen"}), "an event that comes twice is taken once"
