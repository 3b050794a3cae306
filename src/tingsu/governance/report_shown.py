"""How a report reads: one list of sections for its page, its PDF and its workbook, in the language of whoever reads it (MO-04).

Figures of all complaints stand in full for those who read figures. In files, and for everybody else to whom a report was released, a count
of 1 to 4 is withheld, and so is what would tell it (MO-13, `report_withheld`).
"""

import uuid

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tingsu.figures.periods import Period
from tingsu.governance import report_kinds
from tingsu.governance.report_tables import Cell, Section, Told, seen_of
from tingsu.improvement import rectifications
from tingsu.kernel.actor import Actor
from tingsu.kernel.punctuation import colon
from tingsu.people import queries as people
from tingsu.registers import reading
from tingsu.registers.declaration import Register
from tingsu.registers.models import Entry


def sections_of(actor: Actor, register: Register, entry: Entry, *, full: bool, door: str = "page") -> list[Section]:
    """Everything a report holds, as this reader may see it; empty ones are left out."""
    told = Told(actor, register, entry, full)
    sections = [
        *_words(actor, register, entry, door), told.totals(), told.scores(), told.figures(), told.months(), told.breakdown(),
        told.stages(), told.money(), told.capacity(), told.matters(), told.sources(), *(told.people() if full and door == "page" else []),
        *_of_months(actor, register, entry, door),
    ]  # fmt: skip
    return [one for one in sections if one and (one.rows or one.texts or one.note)]


def _words(actor: Actor, register: Register, entry: Entry, door: str, *, of_another: bool = False) -> list[Section]:
    """What people made of it: findings, proposals, what becomes better. The page of a report tells its proposals itself."""
    texts = reading.texts_seen(actor, register, entry, door)
    found = [
        Section(title=str(register.by_name[name].label), texts=[texts[name]])
        for name in (("findings",) if door == "page" and not of_another else ("findings", "proposals"))
        if texts.get(name)
    ]
    lines = entry.codes.get("measures", [])
    opened = entry.codes.get("items", [])
    visible = seen_of(actor, rectifications.NAME, opened)
    rows = []
    for place, line in enumerate(lines):
        number = opened[place] if place < len(opened) else ""
        rows.append(
            [
                Cell(words=texts.get(f"measures.{place}.what", "")), Cell(words=reading.name_words(line.get("department"))),
                Cell(words=reading.name_words(line.get("who"))), Cell(words=str(line.get("by", ""))),
                Cell(words=number, url=reverse("registers:entry", args=[rectifications.NAME, number]) if number in visible else ""),
            ]
        )  # fmt: skip
    heads = [
        pgettext("report", "What is to change"), pgettext("rectification", "Department"), pgettext("review", "Who"), pgettext("review", "Until"),
        _("Rectification"),
    ]  # fmt: skip
    return [*found, Section(title=_("What becomes better, by whom and until when"), heads=heads, rows=rows)]


def _of_months(actor: Actor, register: Register, entry: Entry, door: str) -> list[Section]:
    """What the three monthly reports of a quarter said."""
    found = []
    numbers = [row["number"] for row in entry.codes.get("sources", []) if row.get("number")]
    for one in Entry.objects.filter(register=register.name, number__in=numbers).order_by("speaks_of"):
        month = report_kinds.period_in(one.codes).written
        found += [
            Section(title=f"{month} · {section.title}", heads=section.heads, rows=section.rows, texts=section.texts)
            for section in _words(actor, register, one, door, of_another=True)
            if section.rows or section.texts
        ]
    return found


def heading_of(entry: Entry) -> str:
    """Kind, of whom, and period of a report, in a line."""
    codes = entry.codes
    kind = report_kinds.kind_of(codes)
    label = str(dict(report_kinds.KINDS)[kind])
    unit = codes.get("department") or codes.get("supplier")
    of = f"{colon()}{people.unit_name(uuid.UUID(str(unit)))}" if unit else ""
    period: Period = report_kinds.period_in(codes)
    return f"{label}{of} · {period.written}"
