"""Each door in by itself: what comes in a second, what it costs, and its share of what this PostgreSQL could commit in the same minute.

Asked for by ``./tingsu bench intake --door NAME``. Doors of programs (`api`, `chat`) are asked over HTTP as in the whole measurement; the others
work in this process, one after the other, so that what they cost can be told exactly: processor time of this process and of its connection.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench import limit
from bench.intake import STORIES, registrations, token_for
from bench.mail import a_mail
from bench.place import lent, the_cast
from bench.serving import Request, drive, web

DATABASE = "tingsu_bench_doors"
TARGET_IMPORT = 300
"""Lines of a list a second, on two processors."""
HEAD = "工单编号,投诉内容,投诉人,联系电话,登记时间,办结时限,工单状态"


def measure(door: str, *, seconds: float, clients: int, lines: int) -> dict[str, Any]:
    """What ``./tingsu bench intake --door`` prints."""
    with lent(DATABASE):
        before = _limit(clients)
        found = DOORS[door](seconds, clients, lines)
        after = _limit(clients)
        mean = (before.transactions_per_second + after.transactions_per_second) / 2
        return {
            "door": door, **found, "share_of_limit_percent": 100 * found["per_second"] / mean,
            "physical_limit": asdict(before), "physical_limit_after": asdict(after),
        }  # fmt: skip


def _limit(clients: int) -> limit.Limit:
    return limit.measure(Path(os.environ["TINGSU_HOME"]), clients=clients, seconds=5)


def over_http(make: Callable[[str], Callable[[int, int], Request]], seconds: float, clients: int) -> dict[str, Any]:
    """At the most, by so many clients."""
    from tingsu.api.tokens import issue_token

    with the_cast() as cast:
        token = token_for(cast, "frontline", issue_token)
    with web() as port:
        drive(port, make(token), clients=2, seconds=2)
        return drive(port, make(token), clients=clients, seconds=seconds)


def api(seconds: float, clients: int, lines: int) -> dict[str, Any]:
    """A program that registers."""
    return over_http(lambda token: registrations(token, time.time_ns() % 89), seconds, clients)


def chat(seconds: float, clients: int, lines: int) -> dict[str, Any]:
    """A conversation of four turns with its transcript as a file."""
    import json

    said = (datetime.now(UTC) - timedelta(minutes=5)).isoformat()
    begun = time.time_ns()

    def make(token: str) -> Callable[[int, int], Request]:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

        def one(client: int, turn: int) -> Request:
            turns = [{"role": role, "at": said, "text": STORIES[turn % 4]} for role in ("customer", "assistant") * 2]
            known = {"problem_type": "consumer", "name": "陈小满", "phone": f"13{client:03d}{turn:06d}"}
            body = {"conversation_id": f"{begun}-{time.time_ns()}-{client}-{turn}", "turns": turns, "complaint": known}
            return "POST", "/api/v1/conversations", json.dumps(body).encode(), headers

        return one

    return over_http(make, seconds, clients)


def form(seconds: float, clients: int, lines: int) -> dict[str, Any]:
    """The public form, page by page, by a visitor without JavaScript."""
    from django.test import Client

    contact = {"identity": "named", "name": "陈小满", "language": "zh-hans", "go": "on"}

    def one(turn: int) -> bool:
        visitor = Client(REMOTE_ADDR=f"10.{turn // 65536 % 256}.{turn // 256 % 256}.{turn % 256}")
        story = {
            "cause": "delivery",
            "description": STORIES[turn % 4],
            "demands": ["refund"],
            "amount_refund": "1299",
            "go": "on",
        }
        visitor.post("/submit/story/", story)
        visitor.post("/submit/contact/", {**contact, "phone": f"138{turn:08d}"})
        return visitor.post("/submit/check/", {"go": "on"}).get("Location", "").endswith("/received/")

    with the_cast():
        return _alone(one, seconds)


def mail(seconds: float, clients: int, lines: int) -> dict[str, Any]:
    """A foreign mail with a picture of 300 kB, kept with its original on the holding desk."""
    from tingsu.mail.arriving import KEPT, Piece, keep

    whole = a_mail()

    def one(turn: int) -> bool:
        return keep(Piece(raw=b"Message-ID: <%d@bench.invalid>\r\n" % turn + whole + b"\r\n-- %d" % turn)) == KEPT

    with the_cast():
        return _alone(one, seconds)


def phone(seconds: float, clients: int, lines: int) -> dict[str, Any]:
    """A call as a telephone system tells of it: three signed events in one request."""
    import json

    from django.test import Client
    from django.urls import reverse

    from tingsu.kernel.clock import now
    from tingsu.phone import lines as hotlines
    from tingsu.phone import signing
    from tingsu.registers.actions import Opening, open_entry
    from tingsu.registers.declaration import registers

    values = {
        "title": "热线", "kind": "hotline", "mode": "phone", "hours": "9–21", "reached_by": "400-000-0000", "interval": "weekly",
        "tested_on": now().date().isoformat(), "result": "拨通",
    }  # fmt: skip
    with the_cast() as cast:
        entry = open_entry(actor=cast.qa.actor, register=registers()["channel"], opening=Opening(values=values))
        secret = hotlines.make_secret(cast.supervisor.actor, hotlines.hotline(entry.number)).secret
        address, system = reverse("phone_events", args=[entry.number]), Client()

        def one(turn: int) -> bool:
            at, call = (now() - timedelta(minutes=1)).isoformat(), f"c{turn}"
            events = [
                {"call": call, "kind": kind, "at": at, "number": f"138{turn:08d}"}
                for kind in ("offered", "answered", "ended")
            ]
            body, stamp = json.dumps({"events": events}).encode(), str(int(now().timestamp()))
            signed = {signing.TIME: stamp, signing.SIGNATURE: f"v1={signing.signature(secret, stamp, body)}"}
            return system.post(address, body, content_type="application/json", headers=signed).status_code == 200

        return _alone(one, seconds)


def listed(seconds: float, clients: int, lines: int) -> dict[str, Any]:
    """A list of an outside platform, checked and taken in: complaint and spill-over complaint of each line."""
    from tingsu.files import store
    from tingsu.outside import running, taking
    from tingsu.outside.models import ImportLine
    from tingsu.registers.actions import Opening, open_entry, take_step
    from tingsu.registers.declaration import registers
    from tingsu.registers.models import Entry

    rows = [
        f"GD{one:06d},{STORIES[one % 4]}第{one}单,陈小满,13{one:09d},2026-11-03 10:{one % 60:02d},2126-12-20 18:00,处理中"
        for one in range(lines)
    ]
    content = "\r\n".join([HEAD, *rows]).encode("utf-8-sig")
    with the_cast() as cast:
        actor, register = cast.frontline.actor, registers()["list_import"]
        values = {"source": "12345", "note": "bench", "becomes": "complaint", "problem_type": "consumer"}
        entry = open_entry(actor=actor, register=register, opening=Opening(values=values))

        def step(name: str, **given: Any) -> None:
            row = Entry.objects.select_related("stream").get(pk=entry.pk)
            take_step(actor=actor, entry=row, register=register, step=name, values=given)

        step("read", list=[str(store.keep("list.csv", content, actor=actor).pk)])
        with _spent() as checking:
            running.check(entry.pk)
        step("start")
        with _spent() as taken:
            taking.take_in(entry.pk)
        made = ImportLine.objects.filter(entry_id=entry.pk, verdict="made").count()
    processor = 1000 * taken["processor"] / lines
    return {
        "done": made, "refused": lines - made, "seconds": taken["seconds"], "per_second": made / taken["seconds"],
        "target_per_second": TARGET_IMPORT, "processor_ms": processor, "a_second_of_two_processors": 2000 / processor,
        "check_processor_ms": 1000 * checking["processor"] / lines, "helpers": int(lines >= taking.LONG),
    }  # fmt: skip


DOORS: dict[str, Callable[[float, int, int], dict[str, Any]]] = {
    "api": api, "chat": chat, "web": form, "mail": mail, "phone": phone, "import": listed,
}  # fmt: skip


def _alone(one: Callable[[int], bool], seconds: float) -> dict[str, Any]:
    """One after the other for so long."""
    for turn in range(3):
        one(90_000_000 + turn)
    done = refused = turn = 0
    with _spent() as spent:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if one(turn):
                done += 1
            else:
                refused += 1
            turn += 1
    processor = 1000 * spent["processor"] / max(turn, 1)
    return {
        "done": done, "refused": refused, "seconds": spent["seconds"], "per_second": done / spent["seconds"],
        "processor_ms": processor, "a_second_of_two_processors": 2000 / processor,
    }  # fmt: skip


@contextmanager
def _spent() -> Iterator[dict[str, float]]:
    """Seconds that passed, and those of processor: of this process, of helpers that ended, and of the server's processes for us."""
    found: dict[str, float] = {}
    begun, own, theirs = time.monotonic(), _own(), _server()
    yield found
    found["seconds"] = time.monotonic() - begun
    found["processor"] = _own() - own + _server() - theirs


def _own() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _server() -> float:
    """Of everything that the embedded server runs, those processes that have ended too."""
    from tingsu.ops.postgres import Server

    folder = Server(Path(os.environ["TINGSU_HOME"])).data
    first = int((folder / "postmaster.pid").read_text().split()[0])
    ticks = os.sysconf("SC_CLK_TCK")
    total = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if path.parent.name == str(first):
            total += sum(map(int, fields[11:15]))
        elif int(fields[1]) == first:
            total += sum(map(int, fields[11:13]))
    return total / ticks
