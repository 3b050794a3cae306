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

from tingsu.complaints.models import Complaint
from tingsu.intake.actions import register_complaint
from tingsu.kernel.actor import Actor, automation
from tingsu.kernel.clock import local_date, now
from tingsu.kernel.errors import TingsuError
from tingsu.kernel.ids import new_id
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.outside import lines
from tingsu.outside.import_steps import NAME, NEW, plan_of, table_of
from tingsu.outside.lines import Plan, Read
from tingsu.outside.models import ImportLine
from tingsu.outside.platforms import MEDIA, OTHER, OWN
from tingsu.outside.spill_over import NAME as SPILL_OVER
from tingsu.registers import actions
from tingsu.registers.actions import Link, Opening
from tingsu.registers.declaration import registers
from tingsu.registers.facets import fingerprint
from tingsu.registers.models import Entry, EntryFacet

V = ImportLine.Verdict
AT_ONCE = 500
"""Lines that are checked, and written down, in one go."""
LOOK = 20
"""Lines after which it is looked whether it is to go on."""
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
    _follow(entry_id, "checking", "checked")


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
            line.verdict = V.CHANGED if there in known and _news(known[there], one) else V.KNOWN
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


def _news(spill: Entry, one: Read) -> dict[str, Any]:
    """What the platform says now and did not say before."""
    if spill.state == "ended":
        return {}
    state, due = one.outside.get("their_state"), _day(one)
    told = (spill.written_or_none() or {}).get("their_state", "")
    news = {}
    if state and state != told:
        news["their_state"] = state
    if due and due != spill.codes.get("reply_by"):
        news["reply_by"] = due
    return {"their_state": told, "reply_by": spill.codes.get("reply_by"), **news} if news else {}


def _day(one: Read) -> str:
    at = one.outside.get("reply_by")
    return local_date(at, actions.zone()).isoformat() if isinstance(at, datetime) else ""


def take_in(entry_id: uuid.UUID) -> None:
    """Take in what is new until nothing is left, or until somebody stops it."""
    running = Entry.objects.select_related("stream").filter(pk=entry_id, state="under_way")
    entry = running.first()
    if entry is None:
        return
    actor = automation("outside.import", current_organisation_id())
    if (found := table_of(entry)) is not None:
        plan, cells = plan_of(entry, found), dict(found.lines)
        waiting = ImportLine.objects.filter(entry_id=entry_id, verdict__in=NEW).order_by("number")
        while running.exists() and (some := list(waiting[:LOOK])):
            for line in some:
                _take(actor, line, lines.read(cells.get(line.number, ()), plan), plan, entry)
    _follow(entry_id, "under_way", "finish")


def _take(actor: Actor, line: ImportLine, one: Read, plan: Plan, entry: Entry) -> None:
    """One line: a complaint, or what is new of one. What is refused says why and holds nobody up."""
    try:
        if one.errors:
            _written(line, V.REFUSED, said=lines.said(one.errors))
        elif line.verdict == V.CHANGED:
            _bring_up_to_date(actor, line, one)
        else:
            _make(actor, line, one, plan, entry)
    except TingsuError as refused:
        _written(line, V.REFUSED, said=lines.said({"line": refused}))


def _make(actor: Actor, line: ImportLine, one: Read, plan: Plan, entry: Entry) -> None:
    """A complaint and the spill-over complaint beside it; of a list of our own the first alone, of a mention the second (IG-06)."""
    complaint = None
    if one.intake is not None:
        complaint = register_complaint(actor=actor, intake=one.intake, key=f"outside:{one.digest.hex()}").complaint
    with transaction.atomic():
        locked = ImportLine.objects.select_for_update().filter(pk=line.pk, verdict=V.FITS).first()
        if locked is None:
            return
        if ImportLine.objects.filter(digest=one.digest, verdict=V.MADE).exists():
            _written(line, V.KNOWN)
            return
        spill = None
        if plan.source != OWN:
            values = _spill_values(one, plan, complaint)
            values |= {"owner": str(complaint.owner_id if complaint else entry.opened_by)}
            links = [Link(other_id=complaint.pk, kind="became")] if complaint else []
            opening = Opening(values=values, links=links)
            spill = actions.begin_entry(actor=actor, register=registers()[SPILL_OVER], opening=opening).entry.pk
        _written(line, V.MADE, complaint_id=complaint.pk if complaint else None, spill_over_id=spill)


def _spill_values(one: Read, plan: Plan, complaint: Complaint | None) -> dict[str, Any]:
    outside = one.outside
    reached = complaint.received_at if complaint else None
    values = {
        "platform": plan.source, "reference": outside.get("reference"), "words": one.intake.description if one.intake else one.words,
        "raised_at": _text(outside.get("raised_at")), "received_at": _text(reached or now()), "reply_by": _day(one),
        "their_state": outside.get("their_state"), "link": outside.get("link"),
    }  # fmt: skip
    if plan.source == OTHER:
        values["platform_words"] = plan.body
    if plan.source == MEDIA:
        values |= {"outlet": outside.get("outlet"), "reach": outside.get("reach")}
    return {name: value for name, value in values.items() if value}


def _text(at: datetime | None) -> str:
    return at.isoformat() if at else ""


def _bring_up_to_date(actor: Actor, line: ImportLine, one: Read) -> None:
    spill = Entry.objects.select_related("stream").filter(pk=line.spill_over_id).first()
    news = _news(spill, one) if spill else {}
    if spill is None or not news:
        _written(line, V.KNOWN)
        return
    with transaction.atomic():
        values = {name: value for name, value in news.items() if value}
        actions.follow(actor=actor, entry_id=spill.pk, register=registers()[SPILL_OVER], step="update", values=values)
        _written(line, V.UPDATED)


def _written(line: ImportLine, verdict: str, **more: Any) -> None:
    ImportLine.objects.filter(pk=line.pk, verdict__in=NEW).update(verdict=verdict, **more)


def _follow(entry_id: uuid.UUID, state: str, step: str) -> None:
    """The end of a run, unless somebody else has moved it on."""
    register = registers()[NAME]
    actor = automation("outside.import", current_organisation_id())
    with transaction.atomic():
        if Entry.objects.select_for_update().filter(pk=entry_id, state=state).exists():
            actions.follow(actor=actor, entry_id=entry_id, register=register, step=step)
