"""Histories of event records from before they stood on the register kit: how they read and how they are folded.

Nothing records these bodies any more; they stay in the ledger for ever.
"""

from typing import Any

from django.utils.translation import pgettext_lazy

from tingsu.kernel.events import EventKind, Personal
from tingsu.kernel.ledger import plain
from tingsu.kernel.models import Event


def _linked(body: dict[str, Any]) -> dict[str, Any]:
    """What was linked is told as the kit tells it."""
    return {**body, "other": body["complaint"], "kind": "includes"}


EVENTS = (
    EventKind(
        name="major_event.joined", words=pgettext_lazy("event", "counted a complaint among its own"), version=2,
        upcasts={1: _linked},
    ),
    EventKind(
        name="major_event.left", words=pgettext_lazy("event", "took a complaint out"), version=2, upcasts={1: _linked}
    ),
    EventKind(name="major_event.written", words=pgettext_lazy("event", "wrote an entry"), personal=Personal.TEXTS),
)  # fmt: skip


def _fold(event: Event, row: dict[str, Any], codes: dict[str, Any], links: set[tuple[str, str]]) -> None:
    body, at, who = event.body, plain(event.at), plain(event.actor_id)
    lines = codes.get("statements", [])
    match event.kind.partition(".")[2]:
        case "opened":
            row |= {"register": "major_event", "number": body["number"], "state": "open", "entered_at": at}
            row |= {"opened_at": at, "opened_by": who, "owner_id": who}
            codes["kind"] = body["kind"]
        case "joined":
            links.add((body["other"], body["kind"]))
            codes["complaints"] = len(links)
        case "left":
            links.discard((body["other"], body["kind"]))
            codes["complaints"] = len(links)
        case "written" if body["kind"] == "statement":
            codes["statements"] = [*lines, {"entry": body["entry"], "audience": body["audience"], "author": who}]
        case "approved":
            codes["statements"] = [x | ({"approver": who} if x["entry"] == body["entry"] else {}) for x in lines]
        case "issued":
            codes["statements"] = [x | ({"issued_at": at} if x["entry"] == body["entry"] else {}) for x in lines]
        case "closed":
            row |= {"state": "closed", "entered_at": at}


BEFORE = dict.fromkeys(("opened", "joined", "left", "written", "approved", "issued", "closed"), _fold)
