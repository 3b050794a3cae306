"""What another system answers, read strictly: partial answers are said plainly, nonsense is refused whole (IV-01, IG-02)."""

import json
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from django.test import override_settings

from tests.cast import Cast
from tingsu.inquiry import answers, remote
from tingsu.inquiry.models import Connection
from tingsu.inquiry.providers import NONSENSE, NoAnswer, Question, read
from tingsu.kernel.clock import now
from tingsu.kernel.ledger import open_chain
from tingsu.kernel.tests.test_outgoing import answering

ORDERS = Question(part="orders", case="202603-XF-001", order_number="NT-55 01", outside=False)
OURS = {"number": "nt5501", "amount": 100}
OTHER = {"number": "NT9", "amount": 100}


@pytest.mark.req("IV-01", "IG-02")
@pytest.mark.parametrize(
    ("part", "given"),
    [
        ("orders", []), ("orders", "x"), ("orders", None), ("orders", 1), ("orders", {"orders": {}}), ("orders", {"orders": "x"}),
        ("customer", {"customer": []}), ("customer", {"customer": {"name": 7}}), ("customer", {"customer": {"name": "x" * 121}}),
        ("customer", {"customer": {"since": "gestern"}}), ("customer", {"customer": {"since": "0001-01-01"}}),
        ("customer", {"customer": {"name": "a\x00b"}}), ("orders", {"orders": [], "others": -1}), ("orders", {"orders": [], "others": True}),
        ("orders", {"orders": [], "others": 10**9}), ("orders", {"orders": [], "others": "viele"}),
    ],
)  # fmt: skip
def test_nonsense_is_refused_whole(part: str, given: Any) -> None:
    with pytest.raises(NoAnswer) as refused:
        read(Question(part=part, case="x"), given)
    assert str(refused.value) == str(NONSENSE)


@pytest.mark.req("IV-01")
@pytest.mark.parametrize(
    "entry",
    [
        7, None, {}, {"number": ""}, {"number": "NT5501", "amount": -1}, {"number": "NT5501", "amount": 1.5}, {"number": "NT5501", "amount": "100"},
        {"number": "NT5501", "amount": 10**18}, {"number": "NT5501", "at": "2026-02-20T08:00:00"}, {"number": "NT5501", "at": "9999-12-31T23:59:59-12:00"},
        {"number": "NT5501", "lines": [{}]}, {"number": "NT5501", "lines": [{"name": "x"}] * 101}, {"number": "NT5501", "note": "x" * 5001},
        {"number": "NT5501", "amount": True},
    ],
)  # fmt: skip
def test_an_entry_that_does_not_fit_is_left_out_and_counted(entry: Any) -> None:
    found = read(ORDERS, {"orders": [OURS, entry]})
    assert [one.number for one in found.orders] == ["nt5501"]
    assert len(found.gaps) == 1
    assert "1" in found.gaps[0]


@pytest.mark.req("IV-01")
def test_a_part_of_the_truth_says_so() -> None:
    found = read(ORDERS, {"orders": [OURS] * 103, "complete": False, "missing": " 仓库系统维护 "})
    assert len(found.orders) == answers.MOST
    assert len(found.gaps) == 2
    assert "仓库系统维护" in found.gaps[0]
    assert "3" in found.gaps[1]
    assert read(ORDERS, {"orders": [OURS], "complete": False, "missing": 7}).gaps
    assert read(ORDERS, {"orders": [OURS]}).gaps == ()


@pytest.mark.req("IV-02")
def test_what_lies_outside_the_case_stays_behind_whatever_was_sent() -> None:
    kept = read(ORDERS, {"orders": [OURS, OTHER], "interactions": []})
    assert ([one.number for one in kept.orders], kept.others) == (["nt5501"], 1)
    whole = read(Question(part="orders", case="x", order_number="NT5501", outside=True), {"orders": [OURS, OTHER]})
    assert len(whole.orders) == 2
    nothing = read(Question(part="orders", case="x"), {"orders": [OURS, OTHER], "others": 5})
    assert (nothing.orders, nothing.others) == ([], 5)
    talks = [{"at": "2026-01-01T00:00:00Z", "order_number": number} for number in ("", "nt-5501", "NT9")]
    said = read(Question(part="interactions", case="x", order_number="NT5501"), {"interactions": talks})
    assert [one.order_number for one in said.interactions] == ["", "nt-5501"]


class System(BaseHTTPRequestHandler):
    """A firm's system, by the contract and beside it."""

    heard: list[tuple[str, dict[str, Any], str]] = []
    content: Any = {}
    kind = "application/json"
    status = 200
    wait = 0.0

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        System.heard.append((self.path, body, self.headers.get("Authorization", "")))
        time.sleep(System.wait)
        sent = System.content if isinstance(System.content, bytes) else json.dumps(System.content).encode()
        self.send_response(System.status)
        self.send_header("Content-Type", System.kind)
        self.send_header("Content-Length", str(len(sent)))
        self.end_headers()
        self.wfile.write(sent)

    def log_message(self, *_arguments: Any) -> None:
        pass


@pytest.fixture
def connection(cast: Cast) -> Iterator[Connection]:
    System.heard, System.content, System.kind, System.status, System.wait = [], {}, "application/json", 200, 0.0
    chain = open_chain("connection")
    with answering(System) as address, override_settings(OUTGOING_INSIDE=["127.0.0.1"]):
        chain.flush()
        row = Connection(
            id=chain.stream.pk,
            stream_id=chain.stream.pk,
            address=f"{address}/tingsu",
            seconds=1,
            set_at=now(),
            approved_at=now(),
        )
        row.stream = chain.stream
        row.put_secret("s3cret")
        row.save(force_insert=True)
        yield Connection.objects.select_related("stream").get()


@pytest.mark.req("IG-02")
def test_the_contract_is_spoken_as_the_documentation_says(connection: Connection) -> None:
    System.content = {"orders": [OURS, OTHER], "others": 3}
    found = remote.answer(connection, ORDERS)
    assert ([one.number for one in found.orders], found.others) == (["nt5501"], 3)
    remote.answer(connection, Question(part="orders", case="x", phone="13800002210", outside=True))
    assert System.heard == [
        (
            "/tingsu/orders",
            {"contract": 1, "case": "202603-XF-001", "scope": "case", "order_number": "NT-55 01"},
            "Bearer s3cret",
        ),
        ("/tingsu/orders", {"contract": 1, "case": "x", "scope": "customer", "phone": "13800002210"}, "Bearer s3cret"),
    ]
    assert b"s3cret" not in bytes(connection.secret)


def test_nothing_known_is_an_empty_answer(connection: Connection) -> None:
    System.status = 404
    assert remote.answer(connection, ORDERS).orders == []
    System.content = {"contract": 1, "name": "CRM"}
    with pytest.raises(NoAnswer):  # an address that knows no check is no system that answers, whatever its page says
        remote.check(connection)


@pytest.mark.req("IV-01", "IG-02")
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"content": b"<html>"}, "nonsense"), ({"kind": "text/html"}, "nonsense"), ({"content": b"[" * 100_000}, "nonsense"),
        ({"content": b"\xff\xfe"}, "nonsense"), ({"content": b" " * 10_000_000}, "too_large"), ({"wait": 2.0}, "timeout"),
        ({"status": 401}, "sign_in"), ({"status": 500}, "broken"), ({"status": 302}, "moved"), ({"content": b"NaN"}, "nonsense"),
    ],
)  # fmt: skip
def test_a_bad_answer_is_refused_with_the_sentence_that_says_why(
    connection: Connection, changes: dict[str, Any], code: str
) -> None:
    for name, value in changes.items():
        setattr(System, name, value)
    with pytest.raises(NoAnswer) as refused:
        remote.answer(connection, ORDERS)
    assert refused.value.code == code
    assert "%(" not in str(refused.value)


@pytest.mark.req("IG-02")
def test_the_check_sends_no_person_and_wants_the_contract(connection: Connection) -> None:
    System.content = {"contract": 1, "name": " 商城 CRM "}
    assert remote.check(connection) == "商城 CRM"
    assert System.heard[-1][:2] == ("/tingsu/check", {"contract": 1})
    for wrong in ({}, {"contract": 2}, {"contract": "1"}, [], "ok"):
        System.content = wrong
        with pytest.raises(NoAnswer):
            remote.check(connection)
