"""How the apps supply what a table of steps names: guards, effects, roles, first values (architecture §2).

Each name has exactly one owner; the test of the registry and `manage process` list them.
"""

from collections.abc import Callable
from typing import Any

from tingsu.process.steps import Effect, Guard, Step
from tingsu.process.steps import guard as named_guard

CaseRole = Callable[[Any, Any], bool]
Start = Callable[[Any], dict[str, Any]]

_guards: dict[str, Guard] = {}
_effects: dict[str, Effect] = {}
_roles: dict[str, CaseRole] = {}
_starts: dict[str, Start] = {}


def shared_guard(name: str) -> Callable[[Guard], Guard]:
    """Name a guard and let steps of apps that cannot import this one, below or beside it, ask for it by that name."""
    register = _register(_guards, name)
    return lambda function: register(named_guard(name)(function))


guard = shared_guard


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


def starting_values(step: Step, actor: Any, thing: Any) -> dict[str, Any]:
    """What a step's form holds before anybody typed."""
    if step.first:
        return step.first(actor, thing)
    start = _starts.get(step.name)
    return start(thing) if start else {}


def guard_of(asked: Guard | str) -> Guard:
    """The guard itself, or the one that goes by this name."""
    return _guards[asked] if isinstance(asked, str) else asked


def effect_of(step: Step) -> Effect | None:
    return step.effect or _effects.get(step.name)


def case_role_named(name: str) -> CaseRole | None:
    return _roles.get(name)


def owners() -> dict[str, dict[str, str]]:
    """Every registered name with the module that owns it."""
    return {
        "guards": {name: f.__module__ for name, f in sorted(_guards.items())},
        "effects": {name: f.__module__ for name, f in sorted(_effects.items())},
        "case_roles": {name: f.__module__ for name, f in sorted(_roles.items())},
    }
