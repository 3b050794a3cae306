"""What each process of complaint management leaves: documents in force, and records by quarter (MS-08, CTS 4.4.2, CTS 8.1 c)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Count, IntegerField, Q, Value, When
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from tingsu.conformity import view
from tingsu.conformity.view import Shown
from tingsu.figures.models import Fact
from tingsu.figures.periods import QUARTER, Period, period_of

QUARTERS = 4


@dataclass(frozen=True, kw_only=True)
class Process:
    """One of the nine key processes (MS-07): by which facts it is counted, and the clauses whose documents and rules govern it."""

    code: str
    label: str | Promise
    clauses: tuple[str, ...]
    counted: Q
    what: str | Promise
    """What one record of it is."""


PROCESSES = (
    Process(
        code="channels",
        label=pgettext_lazy("process", "Complaint channels"),
        clauses=("SZ 6(1)", "ISC 7.1.1.1", "SVC 3.1.1"),
        counted=Q(),
        what=pgettext_lazy("process", "complaints and reports received"),
    ),
    Process(
        code="acceptance",
        label=pgettext_lazy("process", "Acceptance"),
        clauses=("CTS 8.2", "SZ 6(2)", "ISC 7.2"),
        counted=Q(kind="complaint"),
        what=pgettext_lazy("process", "complaints registered"),
    ),
    Process(
        code="tracking",
        label=pgettext_lazy("process", "Tracking"),
        clauses=("SZ 6(3)", "ISC 9.1.2"),
        counted=Q(kept_feedback__gt=0) | Q(missed_feedback__gt=0),
        what=pgettext_lazy("process", "complaints with feedback in between"),
    ),
    Process(
        code="acknowledgement",
        label=pgettext_lazy("process", "Acknowledgement"),
        clauses=("CTS 8.2", "SZ 6(4)"),
        counted=Q(acknowledged_after__isnull=False),
        what=pgettext_lazy("process", "complaints acknowledged"),
    ),
    Process(
        code="assessment",
        label=pgettext_lazy("process", "Initial assessment"),
        clauses=("CTS 8.3", "SZ 6(5)"),
        counted=Q(severity__isnull=False),
        what=pgettext_lazy("process", "complaints assessed"),
    ),
    Process(
        code="investigation",
        label=pgettext_lazy("process", "Investigation"),
        clauses=("CTS 8.3", "SZ 6(6)", "ISC 9.2.3"),
        counted=Q(investigated_after__isnull=False),
        what=pgettext_lazy("process", "investigations concluded"),
    ),
    Process(
        code="response",
        label=pgettext_lazy("process", "Response"),
        clauses=("CTS 8.5", "SZ 6(7)", "ISC 9.3.1"),
        counted=Q(replied_after__isnull=False),
        what=pgettext_lazy("process", "complaints replied to"),
    ),
    Process(
        code="solution",
        label=pgettext_lazy("process", "Communication of the solution"),
        clauses=("CTS 8.5", "SZ 6(8)"),
        counted=Q(answered_after__isnull=False),
        what=pgettext_lazy("process", "answers with a solution"),
    ),
    Process(
        code="ending",
        label=pgettext_lazy("process", "Ending"),
        clauses=("CTS 8.6", "SZ 6(9)", "ISC 9.4.2"),
        counted=Q(closed_after__isnull=False),
        what=pgettext_lazy("process", "complaints closed"),
    ),
)


def shown(day: date) -> dict[str, Any]:
    """Each process with what governs it and how many records it left in the last four quarters and the running one."""
    quarters = period_of(day, QUARTER).line(QUARTERS + 1)
    counts = counted(quarters)
    found = view.all_proofs(day)
    lines = []
    for one in PROCESSES:
        governs = {
            proof.url + str(proof.what): proof
            for clause in one.clauses
            for proof in found.get(clause, ())
            if proof.sort in {"rule", "document"}
        }
        lines.append(
            {
                "process": one, "counts": [(quarter.written, counts[place][one.code]) for place, quarter in enumerate(quarters)],
                "governs": [Shown(proof) for proof in governs.values()],
                "silent": not any(counts[place][one.code] for place in range(len(quarters))),
            }
        )  # fmt: skip
    return {"lines": lines, "quarters": [one.written for one in quarters], "cases": reverse("figures:indicators")}


def counted(quarters: list[Period]) -> list[dict[str, int]]:
    """How many complaints received in each quarter left a record of each process. One query."""
    begins = [When(received_on__lt=period.end, then=Value(place)) for place, period in enumerate(quarters)]
    rows = (
        Fact.objects.filter(received_on__gte=quarters[0].first, received_on__lt=quarters[-1].end)
        .annotate(quarter=Case(*begins, output_field=IntegerField()))
        .order_by()
        .values("quarter")
        .annotate(**{one.code: Count("pk", filter=one.counted) if one.counted else Count("pk") for one in PROCESSES})
    )
    found: dict[int, dict[str, int]] = {row["quarter"]: row for row in rows}
    return [{one.code: found.get(place, {}).get(one.code, 0) for one in PROCESSES} for place in range(len(quarters))]
