"""The authority matrix as a form and as words: what its editor reads, and what one version changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from tingsu.kernel.errors import InvalidValue
from tingsu.kernel.money import parse_yuan, yuan
from tingsu.kernel.typed import whole_number
from tingsu.pages.rulebooks import Change
from tingsu.people.authority import EVERYTHING, MARKS, SCOPES, declared
from tingsu.people.roles import Role, StaffLevel

BLANK_ROWS = 2


@dataclass(frozen=True)
class Wrong:
    """An amount that cannot be read: what was typed, and why."""

    typed: str
    why: str


def read(data: QueryDict, base: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Wrong]]:
    """The body that a form describes, and each amount that cannot be read, by the name its field has when drawn again."""
    errors: dict[str, Wrong] = {}
    rows: list[dict[str, Any]] = []
    for number in range(min(whole_number(data.get("count", "")) or 0, 100)):
        row = _read_row(data, f"row-{number}", f"row-{len(rows)}", errors)
        if row is not None:
            rows.append(row)
    body = {
        "rows": rows,
        "approvers": list(base["approvers"]),
        "floors": {mark: data.get(f"floor-{mark}", base["floors"].get(mark, "")) for mark in MARKS},
        "quick": {
            "max_fen": _fen(data, "quick-max", errors) or 0,
            "daily_fen": _fen(data, "quick-daily", errors) or 0,
        },
    }
    return body, errors


def _read_row(data: QueryDict, prefix: str, drawn: str, errors: dict[str, Wrong]) -> dict[str, Any] | None:
    role = data.get(f"{prefix}-role", "")
    if not role or data.get(f"{prefix}-remove"):
        return None
    unlimited = bool(data.get(f"{prefix}-unlimited"))
    return {
        "role": role,
        "level": data.get(f"{prefix}-level", ""),
        "steps": EVERYTHING if data.get(f"{prefix}-all-steps") else data.getlist(f"{prefix}-steps"),
        "remedies": EVERYTHING if data.get(f"{prefix}-all-remedies") else data.getlist(f"{prefix}-remedies"),
        "max_fen": None if unlimited else _fen(data, f"{prefix}-max", errors, f"{drawn}-max"),
        "scopes": data.getlist(f"{prefix}-scopes"),
    }


def _fen(data: QueryDict, name: str, errors: dict[str, Wrong], drawn: str = "") -> int:
    try:
        return parse_yuan(data.get(name, "") or "0")
    except InvalidValue as error:
        errors[drawn or name] = Wrong(data.get(name, ""), str(error))
        return 0


def rows_for_form(body: Mapping[str, Any], *, blank: int = 0) -> list[dict[str, Any]]:
    """The rows as the editor draws them, with empty ones to fill in."""
    empty = {"role": "", "level": "", "steps": EVERYTHING, "remedies": [], "max_fen": 0, "scopes": []}
    return [_drawn(number, row) for number, row in enumerate([*body["rows"], *[empty] * blank])]


def _drawn(number: int, row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "prefix": f"row-{number}",
        "role": row["role"],
        "level": row["level"],
        "max": "" if row["max_fen"] is None else plain_yuan(row["max_fen"]),
        "unlimited": row["max_fen"] is None,
        "words": words_of(row),
        **{
            name: {
                "all": row[name] == EVERYTHING,
                "choices": [(code, label, code in row[name]) for code, label in _names(name, row[name]).items()],
            }
            for name in ("steps", "remedies", "scopes")
        },
    }


def _names(what: str, held: str | list[str]) -> dict[str, str | Promise]:
    """Codes with words: what the owner declared, and what the matrix holds beside it."""
    known: dict[str, str | Promise] = dict(SCOPES) if what == "scopes" else declared(what)
    return known | {code: code for code in (held if held != EVERYTHING else []) if code not in known}


def plain_yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def words_of(row: Mapping[str, Any]) -> dict[str, str]:
    """One row in words, for reading and comparing."""
    known = {"steps": declared("steps"), "remedies": declared("remedies"), "scopes": SCOPES}
    words = {
        "role": str(Role(row["role"]).label) if row["role"] in Role.values else "",
        "level": str(StaffLevel(row["level"]).label) if row["level"] in StaffLevel.values else _("any level"),
        "limit": _("without limit") if row["max_fen"] is None else yuan(row["max_fen"]),
    }
    for name, names in known.items():
        held = row[name]
        if held == EVERYTHING:
            words[name] = _("all")
        else:
            words[name] = _("; ").join(str(names.get(code, code)) for code in sorted(held)) or _("none")
    return words


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Each place that changed, old beside new; rows are compared by role and level."""
    found = []
    old = {(row["role"], row["level"]): words_of(row) for row in before["rows"]}
    new = {(row["role"], row["level"]): words_of(row) for row in after["rows"]}
    columns = {
        "limit": _("most for one case"), "remedies": _("remedies"), "steps": _("steps"), "scopes": _("information"),
    }  # fmt: skip
    for key in [*old, *(key for key in new if key not in old)]:
        was, now_is = old.get(key), new.get(key)
        name = "{role} · {level}".format(**(was or now_is or {}))
        if was is None or now_is is None:
            found.append(
                Change.of(name, _("no row") if was is None else _("row"), _("row") if was is None else _("no row"))
            )
            continue
        for column, label in columns.items():
            if was[column] != now_is[column]:
                found.append(Change.of(f"{name} · {label}", was[column], now_is[column]))
    for mark in MARKS:
        pair = [_role(body["floors"].get(mark, "")) for body in (before, after)]
        if pair[0] != pair[1]:
            found.append(Change.of(_("lowest approving role for “%(mark)s”") % {"mark": mark_word(mark)}, *pair))
    for name, label in (
        ("max_fen", _("quick compensation, one case")),
        ("daily_fen", _("quick compensation, one day")),
    ):
        if before["quick"][name] != after["quick"][name]:
            found.append(Change.of(label, yuan(before["quick"][name]), yuan(after["quick"][name])))
    return found


def _role(code: str) -> str:
    return str(Role(code).label) if code in Role.values else "—"


def mark_word(mark: str) -> str:
    return {"high_risk": _("high risk"), "crisis": _("public-opinion crisis"), "major": _("major")}[mark]
