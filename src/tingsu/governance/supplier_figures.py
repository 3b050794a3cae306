"""The scorecard of a supplier: the indicators that count our own people, counted of the complaints its people handle, beside ours (MS-32)."""

import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.figures import shown as figures
from tingsu.figures import values
from tingsu.figures.counting import Counted
from tingsu.figures.periods import Period
from tingsu.governance import report_figures, report_kinds
from tingsu.governance.report_tables import reads_all
from tingsu.kernel.actor import Actor
from tingsu.people import queries as people
from tingsu.process.steps import Field
from tingsu.registers.models import Entry

OURS = ("own_part", "own_whole", "own_amount")
LINES = (
    report_kinds.INDICATOR,
    Field(name="version", label=pgettext_lazy("indicator", "Version"), kind="number"),
    *report_kinds.COUNTS,
    *(
        Field(name=name, label=label, kind="number")
        for name, label in zip(
            OURS, (_("Our people: part"), _("Our people: whole"), _("Our people: measured")), strict=True
        )
    ),
    Field(name="score", label=pgettext_lazy("report", "Score"), kind="number"),
)  # fmt: skip


@dataclass(frozen=True)
class Card:
    """What was counted of one supplier in one period."""

    lines: list[dict[str, Any]]
    score: int | None

    def kept(self) -> list[dict[str, Any]]:
        """The lines as an entry keeps them."""
        return self.lines


def card(unit: uuid.UUID, period: Period) -> Card:
    """Every indicator that can be scored, of the supplier's people and of our own. A few queries, whatever the number of complaints."""
    known = {code: one for code in report_kinds.scorable_now() if (one := values.definition_of(code, period))}
    theirs = report_figures.counted_in(list(known.values()), period, ("supplier_id", unit))
    ours = report_figures.counted_in(list(known.values()), period, ("supplier_id", None))
    lines: list[dict[str, Any]] = []
    for code, one in known.items():
        if code not in theirs:
            continue
        told, version = theirs[code]
        own = ours[code][0] if code in ours else Counted(None, None)
        if not told.whole:
            continue
        lines.append(
            {
                "code": code, "version": version, "part": told.part, "whole": told.whole, "amount": told.amount, "own_part": own.part,
                "own_whole": own.whole, "own_amount": own.amount, "score": report_figures.score_of(one, told),
            }
        )  # fmt: skip
    return Card(lines=lines, score=report_figures.whole_score([line | {"weight": 1} for line in lines]))


def shown(actor: Actor, entry: Entry) -> dict[str, Any]:
    """The last scorecard in words, each figure with its way to formula and complaints, and the accounts of the supplier's people."""
    codes, full = entry.codes, reads_all(actor)
    unit = uuid.UUID(codes["works_in"]) if codes.get("works_in") else None
    rows = []
    for line in codes.get("scorecard", ()) if full else ():
        one = report_figures.definition(line["code"], line["version"])
        if one is None:
            continue
        theirs = Counted(line.get("part"), line.get("whole"), line.get("amount"))
        ours = Counted(line.get("own_part"), line.get("own_whole"), line.get("own_amount"))
        asked = urlencode({"period": codes.get("scored_for", ""), "by": "supplier_id"})
        rows.append(
            {
                "name": one.name, "code": one.code, "url": f"{reverse('figures:indicator', args=[one.code])}?{asked}",
                "target": figures.target_words(one), "theirs": figures.value_words(one, theirs), "of": figures.of_words(one, theirs),
                "ours": figures.value_words(one, ours), "score": line.get("score"),
            }
        )  # fmt: skip
    last = (codes.get("assessments") or [{}])[-1]
    staff = people.active_members(unit=unit) if unit else []
    return {
        "rows": rows, "period": codes.get("scored_for", ""), "unit": people.unit_name(unit) if unit else "", "score": codes.get("last_score"),
        "counted": bool(last.get("counted")),
        "staff": [people.staff_identity(one.pk) for one in staff], "withheld": bool(codes.get("scorecard")) and not full,
    }  # fmt: skip
