"""The rulebooks of triage: what the enterprise may change, and the action by which it does (TR-06, TR-20)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.complaints import lists, routing
from tingsu.kernel import rulebooks
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import NotAllowed
from tingsu.triage import classification, criteria, on_call, risk_rules

EDITORS: dict[str, tuple[str, ...]] = {
    risk_rules.KIND: ("supervisor",),
    criteria.KIND: ("supervisor", "mgmt_rep"),
    classification.KIND: ("supervisor", "mgmt_rep"),
    lists.KIND: ("supervisor", "mgmt_rep"),
    routing.KIND: ("supervisor", "mgmt_rep"),
    on_call.KIND: ("supervisor", "mgmt_rep"),
}
"""Roles that may propose each kind; the senior leader approves (CA-59). The risk rules are the supervisor's alone (TR-06)."""


def register() -> None:
    """Declare the kinds; called once when the app loads."""
    declared: tuple[tuple[str, Any, Callable[[], dict[str, Any]], Callable[[dict[str, Any]], None]], ...] = (
        (classification.KIND, _("Problem categories"), classification.shipped, classification.check),
        (lists.KIND, _("Own entries of lists"), lists.shipped, lists.check),
        (criteria.KIND, _("Assessment criteria"), criteria.shipped, criteria.check),
        (risk_rules.KIND, _("Risk rules"), risk_rules.shipped, risk_rules.check),
        (routing.KIND, _("Routing to departments"), routing.shipped, routing.check),
        (on_call.KIND, _("On-call roster"), on_call.shipped, on_call.check),
    )
    for kind, label, default, check in declared:
        rulebooks.register_kind(kind, label, default, check, _roster_alone if kind == on_call.KIND else None)


def _roster_alone(before: dict[str, Any], after: dict[str, Any]) -> bool:
    """Who is called when is daily business; how long calls wait is a rule."""
    return {**before, "roster": None} == {**after, "roster": None}


def publish_triage_rules(
    *,
    actor: Actor,
    kind: str,
    body: dict[str, Any],
    valid_from: datetime | None = None,
    note: str = "",
    based_on: int | None = None,
) -> rulebooks.Rules:
    """Put a new version of one of these kinds in force.

    Raises NotAllowed, InvalidInput, and what `rulebooks.publish` raises. Cases keep the version they were judged by.
    """
    if actor.kind != "system" and not actor.has_role(*EDITORS[kind]):
        raise NotAllowed
    return rulebooks.publish(actor=actor, kind=kind, body=body, valid_from=valid_from, note=note, based_on=based_on)
