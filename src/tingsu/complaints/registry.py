"""How higher floors supply what the process table names: guards, effects, case roles, panels (architecture §2).

Each name has exactly one owner; the test of the registry and `manage process` list them.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tingsu.kernel.errors import Unmet

if TYPE_CHECKING:
    from tingsu.complaints.case import Case
    from tingsu.complaints.models import Complaint
    from tingsu.kernel.actor import Actor
    from tingsu.process.steps import Step

Guard = Callable[["Case", "Step", dict[str, Any] | None], list[Unmet]]
Effect = Callable[["Case", dict[str, Any]], None]
CaseRole = Callable[["Actor", "Complaint"], bool]
Start = Callable[["Complaint"], dict[str, Any]]

_guards: dict[str, Guard] = {}
_effects: dict[str, Effect] = {}
_roles: dict[str, CaseRole] = {}
_starts: dict[str, Start] = {}
_panels: dict[str, "Panel"] = {}


def guard(name: str) -> Callable[[Guard], Guard]:
    """Register a guard: (case, step, values or None when only the button is asked for) → unmet conditions.

    With values None a condition on the values themselves is taken as met: the person has not filled them in yet.
    """
    return _register(_guards, name)


def effect(step_name: str) -> Callable[[Effect], Effect]:
    """Register what a step does beside moving the state: (case, values). Runs in the open transaction, before the event."""
    return _register(_effects, step_name)


def case_role(name: str) -> Callable[[CaseRole], CaseRole]:
    """Register a case role: does this actor hold it on this complaint? Runs a query only if it must."""
    return _register(_roles, name)


def _register(registry: dict[str, Any], name: str) -> Callable[[Any], Any]:
    def decorate(function: Any) -> Any:
        if name in registry:
            raise RuntimeError(f"{name} has two owners: {registry[name].__module__} and {function.__module__}")
        registry[name] = function
        return function

    return decorate


def starts_with(step_name: str) -> Callable[[Start], Start]:
    """Register what a step's form holds before anybody typed: (complaint) → present raw values, never a guess of ours."""
    return _register(_starts, step_name)


def starting_values(step_name: str, complaint: "Complaint") -> dict[str, Any]:
    """Present values for a step's form, from the app that keeps them."""
    start = _starts.get(step_name)
    return start(complaint) if start else {}


def guard_named(name: str) -> Guard:
    return _guards[name]


def effect_of(step_name: str) -> Effect | None:
    return _effects.get(step_name)


def case_role_named(name: str) -> CaseRole | None:
    return _roles.get(name)


def owners() -> dict[str, dict[str, str]]:
    """Every registered name with the module that owns it."""
    return {
        "guards": {name: f.__module__ for name, f in sorted(_guards.items())},
        "effects": {name: f.__module__ for name, f in sorted(_effects.items())},
        "case_roles": {name: f.__module__ for name, f in sorted(_roles.items())},
        "panels": {name: p.context.__module__ for name, p in sorted(_panels.items())},
    }


@dataclass(frozen=True, kw_only=True)
class Panel:
    """A part of the case page that an app declares: a template and the context for it. `where`: side, main or top."""

    name: str
    title: Any
    template: str
    context: Callable[["Actor", "Complaint"], dict[str, Any] | None]
    """None: nothing to show."""
    order: int = 100
    where: str = "side"


def panel(declared: Panel) -> None:
    if declared.name in _panels:
        raise RuntimeError(f"panel {declared.name} declared twice")
    _panels[declared.name] = declared


def panels(where: str = "side") -> list[Panel]:
    return sorted((p for p in _panels.values() if p.where == where), key=lambda p: p.order)


def promised_to(actor: "Actor", member_id: uuid.UUID | None, unit_id: uuid.UUID | None) -> bool:
    """Is something addressed to this actor: by name, or to a unit where the actor works when nobody is named?"""
    if actor.kind not in {"member", "token"}:
        return False
    if member_id is not None:
        return actor.id == member_id
    return unit_id is not None and unit_id in actor.unit_ids
