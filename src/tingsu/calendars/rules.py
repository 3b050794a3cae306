"""Calendars as a rulebook kind: the shipped default and the check before publishing."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.calendars.checks import problems_of
from tingsu.calendars.china import shipped_body
from tingsu.calendars.queries import KIND
from tingsu.kernel.errors import InvalidInput, InvalidValue
from tingsu.kernel.rulebooks import register_kind


def check(body: dict[str, Any]) -> None:
    """Raise InvalidInput with every problem of a calendar in words."""
    if problems := problems_of(body):
        raise InvalidInput({"calendar": InvalidValue(" ".join(problems), code="rows")})


def register() -> None:
    """Declare the kind; called once when the app loads."""
    register_kind(KIND, _("Working calendar"), shipped_body, check)
