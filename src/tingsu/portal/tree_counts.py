"""How often answers of the question tree are read, end the matter, or lead on to the form: figures for improving them (IN-13, IN-10)."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.db.models import F, Sum

from tingsu.kernel.clock import local_date, now
from tingsu.kernel.organisations import current_organisation
from tingsu.portal import tree
from tingsu.portal.models import TreeCount

What = Literal["shown", "helped", "registered"]


def count(code: str, what: What) -> None:
    """One more of today, in the organisation's days. Nothing is kept of who it was."""
    day = local_date(now(), current_organisation().time_zone)
    TreeCount.objects.bulk_create([TreeCount(day=day, entry=code)], ignore_conflicts=True)
    TreeCount.objects.filter(day=day, entry=code).update(**{what: F(what) + 1})


@dataclass(frozen=True, kw_only=True)
class Line:
    """One entry of the tree in a period."""

    entry: str
    words: str
    shown: int
    helped: int
    registered: int

    @property
    def ended(self) -> int | None:
        """Of those who said what became of it, how many needed nothing more, in per cent."""
        said = self.helped + self.registered
        return round(100 * self.helped / said) if said else None


def lines(first: date, last: date) -> list[Line]:
    """Each entry that was met, those read most first. One question."""
    rows = (
        TreeCount.objects.filter(day__gte=first, day__lte=last)
        .values("entry")
        .annotate(all_shown=Sum("shown"), all_helped=Sum("helped"), all_registered=Sum("registered"))
        .order_by("-all_shown", "entry")
    )
    return [
        Line(
            entry=one["entry"], words=tree.name_of(one["entry"]) if one["entry"] else "", shown=one["all_shown"],
            helped=one["all_helped"], registered=one["all_registered"],
        )
        for one in rows
    ]  # fmt: skip
