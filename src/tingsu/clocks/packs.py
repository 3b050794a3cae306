"""Rule packs: limits of a law, a regulator or a market beside the profiles, with dates of effect, taken line by line into the policy (SL-01).

A pack changes nothing by itself. Its lines become lines of a draft of the time limits, which is compared, tried on a past quarter and
published as every other version. Each line keeps the clause it rests on, the pack it came from, and whether its number was found in the
official text; what was not is off until somebody switches it on, and stays marked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from tingsu.calendars.arithmetic import Allowance, Calendar, Unit, due_at
from tingsu.clocks.timers import BREACH_ACTIONS, DEFAULT_WARNINGS, Label, timer


class UnknownPack(LookupError):
    """Code declares a pack twice, or one whose lines cannot be told apart: a defect."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackLine:
    """One limit of a pack, as a line of a policy may take it over."""

    timer: str
    amount: int
    unit: Unit
    basis: str
    confirmed: bool
    """Its number was read in the official text, or in the words of the body that made it."""
    note: Label = ""
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    extensions: tuple[int, ...] = ()
    on_breach: tuple[str, ...] = BREACH_ACTIONS

    @property
    def key(self) -> tuple[str, tuple[tuple[str, tuple[str, ...]], ...]]:
        """Which line of a policy it is: its timer and conditions."""
        return self.timer, tuple((name, tuple(sorted(values))) for name, values in sorted(self.when.items()))

    def row(self, pack: str) -> dict[str, Any]:
        """The line as the policy's body stores it."""
        return {
            "timer": self.timer,
            "when": {name: list(values) for name, values in self.when.items()},
            "amount": self.amount,
            "unit": self.unit.value,
            "warn_at": list(DEFAULT_WARNINGS),
            "on_breach": list(self.on_breach),
            "basis": self.basis,
            "ours": False,
            "pack": pack,
            **({"extensions": list(self.extensions)} if self.extensions else {}),
            **({} if self.confirmed else {"unconfirmed": True}),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """The limits of one law or rule of one market, and from when to when it holds."""

    code: str
    label: Label
    document: Label
    market: Label
    hint: Label
    """Whom it binds, and what its lines cannot say."""
    since: date | None = None
    """Its first day of effect; None where it is not known."""
    until: date | None = None
    """Its last day of effect; None while it holds."""
    followed_by: str = ""
    lines: tuple[PackLine, ...] = ()

    def standing(self, on: date) -> str:
        """`in_force`, `to_come` or `ended` on a day."""
        if self.until is not None and on > self.until:
            return "ended"
        return "to_come" if self.since is not None and on < self.since else "in_force"


_packs: dict[str, Pack] = {}


def declare_pack(*packs: Pack) -> None:
    """Add packs to what may be chosen, once each, when the app loads. Raises UnknownPack."""
    for pack in packs:
        if pack.code in _packs or len({line.key for line in pack.lines}) != len(pack.lines):
            raise UnknownPack(f"rule pack {pack.code} has two owners, or two lines for the same case")
        _packs[pack.code] = pack


def packs() -> Mapping[str, Pack]:
    """Every pack that ships, in the order of declaration."""
    return dict(_packs)


def pack_name(code: str) -> Label:
    """The name of a pack; what does not ship any more shows its code."""
    return _packs[code].label if code in _packs else code


def with_pack(body: Mapping[str, Any], pack: Pack, chosen: Collection[int]) -> dict[str, Any]:
    """A copy of a policy's body with some lines of a pack, by their places: in the place of the line for the same case, or after
    the last line of their timer.
    """
    rows = [dict(row) for row in body["rules"]]
    for place, line in enumerate(pack.lines):
        if place not in chosen:
            continue
        at = next((n for n, row in enumerate(rows) if key_of(row) == line.key), None)
        if at is not None:
            rows[at] = line.row(pack.code)
            continue
        last = max((n for n, row in enumerate(rows) if row["timer"] == line.timer), default=len(rows) - 1)
        rows.insert(last + 1, line.row(pack.code))
    return {**body, "rules": rows}


def key_of(row: Mapping[str, Any]) -> tuple[str, tuple[tuple[str, tuple[str, ...]], ...]]:
    """Which line a stored row is: its timer and conditions."""
    return row["timer"], tuple((name, tuple(sorted(values))) for name, values in sorted(row["when"].items()))


def same_line(rows: Sequence[Mapping[str, Any]], line: PackLine) -> Mapping[str, Any] | None:
    """What holds now where this line would: the line for the same case, else that of its timer for every case."""
    found = {key_of(row): row for row in rows if row["timer"] == line.timer}
    return found.get(line.key) or found.get((line.timer, ()))


def is_later(line: PackLine, row: Mapping[str, Any], start: datetime, calendar: Calendar) -> bool:
    """Would this line leave more time than what holds now, for something that began at an instant?"""
    now_due = due_at(start, Allowance(int(row["amount"]), Unit(row["unit"])), calendar)
    return due_at(start, Allowance(line.amount, line.unit), calendar) > now_due


def ended_lines(body: Mapping[str, Any], on: date) -> Iterator[tuple[Pack, Label]]:
    """Lines of a policy whose pack no longer holds on a day: the pack and the timer, each pair once."""
    seen: set[tuple[str, str]] = set()
    for row in body["rules"]:
        pack = _packs.get(row.get("pack", ""))
        if pack is not None and pack.standing(on) == "ended" and (pack.code, row["timer"]) not in seen:
            seen.add((pack.code, row["timer"]))
            yield pack, timer(row["timer"]).label
