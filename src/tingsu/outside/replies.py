"""What we answer to the lines of a list, in the columns of the list: the file that goes back to the platform (IG-05).

The platform knows each line by its number: cells about persons and what was told in free words are left empty, so that the file
holds no more about people than the answers themselves.
"""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from tingsu.complaints.access import visible_to
from tingsu.complaints.models import Complaint
from tingsu.complaints.terms import PublicStage
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import local_date
from tingsu.kernel.ledger import texts_of
from tingsu.kernel.models import Event
from tingsu.outside.columns import OURS
from tingsu.outside.models import ImportLine
from tingsu.outside.spill_over import NAME as SPILL_OVER
from tingsu.outside.table import Table
from tingsu.pages.export import Column
from tingsu.registers.actions import zone
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry

ANSWERED = "complaint.outside_body_replied_to"
KEPT = frozenset(
    ("reference", "raised_at", "received_at", "reply_by", "their_state", "product", "respondent_name", "branch")
)
"""Meanings whose cells go back as they came: the platform's own matters, nobody's name."""
SHOWN = KEPT | {code for code, _label in OURS}
PIECE = 500
"""Lines whose answers are asked for together."""


@dataclass(frozen=True)
class Shape:
    """The columns of the file: titles, and what each cell is filled with."""

    head: tuple[str, ...]
    meanings: tuple[str, ...]


def shape_of(head: Sequence[str], meanings: Sequence[str]) -> Shape:
    """The columns of the list; what no column of it is meant for stands behind the last one, under our own title."""
    missing = [(code, str(label)) for code, label in OURS if code not in meanings]
    return Shape(
        (*head, *(label for _code, label in missing)),
        (*meanings, *(code for code, _label in missing)),
    )


def file_columns(shape: Shape) -> list[Column]:
    """As the export takes them."""
    return [Column(label=title, value=_cell(place)) for place, title in enumerate(shape.head)]


def _cell(place: int) -> Any:
    return lambda row: row[place]


def rows(actor: Actor, entry: Entry, found: Table, shape: Shape) -> Iterator[list[str]]:
    """Each line of the list with what we answered; a line whose complaint this reader does not see goes back without an answer."""
    for first in range(0, len(found.lines), PIECE):
        some = found.lines[first : first + PIECE]
        told = _told(actor, entry, [number for number, _row in some])
        for number, row in some:
            ours = told.get(number, {})
            cells = (*row, *[""] * (len(shape.head) - len(row)))
            yield [
                cell or ours.get(meaning, "") if meaning in SHOWN else ""
                for cell, meaning in zip(cells, shape.meanings, strict=False)
            ]


def _told(actor: Actor, entry: Entry, numbers: Sequence[int]) -> dict[int, dict[str, str]]:
    """What we say to each of these lines, by its place. Six queries, however many."""
    lines = list(ImportLine.objects.filter(entry_id=entry.pk, number__in=numbers))
    cases = _cases(lines)
    seen = visible_to(actor, Complaint.objects.filter(pk__in={one for one in cases.values() if one}))
    complaints = {one.pk: one for one in seen}
    answers = _answers(list(complaints))
    entries = Entry.objects.filter(pk__in={one.spill_over_id for one in lines if one.spill_over_id})
    spills = {one.pk: one for one in entries.select_related("stream")}
    results = dict(registers()[SPILL_OVER].by_name["result"].options)  # type: ignore[arg-type]
    found = {}
    for line in lines:
        case = cases[line.pk]
        complaint = complaints.get(case) if case else None
        if complaint is None:
            continue
        ours = {"our_number": complaint.number, "our_state": str(PublicStage(complaint.public_stage).label)}
        if complaint.pk in answers:
            ours["our_answer"], ours["answered_on"] = answers[complaint.pk]
        if spill := spills.get(line.spill_over_id) if line.spill_over_id else None:
            texts = spill.written_or_none() or {}
            if texts.get("reply"):
                ours["our_answer"], ours["answered_on"] = texts["reply"], spill.codes.get("replied_on", "")
            if spill.codes.get("result"):
                label = str(results.get(spill.codes["result"], ""))
                words = texts.get("result_words", "")
                ours["our_result"] = (
                    gettext("%(result)s: %(words)s") % {"result": label, "words": words} if words else label
                )
        found[line.number] = ours
    return found


def _cases(lines: Sequence[ImportLine]) -> dict[uuid.UUID, uuid.UUID | None]:
    """The complaint of each line; of one that was known already the complaint that its number or its words became before."""
    before = ImportLine.objects.filter(
        digest__in={bytes(one.digest) for one in lines if one.digest and not one.complaint_id},
        verdict=ImportLine.Verdict.MADE,
    )
    known = {bytes(digest): case for digest, case in before.values_list("digest", "complaint_id")}
    return {one.pk: one.complaint_id or (known.get(bytes(one.digest)) if one.digest else None) for one in lines}


def _answers(complaints: Sequence[uuid.UUID]) -> dict[uuid.UUID, tuple[str, str]]:
    """The last answer to a body outside that each case tells of, and its day."""
    events = list(Event.objects.filter(stream_id__in=complaints, kind=ANSWERED).order_by("stream_id", "seq"))
    last = {one.stream_id: one for one in events}
    texts = texts_of(last.values())
    return {case: (texts[one.pk].get("content", ""), _day(one.at)) for case, one in last.items() if one.pk in texts}


def _day(at: datetime) -> str:
    return local_date(at, zone()).isoformat()
