"""What the product already does proves its duty by itself: the record that is looked for, by the proof that a duty names (MS-34).

A record proves the stretch of time that it speaks of, once somebody else has approved it or it has ended. Nothing is entered twice.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from tingsu.evaluation.duties import Duty
from tingsu.evaluation.spans import Span
from tingsu.governance import committee_reviews, department_reports, report_kinds
from tingsu.governance.report_files import REGISTER as REPORT
from tingsu.improvement import experience
from tingsu.kernel.clock import local_date
from tingsu.kernel.organisations import current_organisation
from tingsu.leadership import activities, feedback
from tingsu.people import queries as people
from tingsu.protection import assessments
from tingsu.quality import rounds
from tingsu.quality.plans import REVIEW
from tingsu.registers.models import Entry
from tingsu.satisfaction.closing import SURVEY
from tingsu.satisfaction.rules import INDEX, PROCESS, questionnaires

APPROVED = ("approved", "cleared", "released", "received", "published", "withdrawn")
"""States of a report after its approval."""
HANDED_IN = ("handed_in", "noted")
ENDED = ("closed", "proposed", "released")


@dataclass(frozen=True)
class Proof:
    """The record that proves an occurrence, and the day on which it did."""

    number: str
    on: date


Finder = Callable[[Span, str | None], Proof | None]
FINDERS: dict[str, Finder] = {}


def finder(name: str) -> Callable[[Finder], Finder]:
    """Declare what finds the record of one proof."""

    def declared(function: Finder) -> Finder:
        FINDERS[name] = function
        return function

    return declared


def proof_of(duty: Duty, span: Span, leader: str | None = None) -> Proof | None:
    """The record that proves a duty in a stretch of time; None while there is none. A query or two."""
    found = FINDERS.get(duty.proof)
    return found(span, leader) if found else None


def arises(duty: Duty, span: Span) -> bool:
    """Is there anything to be done in this stretch? Departments report only while a rectification of theirs runs."""
    if duty.proof != "departments":
        return True
    return any(department_reports.run_in(unit.pk, span.first).exists() for unit in people.units())


def _first(rows: Iterable[Entry]) -> Proof | None:
    return next((_as_proof(row) for row in rows), None)


def _as_proof(row: Entry) -> Proof:
    at = row.entered_at or row.opened_at
    return Proof(row.number, local_date(at, current_organisation().time_zone))


def _reports(span: Span, kind: str, states: Iterable[str]) -> list[Entry]:
    """Reports of a kind whose period begins in a stretch."""
    rows = Entry.objects.filter(register=REPORT, speaks_of__gte=span.first, speaks_of__lt=span.end, state__in=states)
    return [row for row in rows.order_by("opened_at") if report_kinds.kind_of(row.codes) == kind]


def _on(span: Span, name: str) -> Q:
    """A day among the codes that lies in the stretch."""
    return Q(**{f"codes__{name}__gte": span.first.isoformat(), f"codes__{name}__lte": span.last.isoformat()})


@finder("monthly")
def _monthly(span: Span, leader: str | None) -> Proof | None:
    return _first(_reports(span, report_kinds.MONTHLY, APPROVED))


@finder("informatisation")
def _informatisation(span: Span, leader: str | None) -> Proof | None:
    return _first(_reports(span, report_kinds.EFFECT, APPROVED))


@finder("publication")
def _publication(span: Span, leader: str | None) -> Proof | None:
    return _first(_reports(span, report_kinds.PUBLIC, ("published",)))


@finder("departments")
def _departments(span: Span, leader: str | None) -> Proof | None:
    """All of them: one department that has not reported leaves the duty open."""
    rows = _reports(span, report_kinds.RECTIFICATIONS, (department_reports.OWED, "draft", *HANDED_IN))
    return _as_proof(rows[-1]) if rows and all(row.state in HANDED_IN for row in rows) else None


@finder("review")
def _review(span: Span, leader: str | None) -> Proof | None:
    """The meeting about this quarter: the record that the system opened for it, or one that names it."""
    rows = Entry.objects.filter(register=committee_reviews.NAME, state__in=("held", "confirmed")).select_related(
        "stream"
    )
    near = rows.filter(codes__held_on__gte=span.first.isoformat()).order_by("opened_at")
    own = committee_reviews.record_id(span.written)
    return _first(row for row in near if row.pk == own or (row.written_or_none() or {}).get("quarter") == span.written)


@finder("analysis")
def _analysis(span: Span, leader: str | None) -> Proof | None:
    """An analysis that a person has read in these days, or a warning whose cause or end was recorded in them."""
    ran = Entry.objects.filter(Q(register="analysis") & _on(span, "ran_on")).select_related("stream")
    for row in ran.order_by("opened_at"):
        if (row.written_or_none() or {}).get("finding"):
            return Proof(row.number, date.fromisoformat(row.codes["ran_on"]))
    zone = current_organisation().time_zone
    warnings = Entry.objects.filter(register="warning", entered_at__isnull=False).exclude(state="raised")
    return _first(
        row
        for row in warnings.order_by("-opened_at")[:50]
        if row.entered_at and span.first <= local_date(row.entered_at, zone) < span.end
    )


@finder("service_review")
def _service_review(span: Span, leader: str | None) -> Proof | None:
    rows = Entry.objects.filter(Q(register=rounds.NAME, state=rounds.CLOSED, codes__kind=REVIEW) & _on(span, "until"))
    return _first(rows.order_by("opened_at"))


def _survey(span: Span, about: str) -> Proof | None:
    of_kind = {one.code for one in questionnaires().values() if one.row["about"] == about}
    rows = Entry.objects.filter(Q(register=SURVEY, state__in=ENDED, codes__answers__gt=0) & _on(span, "until"))
    return _first(row for row in rows.order_by("opened_at") if row.codes.get("questionnaire") in of_kind)


@finder("survey")
def _satisfaction(span: Span, leader: str | None) -> Proof | None:
    return _survey(span, PROCESS)


@finder("index")
def _index(span: Span, leader: str | None) -> Proof | None:
    return _survey(span, INDEX)


@finder("exchange")
def _exchange(span: Span, leader: str | None) -> Proof | None:
    rows = Entry.objects.filter(register="evidence", state="valid", codes__subject="exchange")
    return _first(rows.filter(speaks_of__gte=span.first, speaks_of__lt=span.end).order_by("speaks_of"))


def _closed(span: Span, register: str, **more: str) -> Proof | None:
    """A record of ours that was closed in the stretch, by the day that it keeps."""
    rows = Entry.objects.filter(Q(register=register, **more) & _on(span, "closed_on"))
    row = rows.order_by("opened_at").first()
    return Proof(row.number, date.fromisoformat(row.codes["closed_on"])) if row else None


@finder("audit")
def _audit(span: Span, leader: str | None) -> Proof | None:
    return _closed(span, "audit")


@finder("management_review")
def _management_review(span: Span, leader: str | None) -> Proof | None:
    return _closed(span, "management_review", codes__kind="planned")


@finder("compliance")
def _compliance(span: Span, leader: str | None) -> Proof | None:
    rows = Entry.objects.filter(register="compliance_evaluation", state="closed", codes__year=str(span.first.year))
    return _first(rows.order_by("opened_at"))


@finder("leaders_days")
def _leaders_days(span: Span, leader: str | None) -> Proof | None:
    rows = Entry.objects.filter(register=experience.NAME, codes__kind=experience.DAY, codes__leader=leader).exclude(
        state="dropped"
    )
    row = rows.filter(speaks_of__gte=span.first, speaks_of__lt=span.end).order_by("speaks_of").first()
    return Proof(row.number, row.speaks_of) if row and row.speaks_of else None


@finder("practice")
def _practice(span: Span, leader: str | None) -> Proof | None:
    rows = Entry.objects.filter(
        Q(register=activities.NAME, state=activities.HELD, codes__kind=activities.SHARING) & _on(span, "held_on")
    )
    return _first(rows.order_by("opened_at"))


@finder("values")
def _values(span: Span, leader: str | None) -> Proof | None:
    zone = current_organisation().time_zone
    rows = Entry.objects.filter(register=feedback.NAME, state=feedback.EVALUATED).order_by("-opened_at")[:12]
    return _first(row for row in rows if row.entered_at and span.first <= local_date(row.entered_at, zone) < span.end)


@finder("data_risk")
def _data_risk(span: Span, leader: str | None) -> Proof | None:
    """An assessment that somebody else approved; the day on which it was made says which year it is of (PS-08)."""
    rows = Entry.objects.filter(register=assessments.NAME, speaks_of__gte=span.first, speaks_of__lt=span.end)
    row = rows.exclude(state=assessments.DRAFT).order_by("speaks_of", "pk").first()
    return Proof(row.number, row.speaks_of) if row and row.speaks_of else None
