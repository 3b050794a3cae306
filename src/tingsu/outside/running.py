"""An import in the background: every line is checked, then what is new is taken in, one line after the other.

A line that was taken in stays so: a worker that died is followed by one that goes on with the next line, and so is one that was
stopped and let go on. What was registered just before is found again by the line's digest and is not registered twice.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from tingsu.kernel.actor import automation
from tingsu.kernel.clock import local_date
from tingsu.kernel.ids import new_id
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.outside import connections, lines
from tingsu.outside.import_steps import NAME, plan_of, table_of
from tingsu.outside.lines import Plan, Read
from tingsu.outside.models import ImportLine
from tingsu.outside.spill_over import NAME as SPILL_OVER
from tingsu.registers import actions
from tingsu.registers.declaration import registers
from tingsu.registers.facets import fingerprint
from tingsu.registers.models import Entry, EntryFacet

V = ImportLine.Verdict
AT_ONCE = 500
"""Lines that are checked, and written down, in one go."""
WRITTEN = ("verdict", "digest", "spill_over_id", "said")


@dataclass
class Checking:
    """What one check knows: how lines are read, and which stood in this list already."""

    entry: Entry
    plan: Plan
    seen: set[bytes] = field(default_factory=set)


def check(entry_id: uuid.UUID) -> None:
    """Say of every line what would become of it. Begun again from the start where a worker died."""
    entry = Entry.objects.select_related("stream").filter(pk=entry_id, state="checking").first()
    if entry is None:
        return
    found = table_of(entry)
    if found is not None:
        checking = Checking(entry, plan_of(entry, found))
        for first in range(0, len(found.lines), AT_ONCE):
            rows = _judged(checking, found.lines[first : first + AT_ONCE])
            ImportLine.objects.bulk_create(
                rows,
                update_conflicts=True,
                unique_fields=["organisation_id", "entry_id", "number"],
                update_fields=WRITTEN,
            )
    follow(entry_id, "checking", "checked")
    connections.note_list(entry_id)


def _judged(checking: Checking, numbered: Sequence[tuple[int, Sequence[str]]]) -> list[ImportLine]:
    read = [(place, lines.read(row, checking.plan)) for place, row in numbered]
    before = _taken_in({one.digest for _place, one in read if one.digest})
    by_hand = _by_number(checking.plan, [one for _place, one in read])
    spill_ids = {*before.values(), *by_hand.values()} - {None}
    known = {row.pk: row for row in Entry.objects.filter(pk__in=spill_ids).select_related("stream")}
    found = []
    for place, one in read:
        there = before.get(one.digest) or by_hand.get(one.outside.get("reference", ""))
        line = ImportLine(
            id=new_id(), entry_id=checking.entry.pk, number=place, digest=one.digest or None, spill_over_id=there
        )
        if one.errors:
            line.verdict, line.said = V.REFUSED, lines.said(one.errors)
        elif one.digest in checking.seen:
            line.verdict = V.KNOWN
        elif there is None:
            line.verdict = V.KNOWN if one.digest in before else V.FITS
        else:
            line.verdict = V.CHANGED if there in known and news_of(known[there], one) else V.KNOWN
        checking.seen.add(one.digest)
        found.append(line)
    return found


def _taken_in(digests: set[bytes]) -> dict[bytes, uuid.UUID | None]:
    """Lines of any list that became complaints, and the spill-over complaint of each."""
    rows = ImportLine.objects.filter(digest__in=digests, verdict=V.MADE).values_list("digest", "spill_over_id")
    return {bytes(digest): spill for digest, spill in rows}


def _by_number(plan: Plan, read: Sequence[Read]) -> dict[str, uuid.UUID]:
    """Spill-over complaints of this platform that a colleague entered by hand, by their numbers there."""
    register = registers()[SPILL_OVER]
    numbers = {
        fingerprint(register, "reference", one.outside["reference"]): one.outside["reference"]
        for one in read
        if one.outside.get("reference")
    }
    rows = EntryFacet.objects.filter(register=SPILL_OVER, name="reference", value__in=numbers).values_list(
        "value", "entry_id", "entry__codes"
    )
    return {numbers[value]: entry_id for value, entry_id, codes in rows if codes.get("platform") == plan.source}


def news_of(spill: Entry, one: Read) -> dict[str, Any]:
    """What the platform says now and did not say before."""
    if spill.state == "ended":
        return {}
    state, due = one.outside.get("their_state"), day_of(one)
    told = (spill.written_or_none() or {}).get("their_state", "")
    news = {}
    if state and state != told:
        news["their_state"] = state
    if due and due != spill.codes.get("reply_by"):
        news["reply_by"] = due
    return {"their_state": told, "reply_by": spill.codes.get("reply_by"), **news} if news else {}


def day_of(one: Read) -> str:
    at = one.outside.get("reply_by")
    return local_date(at, actions.zone()).isoformat() if isinstance(at, datetime) else ""


def follow(entry_id: uuid.UUID, state: str, step: str) -> None:
    """The end of a run, unless somebody else has moved it on."""
    register = registers()[NAME]
    actor = automation("outside.import", current_organisation_id())
    with transaction.atomic():
        if Entry.objects.select_for_update().filter(pk=entry_id, state=state).exists():
            actions.follow(actor=actor, entry_id=entry_id, register=register, step=step)
