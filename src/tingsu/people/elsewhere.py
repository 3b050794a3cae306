"""People who sign in and are no members: partners with accounts of their own (IG-10). The app that knows them says where they go."""

from collections.abc import Callable

from tingsu.kernel.tenancy import acting_for
from tingsu.people.models import Member, Membership

Door = Callable[[], str]
_doors: list[Door] = []


def declare(door: Door) -> None:
    """Say where they go after signing in. One app."""
    if _doors:
        raise RuntimeError("two apps know people who are no members")
    _doors.append(door)


def home_of(membership: Membership | None) -> str:
    """The address of whoever works at another door than the desk; empty for members."""
    if membership is None or not _doors:
        return ""
    with acting_for(membership.organisation_id):
        return "" if Member.objects.filter(pk=membership.member_id).exists() else _doors[0]()
