"""What a table of steps asks for by name: roles on a thing, and guards of apps that it cannot import (architecture §2).

Each name has exactly one owner; the test of the registry and `manage process` list them.
"""

from collections.abc import Callable, Mapping
from typing import Any

from tingsu.process.steps import Guard, Step
from tingsu.process.steps import guard as named_guard
from tingsu.process.values import without_untouched

CaseRole = Callable[[Any, Any], bool]

_guards: dict[str, Guard] = {}
_roles: dict[str, CaseRole] = {}


def shared_guard(name: str) -> Callable[[Guard], Guard]:
    """Name a guard and let steps of apps that cannot import this one, below or beside it, ask for it by that name."""
    register = _register(_guards, name)
    return lambda function: register(named_guard(name)(function))


def of_the_person(step: Step) -> list[Guard]:
    """Those conditions of a step that speak of who acts (`asks_who`)."""
    found = [guard_of(asked) for asked in step.guards]
    return [one for one in found if getattr(one, "asks_who", False)]


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


def starting_values(step: Step, actor: Any, thing: Any) -> dict[str, Any]:
    """What a step's form holds before anybody typed."""
    return step.first(actor, thing) if step.first else {}


def posted(step: Step, raw: Mapping[str, Any], actor: Any, thing: Any) -> dict[str, Any]:
    """A page's form as the values of a step: what it showed empty and got back empty leaves what stands there."""
    return without_untouched(step, raw, starting_values(step, actor, thing)) if step.first else dict(raw)


def guard_of(asked: Guard | str) -> Guard:
    """The guard itself, or the one that goes by this name."""
    return _guards[asked] if isinstance(asked, str) else asked


def case_role_named(name: str) -> CaseRole | None:
    return _roles.get(name)


def owners() -> dict[str, dict[str, str]]:
    """Every registered name with the module that owns it."""
    return {
        "guards": {name: f.__module__ for name, f in sorted(_guards.items())},
        "case_roles": {name: f.__module__ for name, f in sorted(_roles.items())},
    }
