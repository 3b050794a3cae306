"""What a report counts, once, when it is drafted or counted again: it stands in the report from then on, whatever becomes of the data (MO-04, MO-06).

Indicators keep the version of the definition they were counted by. A quarter of the committee is put together from its three monthly
reports, not counted anew (MO-05): what was approved then is what the committee reads.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from tingsu.complaints.models import Complaint
from tingsu.figures import counting, fairness, stages, values
from tingsu.figures.counting import Counted
from tingsu.figures.dimensions import DIMENSIONS
from tingsu.figures.indicators import KIND, OF_CASES, Indicator, indicators
from tingsu.figures.models import Fact
from tingsu.figures.periods import Period
from tingsu.governance import report_kinds
from tingsu.kernel import rulebooks
from tingsu.kernel.clock import now
from tingsu.people import queries as people
from tingsu.people.roles import Role
from tingsu.registers.declaration import registers
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.models import Entry

TOLD_APART = ("channel", "problem_type", "category", "grade", "province", "department_id")
MOST_VALUES = 12
REST = "*"
"""The value of a breakdown that stands for all those that have no line of their own."""
HANDLERS = (Role.FRONTLINE, Role.SPECIALIST, Role.SUPERVISOR, Role.COACH, Role.DEPT)
OF_EFFECT = (
    "K-10", "K-11", "K-12", "KP-03", "KP-04", "KP-06", "KP-08a", "KP-08b", "KP-08c", "KP-09b", "KP-09c", "KP-13a", "KP-13b", "KP-13c",
)  # fmt: skip
"""By which the effect of informatisation is judged: goals beside values (AI-09)."""
TOGETHER = frozenset({"share", "quotient", "count", "median", "mean", "sum"})
"""Kinds that are counted from facts alone."""
OF_THE_PUBLIC = ("KP-09a", "KP-09d", "KP-04", "KP-05", "KP-06", "KP-09b", "K-11", "K-12", "K-13")
"""What is published: number, repeats, time limits, satisfaction, settlement; nothing of people, money or departments (PT-04)."""
TOLD_PUBLICLY = ("problem_type", "category", "channel", "province")
ADDED = frozenset({"share", "quotient", "count", "per_thousand", "calls", "survey", "entered", "entered_mean", "sum"})
"""Kinds whose three months add up to a quarter; medians, means and what stands at an end do not."""
COMPLETE = ("noted", "approved", "released", "received")
"""States in which a monthly report counts for a quarter."""


def counted(opened: OpenedEntry, monthly_reports: str) -> None:
    """Count what this kind of report holds, and keep it; what it held before is replaced."""
    codes = opened.entry.codes
    kind, period = report_kinds.kind_of(codes), report_kinds.period_in(codes)
    for name in (one.name for one in report_kinds.COUNTED):
        opened.put(name, None)
    if kind == report_kinds.QUARTERLY:
        assembled(opened, monthly_reports, period)
        opened.put("matters", matters_of(period))
        return
    if kind == report_kinds.PUBLIC:
        lines = figures_of(OF_THE_PUBLIC, period, period, None)
        opened.put(
            "figures", [{name: value for name, value in row.items() if not name.endswith("_before")} for row in lines]
        )
        facts = received(period, None)
        apart = breakdown(facts, facts.none(), columns=TOLD_PUBLICLY)
        opened.put("breakdown", [{name: value for name, value in row.items() if name != "before"} for row in apart])
        return
    part = report_kinds.part_of(codes)
    back = {"month": 12, "quarter": 4, "year": 1}[period.kind] if kind == report_kinds.EFFECT else 1
    earlier = period.before(back)
    chosen = OF_EFFECT if kind == report_kinds.EFFECT else tuple(indicators())
    opened.put("figures", figures_of(chosen, period, earlier, part))
    facts, before = received(period, part), received(earlier, part)
    opened.put("breakdown", breakdown(facts, before, skip=part[0] if part else ""))
    opened.put("stages", stage_lines(facts, before))
    told = stages.times(facts)
    opened.put(
        "again",
        [{"returned": told.returned, "returns": told.returns, "reopened": told.reopened}] if told.cases else None,
    )
    opened.put("money", money_of(period, earlier, part))
    if part:
        scored(opened, period, part)
    else:
        opened.put("capacity", capacity(period))
        opened.put("matters", matters_of(period))


def received(period: Period, part: tuple[str, uuid.UUID] | None) -> QuerySet[Fact]:
    """Facts of the complaints received in a period, of all or of one department or supplier."""
    rows = Fact.objects.filter(received_on__gte=period.first, received_on__lt=period.end)
    return rows.filter(**{part[0]: part[1]}) if part else rows


def figures_of(
    codes: Iterable[str], period: Period, earlier: Period, part: tuple[str, uuid.UUID] | None
) -> list[dict[str, Any]]:
    """A line for each indicator: its figure, that of the earlier period, and by which version both were counted."""
    defined = {code: values.definition_of(code, period) for code in codes}
    ones = [one for one in defined.values() if one and (part is None or one.kind in OF_CASES | {"quotient"})]
    found, before = counted_in(ones, period, part), counted_in(ones, earlier, part)
    lines = []
    for one in ones:
        told, was = found.get(one.code), before.get(one.code, (Counted(None, None), 0))
        if told is not None:
            lines.append({"code": one.code, "version": told[1], **_numbers(told[0]), **_numbers(was[0], "_before")})
    return lines


def counted_in(
    ones: list[Indicator], period: Period, part: tuple[str, uuid.UUID | None] | None
) -> dict[str, tuple[Counted, int]]:
    """Figure and version of each indicator: as it stands for good, else counted now. Whether something stood is not seen afterwards."""
    kept = {} if part else values.kept([one.code for one in ones], period, 1)
    found: dict[str, tuple[Counted, int]] = {}
    by: dict[str, list[Indicator]] = defaultdict(list)
    for one in ones:
        row = kept.get(one.code, {}).get(period)
        if row and (row.settled or one.kind == "standing"):
            found[one.code] = row.counted, row.version
        elif one.kind == "standing" and period.end <= values.today():
            continue
        elif one.kind in TOGETHER:
            by[one.by].append(one)
        else:
            found[one.code] = counting.count(one, period), one.version
    for several in by.values():
        rows = counting.facts_of(several[0], period)
        told = counting.together(several, rows.filter(**{part[0]: part[1]}) if part else rows)
        found |= {one.code: (told[one.code], one.version) for one in several}
    return found


def _numbers(counted_: Counted, ending: str = "") -> dict[str, int | None]:
    return {
        f"part{ending}": counted_.part,
        f"whole{ending}": counted_.whole,
        f"amount{ending}": counted_.amount,
    }


def breakdown(
    facts: QuerySet[Fact], before: QuerySet[Fact], *, skip: str = "", columns: tuple[str, ...] = TOLD_APART
) -> list[dict[str, Any]]:
    """Complaints received, told apart by each dimension; the smallest values of a long one stand together. Two queries a dimension."""
    lines: list[dict[str, Any]] = []
    for column in columns:
        if column == skip:
            continue
        here, there = _by(facts, column), _by(before, column)
        order = sorted({*here, *there}, key=lambda one: (-here.get(one, 0), -there.get(one, 0), str(one)))
        cut = order if len(order) <= MOST_VALUES else order[: MOST_VALUES - 1]
        lines += [_line(column, "" if one is None else str(one), here.get(one, 0), there.get(one, 0)) for one in cut]
        if rest := order[len(cut) :]:
            lines.append(
                _line(column, REST, sum(here.get(one, 0) for one in rest), sum(there.get(one, 0) for one in rest))
            )
    return lines


def _by(facts: QuerySet[Fact], column: str) -> dict[Any, int]:
    rows = facts.order_by().values_list(column).annotate(cases=Count("pk"))
    return {value if value != "" else None: number for value, number in rows}


def _line(column: str, value: str, cases: int, before: int) -> dict[str, Any]:
    return {"by": column, "value": value, "cases": cases, "before": before}


def stage_lines(facts: QuerySet[Fact], before: QuerySet[Fact]) -> list[dict[str, Any]]:
    """Each stage with how long it took, the longest in all first (AI-12)."""
    earlier = {one.code: one.median for one in stages.times(before).stages}
    return [
        {
            "stage": one.code, "cases": one.cases, "median": one.median, "ninth": one.ninth, "share": round(one.share),
            "before": earlier.get(one.code),
        }
        for one in stages.times(facts).stages
    ]  # fmt: skip


def money_of(period: Period, earlier: Period, part: tuple[str, uuid.UUID] | None) -> list[dict[str, Any]]:
    """What complaints closed in the period cost, in fen: compensation, and handling (MO-06)."""
    found = []
    for name in ("paid_fen", "cost_fen"):
        sums = []
        for one in (period, earlier):
            rows = Fact.objects.filter(closed_on__gte=one.first, closed_on__lt=one.end)
            rows = rows.filter(**{part[0]: part[1]}) if part else rows
            sums.append(rows.aggregate(cases=Count("pk", filter=Q(**{f"{name}__gt": 0})), sum=Sum(name, default=0)))
        found.append({"what": name, "cases": sums[0]["cases"], "sum": sums[0]["sum"], "before": sums[1]["sum"]})
    return found


def capacity(period: Period) -> list[dict[str, Any]]:
    """Staff by function with the cases they hold now, and how many they closed in the period (OG-18). Three queries a function."""
    start, end = counting.instants(period)
    lines = []
    for role in HANDLERS:
        staff = [one.pk for one in people.active_members(roles=(role,))]
        if not staff:
            continue
        mine = Complaint.objects.filter(owner_id__in=staff)
        held = mine.filter(closed_at=None).aggregate(
            open=Count("pk"), late=Count("pk", filter=Q(next_due_at__lt=min(end, now())))
        )
        closed = mine.filter(closed_at__gte=start, closed_at__lt=end).count()
        lines.append({"role": role.value, "people": len(staff), **held, "closed": closed})
    return lines


def matters_of(period: Period) -> list[dict[str, Any]]:
    """Of other registers: how many records came and ended in the period, and how many are open."""
    start, end = counting.instants(period)
    lines = []
    for name in report_kinds.MATTERS:
        known = registers().get(name)
        if known is None:
            continue
        rows = Entry.objects.filter(register=name)
        ended = [one.code for one in known.states if not one.open]
        lines.append(
            {
                "register": name, "opened": rows.filter(opened_at__gte=start, opened_at__lt=end).count(),
                "closed": rows.filter(state__in=ended, entered_at__gte=start, entered_at__lt=end).count(),
                "open": rows.filter(state__in=known.open_states).count(),
            }
        )  # fmt: skip
    return lines


def monthly_of(register: str, month: Period) -> Entry | None:
    """The approved monthly report of a month, its last version."""
    rows = Entry.objects.filter(
        register=register, state__in=COMPLETE, speaks_of__gte=month.first, speaks_of__lt=month.end
    )
    fitting = [one for one in rows if report_kinds.kind_of(one.codes) == report_kinds.MONTHLY]
    return max(fitting, key=lambda one: (one.codes.get("edition", 1), one.opened_at), default=None)


def assembled(opened: OpenedEntry, register: str, period: Period) -> None:
    """The three months side by side as their reports told them, and their sums where they add up (MO-05)."""
    months = period_months(period)
    reports = [(month, monthly_of(register, month)) for month in months]
    opened.put(
        "sources", [{"month": month.written, "number": entry.number if entry else ""} for month, entry in reports]
    )
    lines: list[dict[str, Any]] = []
    sums: dict[str, list[dict[str, Any]]] = {}
    for month, entry in reports:
        for row in entry.codes.get("figures", []) if entry else []:
            lines.append(
                {
                    "month": month.written,
                    "code": row["code"],
                    **{name: row.get(name) for name in ("part", "whole", "amount")},
                }
            )
            sums.setdefault(row["code"], []).append(row)
    opened.put("by_month", lines)
    opened.put("figures", [_added(code, rows, len(months)) for code, rows in sums.items()])
    for name in ("breakdown", "money"):
        opened.put(name, _together(name, [entry for _month, entry in reports if entry]))


def period_months(period: Period) -> list[Period]:
    """The three months of a quarter."""
    first = Period(period.first)
    return [first, first.before(-1), first.before(-2)]


def _added(code: str, rows: list[dict[str, Any]], months: int) -> dict[str, Any]:
    """The line of a quarter: sums where every month is there and they add up."""
    version = max(row["version"] for row in rows)
    one = definition(code, version)
    found: dict[str, Any] = {"code": code, "version": version}
    if one is None or one.kind not in ADDED or len(rows) < months:
        return found
    for name in ("part", "whole", "amount"):
        told = [row.get(name) for row in rows]
        if all(number is not None for number in told):
            found[name] = sum(told)
    return found


def _together(name: str, reports: list[Entry]) -> list[dict[str, Any]]:
    keys, numbers = {"breakdown": (("by", "value"), ("cases",)), "money": (("what",), ("cases", "sum"))}[name]
    found: dict[Any, dict[str, Any]] = {}
    for entry in reports:
        for row in entry.codes.get(name, []):
            line = found.setdefault(
                tuple(row[key] for key in keys), {key: row[key] for key in keys} | dict.fromkeys(numbers, 0)
            )
            for number in numbers:
                line[number] += row[number]
    return list(found.values())[: report_kinds.MOST_LINES]


def definition(code: str, version: int) -> Indicator | None:
    """An indicator as a version of the rulebook defines it."""
    rules = next((one for one in rulebooks.versions(KIND) if one.version == version), None)
    return (
        next((Indicator(row, version) for row in rules.body["indicators"] if row["code"] == code), None)
        if rules
        else None
    )


def scored(opened: OpenedEntry, period: Period, part: tuple[str, uuid.UUID]) -> None:
    """Weight, target, figure and score of each indicator of a scorecard, and the score of all (OG-16)."""
    weights = weights_of(opened)
    defined = {code: values.definition_of(code, period) for code in weights}
    found = counted_in([one for one in defined.values() if one], period, part)
    lines: list[dict[str, Any]] = []
    for code, one in defined.items():
        if one is not None and code in found:
            told, version = found[code]
            lines.append(
                {
                    "code": code,
                    "version": version,
                    "weight": weights[code],
                    **_numbers(told),
                    "score": score_of(one, told),
                }
            )
    opened.put("scores", lines)
    opened.put("score", whole_score(lines))


def weights_of(opened: OpenedEntry) -> dict[str, int]:
    """The weights of this scorecard, else of the last of its kind, else the same for each indicator that can be scored."""
    codes = opened.entry.codes
    rows = codes.get("weights")
    if not rows:
        last = Entry.objects.filter(register=opened.register.name, codes__report=codes["report"]).exclude(
            pk=opened.entry.pk
        )
        rows = next((one.codes["weights"] for one in last.order_by("-opened_at")[:5] if one.codes.get("weights")), [])
    known = report_kinds.scorable_now()
    return {row["code"]: row["weight"] for row in rows if row["code"] in known} or dict.fromkeys(known, 1)


def score_of(one: Indicator, found: Counted) -> int | None:
    """How far a figure is on its way to the target, 0 to 100, never rounded up; None where there is none, or it is of too few."""
    value, target = found.value(one.kind), one.target
    if value is None or target is None or found.few(one.kind) or (found.whole or 0) < fairness.SMALL:
        return None
    if one.meets(value):
        return 100
    near, far = (value, float(target)) if one.direction in {"at_least", "above"} else (float(target), value)
    return max(0, min(99, int(100 * near / far))) if far > 0 else 0


def whole_score(lines: list[dict[str, Any]]) -> int | None:
    """The weighted mean of those that have a score; None where nothing has."""
    told = [row for row in lines if row["score"] is not None and row["weight"] > 0]
    weight = sum(row["weight"] for row in told)
    return sum(row["weight"] * row["score"] for row in told) // weight if weight else None


def told_by(column: str, value: str) -> Any:
    """A kept value of a dimension as facts have it."""
    return DIMENSIONS[column].read(value) if value else None
