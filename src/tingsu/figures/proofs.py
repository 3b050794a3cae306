"""What figures show by clause: indicators counted in the last twelve months, each opening to its page (MS-29)."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from django.db.models import Max, Q, Sum
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.figures import indicators
from tingsu.figures.counting import Counted
from tingsu.figures.models import IndicatorValue
from tingsu.figures.periods import MONTH
from tingsu.kernel.proofs import Holds, Label, Proof, declare, rule

SHOWN: Mapping[str, tuple[str, ...]] = {
    "KP-03": ("ISC 9.1.1.1",),
    "KP-04": ("ISC 9.1.1.2",),
    "KP-05": ("ISC 9.1.1.3",),
    "KP-06": ("CTS 8.5", "ISC 9.1.2", "SZ 6(3)"),
    "KP-08a": ("CTS 8.2", "SVC 1.3.2", "SZ 3.5"),
    "KP-08b": ("CTS 8.2", "SVC 1.3.2"),
    "KP-08c": ("SVC 3.2.1",),
    "KP-08d": ("SVC 3.1.3",),
    "KP-09a": ("CTS 8.2", "CTS 8.4", "CTS 9.1"),
    "KP-09c": ("CTS 8.6", "CTS 9.1", "SZ 6(9)"),
    "KP-09d": ("CTS 8.4",),
    "K-11": ("CTS 8.5", "SZ 5(3)"),
    "K-12": ("CTS 8.6", "CTS 9.1", "ISC 9.5"),
    "K-13": ("SZ 5(3)",),
    "KP-13b": ("ISC 8.3.1", "ISC 10.2.1"),
    "KP-13d": ("ISC 10.2.1",),
}
"""Indicators of what happened, and the clauses about it."""
BY_OCCASION = frozenset({"KP-05", "KP-08b", "KP-08d"})
"""Letters, urgent and repeated complaints: none in a year is no gap."""
YEAR = timedelta(days=365)


def counted(day: date) -> Iterable[Proof]:
    """Each indicator summed over the last twelve months. One query, however many complaints there are."""
    rows = IndicatorValue.objects.filter(period=MONTH, starts_on__gt=day - YEAR, code__in=list(SHOWN)).order_by()
    told = {
        code: (Counted(part, whole), last)
        for code, part, whole, last in rows.values_list("code").annotate(
            parts=Sum("part"), wholes=Sum("whole"), last=Max("starts_on", filter=Q(whole__gt=0) | Q(part__gt=0))
        )
    }
    known = indicators.indicators()
    for code, clauses in SHOWN.items():
        if code not in known:
            continue
        one, (found, last) = known[code], told.get(code, (Counted(0, 0), None))
        whole = found.part if one.kind == "count" else found.whole
        if not whole and code in BY_OCCASION:
            continue
        yield Proof(
            clauses=clauses, sort="figure", what=one.name, words=_words(one.kind, found), count=whole or 0, on=last,
            holds=Holds.VALID if whole else Holds.MISSING, url=reverse("figures:indicator", args=[code]),
            gap="" if whole else format_lazy(_("{code}: nothing was counted in the last twelve months."), code=code),
        )  # fmt: skip


def _words(kind: str, found: Counted) -> Label:
    value = found.value(kind)
    if kind == "count" or value is None:
        return format_lazy(pgettext_lazy("proof", "{n} in 12 months"), n=f"{found.part or 0:,}")
    return format_lazy(
        pgettext_lazy("proof", "{value} % of {n} in 12 months"), value=f"{value:.1f}", n=f"{found.whole:,}"
    )


declare("figures", counted)
rule("indicators", "CTS 9.1; SZ 5(3); ISC 4.2.3", "figures:rules")
