"""Alerts at limits: an indicator that crosses its limit is told once, to whoever answers for it (KP-03, KP-07).

Judged of the running period and the one before, as soon as 30 or more are counted; a few cases raise nothing. An alert ends with a
note, or by itself when the indicator is back; then, and only then, the next crossing of the same period raises another.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.db import transaction
from django.urls import reverse

from tingsu.figures import indicators, periods, shown, values
from tingsu.figures.counting import Counted
from tingsu.figures.fairness import FEW
from tingsu.figures.indicators import Indicator
from tingsu.figures.models import LimitWatch
from tingsu.figures.periods import Period
from tingsu.kernel.actor import automation
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.people import queries as people
from tingsu.registers.actions import Opening, begin_entry, follow
from tingsu.registers.declaration import registers
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.models import Entry
from tingsu.registers.saying import Said, says

NAME, RAISED = "limit_alert", "raised"
MOST = 20
"""So many stand on a board; one more says that there are."""


def check() -> int:
    """Raise what has crossed its limit, and end what is back; gives how many changed. Few queries where nothing did."""
    day = values.today()
    watched = {code: one for code, one in indicators.indicators().items() if one.alert is not None and one.direction}
    known = {(one.code, one.period, one.starts_on): one.crossed for one in LimitWatch.objects.filter(code__in=watched)}
    changed = 0
    for kind in {one.period for one in watched.values()}:
        for code, kept in values.kept(watched, periods.period_of(day, kind), 2).items():
            for period, value in kept.items():
                if watched[code].period != kind or value.settled:
                    continue
                crossed = crossing(watched[code], value.counted)
                if crossed is not None and crossed != known.get((code, kind, period.first), False):
                    changed += _turn(watched[code], period, crossed=crossed)
    return changed


def crossing(one: Indicator, counted: Counted) -> bool | None:
    """Whether a figure is beyond the limit of its alert; None where too few say so, which neither raises nor ends anything."""
    value = counted.value(one.kind)
    if value is None or (counted.whole or 0) < FEW:
        return None
    return one.alarms(value)


def _turn(one: Indicator, period: Period, *, crossed: bool) -> int:
    """One crossing, or one way back, however many workers see it."""
    actor = automation("figures.alerts", current_organisation_id())
    named = {"code": one.code, "period": period.kind, "starts_on": period.first}
    with transaction.atomic(durable=True):
        LimitWatch.objects.bulk_create([LimitWatch(**named)], ignore_conflicts=True)
        watch = LimitWatch.objects.select_for_update().get(**named)
        if watch.crossed is crossed:
            return 0
        told: dict[str, Any] = {"crossed": crossed}
        if crossed:
            opening = Opening(values={"indicator": one.code, "month": period.first.isoformat()}, allowed=True)
            by_itself = replace(registers()[NAME], form=("indicator*", "month*"))
            told["entry_id"] = begin_entry(actor=actor, register=by_itself, opening=opening).entry.pk
        elif watch.entry_id and Entry.objects.filter(pk=watch.entry_id, state=RAISED).exists():
            follow(actor=actor, entry_id=watch.entry_id, register=registers()[NAME], step="recover")
        LimitWatch.objects.filter(pk=watch.pk).update(**told)
    return 1


def back(opened: OpenedEntry, given: dict[str, Any]) -> None:
    """The figure with which the indicator is back within its limit."""
    one, period = about(opened.entry.codes)
    kept = values.kept([one.code], period, 1).get(one.code, {}).get(period) if one else None
    if kept is not None:
        opened.put("part_after", kept.counted.part)
        opened.put("whole_after", kept.counted.whole)


def filled(opened: OpenedEntry, given: dict[str, Any]) -> None:
    """What an alert tells of its indicator as it stands, and who answers for it."""
    one, period = about(opened.entry.codes)
    if one is None:
        return
    kept = values.kept([one.code], period, 1).get(one.code, {}).get(period)
    counted = kept.counted if kept else Counted(None, None)
    opened.put("part", counted.part)
    opened.put("whole", counted.whole)
    if not given.get("figure"):
        told = {
            "indicator": one.code,
            "period": period.written,
            "part": counted.part,
            "whole": counted.whole,
            "amount": counted.amount,
        }
        opened.say("figure", Said(NAME, told))
    opened.write("limit", limit_words(one))
    holders = people.active_members(roles=(str(one.row["owner"]),))
    at_work = [member for member in holders if member.on_duty] or holders
    if at_work:
        opened.give(at_work[0].pk)


@says(NAME)
def _said(values: Mapping[str, Any]) -> str:
    """The indicator by its name, its period, and what it told when it crossed the limit."""
    one = indicators.indicators()[values["indicator"]]
    counted = Counted(values["part"], values["whole"], values["amount"])
    return f"{one.name} · {values['period']} · {shown.value_words(one, counted)}"


def about(codes: Mapping[str, Any]) -> tuple[Indicator | None, Period]:
    """The indicator in force that an alert is about, and its period."""
    one = indicators.indicators().get(str(codes.get("indicator")))
    day = date.fromisoformat(str(codes["month"]))
    return one, periods.period_of(day, one.period if one else periods.MONTH)


def limit_words(one: Indicator) -> str:
    """On which side of what an alert is raised, in signs that every language has."""
    sign = {"at_least": "<", "above": "≤", "at_most": ">", "below": "≥"}.get(one.direction, "")
    number = "" if one.alert is None else f"{one.alert.normalize():f}"
    return f"{sign} {number}{' %' if one.kind in indicators.PERCENT else ''}" if number else ""


def context(actor: Any, entry: Entry) -> dict[str, Any]:
    """What the page of an alert leads to: the indicator in its period, with formula and cases."""
    one, period = about(entry.codes)
    if one is None:
        return {}
    return {
        "indicator": one,
        "indicator_url": f"{reverse('figures:indicator', args=[one.code])}?period={period.written}",
    }


def standing() -> list[Entry]:
    """Alerts that nobody has answered and that are not back, the newest first. One query."""
    rows = Entry.objects.filter(register=NAME, state=RAISED).order_by("-opened_at", "-pk")
    return list(rows[: MOST + 1])
