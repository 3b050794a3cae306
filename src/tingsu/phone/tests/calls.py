"""A hotline with a telephone system, and what such a system sends."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tests.standing import kept
from tingsu.kernel.clock import now, travel_to
from tingsu.phone import lines, signing
from tingsu.phone.models import Call
from tingsu.registers.actions import Opening, open_entry
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
"""Ten in the morning in Shanghai, a Monday."""
HOTLINE = {
    "title": "400 客服热线", "kind": "hotline", "mode": "phone", "hours": "每天 9–21 时", "reached_by": "400-000-0000",
    "interval": "weekly", "tested_on": "2026-03-02", "result": "拨通",
}  # fmt: skip
NUMBER = "13800005555"


@kept
def connected(cast: Cast) -> tuple[Entry, str]:
    """A hotline and the secret of its telephone system."""
    with travel_to(AT):
        entry = open_entry(actor=cast.qa.actor, register=registers()["channel"], opening=Opening(values=HOTLINE))
        return entry, lines.make_secret(cast.supervisor.actor, lines.hotline(entry.number)).secret


def after(seconds: float) -> str:
    """An instant so many seconds after the hour began."""
    return (AT + timedelta(seconds=seconds)).isoformat()


def event(kind: str, seconds: float = 0, call: str = "c1", **more: Any) -> dict[str, Any]:
    return {"id": f"{call}-{kind}-{seconds}", "call": call, "kind": kind, "at": after(seconds), **more}


def send(client: Client, entry: Entry, secret: str, body: Any, *, late: int = 0, **headers: str) -> Any:
    """Send as a telephone system does; `late` seconds between signing and arrival."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    stamp = str(int(now().timestamp()) - late)
    sent = {signing.TIME: stamp, signing.SIGNATURE: f"v1={signing.signature(secret, stamp, content)}", **headers}
    return client.post(
        reverse("phone_events", args=[entry.number]), content, content_type="application/json", headers=sent
    )


def the_call(ref: str = "c1") -> tuple[Call, Entry]:
    call = Call.objects.get(ref=ref)
    return call, Entry.objects.select_related("stream").get(pk=call.entry_id)
