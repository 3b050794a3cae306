"""Folding the events of a thing back into its promises, whatever kind of thing it is (invariants 2 and 4)."""

from typing import Any

from tingsu.kernel.models import Event

PROMISE_FACTS = ("kind", "started_at", "due_at", "ended_at", "ending", "breached_at")


def fold_promises(events: list[Event]) -> dict[str, dict[str, Any]]:
    """The promises that a history tells, by id; those never made are left out."""
    promises: dict[str, dict[str, Any]] = {}
    for event in events:
        for operation in event.body.get("promises", ()):
            apply_operation(promises, operation)
        told = promises.get(event.body.get("promise", "")) if event.kind.startswith("promise.") else None
        if told is None:
            continue
        if event.kind == "promise.breached":
            told["breached_at"] = event.body["due_at"]
        elif event.kind == "promise.lapsed":
            told |= {"ended_at": event.body["due_at"], "ending": "lapsed"}
        elif event.kind == "promise.recounted":
            told["due_at"] = event.body["due_at"][1]
    return promises


def apply_operation(promises: dict[str, dict[str, Any]], operation: dict[str, Any]) -> None:
    """What one action did with promises: start, shorten, extend, or an ending."""
    if operation["op"] == "start":
        promises[operation["id"]] = {
            "kind": operation["kind"],
            "started_at": operation["started_at"],
            "due_at": operation["due_at"],
            "ended_at": None,
            "ending": "",
            "breached_at": None,
        }
    elif operation["op"] == "shorten":
        if told := promises.get(operation["id"]):
            told |= {name: operation[name][1] for name in ("started_at", "due_at")}
    elif operation["op"] == "extend":
        if told := promises.get(operation["id"]):
            told["due_at"] = operation["due_at"][1]
    elif operation["id"] in promises:
        promises[operation["id"]] |= {"ended_at": operation["at"], "ending": operation["op"]}
