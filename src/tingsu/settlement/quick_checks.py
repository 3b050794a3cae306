"""Quick compensation is checked afterwards by sample: each week some of it, by somebody else than who gave it (RM-09)."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tingsu.calendars.arithmetic import Unit
from tingsu.clocks.timers import Limit, TimerKind
from tingsu.complaints.independence import keeps_out
from tingsu.complaints.models import Complaint
from tingsu.kernel import crypto, rulebooks
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import local, now
from tingsu.kernel.errors import InvalidInput, InvalidValue, Unmet
from tingsu.kernel.money import plain_yuan, yuan
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.people.authority import quick_limits
from tingsu.people.roles import Role
from tingsu.process.steps import Field, Step, asks_who
from tingsu.registers.actions import Link, Opening, open_entry
from tingsu.registers.declaration import CHECKERS, LEADERS, Do, Register, State, declare, registers
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.models import Entry, EntryLink
from tingsu.registers.options import members
from tingsu.registers.saying import Said, says
from tingsu.settlement.models import Solution

NAME = KIND = "quick_check"
HUNDRED = 100


@lru_cache(maxsize=1)
def shipped() -> dict[str, Any]:
    """Version 0: a tenth of each week's quick compensations, at least one. Treat as read-only."""
    return {"percent": 10, "least": 1}


def check(body: dict[str, Any]) -> None:
    """Raises InvalidInput."""
    errors = {}
    for name in ("percent", "least"):
        value = body.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= HUNDRED:
            errors[name] = InvalidValue(gettext_lazy("A number from 0 to 100."), code="number")
    if errors:
        raise InvalidInput(dict(errors))


def week_before(at: datetime) -> tuple[datetime, datetime]:
    """The last whole week, Monday to Monday, of the organisation's calendar."""
    here = local(at, current_organisation().time_zone)
    monday = here.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=here.weekday())
    return monday - timedelta(days=7), monday


def drawn(at: datetime) -> list[Solution]:
    """Which quick compensations of the last week are looked at: by a number that only this firm's key makes, so that nobody knows
    beforehand and asking twice gives the same.
    """
    most, _daily = quick_limits()
    first, after = week_before(at)
    rows = Solution.objects.filter(
        origin=Solution.Origin.DIRECT, total_fen__gt=0, total_fen__lte=most, drafted_at__gte=first, drafted_at__lt=after
    ).select_related("complaint")
    lots = sorted(rows, key=lambda one: _lot(one.pk))
    rules = rulebooks.in_force(KIND).body
    share = -(-len(lots) * rules["percent"] // HUNDRED)
    return lots[: max(share, min(rules["least"], len(lots)))]


def _lot(pk: uuid.UUID) -> bytes:
    return bytes(crypto.blind_index(current_organisation_id(), NAME, str(pk)))


def open_owed(at: datetime | None = None) -> list[Entry]:
    """An entry for each one drawn that has none yet."""
    opened = []
    for one in drawn(at or now()):
        pk = uuid.uuid5(one.pk, NAME)
        if Entry.objects.filter(pk=pk).exists():
            continue
        values = {"member": str(one.drafted_by or ""), "amount": plain_yuan(one.total_fen)}
        said = {"what": Said("quick_check", {"number": one.complaint.number, "fen": one.total_fen})}
        opening = Opening(id=pk, values=values, said=said, links=(Link(other_id=one.complaint_id),))
        actor = automation("settlement.quick_checks", current_organisation_id())
        opened.append(open_entry(actor=actor, register=registers()[NAME], opening=opening))
    return opened


@says("quick_check")
def _words(told: Mapping[str, Any]) -> str:
    return _("Complaint %(number)s: %(amount)s given at once.") % {
        "number": told["number"], "amount": yuan(told["fen"])
    }  # fmt: skip


@asks_who
def not_own_money(opened: OpenedEntry, step: Step, values: Any) -> list[Unmet]:
    """Whoever gave it does not check it, nor whom the complaint is about (IV-03)."""
    if str(opened.actor.id) != opened.entry.codes.get("member"):
        if values is None:  # asked for the button of many entries
            return []
        links = EntryLink.objects.filter(entry_id=opened.entry.pk).values("other_id")
        complaint = Complaint.objects.filter(pk__in=links).order_by("received_at").first()
        return keeps_out(opened, complaint) if complaint else []
    return [Unmet("own_money", gettext_lazy("you gave this compensation yourself; somebody else checks it"), guard="")]


declare(
    Register(
        name=NAME,
        one=gettext_lazy("Check of a quick compensation"),
        many=gettext_lazy("Checks of quick compensation"),
        hint=gettext_lazy(
            "What front-line staff give at once is looked at afterwards by sample: was it owed, was it the right amount, is the proof there."
        ),
        prefix="KC",
        icon="eye",
        group="system",
        chapter="improvement",
        order=24,
        title="what",
        readers=(*LEADERS, *CHECKERS),
        openers=(*LEADERS, Role.QA),
        fields=(
            Field(name="what", label=gettext_lazy("What is checked"), kind="longtext", limit=300),
            Field(name="member", label=gettext_lazy("Given by"), kind="member", options=members),
            Field(name="amount", label=pgettext_lazy("quick compensation", "Amount (yuan)"), kind="money"),
            Field(name="finding", label=gettext_lazy("What the check found"), kind="longtext", limit=2000),
            Field(name="follows", label=gettext_lazy("What follows from it"), kind="longtext", limit=1000),
        ),
        form=("what*", "member*", "amount*"),
        columns=("member", "amount"),
        filters=("member",),
        states=(
            State("open", pgettext_lazy("quick compensation", "To be checked"), "soon"),
            State("in_order", pgettext_lazy("quick compensation", "In order"), "done", open=False),
            State("objected", pgettext_lazy("quick compensation", "Not in order"), "late", open=False),
        ),
        opening={"starts": ("quick_check",)},
        steps=(
            Do(
                name="confirm", label=gettext_lazy("In order"), event="confirmed", did=gettext_lazy("found it in order"), sources=("open",),
                target="in_order", who=(*LEADERS, Role.QA), asks=("finding*",), guards=(not_own_money,), stops=("quick_check",),
                tone="done", icon="check", clause="ISC 9.3.2",
            ),
            Do(
                name="object", label=gettext_lazy("Not in order"), event="objected", did=gettext_lazy("found it not in order"),
                sources=("open",), target="objected", who=(*LEADERS, Role.QA), asks=("finding*", "follows*"), guards=(not_own_money,),
                stops=("quick_check",), tells=(Role.SUPERVISOR,), tone="late", icon="x", main=False, clause="ISC 9.3.2",
            ),
        ),
        timers=(
            TimerKind(
                name="quick_check", of=NAME, label=gettext_lazy("Check of a quick compensation"), starts=gettext_lazy("drawn"),
                stops=gettext_lazy("checked"), source="ISC 9.3.2",
                limits=(Limit(amount=10, unit=Unit.WORKING_DAY, basis="ISC 9.3.2", ours=True),),
            ),
        ),
    )
)  # fmt: skip
