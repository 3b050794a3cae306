"""What the pages of warnings show beside the entry: the numbers by week, the complaints behind them, and how each rule has done (MO-03)."""

import uuid
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Min
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tingsu.complaints.access import sees_everything, visible_to
from tingsu.figures import charts
from tingsu.kernel.actor import Actor
from tingsu.people import queries as people
from tingsu.people.access import Can, may
from tingsu.privacy.masking import without_persons
from tingsu.registers.models import Entry
from tingsu.warning import series, traces
from tingsu.warning.detection import DAYS, weeks
from tingsu.warning.models import Alarm, Trial
from tingsu.warning.rules import PROBLEM, PRODUCT, TEXTS, TRACES, rules

MOST = 50
WEEKS = 9
ALARMS = 10


def beside(actor: Actor, entry: Entry) -> dict[str, Any]:
    """The series of a warning: its weeks, its alarms, and its complaints as far as the reader may see them. Six queries at most."""
    alarms = list(Alarm.objects.filter(entry_id=entry.pk).order_by("-on", "rule")[: ALARMS + 1])
    if not alarms or not sees_everything(actor):
        return {"alarms": []}
    newest = alarms[0]
    value = tuple(newest.value)
    ends, counts = _weeks(newest)
    began = Alarm.objects.filter(entry_id=entry.pk).aggregate(first=Min("on"))["first"]
    behind = series.complaints_of(newest.stream, value, began - timedelta(days=DAYS - 1), newest.on)
    rows = visible_to(actor, behind).order_by("-received_at", "-id")
    found = list(rows.only("number", "received_at", "state", "owner_id", "organisation_id")[: MOST + 1])
    return {
        "alarms": [
            {
                "on": one.on, "rule": one.rule, "version": one.version, "count": one.count, "expected": f"{one.expected:.1f}",
                "chance": chance_words(one.chance),
            }
            for one in alarms[:ALARMS]
        ],
        "more_alarms": len(alarms) > ALARMS,
        "subject": series.told(newest.stream, value),
        "weeks": list(zip(ends, counts, strict=True)),
        "drawn": chart_of(ends, counts),
        "may_export": may(actor, Can.EXPORT),
        "svg": reverse("warning:picture", args=[entry.number, "svg"]),
        "png": reverse("warning:picture", args=[entry.number, "png"]),
        "complaints": [(case, people.staff_identity(case.owner_id)) for case in found[:MOST]],
        "more": len(found) > MOST,
        "analysis": _analysis(newest),
        "common": _common([case.pk for case in found]),
    }  # fmt: skip


def _weeks(newest: Alarm) -> tuple[list[date], list[int]]:
    """The last days of nine weeks up to an alarm, and how many of its series each had. One query."""
    daily = series.daily_of(newest.stream, tuple(newest.value), newest.on, WEEKS * DAYS)
    ends = [newest.on - timedelta(days=DAYS * back) for back in range(WEEKS - 1, -1, -1)]
    return ends, list(reversed(weeks(daily, WEEKS)))


def weeks_of(entry: Entry) -> tuple[str, list[date], list[int]] | None:
    """What a warning is of, with its weeks; None of one that a person opened."""
    newest = Alarm.objects.filter(entry_id=entry.pk).order_by("-on", "rule").first()
    return None if newest is None else (series.told(newest.stream, tuple(newest.value)), *_weeks(newest))


def chart_of(ends: Sequence[date], counts: Sequence[int | None]) -> SafeString | str:
    """The weeks as a chart."""
    return charts.history([f"{on:%m-%d}" for on in ends], counts, [], lambda number: f"{number:.0f}")


KIND_WORDS = {
    "order": gettext_lazy("Order"),
    "merchant": pgettext_lazy("traces", "Merchant"),
    "address": pgettext_lazy("traces", "Web address"),
    "phone": pgettext_lazy("traces", "Telephone named"),
    "batch": pgettext_lazy("traces", "Batch"),
    "words": pgettext_lazy("traces", "Nearly the same text"),
}
TELLS_WHOLE = frozenset({"address", "batch", "merchant"})
"""What points at no person is shown as it was written, of the rest the last four signs."""
MOST_COMMON = 12


def _common(ids: list[uuid.UUID]) -> list[dict[str, Any]]:
    """What the complaints of a warning have in common, the most widespread first. Five queries at most."""
    shared = traces.common(ids)
    plain = {key: held for key, held in shared.items() if key[0] != traces.WORDS}
    widest = sorted(plain, key=lambda key: (-len(plain[key]), key))[:MOST_COMMON]
    written = traces.written_behind(list({pk for key in widest for pk in plain[key]})[:MOST], widest) if widest else {}
    lines = [
        {"kind": KIND_WORDS[key[0]], "what": _told(key[0], written.get(key, "")), "number": len(plain[key])}
        for key in widest
    ]
    alike = max((len(held) for (kind, _mark), held in shared.items() if kind == traces.WORDS), default=0)
    return [*lines, *([{"kind": KIND_WORDS["words"], "what": "", "number": alike}] if alike else [])]


def _told(kind: str, written: str) -> str:
    if not written:
        return ""
    return without_persons(written) if kind in TELLS_WHOLE else f"…{written[-4:]}"


def chance_words(chance: float) -> str:
    """How likely so many are without a cause, in words; nothing where the rule asks for none."""
    if chance >= 1:
        return ""
    if chance < 1e-6:
        return _("less than 1 in a million")
    return _("1 in %(number)s") % {"number": f"{round(1 / chance):,}"}


def _analysis(alarm: Alarm) -> str:
    """The way to the analysis of the same complaints, where a dimension of the facts says which."""
    if not alarm.value or alarm.stream in {PRODUCT, PROBLEM, TEXTS, TRACES}:
        return ""
    asked = {"period": f"{alarm.on:%Y-%m}", "where": f"{alarm.stream}:{alarm.value[0]}"}
    return f"{reverse('figures:analysis')}?{urlencode(asked)}"


def standing(actor: Actor) -> dict[str, Any]:
    """Above the list: each rule, and how it would have done on the last half year. Two queries."""
    tried = {one.rule: one for one in Trial.objects.all()}
    told = []
    for rule in rules():
        one = tried.get(rule.code)
        told.append(
            {
                "code": rule.code, "name": rule.name, "trial": one if one and one.version == rule.version else None,
                "a_week": f"{one.alarms * DAYS / ((one.last_on - one.first_on).days + 1):.1f}" if one else "",
                "per_thousand": f"{1000 * one.alarms / one.complaints:.1f}" if one and one.complaints else "–",
            }
        )  # fmt: skip
    return {"rules": told, "tried_at": max((one.made_at for one in tried.values()), default=None)}
