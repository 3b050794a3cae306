"""Who may ask for what in the investigation room: by role, staff level and weight of the case, as a rulebook (IV-02, OG-09).

A line gives a role, from a staff level on, each part either in general complaints only or in all. For each role the line of the
highest level reached counts, and of several roles the best. What lies outside the case is nobody's by rule: it is released.
"""

from functools import lru_cache
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tingsu.complaints.models import Complaint
from tingsu.complaints.terms import Grade
from tingsu.kernel import rulebooks
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError
from tingsu.people.roles import STAFF_RANK, Role, StaffLevel

KIND = "inquiry"
CUSTOMER, ORDERS, INTERACTIONS, HISTORY, PRODUCTS = "customer", "orders", "interactions", "history", "products"
PARTS: dict[str, str | Promise] = {
    CUSTOMER: _("User or merchant"),
    ORDERS: _("Orders"),
    INTERACTIONS: _("Interactions"),
    HISTORY: _("Earlier complaints"),
    PRODUCTS: _("Products and policies"),
}
"""The parts of the room, in their order."""
OUTSIDE: dict[str, str | Promise] = {
    "orders": _("Other orders and interactions of the same person"),
    "complaints": _("Complaints of the same person that are not mine to see"),
}
"""What a release may open."""
NEVER, GENERAL, ALWAYS = "", "general", "all"
HOW: dict[str, str | Promise] = {
    NEVER: _("no"),
    GENERAL: _("in general complaints"),
    ALWAYS: _("in all, high-risk ones too"),
}


def _line(role: str, level: str = "", **parts: str) -> dict[str, str]:
    return {"role": role, "level": level} | {part: parts.get(part, NEVER) for part in PARTS}


@lru_cache(maxsize=1)
def shipped() -> dict[str, Any]:
    """Version 0: handlers see what concerns their case; of high-risk ones experts the whole; helpers order and product only."""
    whole = dict.fromkeys(PARTS, ALWAYS)
    careful = {**whole, INTERACTIONS: GENERAL, HISTORY: GENERAL}
    matter = {ORDERS: ALWAYS, PRODUCTS: ALWAYS}
    return {
        "lines": [
            _line(Role.FRONTLINE, "", **careful),
            _line(Role.FRONTLINE, StaffLevel.EXPERT, **whole),
            _line(Role.SPECIALIST, "", **careful),
            _line(Role.SPECIALIST, StaffLevel.EXPERT, **whole),
            *(_line(role, "", **whole) for role in (Role.COACH, Role.SUPERVISOR, Role.MGMT_REP, Role.TOP_MGMT)),
            _line(Role.MEDIATOR, "", **{**matter, CUSTOMER: ALWAYS, INTERACTIONS: GENERAL, HISTORY: GENERAL}),
            _line(Role.DEPT, "", **matter),
            _line(Role.FUNCTION, "", **matter),
        ]
    }


def check(body: dict[str, Any]) -> None:
    """Nothing but role, level and weight decides; every part has an answer. Raises InvalidInput."""
    errors: dict[str, TingsuError] = {}
    lines = body.get("lines") if isinstance(body, dict) else None
    if not isinstance(lines, list) or not 0 < len(lines) <= 60:
        raise InvalidInput({"lines": InvalidValue(_("A list of at least one entry is needed."))})
    seen = set()
    for number, line in enumerate(lines, 1):
        if not isinstance(line, dict) or set(line) != {"role", "level", *PARTS}:
            errors[f"lines.{number}"] = InvalidValue(code="rows")
        elif line["role"] not in Role.values or line["level"] not in {"", *StaffLevel.values}:
            errors[f"lines.{number}.role"] = InvalidValue(code="choice")
        elif any(line[part] not in HOW for part in PARTS):
            errors[f"lines.{number}.{CUSTOMER}"] = InvalidValue(code="choice")
        elif (line["role"], line["level"]) in seen:
            errors[f"lines.{number}.role"] = InvalidValue(_("There are two rows for this role and level."))
        else:
            seen.add((line["role"], line["level"]))
    if errors:
        raise InvalidInput(errors)


def register() -> None:
    """Declare the kind; called once when the app loads."""
    rulebooks.register_kind(KIND, _("Who may look up what"), shipped, check)


def is_heavy(complaint: Complaint) -> bool:
    """High-risk and major complaints and crises: more of them is confidential."""
    return complaint.grade == Grade.HIGH_RISK or complaint.major or complaint.crisis


def parts_for(actor: Actor, complaint: Complaint) -> tuple[str, ...]:
    """The parts of the room that this actor may ask for in this case, in their order."""
    if actor.kind not in {"member", "token"}:
        return ()
    enough = {ALWAYS} if is_heavy(complaint) else {ALWAYS, GENERAL}
    lines = _lines_of(actor)
    return tuple(part for part in PARTS if any(line[part] in enough for line in lines))


def _lines_of(actor: Actor) -> list[dict[str, str]]:
    rank = STAFF_RANK.get(actor.staff_level, 0)
    best: dict[str, dict[str, str]] = {}
    for line in rulebooks.in_force(KIND).body["lines"]:
        if line["role"] not in actor.roles or STAFF_RANK[line["level"]] > rank:
            continue
        held = best.get(line["role"])
        if held is None or STAFF_RANK[line["level"]] > STAFF_RANK[held["level"]]:
            best[line["role"]] = line
    return list(best.values())
