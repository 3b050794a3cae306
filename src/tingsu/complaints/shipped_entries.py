"""What a release brings for a rulebook that a firm has published over: offered by name, adopted or not, never silently.

A published version holds what the firm decided on the day it was published. Entries that ship since then stand in no version of it; the page of
the rulebook offers each, and the answer is a version like every other: with the entry in it, or with its code among those that are not adopted.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from tingsu.kernel import rulebooks
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import NotFound
from tingsu.kernel.rulebooks import Rules

NOT_ADOPTED = "not_adopted"
"""Where a body keeps the codes of shipped entries that the firm does not want."""
OFFERED: dict[str, tuple[str, str]] = {}
"""Kinds whose shipped entries are offered: where the entries stand, and what tells them apart."""


def offer(kind: str, entries: str, key: str) -> None:
    """Declare that new entries of a kind are offered. Called once, when its editor is declared."""
    OFFERED[kind] = (entries, key)


def offered(kind: str) -> list[dict[str, Any]]:
    """Shipped entries that the newest version neither has nor refuses, in their order. Nothing where nothing was published."""
    entries, key = OFFERED[kind]
    *published, ships = rulebooks.versions(kind)
    if not published:
        return []
    body = published[0].body
    decided = {str(row.get(key)) for row in body[entries]} | set(body.get(NOT_ADOPTED, ()))
    return [row for row in ships.body[entries] if str(row[key]) not in decided]


def number_offered(kind: str) -> int:
    """How many; 0 for kinds that offer nothing."""
    return len(offered(kind)) if kind in OFFERED else 0


def decide(*, actor: Actor, kind: str, code: str, adopt: bool, note: str) -> Rules:
    """Publish the newest version with the entry in it, or with its code among those not adopted.

    Raises NotFound for what is not offered (any more), and what publishing raises, WaitsForApproval among it.
    """
    entries, key = OFFERED[kind]
    row = next((one for one in offered(kind) if str(one[key]) == code), None)
    if row is None:
        raise NotFound
    newest = rulebooks.versions(kind)[0]
    body = {**newest.body}
    if adopt:
        body[entries] = _in_its_place(kind, list(body[entries]), row)
    else:
        body[NOT_ADOPTED] = sorted({*body.get(NOT_ADOPTED, ()), code})
    return rulebooks.publish(actor=actor, kind=kind, body=body, note=note, based_on=newest.version)


def _in_its_place(kind: str, rows: list[dict[str, Any]], row: dict[str, Any]) -> list[dict[str, Any]]:
    """Behind the shipped entry that goes before it, where the firm has that one; else at the end."""
    entries, key = OFFERED[kind]
    codes = [str(one[key]) for one in rulebooks.versions(kind)[-1].body[entries]]
    before = codes[: codes.index(str(row[key]))]
    place = max((at + 1 for at, one in enumerate(rows) if str(one.get(key)) in before), default=len(rows))
    return [*rows[:place], row, *rows[place:]]


def left_out(kind: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """A draft with what its writer took out of the list among what is not adopted, and what was put back no longer."""
    if kind not in OFFERED:
        return dict(after)
    entries, key = OFFERED[kind]
    ships = _codes(rulebooks.versions(kind)[-1].body[entries], key)
    has = _codes(after[entries], key)
    gone = (set(before.get(NOT_ADOPTED, ())) | (_codes(before[entries], key) & ships)) - has
    kept = {name: value for name, value in after.items() if name != NOT_ADOPTED}
    return {**kept, NOT_ADOPTED: sorted(gone)} if gone else kept


def _codes(rows: Iterable[Mapping[str, Any]], key: str) -> set[str]:
    return {str(row.get(key)) for row in rows}
