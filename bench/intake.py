"""Intake: registrations a second over HTTP, beside what this PostgreSQL can commit in the same minute.

Sixteen clients register complaints through the API; web, worker, database and clients share the machine. Measured are the
highest rate with the letter worker paused, the latency at half of it, and a sustained rate at which every acknowledgement
leaves within its five minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench import limit
from bench.place import lent, the_cast
from bench.serving import Request, drive, web, worker

DATABASE = "tingsu_bench_intake"
STORIES = (
    "商家已经同意退款，页面一直显示打款中，七天了还没有到账，客服每次都说再等三个工作日。",
    "收到的显示器外箱压裂，屏幕漏液，签收时已经拍照，申请换货被拒绝。",
    "试用期结束没有任何提醒就扣了一年的会员费，要求全额退回并说明扣费依据。",
    "孩子用我的账号充值，平台说不能退，请按未成年人规定处理。",
)


def main(arguments: list[str]) -> dict[str, Any]:
    """``./tingsu bench intake``."""
    parser = argparse.ArgumentParser(prog="./tingsu bench intake", description=__doc__)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument(
        "--sustain", type=float, default=60, help="seconds of the sustained rate (600 for the full claim)"
    )
    parser.add_argument("--sustain-percent", type=float, default=1.5, help="of the physical limit")
    parser.add_argument("--door", choices=("api", "chat", "web", "mail", "phone", "import"), help="one door by itself")
    parser.add_argument(
        "--lines", type=int, default=4_000, help="of the list that --door import takes in (50000 for the full claim)"
    )
    chosen = parser.parse_args(arguments)
    if chosen.door:
        from bench.doors import measure

        return measure(chosen.door, seconds=chosen.seconds, clients=chosen.clients, lines=chosen.lines)
    with lent(DATABASE):
        token = prepare()
        with web() as port:
            drive(port, registrations(token, 0), clients=4, seconds=3)
            physical = limit.measure(Path(os.environ["TINGSU_HOME"]), clients=chosen.clients, seconds=8)
            top = drive(port, registrations(token, 1), clients=chosen.clients, seconds=chosen.seconds)
            after = limit.measure(Path(os.environ["TINGSU_HOME"]), clients=chosen.clients, seconds=8)
            half = drive(
                port,
                registrations(token, 2),
                clients=chosen.clients,
                seconds=chosen.seconds,
                rate=top["per_second"] / 2,
            )
            finish_letters()
            rate = after.transactions_per_second * chosen.sustain_percent / 100
            with worker():
                time.sleep(5)
                sustained = drive(
                    port, registrations(token, 3), clients=chosen.clients, seconds=chosen.sustain, rate=rate
                )
                sustained |= acknowledged(chosen.sustain)
        mean = (physical.transactions_per_second + after.transactions_per_second) / 2
        return {
            "worker_paused": top,
            "share_of_limit_percent": 100 * top["per_second"] / mean,
            "target_percent": 3.5,
            "at_half_load": half,
            "sustained": {
                **sustained,
                "asked_per_second": rate,
                "share_of_limit_percent": 100 * sustained["per_second"] / mean,
            },
            "physical_limit": asdict(physical),
            "physical_limit_after": asdict(after),
        }


def prepare() -> str:
    """The cast, and a token that registers; gives its text."""
    from tingsu.api.tokens import issue_token

    with the_cast() as cast:
        return token_for(cast, "frontline", issue_token)


def token_for(cast: Any, name: str, issue_token: Any) -> str:
    from tingsu.kernel.actor import automation

    person = getattr(cast, name)
    _row, text = issue_token(
        actor=automation("test", cast.organisation_id),
        name=f"bench {name}",
        scopes=["complaints:read", "complaints:write", "complaints:decide"],
        roles=person.actor.roles,
        acts_for=person.id,
    )
    return str(text)


def registrations(token: str, phase: int) -> Any:
    """Requests that register complaints of different people."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def make(client: int, turn: int) -> Request:
        serial = phase * 10**7 + client * 10**5 + turn
        body = {
            "problem_type": "consumer",
            "mode": "internet",
            "description": STORIES[turn % len(STORIES)],
            "product": "空气炸锅 5L",
            "order_number": f"2611{serial}",
            "occurred_on": "2026-02-20",
            "name": "陈小满",
            "phone": f"13{serial:09d}",
            "demands": [{"kind": "refund", "amount": 129900}],
        }
        return "POST", "/api/v1/complaints", json.dumps(body).encode(), headers

    return make


def finish_letters() -> None:
    """Forget the letters of the paused phases, so that the sustained phase starts with an empty outbox."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE status = 'todo'")


def acknowledged(sustain: float) -> dict[str, Any]:
    """Wait for the last letters of the sustained phase; how many were late, how long the slowest took."""
    from django.db.models import F, Max

    from tingsu.complaints.models import Complaint
    from tingsu.kernel.clock import now
    from tingsu.kernel.models import Organisation
    from tingsu.kernel.tenancy import acting_for

    began = now() - timedelta(seconds=sustain + 2)
    with acting_for(Organisation.objects.get(slug="test").pk):
        mine = Complaint.objects.filter(registered_at__gte=began)
        until = time.monotonic() + 300
        while mine.filter(acknowledged_at__isnull=True).exists() and time.monotonic() < until:
            time.sleep(1)
        slowest = mine.aggregate(slowest=Max(F("acknowledged_at") - F("registered_at")))["slowest"]
        late = mine.filter(acknowledged_at__gt=F("registered_at") + timedelta(minutes=5)).count()
        missing = mine.filter(acknowledged_at__isnull=True).count()
    return {
        "acknowledgements_late": late,
        "acknowledgements_missing": missing,
        "slowest_acknowledgement_seconds": slowest.total_seconds() if slowest else None,
    }
