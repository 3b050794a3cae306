"""Members and units as kinds of things, and the sets of rules of an organisation, whose readers only `people` knows."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tingsu.kernel.actor import Actor
from tingsu.kernel.kinds import Erasure, Kind, declare
from tingsu.kernel.ledger import plain
from tingsu.kernel.models import Event, Proposal, Rulebook
from tingsu.kernel.verify import Finding, changed_to, facts_told
from tingsu.people.access import Can, may
from tingsu.people.models import Member, Unit


def members_visible(actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Whoever manages people sees them all; everybody sees themselves."""
    return rows if may(actor, Can.PEOPLE) else rows.filter(pk=actor.id)


def units_visible(actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Units are known to everybody who works here."""
    return rows if actor.kind in {"member", "system", "token"} else rows.none()


def rules_visible(actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Rules are read by whoever opens the settings or publishes rules."""
    return rows if may(actor, Can.SETTINGS) or may(actor, Can.RULEBOOKS) else rows.none()


def proposals_visible(actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Who proposed it, and those who manage people, publish rules or audit."""
    known = any(may(actor, right) for right in (Can.PEOPLE, Can.RULEBOOKS, Can.AUDIT))
    return rows if known else rows.filter(proposed_by_id=actor.id)


def proposal_told(event: Event) -> dict[str, Any]:
    """What an event says of a proposal's row."""
    if event.kind == "proposal.made":
        body = event.body
        return {
            "matter": body["matter"],
            "proposed_by_id": body["proposed_by"],
            "expires_at": body["expires_at"],
            "state": "open",
        }
    decided = {"decided_by_id": plain(event.actor_id), "decided_at": plain(event.at)}
    return {"state": event.kind.removeprefix("proposal."), **decided}


def member_told(event: Event) -> dict[str, Any]:
    """What an event says of a member's row."""
    match event.kind:
        case "member.added":
            data = event.body
            told = {name: data[name] for name in ("staff_number", "alias", "joined_on")}
            return {**told, "account_id": data["account"], "active": True}
        case "member.account_moved":
            return {"account_id": event.body["account"][1]}
        case "member.deactivated":
            return {"active": False, "on_duty": False}
        case "member.reactivated":
            return {"active": True}
        case "member.name_consent_given":
            return {"name_consent_at": plain(event.at)}
        case "member.name_consent_revoked":
            return {"name_consent_at": None}
    return changed_to(event)


def unit_told(event: Event) -> dict[str, Any]:
    """What an event says of a unit's row."""
    if event.kind == "unit.opened":
        return {**event.body, "active": True}
    if event.kind in {"unit.closed", "unit.reopened"}:
        return {"active": event.kind == "unit.reopened"}
    return changed_to(event)


def rebuild_rules(histories: dict[UUID, list[Event]]) -> Iterator[Finding]:
    """Every published version stands as its event says."""
    told = {event.body["rulebook"]: event for events in histories.values() for event in events}
    rows = {str(row.pk): row for row in Rulebook.objects.filter(pk__in=told)}
    for pk, event in told.items():
        row = rows.get(pk)
        if row is None:
            yield Finding("kernel_rulebook", pk, "the ledger tells of it, but the row is gone")
            continue
        for name in ("kind", "version", "valid_from"):
            if (kept := plain(getattr(row, name))) != event.body[name]:
                yield Finding("kernel_rulebook", pk, f"{name} is {kept!r}, the ledger says {event.body[name]!r}")


NOTHING: dict[str, Any] = {"place": None, "clocks": None, "notices": {}, "letters": (), "opens_file": None, "held": ()}
"""Parts that neither people nor rules have: they stand in the settings, and nothing of theirs runs or is sent by itself."""

declare(
    Kind(
        name="member",
        model="people.Member",
        one=_("Member"),
        many=_("Members"),
        number="staff_number",
        series=_("staff number, given by the organisation"),
        address=lambda member: reverse("people:member", args=[member.pk]),
        visible=members_visible,
        personal=("member",),
        erasure=Erasure.STREAM_KEY,
        rebuild=facts_told(Member, member_told),
        **NOTHING,
    ),
    Kind(
        name="unit",
        model="people.Unit",
        one=_("Department"),
        many=_("Departments"),
        number="code",
        series=_("code, given by the organisation"),
        address=lambda unit: reverse("people:unit", args=[unit.pk]),
        visible=units_visible,
        personal=(),
        erasure=Erasure.NONE,
        rebuild=facts_told(Unit, unit_told),
        **NOTHING,
    ),
    Kind(
        name="proposal",
        model="kernel.Proposal",
        one=_("Proposal"),
        many=_("Proposals"),
        number="",
        series=_("none"),
        address=lambda proposal: reverse("people:proposal", args=[proposal.pk]),
        visible=proposals_visible,
        personal=(),
        erasure=Erasure.STREAM_KEY,
        rebuild=facts_told(Proposal, proposal_told),
        **NOTHING,
    ),
    Kind(
        name="rulebook",
        model="kernel.Stream",
        one=_("Set of rules"),
        many=_("Sets of rules"),
        number="",
        series=_("versions are counted from 1"),
        address=lambda stream: "",
        visible=rules_visible,
        personal=(),
        erasure=Erasure.NONE,
        rebuild=rebuild_rules,
        **NOTHING,
    ),
)
