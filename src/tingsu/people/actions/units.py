"""Units of the three-level structure (OG-05): open, change, close."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction

from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import InvalidInput, InvalidValue, NotFound, TingsuError, too_long
from tingsu.kernel.ids import new_id
from tingsu.kernel.ledger import lock_chain, open_chain
from tingsu.people import body, directory
from tingsu.people.access import Can, in_office, require
from tingsu.people.actions.turns import in_turn
from tingsu.people.errors import (
    AlreadySo,
    HostingOfBody,
    HostMismatch,
    HostMissing,
    SecondBody,
    UnitCodeTaken,
    UnitInUse,
    UnitLoop,
)
from tingsu.people.models import Post, Unit

UNIT_FIELDS = ("code", "name", "kind", "parent_id", "topics", "hosting", "supplier")
SUPPLIER = 80
HOSTS = {Unit.Kind.DEPARTMENT, Unit.Kind.FUNCTION}


def open_unit(
    *,
    actor: Actor,
    code: str,
    name: dict[str, str],
    kind: str,
    parent_id: uuid.UUID | None = None,
    topics: Iterable[str] = (),
    hosting: str = "",
    supplier: str = "",
    id: uuid.UUID | None = None,
) -> Unit:
    """Open a unit. Raises NotAllowed, InvalidInput, UnitCodeTaken, SecondBody."""
    require(actor, Can.PEOPLE)
    _check(name, kind, supplier)
    body.check_units(actor, kind=kind)
    unit = Unit(
        id=id or new_id(), code=code, name=name, kind=kind, parent_id=parent_id, topics=list(topics), hosting=hosting,
        supplier=supplier,
    )  # fmt: skip
    try:
        with transaction.atomic(durable=True):
            in_turn()
            _check_place(unit)
            chain = open_chain("unit", unit.pk)
            data = {field: getattr(unit, field) for field in UNIT_FIELDS}
            chain.record("unit.opened", actor=actor, at=now(), data=data)
            chain.flush()
            unit.save(force_insert=True)
    except IntegrityError as error:
        raise UnitCodeTaken(unit=code) from error
    directory.forget_cached()
    return unit


def change_unit(*, actor: Actor, unit_id: uuid.UUID, **values: Any) -> Unit:
    """Change code, name, kind, parent, topics, where the body stands, or whose people work there.

    Raises NotAllowed, NotFound, InvalidInput, UnitCodeTaken, UnitLoop, SecondBody.
    """
    require(actor, Can.PEOPLE)
    if unknown := set(values) - set(UNIT_FIELDS):
        raise TypeError(f"units have no {unknown}")
    body.check_units(actor, unit_id=unit_id, kind=values.get("kind", ""))
    try:
        with transaction.atomic(durable=True):
            in_turn()
            chain = lock_chain(unit_id, "unit")
            unit = Unit.objects.get(pk=unit_id)
            changes = {f: [getattr(unit, f), value] for f, value in values.items() if getattr(unit, f) != value}
            if not changes:
                return unit
            for field, (_old, value) in changes.items():
                setattr(unit, field, value)
            _check(unit.name, unit.kind, unit.supplier)
            _check_place(unit)
            unit.save(update_fields=[field.removesuffix("_id") for field in changes])
            chain.record("unit.changed", actor=actor, at=now(), data={"set": changes})
            chain.flush()
    except IntegrityError as error:
        raise UnitCodeTaken(unit=values.get("code", "")) from error
    directory.forget_cached()
    return unit


def close_unit(*, actor: Actor, unit_id: uuid.UUID) -> Unit:
    """Close a unit that nobody works in any more; its history stays. Raises NotAllowed, NotFound, UnitInUse, AlreadySo."""
    return _set_active(actor, unit_id, False)


def reopen_unit(*, actor: Actor, unit_id: uuid.UUID) -> Unit:
    """Open a closed unit again. Raises NotAllowed, NotFound, AlreadySo, SecondBody."""
    return _set_active(actor, unit_id, True)


def _set_active(actor: Actor, unit_id: uuid.UUID, active: bool) -> Unit:
    require(actor, Can.PEOPLE)
    body.check_units(actor, unit_id=unit_id)
    at = now()
    with transaction.atomic(durable=True):
        in_turn()
        chain = lock_chain(unit_id, "unit")
        unit = Unit.objects.get(pk=unit_id)
        if unit.active == active:
            raise AlreadySo
        if not active:
            posts = sum(in_office(post, at) or post.since > at for post in Post.objects.filter(unit=unit))
            if used := posts + Unit.objects.filter(parent=unit, active=True).count():
                raise UnitInUse(count=used)
        unit.active = active
        if active:
            _check_one_body(unit)
        unit.save(update_fields=["active"])
        chain.record("unit.reopened" if active else "unit.closed", actor=actor, at=at)
        chain.flush()
    directory.forget_cached()
    return unit


def _check(name: dict[str, str], kind: str, supplier: str) -> None:
    errors: dict[str, TingsuError] = {}
    if not (isinstance(name, dict) and name.get("zh-Hans", "").strip() and name.get("en", "").strip()):
        errors["name"] = InvalidValue(code="required")
    if kind not in Unit.Kind.values:
        errors["kind"] = InvalidValue(code="choice")
    if len(supplier) > SUPPLIER:
        errors["supplier"] = too_long(supplier, SUPPLIER)
    if errors:
        raise InvalidInput(errors)


def _check_place(unit: Unit) -> None:
    """Where a unit stands: below none of its own, and the body independent or inside the department that hosts it (OG-01)."""
    _check_parent(unit)
    _check_one_body(unit)
    if not unit.hosting:
        return
    if unit.kind != Unit.Kind.CENTRE:
        raise InvalidInput({"hosting": HostingOfBody()})
    if unit.hosting not in Unit.Hosting.values:
        raise InvalidInput({"hosting": InvalidValue(code="choice")})
    hosted = Unit.objects.filter(pk=unit.parent_id, kind__in=HOSTS).exists()
    if hosted == (unit.hosting == Unit.Hosting.INDEPENDENT):
        raise InvalidInput({"hosting": HostMismatch() if hosted else HostMissing()})


def _check_one_body(unit: Unit) -> None:
    """There is one complaint handling body; its groups stand below it."""
    bodies = Unit.objects.filter(kind=Unit.Kind.CENTRE, active=True).exclude(pk=unit.pk)
    if unit.kind == Unit.Kind.CENTRE and unit.active and bodies.exists():
        raise SecondBody


def _check_parent(unit: Unit) -> None:
    parents: dict[uuid.UUID, uuid.UUID | None] = dict(Unit.objects.values_list("pk", "parent_id"))
    if unit.parent_id is not None and unit.parent_id not in parents:
        raise NotFound
    parents[unit.pk] = unit.parent_id
    above, seen = unit.parent_id, set()
    while above is not None:
        if above == unit.pk or above in seen:
            raise UnitLoop
        seen.add(above)
        above = parents.get(above)
