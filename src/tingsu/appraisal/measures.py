"""What an appraisal counts (OG-16, PE-26): indicators of the complaints of a department, and of a person the own limits, ratings and quality checks.

Targets may be set for one department or person; else they are those of the indicator, and of a person those below, which are ours.
"""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from tingsu.aftercare.models import Rating
from tingsu.clocks.models import Promise
from tingsu.figures import counting, values
from tingsu.figures.counting import Counted
from tingsu.figures.indicators import Indicator
from tingsu.figures.periods import Period
from tingsu.governance import report_figures, report_kinds
from tingsu.process.steps import Options
from tingsu.quality.models import Result

LIMITS, RATINGS, QUALITY = "P-1", "P-2", "P-3"
OF_PERSONS: Mapping[str, tuple[Any, int]] = {
    LIMITS: (_("Own limits kept"), 95),
    RATINGS: (_("Satisfied ratings of own cases"), 90),
    QUALITY: (_("Quality checks passed"), 90),
}
"""Measure → words, and the target where none is set."""


def department_options(entry: Any = None) -> Options:
    """Indicators that can be counted of one department."""
    return report_kinds.scorable(None)


def person_options(entry: Any = None) -> Options:
    return tuple((code, words) for code, (words, _target) in OF_PERSONS.items())


def options(entry: Any = None) -> Options:
    """Both: what is asked is checked by whom the appraisal is of."""
    return (*department_options(), *person_options())


def known_for(of: str) -> set[str]:
    """Which of them fit a department, or a person."""
    return set(OF_PERSONS) if of == "person" else {code for code, _words in department_options()}


def defined(code: str, period: Period, target: int | None) -> Indicator | None:
    """The measure with the target that was set, else its own."""
    if code in OF_PERSONS:
        words, own = OF_PERSONS[code]
        row = {
            "code": code,
            "kind": "share",
            "name": {"zh-Hans": str(words), "en": str(words)},
            "direction": "at_least",
            "of": "",
            "among": "",
        }
        return Indicator(row | {"target": str(own if target is None else target), "by": "", "period": period.kind}, 0)
    one = values.definition_of(code, period)
    return Indicator({**one.row, "target": str(target)}, one.version) if one is not None and target is not None else one


def counted(of: str, who: uuid.UUID, ones: list[Indicator], period: Period) -> dict[str, Counted]:
    """The figures of a period. A few queries, however much was done in it."""
    if of == "person":
        return {one.code: _of_person(one.code, who, period) for one in ones}
    plain = [one for one in (values.definition_of(one.code, period) for one in ones) if one]
    return {
        code: told
        for code, (told, _version) in report_figures.counted_in(plain, period, ("department_id", who)).items()
    }


def _of_person(code: str, who: uuid.UUID, period: Period) -> Counted:
    since, until = counting.instants(period)
    if code == LIMITS:
        return _limits(who, since, until)
    if code == RATINGS:
        rows = Rating.objects.filter(owner_id=who, rated_at__gte=since, rated_at__lt=until)
        told = rows.aggregate(whole=Count("pk"), part=Count("pk", filter=Q(score__gte=4)))
    else:
        checks = Result.objects.filter(handler_id=who, on__gte=period.first, on__lt=period.end, passed__isnull=False)
        told = checks.aggregate(whole=Count("pk"), part=Count("pk", filter=Q(passed=True)))
    return Counted(told["part"], told["whole"])


def _limits(who: uuid.UUID, since: datetime, until: datetime) -> Counted:
    """Limits of complaints that were this person's when they ended in the period, or passed unmet in it: kept are those that ended in time."""
    rows = Promise.objects.filter(
        owner_id=who, stream__kind="complaint", ended_at__gte=since, ended_at__lt=until, ending=Promise.Ending.MET
    )
    told = rows.aggregate(whole=Count("pk"), part=Count("pk", filter=Q(breached_at=None)))
    open_late = Promise.objects.filter(
        owner_id=who, stream__kind="complaint", ended_at=None, breached_at__gte=since, breached_at__lt=until
    ).count()
    return Counted(told["part"], told["whole"] + open_late)
