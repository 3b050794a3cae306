"""A firm's practice copy: an organisation of its own beside the real one, filled with invented cases and emptied in one act.

It is reached by its path alone, marked on every page, sends nothing, counts nowhere, and nobody has an account in it: people
of the firm play the invented ones. What the firm says of itself and its time limits are taken over, so that one practises with
the promises that will be kept.
"""

import shutil
import uuid
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from tingsu.clocks.queries import KIND as LIMITS
from tingsu.demo import builder, company, sql
from tingsu.demo.models import BuiltCase
from tingsu.demo.plans import SHOWCASE
from tingsu.files import store
from tingsu.files.sql import may_delete
from tingsu.kernel import crypto, erasing, rulebooks, seals
from tingsu.kernel.actor import Actor, automation
from tingsu.kernel.clock import now, travel_to
from tingsu.kernel.emptying import BEGUN
from tingsu.kernel.errors import TingsuError
from tingsu.kernel.ids import new_id
from tingsu.kernel.ledger import lock_chain, open_chain
from tingsu.kernel.models import Organisation, Stream
from tingsu.kernel.organisations import current_organisation, forget_organisations
from tingsu.kernel.tenancy import acting_for, current_organisation_id
from tingsu.people.access import Can, require
from tingsu.people.errors import OnlyPractice
from tingsu.people.models import Member
from tingsu.setup.actions import locked

TOTAL = 60
"""Complaints in a practice copy: every state, every course that is common, and a list long enough to search in."""
TAKEN_OVER = ("time_zone", "language", "hotline", "email", "address", "service_hours")
Stage = Organisation.Stage


class ThereAlready(TingsuError):
    code = "practice_there"
    sentence = _("There is a practice copy already. Empty it first, then make a new one.")


class NoCopy(TingsuError):
    code, status = "no_practice", 409
    sentence = _("There is no practice copy to empty.")


class StillBusy(TingsuError):
    code, status = "practice_busy", 503
    sentence = _("Work of the practice copy is still going on; it is emptied as soon as that ends.")


@dataclass(frozen=True)
class Copy:
    """How a practice copy stands."""

    organisation: Organisation
    made: int
    """Complaints that are there."""

    @property
    def open(self) -> bool:
        return self.organisation.stage == Stage.RUNNING

    @property
    def filling(self) -> bool:
        return self.organisation.stage == Stage.FOUNDING

    @property
    def emptying(self) -> bool:
        return self.organisation.stage == Stage.EMPTYING


def copy_of_current() -> Copy | None:
    """The practice copy of the organisation we act for. Outside any transaction."""
    row = Organisation.objects.filter(practice_of=current_organisation_id()).first()
    if row is None:
        return None
    with acting_for(row.pk):
        return Copy(row, BuiltCase.objects.exclude(key__startswith="record:").count())


def fill(*, actor: Actor) -> Organisation:
    """Begin a practice copy, or go on with one whose filling stopped. Raises NotAllowed, OnlyPractice, ThereAlready."""
    from tingsu.demo.tasks import fill_practice

    require(actor, Can.RULEBOOKS)
    real = current_organisation()
    if real.practice_of is not None or real.is_demo:
        raise OnlyPractice
    row = Organisation.objects.filter(practice_of=real.pk).first()
    if row is None:
        row = _row_for(actor, real)
    elif row.stage != Stage.FOUNDING:
        raise ThereAlready
    with acting_for(row.pk), transaction.atomic(durable=True):
        if not Stream.objects.filter(pk=row.pk).exists():
            chain = open_chain("organisation", row.pk)
            facts = {name: getattr(row, name) for name in ("name", *TAKEN_OVER)}
            chain.record(BEGUN, actor=automation("practice", row.pk), at=row.created_at, data={"set": facts})
            chain.flush()
        if not sql.is_waiting(fill_practice.name, row.pk):
            fill_practice.defer()
    return row


def _row_for(actor: Actor, real: Organisation) -> Organisation:
    pk, at = new_id(), company.present()
    row = Organisation(
        id=pk,
        slug=_free_slug(real.slug),
        name={
            "zh-Hans": f"练习 · {real.name.get('zh-Hans', '')}",
            "en": f"Practice · {real.name.get('en') or real.name.get('zh-Hans', '')}",
        },
        wrapped_key=crypto.new_organisation_key(pk),
        created_at=at - company.BEFORE,
        stage=Stage.FOUNDING,
        practice_of=real.pk,
        **{name: getattr(real, name) for name in TAKEN_OVER},
    )
    try:
        with transaction.atomic(durable=True):
            chain, _real = locked(actor)
            with transaction.atomic():
                row.save(force_insert=True)
            chain.record("organisation.practice_asked", actor=actor, at=now())
            chain.flush()
    except IntegrityError as error:
        raise ThereAlready from error
    return row


def _free_slug(slug: str) -> str:
    wanted, number = f"{slug[:28]}-practice", 1
    while Organisation.objects.filter(slug=wanted).exists():
        number += 1
        wanted = f"{slug[:28]}-practice-{number}"
    return wanted


def carry_on_filling() -> None:
    """Fill the practice copy we act for, from where it stopped. What stands in it already stays.

    It opens with one case in every state; the rest comes behind the open door, until somebody empties the copy.
    """
    row = Organisation.objects.filter(pk=current_organisation_id()).first()
    if row is None or row.practice_of is None:
        return
    _take_limits_over(row)
    try:
        _go_on(0, 0)
        builder.build_practice(row, _go_on, total=min(TOTAL, len(SHOWCASE)))
        _open(row)
        builder.build_practice(row, _go_on, total=TOTAL)
    except _NotWanted:
        return


class _NotWanted(Exception):
    """The copy is being emptied: nothing more is to come in."""


def _go_on(_number: int, _of: int) -> None:
    if Organisation.objects.filter(pk=current_organisation_id(), stage=Stage.EMPTYING).exists():
        raise _NotWanted


def _open(row: Organisation) -> None:
    with transaction.atomic(durable=True):
        chain = lock_chain(row.pk, "organisation")
        if Organisation.objects.filter(pk=row.pk, stage=Stage.FOUNDING).update(stage=Stage.RUNNING):
            chain.record("organisation.practice_filled", actor=automation("practice", row.pk), at=now())
            chain.flush()
    forget_organisations()


def _take_limits_over(row: Organisation) -> None:
    if row.practice_of is None:
        return
    with acting_for(row.practice_of):
        real = rulebooks.in_force(LIMITS)
    if real.version and not rulebooks.in_force(LIMITS).version:
        with travel_to(row.created_at):
            rulebooks.publish(actor=automation("practice", row.pk), kind=LIMITS, body=dict(real.body))


def empty(*, actor: Actor) -> None:
    """Empty the practice copy for good: nobody opens it from now on, and a job takes it away whole.

    Raises NotAllowed, NoCopy.
    """
    from tingsu.demo.tasks import AFTER, empty_practice

    require(actor, Can.RULEBOOKS)
    with transaction.atomic(durable=True):
        chain, real = locked(actor)
        row = Organisation.objects.select_for_update().filter(practice_of=real.pk).first()
        if row is None:
            raise NoCopy
        if row.stage != Stage.EMPTYING:
            row.stage = Stage.EMPTYING
            row.save(update_fields=["stage"])
            chain.record("organisation.practice_emptied", actor=actor, at=now())
            chain.flush()
        if not sql.is_waiting(empty_practice.name, real.pk):
            empty_practice.defer(at=AFTER(), copy=str(row.pk))
    forget_organisations()


def carry_on_emptying(copy_id: uuid.UUID) -> None:
    """Take a practice copy of the organisation we act for away: files first, then every row at once; again after any stop.

    Raises StillBusy while a job of the copy is at work or a backup copies files.
    """
    row = Organisation.objects.filter(
        pk=copy_id, practice_of=current_organisation_id(), stage=Stage.EMPTYING
    ).first()  # fmt: skip
    if row is None:
        return
    with may_delete() as free:
        if not free or sql.is_at_work(row.pk):
            raise StillBusy
        shutil.rmtree(store.folder(row.pk), ignore_errors=True)
        for path in (seals.outside(row), erasing.outside(row)):
            path.unlink(missing_ok=True)
        sql.empty_practice(row.pk)
    forget_organisations()
    crypto.organisation_key.cache_clear()


def players() -> list[Member]:
    """The invented people of the practice copy we act for, by staff number."""
    return list(Member.objects.filter(active=True).order_by("staff_number"))


def progress(copy: Copy) -> dict[str, Any]:
    return {"made": min(copy.made, TOTAL), "total": TOTAL}
