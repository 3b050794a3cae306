"""What must stand for the structure of complaint handling to conform, reported wherever it is arranged (OG-01, OG-04).

Apps above say what they know of it; each condition answers with a sentence while it is not met.
"""

from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tingsu.kernel.models import Organisation
from tingsu.kernel.organisations import current_organisation
from tingsu.people import queries
from tingsu.people.models import Post, Unit

Condition = Callable[[], str | Promise | None]
_conditions: list[Condition] = []


def declare_condition(condition: Condition) -> None:
    """Add a condition: a sentence while it is not met, None when it is."""
    _conditions.append(condition)


_represented: list[Callable[[], bool]] = []


def declare_represented(known: Callable[[], bool]) -> None:
    """Say how it is known whether management is represented by a valid appointment (OG-04). One app."""
    if _represented:
        raise RuntimeError("two apps know who represents management")
    _represented.append(known)


def represented() -> bool:
    """Is an appointment of a management representative valid now (OG-04, K-02)?"""
    return any(known() for known in _represented)


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


def _one_body() -> str | Promise | None:
    """There is one body, and it is written down where it stands (OG-01, K-01)."""
    bodies = queries.units(kind=Unit.Kind.CENTRE)
    if not bodies:
        return _("No complaint handling body is set up: open a complaint handling centre.")
    if len(bodies) > 1:
        return _("There are several complaint handling centres; one body is asked for, with groups below it.")
    if not bodies[0].hosting:
        return _("It is not noted whether the complaint handling centre is independent or inside another department.")
    return None


def seats() -> list[tuple[str | Promise, str]]:
    """The seats of the committee by function, each with who holds it now, or nothing (OG-05)."""
    held = {post.seat: post.member_id for post in queries.posts_now(unit_kinds={Unit.Kind.COMMITTEE}) if post.seat}
    return [(seat.label, queries.staff_identity(held.get(seat))) for seat in Post.Seat]


def _every_seat() -> str | Promise | None:
    """In the structure of SVC the committee has its four functions."""
    if current_organisation().profile != Organisation.Profile.SVC:
        return None
    empty = [str(label) for label, holder in seats() if not holder]
    if not empty:
        return None
    return _("Nobody sits in the committee as: %(seats)s.") % {"seats": gettext(", ").join(empty)}


declare_condition(_one_body)
declare_condition(_somebody_full_time)
declare_condition(_every_seat)
