"""How complaints and satisfaction hang together, in our own figures: the chart that SZ Annex E announces and does not print (OE-19).

A complaint is a customer who still talks to us. Whether satisfaction comes back depends on what happens next; so the ratings of complaints that went
one way stand beside those that went the other. That two things go together does not say that one causes the other; the page says so.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.figures.counting import Counted
from tingsu.figures.models import Fact
from tingsu.figures.periods import Period

SATISFIED = Q(score__gte=4)
Label = str | Promise


@dataclass(frozen=True, kw_only=True)
class Way:
    """Two ways a complaint may go, and which facts went which."""

    name: str
    label: Label
    one: tuple[Label, Q]
    other: tuple[Label, Q]


WAYS: tuple[Way, ...] = (
    Way(
        name="in_time", label=_("Every limit kept, or not"), one=(_("Every limit kept"), Q(limits_missed=0)),
        other=(_("A limit missed"), Q(limits_missed__gte=1)),
    ),
    Way(
        name="outcome", label=_("Accepted, or not"), one=(_("Solution accepted"), Q(outcome="accepted")),
        other=(_("Closed in another way"), ~Q(outcome="accepted") & ~Q(outcome="")),
    ),
    Way(
        name="first_time", label=_("The first time, or once more"), one=(pgettext_lazy("relation", "Complained once"), Q(repeated=False)),
        other=(_("Had to complain again"), Q(repeated=True)),
    ),
    Way(
        name="straight", label=_("Straight through, or sent back"), one=(_("Handled straight through"), Q(returns=0)),
        other=(_("Sent back at least once"), Q(returns__gte=1)),
    ),
    Way(
        name="inside", label=_("Settled with us, or taken outside"), one=(_("Settled with us"), Q(outside=False)),
        other=(_("Taken to a way outside"), Q(outside=True)),
    ),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Pair:
    """One way with the ratings of each side."""

    label: Label
    sides: tuple[tuple[Label, Counted], tuple[Label, Counted]]

    @property
    def apart(self) -> float | None:
        """By how many points the satisfied differ; None where either side is of few."""
        (_one, here), (_other, there) = self.sides
        if here.few("share") or there.few("share"):
            return None
        first, second = here.value("share"), there.value("share")
        return None if first is None or second is None else first - second


def pairs(period: Period) -> list[Pair]:
    """Satisfied and rated of both sides of each way, of complaints rated in the period and the eleven before. One query."""
    line = period.line(12)
    rated = Fact.objects.filter(score__isnull=False, rated_on__gte=line[0].first, rated_on__lt=period.end)
    row = rated.aggregate(**{name: Count("pk", filter=condition) for name, condition in _asked()})
    return [
        Pair(
            label=way.label,
            sides=(
                (way.one[0], Counted(row[f"{way.name}_one_part"], row[f"{way.name}_one_whole"])),
                (way.other[0], Counted(row[f"{way.name}_other_part"], row[f"{way.name}_other_whole"])),
            ),
        )
        for way in WAYS
    ]  # fmt: skip


def _asked() -> Iterator[tuple[str, Q]]:
    for way in WAYS:
        for side, (_label, condition) in (("one", way.one), ("other", way.other)):
            yield f"{way.name}_{side}_whole", condition
            yield f"{way.name}_{side}_part", condition & SATISFIED
