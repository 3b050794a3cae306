"""What a list of the personnel department says of people who work here already: absent, back, left, another post, a training (IG-08).

Everything goes through the actions that a manager takes by hand, so what needs a second person waits for one, and nobody leaves
who still answers for something.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.people import actions as people
from tingsu.people import queries
from tingsu.people.access import in_office
from tingsu.people.models import Member, Post
from tingsu.people.roles import Role
from tingsu.setup import training_results

if TYPE_CHECKING:
    from tingsu.setup.people_list import Line

HERE, ABSENT, BACK, LEFT = "here", "absent", "back", "left"
STATUSES: list[tuple[str, str | Promise]] = [
    (HERE, pgettext_lazy("personnel", "Employed")),
    (ABSENT, pgettext_lazy("personnel", "Absent")),
    (BACK, pgettext_lazy("personnel", "Back from absence")),
    (LEFT, pgettext_lazy("personnel", "Left")),
]
SPOKEN = {
    HERE: ("在职", "在岗", "正常", "active", "employed"),
    ABSENT: ("休假", "请假", "缺勤", "病假", "产假", "absent", "on leave"),
    BACK: ("返岗", "销假", "back"),
    LEFT: ("离职", "已离职", "left", "terminated", "resigned"),
}
"""What personnel systems write."""


@dataclass(frozen=True)
class Change:
    """One thing that a line changes; `code` says what is to be done."""

    code: str
    words: str | Promise


WORDS = {
    "leave": _("leaves: posts end, sign-in stops"),
    "return": _("comes back"),
    "off": _("absent: gets no new complaints"),
    "on": _("back: gets new complaints again"),
    "move": _("moves to this post; the former one ends"),
    "post": _("gets this post"),
}


def find(lines: Iterable["Line"]) -> None:
    """Note at each line of somebody who is here what it changes. Three queries."""
    lines = list(lines)
    told = {line.values["staff_number"]: line for line in lines if line.done}
    members = {one.staff_number: one for one in Member.objects.filter(staff_number__in=list(told))}
    at = now()
    posts: dict[object, list[Post]] = {}
    for post in Post.objects.filter(member__in=list(members.values())).select_related("unit"):
        if in_office(post, at):
            posts.setdefault(post.member_id, []).append(post)
    for number, line in told.items():
        if number not in members:  # left before we knew them
            continue
        line.changes = [Change(code, WORDS[code]) for code in _codes(line, members[number], posts)]
    for line in training_results.find(lines):
        line.changes.append(Change(training_results.TRAINED, training_results.WORDS))


def _codes(line: "Line", member: Member, posts: dict[object, list[Post]]) -> list[str]:
    status = line.values["status"]
    if status == LEFT:
        return ["leave"] if member.active else []
    found = [] if member.active or not status else ["return"]
    if status == ABSENT and (member.on_duty or found):
        found.append("off")
    elif status == BACK and not member.on_duty:
        found.append("on")
    held = posts.get(member.pk, [])
    wanted = (line.values["unit"], line.values["role"])
    if status and all(wanted) and wanted not in {(post.unit.code, post.role) for post in held}:
        found.append("move" if len(held) == 1 else "post")
    return found


def carry_out(actor: Actor, line: "Line") -> None:
    """Do what the line changes, in order. Raises what the actions raise, also WaitsForApproval."""
    member = Member.objects.get(staff_number=line.values["staff_number"])
    for change in line.changes:
        if change.code == "leave":
            people.deactivate_member(actor=actor, member_id=member.pk)
        elif change.code == "return":
            people.reactivate_member(actor=actor, member_id=member.pk)
        elif change.code in {"off", "on"}:
            people.set_on_duty(actor=actor, member_id=member.pk, on_duty=change.code == "on")
        elif change.code == training_results.TRAINED:
            training_results.record(actor, member, line)
        else:
            _give(actor, member, line, ends=change.code == "move")


def _give(actor: Actor, member: Member, line: "Line", *, ends: bool) -> None:
    data, at = line.values, now()
    former = [one for one in Post.objects.filter(member=member) if in_office(one, at)] if ends else []
    unit = next(one.pk for one in queries.units() if one.code == data["unit"])
    people.give_post(
        actor=actor, member_id=member.pk, unit_id=unit, role=data["role"], staff_level=data["staff_level"],
        mediator_level=data["mediator_level"], seat=data["seat"], is_head=data["role"] in {Role.DEPT, Role.SUPERVISOR},
    )  # fmt: skip
    for post in former:
        people.end_post(actor=actor, post_id=post.pk)
