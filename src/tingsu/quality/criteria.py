"""Continuous monitoring against criteria: conformity of the process, people and load, data, and the effect on objectives (QC-07, QC-09)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext_lazy as _

from tingsu.clocks.models import Promise
from tingsu.complaints.models import Complaint
from tingsu.complaints.terms import OPEN_STATES
from tingsu.figures.models import Fact, LimitWatch
from tingsu.improvement import record_checks
from tingsu.kernel.clock import day_around, now
from tingsu.kernel.organisations import current_organisation
from tingsu.people import queries as people
from tingsu.people.roles import Role
from tingsu.quality.models import Result, Violation
from tingsu.quality.plans import REVIEW, SAMPLE, Label

NEEDED = (Role.SUPERVISOR, Role.SPECIALIST, Role.FRONTLINE, Role.QA, Role.ANALYST)
"""Roles that complaint handling cannot do without."""
COMMUNITY = "community_answer"
"""The promise of an answer to a question of the user community; its register stands beside this room (SK-06)."""
Part = tuple[int, int]
"""(of these, so many)."""


@dataclass(frozen=True)
class Criterion:
    """One criterion: what is measured, and from or up to where it is met. `share`: in per cent of the second number."""

    code: str
    label: Label
    bound: int
    most: bool
    measure: Callable[[date, date], Part]
    share: bool = True

    def met(self, part: Part) -> bool | None:
        """Is it met? None where there was nothing to measure."""
        if part[1] == 0:
            return None
        value = 100 * part[0] / part[1] if self.share else part[0] / part[1]
        return value <= self.bound if self.most else value >= self.bound

    def told(self, part: Part) -> str:
        """What was measured."""
        if part[1] == 0:
            return ""
        return f"{100 * part[0] / part[1]:.1f} %" if self.share else f"{part[0] / part[1]:.1f}"

    @property
    def target(self) -> str:
        """From or up to where it is met."""
        return f"{'≤' if self.most else '≥'} {self.bound}{' %' if self.share else ''}"


def _instants(since: date, until: date) -> tuple[datetime, datetime]:
    """From the beginning of the first to the end of the last day of the organisation."""
    zone = current_organisation().time_zone
    return day_around(since, zone)[0], day_around(until, zone)[1]


def _conforming(since: date, until: date) -> Part:
    start, end = _instants(since, until)
    received = Complaint.objects.filter(received_at__gte=start, received_at__lt=end)
    wrong = Violation.objects.filter(complaint_id__in=received.values("id"), ended_on=None)
    whole, bad = received.count(), wrong.aggregate(cases=Count("complaint_id", distinct=True))["cases"]
    return whole - bad, whole


def _limits(since: date, until: date) -> Part:
    rows = Fact.objects.filter(closed_on__gte=since, closed_on__lte=until)
    found = rows.aggregate(kept=Sum("limits_kept", default=0), missed=Sum("limits_missed", default=0))
    return found["kept"], found["kept"] + found["missed"]


def _passed(since: date, until: date) -> Part:
    rows = Result.objects.filter(kind__in=(SAMPLE, REVIEW), on__gte=since, on__lte=until)
    found = rows.aggregate(good=Count("pk", filter=Q(passed=True)), whole=Count("pk"))
    return found["good"], found["whole"]


def _load(since: date, until: date) -> Part:
    handlers = [one for one in people.active_members(roles=(Role.FRONTLINE, Role.SPECIALIST)) if one.on_duty]
    return Complaint.objects.filter(state__in=OPEN_STATES).count(), len(handlers)


def _filled(since: date, until: date) -> Part:
    return sum(bool(people.active_members(roles=(role,))) for role in NEEDED), len(NEEDED)


def _records(since: date, until: date) -> Part:
    found = record_checks.look(*_instants(since, until))
    return found.flawed, found.recorded


def _objectives(since: date, until: date) -> Part:
    rows = LimitWatch.objects.filter(period="month", starts_on__gte=since.replace(day=1), starts_on__lte=until)
    found = list(rows.values_list("crossed", flat=True))
    return sum(not one for one in found), len(found)


def _community(since: date, until: date) -> Part:
    """Questions of the user community whose time ended in these days; one that nobody had to answer counts for nothing."""
    start, end = _instants(since, until)
    rows = Promise.objects.filter(kind=COMMUNITY, due_at__gte=start, due_at__lt=min(end, now())).exclude(
        ending=Promise.Ending.CANCELLED
    )
    found = rows.aggregate(kept=Count("pk", filter=Q(breached_at=None, ending=Promise.Ending.MET)), whole=Count("pk"))
    return found["kept"], found["whole"]


CRITERIA = (
    Criterion("conforming", _("Process: complaints without a violation"), 90, False, _conforming),
    Criterion("limits", _("Process: time limits kept"), 95, False, _limits),
    Criterion("passed", _("Process: quality checks passed"), 90, False, _passed),
    Criterion("community", _("Process: questions of the user community answered in time"), 95, False, _community),
    Criterion("load", _("Resources: open cases for each handler on duty"), 30, True, _load, share=False),
    Criterion("filled", _("People: roles that cannot be done without are filled"), 100, False, _filled),
    Criterion("records", _("Data: records with something missing or wrong"), 5, True, _records),
    Criterion("objectives", _("Effect: watched indicators within their limits"), 100, False, _objectives),
)


def measured(since: date, until: date) -> list[dict[str, Any]]:
    """Every criterion held against the days from the first to the last: what was wanted, what was found, whether it is met."""
    found = []
    for one in CRITERIA:
        part = one.measure(since, until)
        met = one.met(part)
        found.append(
            {
                "criterion": one.code,
                "target": one.target,
                "value": one.told(part),
                "conforms": "unknown" if met is None else "yes" if met else "no",
            }
        )
    return found
