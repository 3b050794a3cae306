"""What must stand for the structure of complaint handling to conform, reported wherever it is arranged (OG-01, OG-04).

Apps above say what they know of it; each condition answers with a sentence while it is not met.
"""

from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tingsu.people import queries

Condition = Callable[[], str | Promise | None]
_conditions: list[Condition] = []


def declare_condition(condition: Condition) -> None:
    """Add a condition: a sentence while it is not met, None when it is."""
    _conditions.append(condition)


def not_conforming() -> list[str | Promise]:
    """Everything that does not conform now, in words. A query for each condition that asks one."""
    return [words for condition in _conditions if (words := condition()) is not None]


def full_time_handlers() -> list[tuple[str, str]]:
    """Who handles complaints full time in the body now: work identity and unit."""
    posts = [post for post in queries.posts_now(unit_kinds=queries.CENTRE_UNITS) if post.full_time]
    seen = {(post.member_id, post.unit_id): None for post in posts}
    return [(queries.staff_identity(member), queries.unit_name(unit)) for member, unit in seen]


def _somebody_full_time() -> str | Promise | None:
    if full_time_handlers():
        return None
    return _("The complaint handling body has nobody who works on complaints full time.")


declare_condition(_somebody_full_time)
