"""The register of who was told how complaints are handled (PT-05): audience, content, day, and what has changed for them since.

What the public pages say is always what is in force. Everybody else knows what they were told: when a limit, a way to reach us, what
we need to know or a way outside changes, whoever was told of it is owed the news.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.calendars.arithmetic import Unit
from tingsu.clocks.queries import KIND as LIMITS
from tingsu.clocks.timers import Limit, TimerKind
from tingsu.complaints import completeness, scope
from tingsu.kernel.actor import Actor
from tingsu.kernel.ledger import Chain, reaction
from tingsu.kernel.models import Event
from tingsu.letters import notices
from tingsu.people import queries as people
from tingsu.people.roles import Role
from tingsu.process.steps import Field
from tingsu.registers.actions import follow
from tingsu.registers.declaration import LEADERS, OPENER, OWNER, Do, Due, Register, State, declare, register_named
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.models import Entry
from tingsu.registers.options import members
from tingsu.settlement.rulebooks import ways

NAME, ANEW, AGAIN = "procedure_notice", "procedure_notice_anew", "procedure_notice_again"
AUDIENCES = (
    ("customers", pgettext_lazy("audience", "Customers and complainants")), ("employees", pgettext_lazy("audience", "Employees")),
    ("partners", _("Suppliers, merchants and partners")), ("authorities", _("Authorities and associations")),
    ("others", _("Other interested parties")),
)  # fmt: skip
PARTS = (
    ("reach", _("Ways to complain")), ("information", _("What we need to know")), ("steps", _("Steps of the handling")),
    ("limits", _("Time limit of each stage")), ("progress", _("How to follow the progress")), ("redress", _("Review and ways outside")),
)  # fmt: skip
MEANS = (
    ("page", _("Website or application")), ("training", _("Training or meeting")), ("tingsu", _("Notice in Tingsu to all staff")),
    ("circular", _("Circular or e-mail")), ("contract", _("Contract or its annex")), ("notice", _("Notice or leaflet on site")),
    ("other", pgettext_lazy("informing", "Other")),
)  # fmt: skip
PART_OF_RULEBOOK = {LIMITS: "limits", ways.KIND: "redress", completeness.KIND: "information", scope.KIND: "steps"}
REACHED_BY = frozenset({"hotline", "email", "address", "service_hours", "public_url"})
"""What an organisation says of itself that whoever complains must know."""
KEEPERS = (OWNER, OPENER, *LEADERS)
TELLING = ("audience*", "whom*", "content*", "covers*", "means*", "informed_on*", "again_on", "owner", "proof")


def told(entry: OpenedEntry, values: dict[str, Any]) -> None:
    """They know it now; whoever works here and was told through Tingsu finds it among the own notices."""
    entry.put("changed", [])
    if entry.entry.codes.get("audience") == "employees" and entry.entry.codes.get("means") == "tingsu":
        everybody = [one.pk for one in people.active_members() if one.pk != entry.actor.id]
        entry.tell(everybody, "to_read")


def outdated(entry: OpenedEntry, values: dict[str, Any]) -> None:
    """What they were told is otherwise from now on."""
    if not entry.entry.codes.get("changed"):
        entry.start(ANEW)
    entry.put("changed", sorted({*entry.entry.codes.get("changed", ()), *values["news"]}))


notices.declare({f"{NAME}.to_read": (pgettext_lazy("notice", "How we handle complaints: please read"), "book")})


@reaction("rulebook.published")
def rules_changed(chain: Chain, event: Event, actor: Actor) -> None:
    """A rule that people were told of is otherwise: who was told is owed the news."""
    if part := PART_OF_RULEBOOK.get(event.body["kind"]):
        _owe(part, actor)


@reaction("organisation.changed")
def reached_otherwise(chain: Chain, event: Event, actor: Actor) -> None:
    """Hotline, mailbox, hours or address are others."""
    if REACHED_BY & set(event.body.get("set", ())):
        _owe("reach", actor)


def _owe(part: str, actor: Actor) -> None:
    register = register_named(NAME)
    assert register is not None  # noqa: S101 declared below
    for row in Entry.objects.filter(register=NAME, state__in=("told", "changed")).order_by("pk"):
        if part in row.codes.get("covers", ()) and part not in row.codes.get("changed", ()):
            follow(actor=actor, entry_id=row.pk, register=register, step="outdate", values={"news": [part]})


@dataclass(frozen=True, kw_only=True)
class Audience:
    """How one audience stands: told when, of what, and what it does not know or not any more."""

    name: str | Promise
    records: int
    last: date | None
    missing: list[str | Promise]
    changed: list[str | Promise]
    url: str


def standing(actor: Actor) -> dict[str, Any]:
    """Each audience with what it was told. One query."""
    register = register_named(NAME)
    assert register is not None  # noqa: S101 declared below
    rows = register.visible(actor, Entry.objects.filter(state__in=("told", "changed"))).values_list("codes", flat=True)
    known: list[Mapping[str, Any]] = list(rows)
    base = reverse("registers:list", args=[NAME])
    found = []
    for code, name in AUDIENCES:
        mine = [one for one in known if one.get("audience") == code]
        covered = {part for one in mine for part in one.get("covers", ())}
        changed = {part for one in mine for part in one.get("changed", ())}
        found.append(
            Audience(
                name=name,
                records=len(mine),
                last=max((date.fromisoformat(one["informed_on"]) for one in mine), default=None),
                missing=[words for part, words in PARTS if part not in covered],
                changed=[words for part, words in PARTS if part in changed],
                url=f"{base}?audience={code}",
            )
        )
    return {"public_page": reverse("portal:help"), "audiences": found, "untold": sum(not one.records for one in found)}


declare(
    Register(
        name=NAME,
        one=_("Notice of the procedure"),
        many=_("Notices of the procedure"),
        hint=_(
            "Who was told how complaints are handled: customers, employees, partners and others, with content, means and day. When what "
            "they were told changes, the entry says so and the news is owed within ten working days."
        ),
        prefix="CX",
        icon="book",
        chapter="leadership",
        order=59,
        title="content",
        readers=tuple(Role.values),
        openers=(*LEADERS, Role.QA, Role.FUNCTION, Role.DEPT),
        fields=(
            Field(name="audience", label=pgettext_lazy("informing", "Audience"), kind="choice", options=AUDIENCES),
            Field(name="whom", label=_("Who exactly"), limit=200, help=_("A group, department or firm; no single customer.")),
            Field(name="content", label=_("What they were told"), kind="longtext", limit=4000),
            Field(name="covers", label=pgettext_lazy("informing", "Speaks of"), kind="choices", options=PARTS),
            Field(name="means", label=pgettext_lazy("informing", "By which means"), kind="choice", options=MEANS),
            Field(name="informed_on", label=_("Told on"), kind="date", past=True),
            Field(name="again_on", label=_("To be told again on"), kind="date", future=True),
            Field(name="owner", label=_("Owner"), kind="member", options=members),
            Field(name="changed", label=_("Changed since"), kind="choices", options=PARTS),
            Field(name="news", label=pgettext_lazy("informing", "What has changed"), kind="choices", options=PARTS),
            Field(name="proof", label=pgettext_lazy("entry", "Proof"), kind="files"),
            Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=1000),
        ),
        form=TELLING,
        passing=("reason", "news"),
        columns=("audience", "means", "informed_on"),
        filters=("audience", "means"),
        owner="owner",
        speaks_of="informed_on",
        clauses=lambda codes: ("SZ 3.3", "SZ 6(1)"),
        on_open=told,
        states=(
            State("told", pgettext_lazy("informing", "Told"), "done"),
            State("changed", pgettext_lazy("informing", "Something has changed since"), "soon"),
            State("ended", pgettext_lazy("informing", "No longer told"), open=False),
        ),
        steps=(
            Do(
                name="tell", label=pgettext_lazy("informing", "Tell anew"), event="told", did=_("told them anew"), sources=("told", "changed"), target="told",
                who=KEEPERS, asks=tuple(one for one in TELLING if one not in {"audience*", "owner"}), effect=told,
                stops=(ANEW, AGAIN), tells=(OWNER,), tone="done", icon="check", clause="SZ 3.3",
            ),
            Do(
                name="outdate", label=pgettext_lazy("informing", "Note a change"), event="outdated", did=_("noted that what they were told has changed"),
                sources=("told", "changed"), target="changed", who=LEADERS, asks=("news*",), effect=outdated, may_start=(ANEW,),
                tells=(OWNER,), tone="late", icon="alert-triangle", main=False,
            ),
            Do(
                name="end", label=pgettext_lazy("informing", "End"), event="ended", did=_("ended the notice"), sources=("told", "changed"),
                target="ended", who=KEEPERS, asks=("reason*",), stops=(ANEW, AGAIN), main=False, icon="archive",
            ),
        ),
        timers=(
            TimerKind(
                name=ANEW, of=NAME, label=_("Telling what has changed"), starts=_("what they were told has changed"),
                stops=_("told anew or ended"), source="SZ 3.3",
                limits=(Limit(amount=10, unit=Unit.WORKING_DAY, basis="SZ 3.3", ours=True),),
            ),
        ),
        dues=(
            Due(field="again_on", timer=AGAIN, label=_("Telling of the procedure again"), stops=_("told anew or ended"), source="SZ 3.3"),
        ),
        list_template="governance/informed.html",
        list_context=standing,
    )
)  # fmt: skip
