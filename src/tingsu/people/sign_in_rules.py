"""How people sign in here, as rules of the organisation: when sessions end, and whose roles need a second factor (PS-03)."""

from collections.abc import Sequence
from datetime import timedelta
from functools import lru_cache
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tingsu.kernel import rulebooks
from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError
from tingsu.people.roles import Role

KIND = "sign_in"
IDLE = (5, 240)
"""Minutes without work after which a session may end."""
LONGEST = (1, 24)
"""Hours after which a session may end, whatever was done in it."""
NO_DESK = frozenset({Role.AI_AGENT})
"""A role that nobody signs in with."""
PARTNER = "partner"
"""Whoever signs in for a partner: no role of ours, and outside our walls (IG-10)."""


def who() -> list[tuple[str, str | Promise]]:
    """Of whom a second factor may be asked: every role that signs in, and people of partners."""
    roles: list[tuple[str, str | Promise]] = [(str(role), role.label) for role in Role if role not in NO_DESK]
    return [*roles, (PARTNER, _("People of partners"))]


@lru_cache(maxsize=1)
def shipped() -> dict[str, Any]:
    """Version 0: half an hour, because desks are shared; half a day; a second factor for whoever leads, manages people, rules or
    programs, reads the access log, takes lists of many people out of the house, or signs in from a partner's. Treat as read-only.
    """
    return {
        "idle_minutes": 30,
        "longest_hours": 12,
        "second_factor": [
            str(role)
            for role in (Role.TOP_MGMT, Role.MGMT_REP, Role.SUPERVISOR, Role.ANALYST, Role.AUDITOR, Role.DSO, PARTNER)
        ],
    }


def check(body: dict[str, Any]) -> None:
    """Raises InvalidInput with a sentence for each wrong field."""
    errors: dict[str, TingsuError] = {}
    if not _within(body.get("idle_minutes"), IDLE):
        errors["idle_minutes"] = InvalidValue(
            _("Between %(least)s and %(most)s minutes."), code="idle_minutes", least=IDLE[0], most=IDLE[1]
        )
    if not _within(body.get("longest_hours"), LONGEST):
        errors["longest_hours"] = InvalidValue(
            _("Between %(least)s and %(most)s hours."), code="longest_hours", least=LONGEST[0], most=LONGEST[1]
        )
    elif not errors and body["idle_minutes"] > body["longest_hours"] * 60:
        errors["idle_minutes"] = InvalidValue(
            _("A session cannot wait longer without work than it lasts at most."), code="idle_longer"
        )
    roles = body.get("second_factor")
    if (
        not isinstance(roles, list)
        or not set(roles) <= {code for code, _words in who()}
        or len(set(roles)) != len(roles)
    ):
        errors["second_factor"] = InvalidValue(code="choice")
    if errors:
        raise InvalidInput(errors)


def _within(value: Any, bounds: tuple[int, int]) -> bool:
    return type(value) is int and bounds[0] <= value <= bounds[1]


def in_force() -> dict[str, Any]:
    """The rules of this moment."""
    return rulebooks.in_force(KIND).body


def lengths_of(body: dict[str, Any]) -> tuple[timedelta, timedelta]:
    """How long a session lasts without work, and how long at most."""
    return timedelta(minutes=body["idle_minutes"]), timedelta(hours=body["longest_hours"])


def needs_second_factor(roles: Sequence[str] | frozenset[str]) -> bool:
    """Does one of these roles see or decide so much that a password alone must not open it?"""
    return not set(roles).isdisjoint(in_force()["second_factor"])
