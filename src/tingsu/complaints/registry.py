"""Parts of the case page, declared by the apps that know them (architecture §2)."""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tingsu.complaints.models import Complaint
    from tingsu.kernel.actor import Actor

_panels: dict[str, "Panel"] = {}


@dataclass(frozen=True, kw_only=True)
class Panel:
    """A part of the case page that an app declares: a template and the context for it. `where`: side, main, top, or beside for one
    that stands only beside the forms of the steps that name it.
    """

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


HeadNotes = Callable[["Actor", "Complaint"], Iterable[str]]
_head_notes: list[HeadNotes] = []


def head_notes(notes: HeadNotes) -> None:
    """Say what an app has to tell on the head of a case: short sentences, from what was read with the case. Once, at start."""
    _head_notes.append(notes)


def notes_on_head(actor: "Actor", complaint: "Complaint") -> list[str]:
    """What all apps tell there."""
    return [str(words) for notes in _head_notes for words in notes(actor, complaint)]


_lacking: list[HeadNotes] = []


def lacking(found: HeadNotes) -> HeadNotes:
    """Say what an app knows to be missing on a case: short, from what was read with the case. Once, at start."""
    _lacking.append(found)
    return found


def lacks_of(actor: "Actor", complaint: "Complaint") -> list[str]:
    """What all apps miss there."""
    return [str(words) for found in _lacking for words in found(actor, complaint)]


_owed: dict[str, list[Callable[["Complaint"], bool]]] = {}


def owed(step: str) -> Callable[[Callable[["Complaint"], bool]], Callable[["Complaint"], bool]]:
    """Say when a step is the way forward for a reason that its own app does not know, such as what another app decided. Once, at
    start; asked of the case whose page is drawn.
    """

    def declared(condition: Callable[["Complaint"], bool]) -> Callable[["Complaint"], bool]:
        _owed.setdefault(step, []).append(condition)
        return condition

    return declared


def is_owed(step: str, complaint: "Complaint") -> bool:
    """Is it owed on this case by what any app says?"""
    return any(condition(complaint) for condition in _owed.get(step, ()))


def promised_to(actor: "Actor", member_id: uuid.UUID | None, unit_id: uuid.UUID | None) -> bool:
    """Is something addressed to this actor: by name, or to a unit where the actor works when nobody is named?"""
    if actor.kind not in {"member", "token"}:
        return False
    if member_id is not None:
        return actor.id == member_id
    return unit_id is not None and unit_id in actor.unit_ids


Admitting = Callable[["Actor", "Complaint"], bool]
_admitting: list[Admitting] = []


def admits(question: Admitting) -> Admitting:
    """Say which partners take part in a case by a task that they were given (IG-10). One app, at start."""
    if _admitting:
        raise RuntimeError("two apps let partners into cases")
    _admitting.append(question)
    return question


def let_in(actor: "Actor", complaint: "Complaint") -> bool:
    """Does a partner take part in this case?"""
    return any(question(actor, complaint) for question in _admitting)
