"""The explanatory page on complaints and satisfaction, with our own figures at each station of the way (OE-19)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tingsu.figures import analysis, indicators, periods, relation, shown, values
from tingsu.figures.access import reader
from tingsu.figures.analysis_pages import signed
from tingsu.figures.counting import Counted
from tingsu.figures.indicators import Indicator
from tingsu.figures.periods import Period

STATIONS: tuple[tuple[str | Promise, str | Promise, tuple[str, ...]], ...] = (
    (
        gettext_lazy("Dissatisfied"),
        gettext_lazy(
            "Most dissatisfied customers never complain: they leave, and tell others. Whoever complains still gives us the chance to make it good. "
            "More complaints are not worse service where it has become easier to complain."
        ),
        ("KP-09a", "K-10"),
    ),
    (
        gettext_lazy("Heard and answered"),
        gettext_lazy("Being heard soon and knowing what comes next keeps annoyance from becoming anger, whatever the result."),
        ("KP-03", "KP-04", "K-11"),
    ),
    (
        gettext_lazy("Made good"),
        gettext_lazy(
            "Recovery: what was wrong is put right, fairly and at once. A complaint that must be made again, or is taken outside, is one that "
            "was not made good."
        ),
        ("KP-09c", "KP-13b", "KP-09d", "KP-14e"),
    ),
    (
        gettext_lazy("Satisfied again"),
        gettext_lazy("Asked about it after it is closed: how it was handled and what came of it are two questions, and both count."),
        ("K-12", "KP-07"),
    ),
    (
        gettext_lazy("Stays"),
        gettext_lazy("Whoever was treated well comes back, and often trusts more than before. This is what complaint handling earns."),
        ("KP-14b", "KP-14a"),
    ),
)  # fmt: skip
SHARE = Indicator({"code": "", "kind": "share", "of": "", "direction": "", "target": ""}, 0)


@never_cache
@require_GET
def relation_page(request: HttpRequest) -> HttpResponse:
    """From the complaint over its recovery to satisfaction: words, our figures, and how satisfied those were who went either way."""
    reader(request)
    asked = analysis.read(request.GET.dict(), [], values.today())
    period = asked.period if asked.period.kind == periods.MONTH else periods.period_of(values.today(), periods.MONTH)
    found = relation.pairs(period)
    months = [one.written for one in reversed(periods.period_of(values.today(), periods.MONTH).line(24))]
    context = {
        "months": months if period.written in months else [*months, period.written], "written": period.written, "since": period.line(12)[0].written,
        "stations": _stations(period), "pairs": [_told(one) for one in found], "any": any(c.whole for one in found for _w, c in one.sides),
    }  # fmt: skip
    return render(request, "figures/relation.html", context)


def _stations(period: Period) -> list[tuple[str | Promise, str | Promise, list[shown.Line]]]:
    """Each station with its indicators, as far as this firm counts them. One query."""
    known = indicators.indicators()
    wanted = {code: known[code] for *_words, codes in STATIONS for code in codes if code in known}
    lines = {
        line.one.code: line
        for _one, line in shown.lines_of(wanted, values.kept(wanted, period), period, values.today())
    }
    return [(name, words, [lines[code] for code in codes if code in lines]) for name, words, codes in STATIONS]


def _told(pair: relation.Pair) -> dict[str, Any]:
    apart = pair.apart
    return {
        "label": pair.label,
        "sides": [(words, *_of(counted)) for words, counted in pair.sides],
        "apart": "–" if apart is None else _("%(points)s points") % {"points": signed(apart, 1)},
    }


def _of(counted: Counted) -> tuple[str, str, str]:
    line = shown.Line(SHARE, counted, running=False)
    return line.value, line.of, line.interval
