"""The map of the processes, drawn from what their register says now: order, owner, live figures, risks, where others connect (MS-07, OG-17)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tingsu.figures import shown, values
from tingsu.figures.indicators import indicators
from tingsu.figures.periods import period_of
from tingsu.people import queries as people
from tingsu.planning import risks
from tingsu.planning.processes import COMPLAINT, rows_now
from tingsu.registers.models import Entry
from tingsu.registers.reading import address_of


@dataclass
class Box:
    """One process on the map."""

    entry: Entry
    title: str
    owner: str
    inputs: str
    outputs: str
    figures: list[shown.Line]
    risks: int
    connects: str = ""
    """For a product or service process: where complaint handling connects to it."""
    others: list["Box"] = field(default_factory=list)
    """Product, service and supporting processes that connect here."""

    @property
    def url(self) -> str:
        return address_of(self.entry)

    @property
    def late(self) -> bool:
        """Does some figure miss its target?"""
        return any(line.standing == "missed" for line in self.figures)


def drawn(day: date) -> dict[str, Any]:
    """The processes of complaint handling in their order, each with what connects to it; and those that connect nowhere. Few queries."""
    rows = rows_now()
    figures, heavy = _figures(rows, day), _risks()
    boxes = {str(one.pk): _box(one, figures, heavy) for one in rows}
    chain = [box for box in boxes.values() if box.entry.codes.get("sort") == COMPLAINT]
    loose = []
    for box in boxes.values():
        if box.entry.codes.get("sort") == COMPLAINT:
            continue
        places = [one for one in box.entry.codes.get("connects_to") or () if one in boxes]
        for place in places:
            boxes[place].others.append(box)
        if not places:
            loose.append(box)
    return {"chain": chain, "loose": loose, "boxes": list(boxes.values())}


def _box(entry: Entry, figures: dict[str, shown.Line], heavy: dict[str, int]) -> Box:
    texts = entry.worded_or_none() or {}
    return Box(
        entry=entry, title=texts.get("title") or entry.number, owner=people.staff_identity(entry.owner_id) if entry.owner_id else "",
        inputs=texts.get("inputs", ""), outputs=texts.get("outputs", ""), connects=texts.get("connects", ""),
        figures=[figures[code] for code in entry.codes.get("indicators") or () if code in figures], risks=heavy.get(str(entry.pk), 0),
    )  # fmt: skip


def _figures(rows: Iterable[Entry], day: date) -> dict[str, shown.Line]:
    """The figure of each indicator that some process names, in the period of the day. A query for each length of period."""
    known = indicators()
    codes = {code for one in rows for code in one.codes.get("indicators") or () if code in known}
    found: dict[str, shown.Line] = {}
    for kind in sorted({known[code].period for code in codes}):
        period = period_of(day, kind)
        kept = values.kept([code for code in codes if known[code].period == kind], period, 1)
        found |= {
            code: shown.Line(known[code], by[period].counted, running=True, kept=by[period])
            for code, by in kept.items()
            if period in by
        }
    return found


def _risks() -> dict[str, int]:
    """How many risks and opportunities are dealt with in each process. One query."""
    rows = Entry.objects.filter(register=risks.NAME).exclude(state=risks.ENDED).values_list("codes__process", flat=True)
    return dict(Counter(str(one) for one in rows if one))
