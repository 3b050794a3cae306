"""Group robots: signed as each documents it, once for each piece of news, masked, in bounds, and seen when they fail."""

import base64
import contextlib
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import translation

from tests.cast import Cast
from tests.signing import enter
from tingsu.complaints.models import Complaint
from tingsu.intake.tests.test_register_complaint import MONDAY, registered
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import local, travel_to
from tingsu.kernel.outgoing import NotReached
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.letters.models import Notice, Robot, RobotPost
from tingsu.letters.notices import notify
from tingsu.letters.robots import keeping, posting, speaking
from tingsu.letters.robots.speaking import Mouth, NotSaid, say

AT = MONDAY + timedelta(hours=1)
SECRET = "SEC0123456789"


class Group:
    """A robot of any kind on loopback: what it heard, and what it answers."""

    def __init__(self) -> None:
        self.heard: list[tuple[dict[str, list[str]], dict[str, Any]]] = []
        self.answer: tuple[int, Any] = (200, {"errcode": 0, "errmsg": "ok", "code": 0})
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                outer.heard.append((parse_qs(urlsplit(self.path).query), json.loads(content)))
                status, body = outer.answer
                raw = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                with contextlib.suppress(OSError):
                    self.wfile.write(raw)

            def log_message(self, *_words: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/robot?key=abc-1"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()


@pytest.fixture
def group(settings: Any) -> Iterator[Group]:
    settings.OUTGOING_INSIDE = ["127.0.0.1"]
    made = Group()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.mark.req("IG-03")
def test_each_kind_is_signed_and_spoken_to_in_its_own_way(group: Group, cast: Cast) -> None:
    moment = datetime(2026, 3, 2, 2, 0, 0, 250_000, tzinfo=UTC)
    with travel_to(moment):
        for kind in ("wecom", "dingtalk", "feishu"):
            say(Mouth(kind=kind, address=group.address, secret=SECRET), "你好")
    (wecom, said), (dingtalk, also), (_query, feishu) = group.heard
    assert (wecom, said) == ({"key": ["abc-1"]}, {"msgtype": "text", "text": {"content": "你好"}})
    assert also == said
    stamp = "1772416800250"
    mine = base64.b64encode(hmac.new(SECRET.encode(), f"{stamp}\n{SECRET}".encode(), hashlib.sha256).digest()).decode()
    assert dingtalk == {"key": ["abc-1"], "timestamp": [stamp], "sign": [mine]}
    mine = base64.b64encode(hmac.new(f"1772416800\n{SECRET}".encode(), b"", hashlib.sha256).digest()).decode()
    assert feishu == {"msg_type": "text", "content": {"text": "你好"}, "timestamp": "1772416800", "sign": mine}


def test_what_an_answer_means(group: Group, cast: Cast) -> None:
    for kind, answer, expected in (
        ("wecom", (200, {"errcode": 93000, "errmsg": "invalid webhook url"}), ("robot_refused", False)),
        ("wecom", (200, {"errcode": 45009, "errmsg": "api freq out of limit"}), ("robot_busy", True)),
        ("dingtalk", (200, {"errcode": 310000, "errmsg": "sign not match"}), ("robot_refused", False)),
        ("dingtalk", (200, {"errcode": 130101, "errmsg": "send too fast"}), ("robot_busy", True)),
        ("feishu", (200, {"code": 19021, "msg": "sign match fail"}), ("robot_refused", False)),
        ("feishu", (400, {"code": 11232, "msg": "frequency limited"}), ("robot_busy", True)),
        ("feishu", (500, {"code": 0}), ("robot_busy", True)),
        ("wecom", (200, b"<html>"), ("robot_nonsense", False)),
        ("wecom", (502, b""), ("robot_nonsense", True)),
        ("wecom", (200, []), ("robot_nonsense", False)),
        ("wecom", (200, {}), ("robot_refused", False)),
        ("wecom", (200, b"x" * 90_000), ("robot_unreachable", True)),
        ("wecom", (302, {}), ("robot_unreachable", False)),
    ):
        group.answer = answer
        with pytest.raises(NotSaid) as refused:
            say(Mouth(kind=kind, address=group.address), "x")
        assert (refused.value.why, refused.value.later) == expected, answer


@pytest.mark.parametrize(
    ("kind", "address", "fits"),
    [
        ("wecom", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1-2", True),
        ("dingtalk", "https://oapi.dingtalk.com/robot/send?access_token=1", True),
        ("feishu", "https://open.feishu.cn/open-apis/bot/v2/hook/1-2", True),
        ("wecom", "https://oapi.dingtalk.com/robot/send?access_token=1", False),
        ("wecom", "http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1", False),
        ("wecom", "https://qyapi.weixin.qq.com.evil.example/send?key=1", False),
        ("wecom", "https://qyapi.weixin.qq.com@evil.example/send?key=1", False),
        ("feishu", "https://169.254.169.254/latest?x=1", False),
        ("feishu", "https://127.0.0.1/?x=1", False),
    ],
)
def test_only_robots_addresses_are_taken(kind: str, address: str, fits: bool) -> None:
    if fits:
        assert speaking.checked(kind, address) == address
    else:
        with pytest.raises((NotSaid, NotReached)):
            speaking.checked(kind, address)


def robot(group: Group, *tells: str, name: str = "客诉群") -> Robot:
    values = {
        "name": name, "kind": "wecom", "address": group.address, "secret": "", "tells": list(tells), "active": True,
    }  # fmt: skip
    with travel_to(MONDAY):
        return keeping.set_robot(actor=automation("tests", current_organisation_id()), values=values)


@pytest.mark.req("IG-03")
def test_a_notice_is_repeated_once_and_tells_nothing_of_anybody(cast: Cast, group: Group, settings: Any) -> None:
    settings.PUBLIC_URL = "https://complaints.example.com"
    complaint = registered(cast, name="陈晓雨", summary="净水器漏水泡坏地板")
    told = robot(group, "promise.breached")
    with travel_to(MONDAY - timedelta(minutes=1)):
        notify([cast.supervisor.id], "promise.breached", complaint.pk, {"kind": "first_reply"})
    with travel_to(AT):
        notify([cast.supervisor.id, cast.mgmt_rep.id], "promise.breached", complaint.pk, {"kind": "first_reply"})
        notify([cast.supervisor.id], "case.offered", complaint.pk, {})
        assert (posting.gather(), posting.gather(), posting.speak(), posting.speak()) == (1, 0, 1, 0)
    [(_query, said)] = group.heard
    text = said["text"]["content"]
    assert complaint.number in text
    assert "首次" in text
    due = Complaint.objects.get(pk=complaint.pk).next_due_at
    assert due is not None
    assert f"{local(due, 'Asia/Shanghai'):%Y-%m-%d %H:%M}" in text, "by the clock of the house"
    assert not any(word in text for word in ("陈", "漏水", "净水器"))
    Complaint.objects.filter(pk=complaint.pk).update(grade="high_risk")
    with translation.override("en"):
        [words] = posting.texts_of([RobotPost.objects.get()]).values()
    assert "高危" in words, "in the language of the group, whoever looks at it"
    assert Robot.objects.get(pk=told.pk).sent_at == AT
    with travel_to(AT + timedelta(minutes=16)):
        assert posting.gather() == 0


def test_a_group_hears_so_much_in_a_minute_and_what_fails_is_seen(cast: Cast, group: Group) -> None:
    told = robot(group, "post.paused")
    for place in range(posting.A_MINUTE + 2):
        with travel_to(AT + timedelta(seconds=place)):
            notify([cast.supervisor.id], "post.paused", None, {})
    with travel_to(AT + timedelta(minutes=1)):
        posting.gather()
        assert (posting.speak(), posting.speak()) == (posting.A_MINUTE, 2)
    group.answer = (200, {"errcode": 45009, "errmsg": "api freq out of limit"})
    with travel_to(AT + timedelta(minutes=2)):
        notify([cast.supervisor.id], "post.paused", None, {})
        posting.gather()
    seen = []
    for minutes in (2, 3, 8, 23):
        with travel_to(AT + timedelta(minutes=minutes)):
            posting.speak()
            posting.speak()
            seen.append((RobotPost.objects.exclude(state="sent").get().state, Robot.objects.get(pk=told.pk).why))
    assert seen == [("queued", "robot_busy")] * 3 + [("failed", "robot_busy")]
    assert Notice.objects.filter(kind="robot.failed", member_id=cast.supervisor.id).count() == 1
    assert len(group.heard) == posting.A_MINUTE + 2 + 4
    for minutes, answer, why in ((30, 93000, "robot_refused"), (31, 0, "")):
        group.answer = (200, {"errcode": answer, "errmsg": "x"})
        with travel_to(AT + timedelta(minutes=minutes)):
            notify([cast.supervisor.id], "post.paused", None, {})
            posting.gather()
            posting.speak()
        told.refresh_from_db()
        assert (told.why, bool(told.said)) == (why, bool(why)), "what works again is not called broken"
    assert Notice.objects.filter(kind="robot.failed", member_id=cast.supervisor.id).count() == 1, (
        "that it fails is known already"
    )


@pytest.mark.req("IG-03")
def test_the_page_keeps_a_robot_and_shows_its_own_words(cast: Cast, group: Group) -> None:
    client = Client()
    enter(client, "supervisor")
    values = {
        "name": "客诉群",
        "kind": "wecom",
        "address": "https://evil.example/?k=1",
        "tells": ["promise.breached"],
        "active": "on",
    }
    assert client.post("/desk/settings/robots/new/", values).status_code == 422
    assert client.post("/desk/settings/robots/new/", values | {"address": group.address}).status_code == 302
    made = Robot.objects.get()
    form, listed = (client.get(f"/desk/settings/robots/{one}").content.decode() for one in (f"{made.pk}/", ""))
    assert group.address not in form
    assert "%(" not in form + listed, "what a kind of notice is called has no open place"
    assert ("已超时" in form, "– → 已超时" in listed) == (True, True)
    assert client.post("/desk/settings/robots/new/", values | {"address": group.address}).status_code == 422, (
        "a name is one robot's"
    )
    group.answer = (200, {"errcode": 93000, "errmsg": "invalid webhook url"})
    page = client.post(f"/desk/settings/robots/{made.pk}/check/", follow=True).content.decode()
    assert "invalid webhook url" in page
    assert client.post(f"/desk/settings/robots/{made.pk}/", values | {"address": "", "active": ""}).status_code == 302
    made.refresh_from_db()
    assert (made.active, posting.mouth_of(made).address) == (False, group.address), "an empty address stays as it is"
    switched_off = made.since
    assert client.post(f"/desk/settings/robots/{made.pk}/", values | {"address": ""}).status_code == 302
    made.refresh_from_db()
    assert made.since > switched_off, "what happened while it was silent is not told afterwards"
