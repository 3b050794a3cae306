"""The register of appointments of the management representative (OG-04): who, by which senior leader, since when, for what.

While nobody's appointment is valid, or not exactly one leads, the organisation does not conform, and every page of the settings about people says so.
"""

import uuid
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.kernel.clock import local_date, now
from tingsu.kernel.errors import ConditionsUnmet, Unmet
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.sql import take_turns
from tingsu.people import queries as people
from tingsu.people.conformity import declare_condition, declare_represented
from tingsu.people.roles import Role
from tingsu.process.steps import Field, Step
from tingsu.registers.declaration import CHECKERS, LEADERS, OWNER, Do, Register, State, declare
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.models import Entry

NAME = "appointment"


def holds_the_post(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """Whoever is appointed holds the post of a management representative."""
    if uuid.UUID(opened.entry.codes["person"]) in {
        member.pk for member in people.active_members(roles=(Role.MGMT_REP,))
    }:
        return []
    return [Unmet("no_post", _("this person does not hold the post of a management representative"))]


def valid_now(on: date | None = None) -> list[Entry]:
    """Appointments in force whose holder still has the post: the lead first. One query."""
    day = on or today()
    return sorted(_in_force(day, day), key=lambda row: not row.codes.get("lead"))


def today() -> date:
    return local_date(now(), current_organisation().time_zone)


def _in_force(first: date, last: date | None) -> list[Entry]:
    """Those that hold on some day of a period, both ends included, of people who have the post."""
    rows = Entry.objects.filter(register=NAME, state="appointed").order_by("speaks_of", "pk")
    if last is not None:
        rows = rows.filter(speaks_of__lte=last)
    holders = {member.pk for member in people.active_members(roles=(Role.MGMT_REP,))}
    return [
        row
        for row in rows
        if (row.expires_on is None or row.expires_on >= first) and uuid.UUID(row.codes["person"]) in holders
    ]


def standing(actor: Any) -> dict[str, Any]:
    """The list above the register: who is appointed now, and whether that is enough."""
    found = valid_now()
    leads = sum(bool(row.codes.get("lead")) for row in found)
    return {
        "appointed": [(people.staff_identity(uuid.UUID(row.codes["person"])), row) for row in found],
        "conforms": bool(found),
        "one_lead": leads == 1,
    }


def one_lead(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """Several may be appointed; one of them leads, and no more than one (CTS 5.3)."""
    entry = opened.entry
    first = max(entry.speaks_of or today(), today())
    lead = entry.codes.get("lead")
    if lead and _leads(entry, first, entry.expires_on):
        return [
            Unmet(
                "second_lead",
                _("another appointment in force is marked as the lead; end it or take the mark off first"),
            )
        ]
    if not lead and not _leads(entry, first, first):
        return [Unmet("no_lead", _("one of those appointed must be marked as the lead"))]
    return []


def _leads(but: Entry, first: date, last: date | None) -> bool:
    """Does another one lead on some day of this period, be it one to come?"""
    return any(row.codes.get("lead") for row in _in_force(first, last) if row.pk != but.pk)


def appointed(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """Of two who appoint at once the second waits, and sees the lead of the first. Raises ConditionsUnmet."""
    take_turns(f"{NAME}:{opened.entry.organisation_id}")
    if unmet := one_lead(opened, opened.register.process["appoint"], values):
        raise ConditionsUnmet(unmet)


def ended(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """The appointment holds until the day it was ended."""
    opened.put("ended_on", local_date(opened.at, current_organisation().time_zone))


def _appointed_with_one_lead() -> str | Promise | None:
    found = valid_now()
    if not found:
        return _("No valid appointment of a management representative is on record.")
    if sum(bool(row.codes.get("lead")) for row in found) != 1:
        return _("Exactly one of those appointed must be marked as the lead.")
    return None


declare_condition(_appointed_with_one_lead)
declare_represented(lambda: bool(valid_now()))
declare(
    Register(
        name=NAME,
        one=_("Appointment of a management representative"),
        many=_("Appointments of the management representative"),
        hint=_("Who represents management in complaint handling, appointed by which senior leader, since when and for what."),
        prefix="RM",
        icon="user",
        chapter="leadership",
        order=10,
        title="scope",
        openers=(*LEADERS, Role.QA),
        fields=(
            Field(name="person", label=_("Who is appointed"), kind="member"),
            Field(name="scope", label=_("Scope: tasks and authority"), kind="longtext", limit=2000),
            Field(name="lead", label=_("Leads, where several are appointed"), kind="bool"),
            Field(name="valid_from", label=_("Appointed from"), kind="date"),
            Field(name="valid_until", label=_("Appointed until"), kind="date"),
            Field(name="proof", label=_("Letter of appointment"), kind="files"),
            Field(name="ended_on", label=_("Ended on"), kind="date"),
            Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=1000),
        ),
        form=("person*", "scope*", "lead", "valid_from*", "valid_until", "proof"),
        passing=("reason",),
        columns=("person", "lead", "valid_from", "valid_until"),
        filters=("person",),
        readers=(*LEADERS, *CHECKERS, Role.DSO),
        speaks_of="valid_from",
        expires="valid_until",
        clauses=lambda codes: ("SZ 4(1)", "SZ 4(2).1", "CTS 5.3"),
        states=(
            State("proposed", pgettext_lazy("appointment", "Waits for the senior leader"), "soon"),
            State("appointed", pgettext_lazy("appointment", "In force"), "done", open=False),
            State("ended", pgettext_lazy("appointment", "Ended"), open=False, final=True),
            State("declined", pgettext_lazy("appointment", "Not appointed"), open=False, final=True),
        ),
        steps=(
            Do(
                name="appoint", label=_("Appoint"), event="made", did=_("appointed the management representative"), sources=("proposed",),
                target="appointed", who=(Role.TOP_MGMT,), guards=(holds_the_post, one_lead), effect=appointed, tells=(OWNER,), tone="done", icon="checks",
                clause="SZ 4(1); SZ 4(2).1",
            ),
            Do(
                name="decline", label=pgettext_lazy("appointment", "Decline"), event="declined", did=_("did not appoint"),
                sources=("proposed",), target="declined", who=(Role.TOP_MGMT,), asks=("reason*",), tells=(OWNER,), main=False, icon="x",
            ),
            Do(
                name="end", label=_("End the appointment"), event="ended", did=_("ended the appointment"), sources=("appointed",),
                target="ended", who=(Role.TOP_MGMT,), asks=("reason*",), effect=ended, tells=(OWNER,), main=False, icon="archive",
            ),
        ),
        list_template="governance/appointed.html",
        list_context=standing,
    )
)  # fmt: skip
