"""Who may mediate what: levels by weight of the case, and the register of the mediation body (MD-02–MD-05)."""

import uuid
from datetime import date
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.kernel import rulebooks
from tingsu.kernel.clock import local_date, now
from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError
from tingsu.kernel.organisations import current_organisation
from tingsu.people import queries as people
from tingsu.people.roles import MEDIATOR_RANK, MediatorLevel

KIND = "mediation"
SPECIALITIES = ("mediation", "legal", "pr", "government", "policy")
"""Mediation expert, legal, public relations, government-relations researcher, policy researcher (ISC 5.1.2)."""
WEIGHTS = ("general", "high_risk", "major_urgent", "crisis")


@lru_cache(maxsize=1)
def shipped() -> dict[str, Any]:
    """Version 0. With no register of the mediation body, senior mediators stand for it. Treat as read-only."""
    return {
        "levels": {
            "general": "junior",
            "high_risk": "intermediate",
            "major_urgent": "intermediate",
            "crisis": "senior",
        },
        "body": [],
    }


def check(body: dict[str, Any]) -> None:
    """Major urgent complaints never go below intermediate (MD-02). Raises InvalidInput."""
    errors: dict[str, TingsuError] = {}
    levels = body.get("levels")
    if (
        not isinstance(levels, dict)
        or set(levels) != set(WEIGHTS)
        or not set(levels.values()) <= set(MediatorLevel.values)
    ):
        errors["levels"] = InvalidValue(code="choice")
    elif (
        min(MEDIATOR_RANK[levels[weight]] for weight in ("major_urgent", "crisis"))
        < MEDIATOR_RANK[MediatorLevel.INTERMEDIATE]
    ):
        errors["levels"] = InvalidValue(
            _("Major urgent complaints go to an intermediate or senior mediator only."), code="level_too_low"
        )
    lines = body.get("body")
    if not isinstance(lines, list) or not all(_is_line(line) for line in lines):
        errors["body"] = InvalidValue(
            _("A line of the register names a member, a speciality and the end of the term."), code="rows"
        )
    if errors:
        raise InvalidInput(errors)


def _is_line(line: Any) -> bool:
    try:
        return (
            isinstance(line, dict)
            and people.is_active(uuid.UUID(line["member"]))
            and line["speciality"] in SPECIALITIES
            and bool(date.fromisoformat(line["until"]))
        )
    except (KeyError, TypeError, ValueError):
        return False


def register() -> None:
    """Declare the kind; called once when the app loads."""
    rulebooks.register_kind(KIND, _("Mediation"), shipped, check)


def needed_level(*, grade: str, urgency: str, major: bool, crisis: bool) -> str:
    """The lowest mediator level for a case of this weight (MD-02, MD-03, MD-04)."""
    levels = rulebooks.in_force(KIND).body["levels"]
    if crisis:
        return str(levels["crisis"])
    if major and urgency == "urgent":
        return str(levels["major_urgent"])
    return str(levels["high_risk"] if grade == "high_risk" or major else levels["general"])


def in_mediation_body(member_id: uuid.UUID) -> bool:
    """Does the member sit in the mediation body today, by the organisation's calendar? Without a register, senior mediators do (MD-04, MD-05)."""
    lines = rulebooks.in_force(KIND).body["body"]
    if not lines:
        return mediator_level(member_id) == MediatorLevel.SENIOR
    today = local_date(now(), current_organisation().time_zone).isoformat()
    return any(line["member"] == str(member_id) and line["until"] >= today for line in lines)


def mediator_level(member_id: uuid.UUID) -> str:
    """The highest mediator level among the posts held now."""
    levels = [post.mediator_level for post in people.posts_of(member_id)]
    return max(levels, key=lambda level: MEDIATOR_RANK[level], default="")
