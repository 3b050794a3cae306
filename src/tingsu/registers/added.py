"""What other apps add to the page of the entries of a register."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tingsu.kernel.actor import Actor


@dataclass(frozen=True)
class Part:
    """A part that another app adds to the page of the entries of a register: `context` gives what the template reads as `part`."""

    template: str
    context: Callable[[Actor, Any], dict[str, Any] | None]
    """(actor, entry); None: nothing to show."""


_parts: dict[str, list[Part]] = {}


def add_part(register: str, part: Part) -> None:
    """Add a part to the page of every entry of a register. Once, at start."""
    _parts.setdefault(register, []).append(part)


def parts_of(register: str, actor: Actor, entry: Any) -> list[dict[str, Any]]:
    """What other apps show on the page of this entry."""
    shown = ((part.template, part.context(actor, entry)) for part in _parts.get(register, []))
    return [{"template": template, "part": context} for template, context in shown if context is not None]
