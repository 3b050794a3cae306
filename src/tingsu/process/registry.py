"""How the apps supply what a table of steps names: guards, effects, roles, first values (architecture §2).

Each name has exactly one owner; the test of the registry and `manage process` list them.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tingsu.kernel.errors import Unmet

if TYPE_CHECKING:
    from tingsu.process.steps import Step

Guard = Callable[[Any, "Step", dict[str, Any] | None], list[Unmet]]
Effect = Callable[[Any, dict[str, Any]], None]
CaseRole = Callable[[Any, Any], bool]
Start = Callable[[Any], dict[str, Any]]

_guards: dict[str, Guard] = {}
_effects: dict[str, Effect] = {}
_roles: dict[str, CaseRole] = {}
_starts: dict[str, Start] = {}


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


def starting_values(step_name: str, thing: Any) -> dict[str, Any]:
    """Present values for a step's form, from the app that keeps them."""
    start = _starts.get(step_name)
    return start(thing) if start else {}


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
    }
