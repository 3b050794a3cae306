"""Special groups: who is there for the elderly and for minors, how many calls fit into an hour, the calls of the day (IN-14)."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from tingsu.complaints.fields.people import GROUPS
from tingsu.complaints.models import ComplaintMark
from tingsu.complaints.terms import OPEN_STATES
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import local_date, now
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.punctuation import listed
from tingsu.people import queries as people
from tingsu.people.conformity import declare_condition
from tingsu.people.directory import directory
from tingsu.people.models import Unit
from tingsu.people.queries import staff_identity
from tingsu.people.roles import Role
from tingsu.registers.declaration import register_named
from tingsu.registers.entry import end_of
from tingsu.registers.models import Entry

CALL = "contact_callback"
MOST_CALLS = 100


def unstaffed() -> list[tuple[str, Any]]:
    """Special groups that nobody on duty takes. No query."""
    return [(code, label) for code, label in GROUPS if not people.serving(code)]


def waiting_for_nobody() -> list[str]:
    """Of those, the groups from which something waits now. A query for each, none while all are staffed."""
    found = []
    for code, label in unstaffed():
        complaints = ComplaintMark.objects.filter(mark=f"group:{code}", complaint__state__in=OPEN_STATES)
        calls = Entry.objects.filter(register="contact", state="open", facets__name="group", facets__value=code)
        if complaints.exists() or calls.exists():
            found.append(str(label))
    return found


def report() -> str | None:
    """The sentence by which it is reported, wherever the structure is arranged and above the queue of special groups."""
    groups = waiting_for_nobody()
    return (
        _("Nobody on duty takes what comes from: %(groups)s. Name somebody on the page of a member.")
        % {"groups": listed(groups)}
        if groups
        else None
    )


def takes(actor: Actor) -> bool:
    """Does this colleague take what comes from a special group? No query."""
    member = directory().members.get(actor.id) if actor.id else None
    return bool(member and member.groups)


def capacity() -> int:
    """How many calls are made in one hour: one for each person on duty who takes a special group; where nobody is named, for each of
    the intake group at the front line; one at the least.
    """
    named = {one.pk for code, _label in GROUPS for one in people.serving(code)}
    if named:
        return len(named)
    front = people.posts_now(roles={Role.FRONTLINE}, unit_kinds={Unit.Kind.INTAKE})
    members = directory().members
    return max(1, sum(members[one].on_duty for one in {post.member_id for post in front}))


def booked() -> list[datetime]:
    """The ends of the hours for which a call is agreed, one for each call."""
    rows = Entry.objects.filter(register="contact", state="open", next_due_kind=CALL, next_due_at__gt=now())
    return [at for at in rows.values_list("next_due_at", flat=True) if at is not None]


def calls_of_the_day(actor: Actor) -> dict[str, Any]:
    """The calls agreed for today, and those whose hour passed without one, for whoever sees the contacts: earliest first."""
    register = register_named("contact")
    assert register is not None  # noqa: S101 asked by its own list
    end = end_of(local_date(now(), current_organisation().time_zone))
    rows = register.visible(actor, Entry.objects.filter(next_due_kind=CALL, state="open", next_due_at__lte=end))
    shown = [
        {
            "number": row.number, "url": reverse("registers:entry", args=["contact", row.number]), "from": parse_datetime(row.codes["call_from"]),
            "until": row.next_due_at, "late": row.next_due_at <= now(), "group": dict(GROUPS).get(row.codes.get("group", ""), ""),
            "owner": staff_identity(row.owner_id) or "",
        }
        for row in rows.order_by("next_due_at", "pk")[:MOST_CALLS]
    ]  # fmt: skip
    return {"calls": shown, "unstaffed": report()}


declare_condition(report)
