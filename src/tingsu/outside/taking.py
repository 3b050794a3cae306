"""Taking the new lines of a list in: many in one transaction, a long list by two processes.

Lines are registered together (`intake.together`), each with the spill-over complaint beside it and what became of it: all of them are written, or none. What
does not go together, or is refused, is taken line by line. A line that was taken in stays so: a worker that died is followed by one that goes on
with what is left, and so is one that was stopped and let go on.
"""

import os
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import DatabaseError, transaction

from tingsu.complaints.models import Complaint
from tingsu.intake import together
from tingsu.intake.actions import register_complaint
from tingsu.intake.steps.registration import Draft
from tingsu.kernel import gathering
from tingsu.kernel.actor import Actor, automation
from tingsu.kernel.clock import now
from tingsu.kernel.errors import TingsuError
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.outside import lines, sql
from tingsu.outside.helping import Helper
from tingsu.outside.import_steps import NEW, plan_of, table_of
from tingsu.outside.lines import Plan, Read
from tingsu.outside.models import ImportLine
from tingsu.outside.parting import parts_of
from tingsu.outside.platforms import MEDIA, OTHER, OWN
from tingsu.outside.running import day_of, follow, news_of
from tingsu.outside.spill_over import NAME as SPILL_OVER
from tingsu.privacy.masking import Known
from tingsu.registers import actions
from tingsu.registers.actions import Link, Opening
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry

V = ImportLine.Verdict
TOGETHER = 32
"""Lines in one transaction; after each it is looked whether it is to go on. Whoever registers meanwhile waits so long for a number."""
LONG = 2_000
"""New lines from which on a second process helps: it needs two seconds to begin."""


@dataclass(frozen=True)
class Taking:
    """Whose list is taken in, and how its lines are read."""

    actor: Actor
    entry: Entry
    plan: Plan
    cells: Mapping[int, Sequence[str]]

    def read(self, line: ImportLine) -> Read:
        """One line, as it was checked."""
        return lines.read(self.cells.get(line.number, ()), self.plan)


def take_in(entry_id: uuid.UUID) -> None:
    """Take in what is new until nothing is left, or until somebody stops it."""
    taking = _begun(entry_id)
    if taking is not None:
        many = ImportLine.objects.filter(entry_id=entry_id, verdict__in=NEW).count() >= LONG
        helpers = 1 if many and (os.cpu_count() or 1) > 1 else 0
        with Helper.several(entry_id, helpers):
            _take_part(taking, 0, helpers + 1)
        _take_part(taking, 0, 1)  # what a helper left that died
    follow(entry_id, "under_way", "finish")


def help_with(entry_id: uuid.UUID, part: int, parts: int) -> None:
    """What a helper does: its part of the lines, while the one that called it lives."""
    if (taking := _begun(entry_id)) is not None:
        called_by = os.getppid()
        _take_part(taking, part, parts, lambda: os.getppid() == called_by)


def _begun(entry_id: uuid.UUID) -> Taking | None:
    entry = Entry.objects.select_related("stream").filter(pk=entry_id, state="under_way").first()
    found = table_of(entry) if entry is not None else None
    if entry is None or found is None:
        return None
    actor = automation("outside.import", current_organisation_id())
    return Taking(actor, entry, plan_of(entry, found), dict(found.lines))


def _take_part(taking: Taking, part: int, parts: int, goes_on: Any = lambda: True) -> None:
    waiting = ImportLine.objects.filter(entry_id=taking.entry.pk, verdict__in=NEW).order_by("number")
    places = dict(waiting.values_list("number", "pk"))
    if parts > 1:
        theirs = parts_of({number: taking.cells.get(number, ()) for number in places}, taking.plan, parts)
        places = {number: pk for number, pk in places.items() if theirs[number] == part}
    running = Entry.objects.filter(pk=taking.entry.pk, state="under_way")
    for some in _pieces(list(places.values())):
        if not (goes_on() and running.exists()):
            return
        _take_some(taking, list(ImportLine.objects.filter(pk__in=some, verdict__in=NEW).order_by("number")))


def _pieces(places: Sequence[uuid.UUID]) -> Iterator[Sequence[uuid.UUID]]:
    for first in range(0, len(places), TOGETHER):
        yield places[first : first + TOGETHER]


def _take_some(taking: Taking, some: Sequence[ImportLine]) -> None:
    """Together what goes together; by itself what does not, or where anything of it was refused."""
    read = [(line, taking.read(line)) for line in some]
    ready = list(_ready(taking, read))
    done: set[uuid.UUID] = set()
    if len(ready) > 1:
        try:
            done = _make_together(taking, ready)
        except (TingsuError, DatabaseError):
            done = set()  # nothing of it was written: each line says by itself what is wrong with it
    for line, one in read:
        if line.pk not in done:
            _take(taking, line, one)


@dataclass(frozen=True)
class Ready:
    """A line that was prepared: what registers it, where it becomes a complaint."""

    line: ImportLine
    one: Read
    draft: Draft | None

    @property
    def key(self) -> str:
        """Under which its complaint is registered once."""
        return f"outside:{self.one.digest.hex()}"


def _ready(taking: Taking, read: Sequence[tuple[ImportLine, Read]]) -> Iterator[Ready]:
    for line, one in read:
        if one.errors or line.verdict != V.FITS:
            continue
        try:
            draft = together.draft_of(taking.actor, one.intake) if one.intake is not None else None
        except TingsuError:
            continue
        yield Ready(line, one, draft)


def _make_together(taking: Taking, ready: Sequence[Ready]) -> set[uuid.UUID]:
    """The lines that were taken in. Raises what any of them is refused with; then none was."""
    drafts = [one.draft for one in ready if one.draft is not None]
    apart = {drafts[place].case.complaint.pk for place in together.alone(drafts)}
    taken = together.keys_taken(one.key for one in ready)
    able = [
        one for one in ready if one.key not in taken and (one.draft is None or one.draft.case.complaint.pk not in apart)
    ]
    together.look_back_together([one.draft for one in able if one.draft is not None])
    with transaction.atomic(durable=True):
        free = _still_free(able)
        made = []
        with gathering.together() as rows:
            for one in able:
                if one.line.pk not in free:
                    continue
                complaint, people = None, None
                if one.draft is not None:
                    complaint, people = together.register_one(rows, one.draft, one.key), one.draft.known
                spill = _spill_over(taking, one.one, complaint, people)
                made.append((one.line.pk, complaint.pk if complaint else None, spill))
        if made:
            sql.lines_made(made)
    return {pk for pk, _complaint, _spill in made}


def _still_free(able: Sequence[Ready]) -> set[uuid.UUID]:
    """Lines that nobody took meanwhile, locked; and whose words or number no other list brought."""
    rows = ImportLine.objects.select_for_update().filter(pk__in=[one.line.pk for one in able], verdict=V.FITS)
    locked = {row.pk for row in rows.order_by("pk")}
    digests = {one.one.digest for one in able}
    here = {
        bytes(one)
        for one in ImportLine.objects.filter(digest__in=digests, verdict=V.MADE).values_list("digest", flat=True)
    }
    return {one.line.pk for one in able if one.line.pk in locked and one.one.digest not in here}


def _take(taking: Taking, line: ImportLine, one: Read) -> None:
    """One line: a complaint, or what is new of one. What is refused says why and holds nobody up."""
    try:
        if one.errors:
            _written(line, V.REFUSED, said=lines.said(one.errors))
        elif line.verdict == V.CHANGED:
            _bring_up_to_date(taking.actor, line, one)
        else:
            _make(taking, line, one)
    except TingsuError as refused:
        _written(line, V.REFUSED, said=lines.said({"line": refused}))


def _make(taking: Taking, line: ImportLine, one: Read) -> None:
    """A complaint and the spill-over complaint beside it; of a list of our own the first alone, of a mention the second (IG-06)."""
    complaint = None
    if one.intake is not None:
        key = f"outside:{one.digest.hex()}"
        complaint = register_complaint(actor=taking.actor, intake=one.intake, key=key).complaint
    with transaction.atomic():
        locked = ImportLine.objects.select_for_update().filter(pk=line.pk, verdict=V.FITS).first()
        if locked is None:
            return
        if ImportLine.objects.filter(digest=one.digest, verdict=V.MADE).exists():
            _written(line, V.KNOWN)
            return
        spill = _spill_over(taking, one, complaint, None)
        _written(line, V.MADE, complaint_id=complaint.pk if complaint else None, spill_over_id=spill)


def _spill_over(taking: Taking, one: Read, complaint: Complaint | None, people: Known | None) -> uuid.UUID | None:
    """The spill-over complaint of a line; none of a list of our own. `people` stand in the complaint where it was made just now."""
    if taking.plan.source == OWN:
        return None
    values = _spill_values(one, taking.plan, complaint)
    values |= {"owner": str(complaint.owner_id if complaint else taking.entry.opened_by)}
    links = [Link(other_id=complaint.pk, kind="became", people=people)] if complaint else []
    opening = Opening(values=values, links=links)
    return actions.begin_entry(actor=taking.actor, register=registers()[SPILL_OVER], opening=opening).entry.pk


def _spill_values(one: Read, plan: Plan, complaint: Complaint | None) -> dict[str, Any]:
    outside = one.outside
    reached = complaint.received_at if complaint else None
    values = {
        "platform": plan.source, "reference": outside.get("reference"), "words": one.intake.description if one.intake else one.words,
        "raised_at": _text(outside.get("raised_at")), "received_at": _text(reached or now()), "reply_by": day_of(one),
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
    news = news_of(spill, one) if spill else {}
    if spill is None or not news:
        _written(line, V.KNOWN)
        return
    with transaction.atomic():
        values = {name: value for name, value in news.items() if value}
        actions.follow(actor=actor, entry_id=spill.pk, register=registers()[SPILL_OVER], step="update", values=values)
        _written(line, V.UPDATED)


def _written(line: ImportLine, verdict: str, **more: Any) -> None:
    ImportLine.objects.filter(pk=line.pk, verdict__in=NEW).update(verdict=verdict, **more)
