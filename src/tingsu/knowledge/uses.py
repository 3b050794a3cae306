"""Who puts an entry to use and whether it was of use (SK-08). Numbers tell what is good; names are only for telling of changes."""

import uuid
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, F, Q, Sum

from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.ids import new_id
from tingsu.kernel.sql import take_turns
from tingsu.knowledge.models import Use
from tingsu.letters.notices import notify
from tingsu.registers.models import Entry

NOT_USEFUL = 3
"""So many say that it does not help, and they are more than half: its owner hears of it."""


@dataclass(frozen=True)
class Told:
    """How an entry is used."""

    times: int = 0
    people: int = 0
    useful: int = 0
    not_useful: int = 0

    @property
    def rated(self) -> int:
        return self.useful + self.not_useful


def told_of(entry_ids: list[uuid.UUID]) -> dict[uuid.UUID, Told]:
    """Use and ratings of some entries. One query."""
    rows = (
        Use.objects.filter(entry_id__in=entry_ids)
        .values("entry_id")
        .annotate(
            all=Sum("times"), people=Count("pk", filter=Q(times__gt=0)), yes=Count("pk", filter=Q(useful=True)),
            no=Count("pk", filter=Q(useful=False)),
        )
    )  # fmt: skip
    return {row["entry_id"]: Told(row["all"] or 0, row["people"], row["yes"], row["no"]) for row in rows}


def _row(actor: Actor, entry: Entry) -> Use:
    """Theirs, made once; two windows at once make one."""
    take_turns(f"knowledge-use:{entry.pk}:{actor.id}")
    row = Use.objects.filter(entry=entry, member_id=actor.id).first()
    if row is None:
        row = Use(id=new_id(), entry=entry, member_id=actor.id)
        row.save(force_insert=True)
    return row


def note_use(*, actor: Actor, entry: Entry) -> None:
    """It was put into a letter, or opened beside a case."""
    with transaction.atomic(durable=True):
        row = _row(actor, entry)
        Use.objects.filter(pk=row.pk).update(times=F("times") + 1, used_at=now())


def rate(*, actor: Actor, entry: Entry, useful: bool) -> None:
    """Of use or not, once for each person; the last word counts. Its owner hears when it does not help."""
    with transaction.atomic(durable=True):
        row = _row(actor, entry)
        before = row.useful
        Use.objects.filter(pk=row.pk).update(
            useful=useful, rated_at=now(), rated_version=int(entry.codes.get("version") or 0)
        )
        if useful or before is False or entry.owner_id is None:
            return
        told = told_of([entry.pk])[entry.pk]
        if told.not_useful >= NOT_USEFUL and told.not_useful * 2 > told.rated:
            notify([entry.owner_id], "knowledge.not_useful", entry.pk, {"number": entry.number})


def own_rating(actor: Actor, entry: Entry) -> bool | None:
    """What this person said of it."""
    return Use.objects.filter(entry=entry, member_id=actor.id).values_list("useful", flat=True).first()
