"""The authority matrix: what each role and staff level may decide by itself (OG-09), as a rulebook.

A row says which steps, which remedies, up to which amount for one case, and which information. What goes beyond becomes
an approval request to the next rung of `approvers` (RM-10). No row can name a customer's identity, status, value or
channel: the check refuses every key it does not know (VL-11).
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tingsu.kernel import rulebooks
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError
from tingsu.kernel.money import LIMIT_FEN
from tingsu.people.roles import STAFF_RANK, Role, StaffLevel

KIND = "authority"
EVERYTHING = "*"
SCOPES: dict[str, str | Promise] = {
    "all_cases": _("All cases of the organisation"),
    "personal_data": _("Personal data, field by field with a purpose"),
}
"""Information that may be asked for. Without `all_cases` a person sees the cases they take part in."""

_BOTH = ["all_cases", "personal_data"]
_SOFT = ["36", "37", "38", "39", "40", "41", "42", "44", "45", "51", "52"]
"""Remedies that put the service right without new money: deliver, repair, exchange, take back, keep a promise, inform …"""


def _row(role: str, level: str, max_fen: int | None, remedies: str | list[str], scopes: list[str]) -> dict[str, Any]:
    return {
        "role": role,
        "level": level,
        "steps": EVERYTHING,
        "remedies": remedies,
        "max_fen": max_fen,
        "scopes": scopes,
    }


def shipped() -> dict[str, Any]:
    """What is in force before anybody publishes: the front line pays up to ¥200 by itself (RM-09). See docs/people.md."""
    return {
        "rows": [
            _row(Role.FRONTLINE, "", 200_00, sorted([*_SOFT, "47", "48", "49", "50"]), _BOTH),
            _row(Role.FRONTLINE, StaffLevel.EXPERT, 500_00, EVERYTHING, _BOTH),
            _row(Role.FRONTLINE, StaffLevel.COACH, 1_000_00, EVERYTHING, _BOTH),
            _row(Role.SPECIALIST, "", 2_000_00, EVERYTHING, _BOTH),
            _row(Role.SPECIALIST, StaffLevel.EXPERT, 5_000_00, EVERYTHING, _BOTH),
            _row(Role.SPECIALIST, StaffLevel.COACH, 10_000_00, EVERYTHING, _BOTH),
            _row(Role.COACH, "", 10_000_00, EVERYTHING, _BOTH),
            _row(Role.SUPERVISOR, "", 20_000_00, EVERYTHING, _BOTH),
            _row(Role.MGMT_REP, "", 100_000_00, EVERYTHING, _BOTH),
            _row(Role.TOP_MGMT, "", None, EVERYTHING, _BOTH),
            _row(Role.MEDIATOR, "", 0, [], ["personal_data"]),
            _row(Role.DEPT, "", 0, [], []),
            _row(Role.FUNCTION, "", 0, [], []),
            _row(Role.QA, "", 0, [], ["all_cases"]),
            _row(Role.ANALYST, "", 0, [], ["all_cases"]),
            _row(Role.AUDITOR, "", 0, [], ["all_cases"]),
            _row(Role.DSO, "", 0, [], ["personal_data"]),
        ],
        "approvers": [Role.SPECIALIST, Role.COACH, Role.SUPERVISOR, Role.MGMT_REP, Role.TOP_MGMT],
        "floors": {"high_risk": Role.SUPERVISOR, "crisis": Role.MGMT_REP, "major": Role.TOP_MGMT},
        "quick": {"max_fen": 200_00, "daily_fen": 2_000_00},
    }


@dataclass(frozen=True)
class Authority:
    """What one row grants. `max_fen` None: without limit."""

    role: str
    level: str
    steps: str | tuple[str, ...]
    remedies: str | tuple[str, ...]
    max_fen: int | None
    scopes: frozenset[str]

    def covers(self, step: str, remedies: Iterable[str], total_fen: int) -> bool:
        return (self.steps == EVERYTHING or step in self.steps) and self.covers_money(remedies, total_fen)

    def covers_money(self, remedies: Iterable[str], total_fen: int) -> bool:
        """Remedies and amount alone, whatever the step."""
        return (self.remedies == EVERYTHING or all(code in self.remedies for code in remedies)) and (
            self.max_fen is None or total_fen <= self.max_fen
        )


def authority_of(actor: Actor) -> list[Authority]:
    """The rows in force that apply to an actor: for each role the one of the highest level reached."""
    best: dict[str, dict[str, Any]] = {}
    rank = STAFF_RANK.get(actor.staff_level, 0)
    for row in rulebooks.in_force(KIND).body["rows"]:
        if row["role"] not in actor.roles or STAFF_RANK[row["level"]] > rank:
            continue
        held = best.get(row["role"])
        if held is None or STAFF_RANK[row["level"]] > STAFF_RANK[held["level"]]:
            best[row["role"]] = row
    return [_authority(row) for row in best.values()]


def _authority(row: dict[str, Any]) -> Authority:
    return Authority(
        row["role"],
        row["level"],
        _tuple(row["steps"]),
        _tuple(row["remedies"]),
        row["max_fen"],
        frozenset(row["scopes"]),
    )


def _tuple(value: str | list[str]) -> str | tuple[str, ...]:
    return value if isinstance(value, str) else tuple(value)


def within_authority(actor: Actor, step: str, remedies: Iterable[str] = (), total_fen: int = 0) -> bool:
    """May the actor take this step with these remedies (codes of RL-3) at this total for the case without asking? (OG-09)

    One row must cover all of it; limits of several roles are not added up. The total is of the whole case, so that
    splitting a payment does not dodge the limit. Amounts in fen.
    """
    if actor.kind == "system":
        return False
    codes = [str(code) for code in remedies]
    return any(row.covers(step, codes, total_fen) for row in authority_of(actor))


def limit_of(actor: Actor) -> int | None:
    """The most the actor may grant for one case, in fen; None without limit."""
    limits = [row.max_fen for row in authority_of(actor)]
    return None if None in limits else max((limit for limit in limits if limit is not None), default=0)


def allows_step(actor: Actor, step: str) -> bool:
    """Does the matrix leave this step of the process to one of the actor's roles? It binds members and their programs."""
    if actor.kind not in {"member", "token"}:
        return True
    rows = authority_of(actor)
    return not rows or any(row.steps == EVERYTHING or step in row.steps for row in rows)


def allows_scope(actor: Actor, scope: str) -> bool:
    """May the actor ask for this information?"""
    return actor.kind == "system" or any(scope in row.scopes for row in authority_of(actor))


def approver_roles_for(total_fen: int, marks: Collection[str] = (), remedies: Iterable[str] = ()) -> tuple[str, ...]:
    """Who may approve, the next rung first: roles whose limit covers the case and that reach the floor of its marks.

    `marks` are codes such as "major", "crisis", "high_risk": a major complaint goes to the committee (AS-11, RM-10).
    """
    body = rulebooks.in_force(KIND).body
    codes = [str(code) for code in remedies]
    ladder: list[str] = body["approvers"]
    floor = max(
        (ladder.index(role) for mark, role in body["floors"].items() if mark in marks and role in ladder), default=0
    )
    return tuple(
        role
        for role in ladder[floor:]
        if any(row["role"] == role and _authority(row).covers_money(codes, total_fen) for row in body["rows"])
    )


def quick_limits() -> tuple[int, int]:
    """Quick compensation: the most for one case and for one person's day, in fen (RM-09)."""
    quick = rulebooks.in_force(KIND).body["quick"]
    return quick["max_fen"], quick["daily_fen"]


# what the matrix may name is declared by the apps above, so that the editor can offer words instead of codes

Names = Callable[[], Iterable[tuple[str, str | Promise]]]
_declared: dict[str, Names] = {}


def declare(what: str, names: Names) -> None:
    """Tell the editor the codes and words of "steps" or "remedies". Called once by the app that owns them."""
    if what in _declared:
        raise RuntimeError(f"{what} of the authority matrix declared twice")
    _declared[what] = names


def declared(what: str) -> dict[str, str | Promise]:
    return dict(_declared[what]()) if what in _declared else {}


# the check of a body before it is published

ROW_KEYS = {"role", "level", "steps", "remedies", "max_fen", "scopes"}
BODY_KEYS = {"rows", "approvers", "floors", "quick"}
MARKS = ("high_risk", "crisis", "major")


def check(body: dict[str, Any]) -> None:
    """Raises InvalidInput with a sentence for each wrong place; refuses keys it does not know (VL-11)."""
    errors: dict[str, TingsuError] = {}
    if not isinstance(body, dict) or set(body) != BODY_KEYS or not isinstance(body["rows"], list):
        raise InvalidInput(
            {"rows": InvalidValue(_("The matrix needs rows, approvers, floors and quick compensation."))}
        )
    seen: set[tuple[str, str]] = set()
    for number, row in enumerate(body["rows"]):
        if problem := _wrong_row(row, seen):
            errors[f"rows.{number}"] = problem
    approvers = body["approvers"]
    if not isinstance(approvers, list) or not approvers or any(role not in Role.values for role in approvers):
        errors["approvers"] = InvalidValue(_("Name at least one approving role."))
    elif len(set(approvers)) != len(approvers):
        errors["approvers"] = InvalidValue(_("Each approving role stands once on the ladder."))
    elif not _unlimited(body["rows"], approvers[-1]):
        errors["approvers"] = InvalidValue(
            _("The last approving role needs an authority without limit, or some cases could never be approved.")
        )
    floors = body["floors"]
    if (
        not isinstance(floors, dict)
        or set(floors) - set(MARKS)
        or any(r not in (approvers or ()) for r in floors.values())
    ):
        errors["floors"] = InvalidValue(_("A floor names one of the approving roles."))
    quick = body["quick"]
    if (
        not isinstance(quick, dict)
        or set(quick) != {"max_fen", "daily_fen"}
        or not all(_is_fen(v) for v in quick.values())
    ):
        errors["quick"] = InvalidValue(code="money")
    elif quick["daily_fen"] < quick["max_fen"]:
        errors["quick"] = InvalidValue(_("The daily cap must be at least the limit for one case."))
    if errors:
        raise InvalidInput(errors)


def _wrong_row(row: Any, seen: set[tuple[str, str]]) -> InvalidValue | None:
    if not isinstance(row, dict) or not set(row) <= ROW_KEYS:
        return InvalidValue(
            _("A row may depend on role and staff level only, never on who the customer is or which channel was used."),
            code="condition_not_allowed",
        )
    if set(row) != ROW_KEYS:
        return InvalidValue(code="required")
    if row["role"] not in Role.values or row["level"] not in {"", *StaffLevel.values}:
        return InvalidValue(code="choice")
    if (row["role"], row["level"]) in seen:
        return InvalidValue(_("There are two rows for this role and level."))
    seen.add((row["role"], row["level"]))
    if row["max_fen"] is not None and not _is_fen(row["max_fen"]):
        return InvalidValue(code="money")
    for name, known in (("steps", declared("steps")), ("remedies", declared("remedies")), ("scopes", SCOPES)):
        value = row[name]
        if value == EVERYTHING and name != "scopes":
            continue
        if not isinstance(value, list) or any(
            not isinstance(one, str) or (known and one not in known) for one in value
        ):
            return InvalidValue(code="choice")
    return None


def _is_fen(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LIMIT_FEN


def _unlimited(rows: Iterable[Any], role: str) -> bool:
    return any(isinstance(row, dict) and row.get("role") == role and row.get("max_fen", 0) is None for row in rows)
