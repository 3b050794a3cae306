"""The input pack of a management review: CTS 9.3 a to f from live data, kept as it was at that moment (MS-26, MS-36).

A figure is kept as a code with numbers and the record that it speaks of, never as words: each reader reads it in the own language,
and opens what is behind it as far as the own rights go. Twenty-odd queries, whatever the period holds.
"""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Q
from django.db.models.functions import TruncMonth
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from tingsu.aftercare.models import Callback
from tingsu.complaints.models import Complaint
from tingsu.evaluation.complying import CLOSED as APPROVED
from tingsu.evaluation.complying import counts_of
from tingsu.figures import values
from tingsu.figures.periods import MONTH, period_of
from tingsu.governance import report_kinds
from tingsu.governance.report_files import REGISTER as REPORT
from tingsu.kernel.clock import day_around
from tingsu.kernel.organisations import current_organisation
from tingsu.people import queries as people
from tingsu.planning import queries as planning
from tingsu.registers.models import Entry
from tingsu.satisfaction.closing import SURVEY

REVIEW = "management_review"
ACTIONS, CONTEXT, COMPLAINTS, FEEDBACK, SUPPLIERS, AUDITS = "a", "b", "c1", "c2", "c3", "c4"
OBJECTIVES, NONCONFORMITIES, COMPLIANCE, RESOURCES, RISKS, IMPROVEMENT = "c5", "c6", "c7", "d", "e", "f"
INPUTS: dict[str, str | Promise] = {
    ACTIONS: pgettext_lazy("review input", "Status of the actions of earlier reviews"),
    CONTEXT: pgettext_lazy("review input", "Changes of outside and inside factors, of purpose and direction"),
    COMPLAINTS: pgettext_lazy("review input", "Number, types and trend of complaints"),
    FEEDBACK: pgettext_lazy("review input", "Feedback of customers, with the results of callbacks"),
    SUPPLIERS: pgettext_lazy("review input", "Performance of suppliers"),
    AUDITS: pgettext_lazy("review input", "Results of audits"),
    OBJECTIVES: pgettext_lazy("review input", "Achievement of objectives"),
    NONCONFORMITIES: pgettext_lazy("review input", "Nonconformities and corrective actions"),
    COMPLIANCE: pgettext_lazy("review input", "Results of the evaluation of compliance"),
    RESOURCES: pgettext_lazy("review input", "Adequacy of resources"),
    RISKS: pgettext_lazy("review input", "Effectiveness of the actions on risks and opportunities"),
    IMPROVEMENT: pgettext_lazy("review input", "Opportunities for improvement"),
}
BY_NEED = (ACTIONS, COMPLAINTS, FEEDBACK, NONCONFORMITIES)
"""What a review by need looks at in any case (MS-28)."""
RATINGS = ("K-12", "KP-07")
MOST = 40
"""So many lines of one input are kept: the newest, or the gravest."""
Row = dict[str, Any]


@dataclass
class Span:
    """The days that a review looks back on, both included, with as many before them."""

    since: date
    until: date
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo(current_organisation().time_zone))

    @property
    def before(self) -> date:
        return self.since - (self.until - self.since) - timedelta(days=1)

    def instants(self) -> tuple[datetime, datetime, datetime]:
        """The first instant of the days before, the first of these, and the one after the last."""
        zone = current_organisation().time_zone
        return day_around(self.before, zone)[0], day_around(self.since, zone)[0], day_around(self.until, zone)[1]


def row(given: str, code: str, n: int | None = None, **more: Any) -> Row:
    """One figure of the pack; `of` what it is a part of, `then` what it was before, `about` the record, `x` a code, `said` a value."""
    found = {"input": given, "code": code, "n": n, **more}
    return {name: str(one) if isinstance(one, uuid.UUID) else one for name, one in found.items() if one is not None}


def assembled(since: date, until: date, own: uuid.UUID) -> list[Row]:
    """Every figure of the period, in the order of the inputs; an input without one is missing."""
    span = Span(since, until)
    return [
        *_actions(own), *_context(span), *_complaints(span), *_feedback(span), *_suppliers(span), *_audits(span), *_objectives(span),
        *_nonconformities(span), *_compliance(span), *_resources(), *_risks(span), *_improvement(span),
    ]  # fmt: skip


def missing(kind: str, rows: Sequence[Row], remarked: Sequence[str]) -> list[str]:
    """Inputs that neither the data nor a person has given."""
    given = {one["input"] for one in rows} | set(remarked)
    return [one for one in (INPUTS if kind == "planned" else BY_NEED) if one not in given]


def _actions(own: uuid.UUID) -> Iterator[Row]:
    earlier = list(
        Entry.objects.filter(register=REVIEW, codes__has_key="closed_on").exclude(pk=own).order_by("-opened_at", "-pk")[:5]
    )  # fmt: skip
    yield row(ACTIONS, "reviews", len(earlier))
    for one in earlier:
        done = set(one.codes.get("decisions_done") or ())
        for place, line in enumerate(one.codes.get("decisions") or ()):
            state = "done" if str(place) in done else "late" if line["until"] < values.today().isoformat() else "open"
            if one is earlier[0] or state != "done":
                yield row(ACTIONS, "decision", about=one.pk, place=place, x=state)


def _context(span: Span) -> Iterator[Row]:
    factors = Entry.objects.filter(register="context_factor").count()
    found = planning.context_changes(span.since, span.until)
    if factors:
        yield row(CONTEXT, "factors", factors)
        yield row(CONTEXT, "changes", len(found))
        touched = [one for one in found if {"purpose", "direction"} & set(one.touched)]
        yield row(CONTEXT, "purpose", len(touched))
        for one in found[-MOST:]:
            yield row(CONTEXT, "change", about=one.entry.pk, x=one.what, on=one.on.isoformat())


def _complaints(span: Span) -> Iterator[Row]:
    before, since, until = span.instants()
    now = Q(received_at__gte=since)
    rows = Complaint.objects.filter(received_at__gte=before, received_at__lt=until).order_by()
    types = (
        rows.values("problem_type")
        .annotate(here=Count("pk", filter=now), then=Count("pk", filter=~now))
        .order_by("-here", "problem_type")
    )
    counted = list(types)
    yield row(COMPLAINTS, "received", sum(one["here"] for one in counted), then=sum(one["then"] for one in counted))
    for one in counted:
        yield row(COMPLAINTS, "type", one["here"], then=one["then"], x=one["problem_type"])
    months = (
        rows.filter(now)
        .annotate(month=TruncMonth("received_at", tzinfo=span.zone))
        .values_list("month")
        .annotate(n=Count("pk"))
    )
    for month, n in months.order_by("month"):
        yield row(COMPLAINTS, "month", n, x=f"{month:%Y-%m}")


def _feedback(span: Span) -> Iterator[Row]:
    last, first = period_of(span.until, MONTH), period_of(span.since, MONTH)
    number = (last.first.year - first.first.year) * 12 + last.first.month - first.first.month + 1
    for code, periods in values.kept(RATINGS, last, max(number, 1)).items():
        part = sum(one.counted.part or 0 for one in periods.values())
        whole = sum(one.counted.whole or 0 for one in periods.values())
        if whole:
            yield row(FEEDBACK, "rating", part, of=whole, x=code)
    _before, since, until = span.instants()
    called = Callback.objects.filter(called_at__gte=since, called_at__lt=until).aggregate(
        all=Count("pk"), reached=Count("pk", filter=Q(reached=True)), low=Count("pk", filter=Q(score__lte=2))
    )
    if called["all"]:
        yield row(FEEDBACK, "callbacks", called["reached"], of=called["all"])
        yield row(FEEDBACK, "low", called["low"], of=called["reached"])
    surveys = Entry.objects.filter(register=SURVEY, state__in=("closed", "proposed", "released"), codes__answers__gt=0)
    for one in surveys.filter(
        codes__until__gte=span.since.isoformat(), codes__until__lte=span.until.isoformat()
    ).order_by("-opened_at")[:MOST]:
        yield row(FEEDBACK, "survey", one.codes["answers"], about=one.pk)


def _suppliers(span: Span) -> Iterator[Row]:
    supplied = people.supplied_units()
    if not supplied:
        yield row(SUPPLIERS, "none", 0)
    reports = Entry.objects.filter(register=REPORT, speaks_of__gte=span.since, speaks_of__lte=span.until).exclude(
        state="superseded"
    )
    scored = [
        one for one in reports.order_by("-speaks_of", "-pk") if report_kinds.kind_of(one.codes) == report_kinds.SUPPLIER
    ]
    for one in scored[:MOST]:
        yield row(SUPPLIERS, "scorecard", about=one.pk, on=str(one.speaks_of))


def _audits(span: Span) -> Iterator[Row]:
    rows = Entry.objects.filter(
        register="audit", codes__closed_on__gte=span.since.isoformat(), codes__closed_on__lte=span.until.isoformat()
    )
    for one in rows.order_by("-opened_at")[:MOST]:
        grades = [line["grade"] for line in one.codes.get("findings") or ()]
        yield row(
            AUDITS,
            "audit",
            about=one.pk,
            x=one.codes.get("conforms"),
            major=grades.count("major"),
            minor=grades.count("minor"),
        )


def _objectives(span: Span) -> Iterator[Row]:
    for one in planning.objectives_standing(span.until)[:MOST]:
        yield row(
            OBJECTIVES,
            "objective",
            about=one.entry.pk,
            x=one.code or "none",
            said=f"{one.value or '–'} / {one.target or '–'}",
        )


def _nonconformities(span: Span) -> Iterator[Row]:
    before, since, until = span.instants()
    here, then = Q(opened_at__gte=since, opened_at__lt=until), Q(opened_at__gte=before, opened_at__lt=since)
    ended = Q(state="closed", entered_at__gte=since, entered_at__lt=until)
    alive = ~Q(state__in=("closed", "dropped"))
    late = alive & Q(next_due_at__lt=day_around(values.today(), current_organisation().time_zone)[0])
    found = Entry.objects.filter(register="nonconformity").aggregate(
        here=Count("pk", filter=here), then=Count("pk", filter=then), ended=Count("pk", filter=ended), alive=Count("pk", filter=alive),
        late=Count("pk", filter=late),
    )  # fmt: skip
    yield row(NONCONFORMITIES, "opened", found["here"], then=found["then"])
    yield row(NONCONFORMITIES, "closed", found["ended"])
    yield row(NONCONFORMITIES, "open", found["alive"])
    yield row(NONCONFORMITIES, "late", found["late"], of=found["alive"])


def _compliance(span: Span) -> Iterator[Row]:
    rows = Entry.objects.filter(register="compliance_evaluation", state=APPROVED)
    rows = rows.filter(codes__closed_on__gte=span.since.isoformat(), codes__closed_on__lte=span.until.isoformat())
    for one in rows.order_by("-opened_at")[:MOST]:
        counts = counts_of(one.codes)
        yield row(COMPLIANCE, "evaluation", counts["kept"], of=sum(counts.values()), about=one.pk)


def _resources() -> Iterator[Row]:
    found = planning.resources()
    if found:
        gaps = [one for one in found if one.gap and one.gap != "none"]
        yield row(RESOURCES, "resources", len(found))
        yield row(RESOURCES, "unassessed", sum(not one.gap for one in found), of=len(found))
        for one in gaps[:MOST]:
            yield row(RESOURCES, "gap", about=one.entry.pk, x=one.gap)


def _risks(span: Span) -> Iterator[Row]:
    found, standing = planning.risk_actions(span.since, span.until), planning.open_risks()
    if not found and not standing:
        return
    yield row(RISKS, "risks", len(standing))
    yield row(RISKS, "done", sum(one.done for one in found), of=len(found))
    today = values.today()
    yield row(RISKS, "late", sum(not one.done and one.until < today for one in found), of=len(found))
    judged = {one.entry.pk: one.effective for one in found if one.effective is not None}
    yield row(RISKS, "effective", sum(judged.values()), of=len(judged))


def _improvement(span: Span) -> Iterator[Row]:
    _before, since, until = span.instants()
    here = Q(opened_at__gte=since, opened_at__lt=until)
    names = ("rectification", "quality_round", "experience", "analysis")
    rows = Entry.objects.filter(here, register__in=names).order_by().values_list("register").annotate(n=Count("pk"))
    for register, n in sorted(rows):
        yield row(IMPROVEMENT, "entries", n, x=register)
    audits = Entry.objects.filter(
        register="audit", codes__closed_on__gte=span.since.isoformat(), codes__closed_on__lte=span.until.isoformat()
    )
    for one in audits.order_by("-opened_at")[:MOST]:
        suggested = sum(line["grade"] == "improvement" for line in one.codes.get("findings") or ())
        if suggested:
            yield row(IMPROVEMENT, "suggested", suggested, about=one.pk)
