"""Taking a step: who, state, values, guards; then timers, effect, move, event. The same for everything with a life cycle.

The caller opens the thing in a transaction of its own (its stream locked first) and calls `carry_out`; every refusal is
raised before the first write (style §3, invariants 1 and 9).
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.files.store import digests
from tingsu.kernel.errors import ChangedMeanwhile, ConditionsUnmet, InvalidInput, InvalidValue, Unmet
from tingsu.process.opened import Opened
from tingsu.process.registry import guard_of, of_the_person
from tingsu.process.steps import Step, name_of
from tingsu.process.values import clean, split


class UndeclaredTimer(RuntimeError):
    """An effect started or ended a time limit that its step does not name: the table of the process would lie."""


def carry_out(
    opened: Opened, step: Step, raw: Mapping[str, Any], *, version: int | None, zone: str, subject: Any = None
) -> dict[str, Any]:
    """Take one step of an open thing and record its event; the caller calls `finish`. Gives the cleaned values.

    Raises ChangedMeanwhile, ConditionsUnmet (with every unmet condition), NotAllowed, InvalidInput.
    """
    cleaned = examine(opened, step, raw, version=version, zone=zone, subject=subject)
    perform(opened, step, cleaned)
    return cleaned


def examine(
    opened: Opened, step: Step, raw: Mapping[str, Any], *, version: int | None, zone: str, subject: Any = None
) -> dict[str, Any]:
    """Everything that may refuse a step, before anything changes; `perform` carries out what passed. Gives the cleaned values.

    Raises ChangedMeanwhile, ConditionsUnmet (with every unmet condition), NotAllowed, InvalidInput.
    """
    if version is not None and version != opened.row.version:
        raise ChangedMeanwhile(version=opened.row.version)
    check_position(opened, step)
    cleaned = clean(step, raw, complaint=opened.row if subject is None else subject, zone=zone)
    refuse(unmet_conditions(opened, step, cleaned))
    return cleaned


def admit(opened: Opened, step: Step, values: dict[str, Any]) -> None:
    """Who may, and every condition, of the step that makes a thing: it stands in no state yet. `perform` carries it out.

    Raises NotAllowed, InvalidInput, ConditionsUnmet.
    """
    check_role(opened, step)
    refuse(unmet_conditions(opened, step, values))


def check_position(opened: Opened, step: Step) -> None:
    """State and role, before any guard. Raises ConditionsUnmet or NotAllowed."""
    if opened.row.state not in step.sources:
        sentence = _("in the present stage (%(state)s) this step does not exist")
        raise ConditionsUnmet([Unmet("wrong_state", sentence, guard="state", state=opened.state_words())])
    check_role(opened, step)


def check_role(opened: Opened, step: Step) -> None:
    """Raises NotAllowed."""
    if not opened.may_take(step):
        raise opened.not_for(step)


def refuse(unmet: list[Unmet]) -> None:
    """Nothing when every condition is met. Raises InvalidInput when values alone are at fault, each told at its field,
    else ConditionsUnmet with all of them.
    """
    if unmet and all(one.value_of for one in unmet):
        raise InvalidInput({one.value_of: InvalidValue(one.sentence, code=one.code, **one.data) for one in unmet})
    if unmet:
        raise ConditionsUnmet(unmet)


def unmet_conditions(opened: Opened, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """Every condition that is missing, of every guard and under its name; values None asks for the button only."""
    found = []
    for asked in step.guards:
        for unmet in guard_of(asked)(opened, step, values):
            unmet.guard = name_of(asked)
            found.append(unmet)
    return found


def step_of(opened: Opened, step: Step) -> bool:
    """Is it a step of this thing at all? What follows from a rule that does not hold here is not told as impossible."""
    return step.belongs is None or step.belongs(opened)


def unmet_for_form(opened: Opened, step: Step) -> list[Unmet]:
    """What a step's form cannot mend: a condition that its earlier step settles is asked for there."""
    first = step.before if step.before and step.before.needed(opened.row) else None
    return [one for one in unmet_conditions(opened, step, None) if first is None or one.guard not in first.settles]


def is_for(opened: Opened, step: Step, values: dict[str, Any] | None = None) -> bool:
    """Is this step for whoever acts: state, role, and every condition that speaks of the person? What else is missing may
    be done first. Lists of what waits ask this, the step asks it again: one function decides both.
    """
    if opened.row.state not in step.sources or not opened.may_take(step):
        return False
    return not any(asked(opened, step, values) for asked in of_the_person(step))


def perform(opened: Opened, step: Step, values: dict[str, Any]) -> None:
    """Timers, effect, move, event: in the open transaction of the caller. Raises UndeclaredTimer."""
    roles = opened.roles_for(step) if step.decides else []  # before the effect: it may pass the case on
    for kind in step.stops:
        opened.end(kind)
    for kind in step.cancels:
        opened.end(kind, "cancelled")
    if step.target is not None:
        opened.move_to(step.target)
    if step.effect:
        try:
            step.effect(opened, values)
        except ConditionsUnmet as refused:
            for unmet in refused.unmet:
                unmet.guard = unmet.guard or step.name
            raise
    if step.cancels_rest:
        for kind in sorted({promise.kind for promise in opened.promises if promise.is_open}):
            opened.end(kind, "cancelled")
    begun = {operation["kind"] for operation in opened.promise_operations if operation["op"] == "start"}
    for kind in step.starts:
        if kind not in begun:  # an effect may begin one itself, from another instant
            opened.start(kind)
    check_timers(opened, step)
    if step.decides:
        opened.decided(roles)
    named = [pk for one in step.fields if one.kind == "files" for pk in values.get(one.name) or ()]
    if found := digests(named):
        opened.fact("digests", found)
    data, texts = split(step, values)
    said = {"values": data} if step.door else {}  # an action of its own says itself what it was given
    opened.record(step.event, {"step": step.id, **said}, texts)


def check_timers(opened: Opened, step: Step) -> None:
    """What was started and ended must stand in the step. Starting one anew ends its running namesake. Raises UndeclaredTimer."""
    begun = {*step.starts, *step.may_start}
    ended = {*step.stops, *step.may_stop, *step.cancels, *begun}
    named = {"start": begun, "shorten": set(step.shortens), "extend": set(step.extends)}
    if step.cancels_rest:
        named["cancelled"] = {operation["kind"] for operation in opened.promise_operations}
    for operation in opened.promise_operations:
        if operation["kind"] not in named.get(operation["op"], ended):
            raise UndeclaredTimer(f"{step.name} does not declare that it may {operation['op']} {operation['kind']}")
