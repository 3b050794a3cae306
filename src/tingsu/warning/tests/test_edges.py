"""Edges of early warning in tables: from how much history on, what small series count for, whose warning it is, once an episode (MO-02, MO-03)."""

import contextlib
import uuid
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tingsu.warning import tasks, trying, watching
from tingsu.warning.detection import Seen
from tingsu.warning.rules import EXACT, GROWTH, PROBLEM
from tingsu.warning.watching import HISTORY, Hit

pytestmark = pytest.mark.req("MO-02", "MO-03")
Row = SimpleNamespace
TODAY = date(2026, 3, 12)
A, B, C, D = (uuid.UUID(int=number) for number in range(1, 5))
ANY: Any = None


def rule(**more: Any) -> Any:
    usual = {
        "code": "r",
        "version": 2,
        "method": GROWTH,
        "weeks": 8,
        "watched": ("product", PROBLEM),
        "level": 2.0,
        "least": 5,
        "owner": "qa",
        "limit": 3,
    }
    return Row(**usual | more)


def daily(now: int, before: int, weeks: int = 8) -> dict[int, int]:
    """So many in the newest week, and in each of the weeks before it."""
    return {0: now} | {7 * week + 1: before for week in range(1, weeks + 1)}


def always(day: date) -> bool:
    return True


@pytest.mark.parametrize("method", [GROWTH, EXACT])
@pytest.mark.parametrize(("days", "told"), [(7 * HISTORY, True), (7 * HISTORY - 1, False)])
def test_with_less_than_a_month_of_history_only_the_same_problem_grows(method: str, days: int, told: bool) -> None:
    found = {("product", ("x",)): daily(30, 1), (PROBLEM, ("x", "16")): daily(30, 1), ("other", ("y",)): daily(30, 1)}
    hits = watching.hits(rule(method=method), found, TODAY, {days: 1, 0: 30}, always)  # type: ignore[arg-type]
    seen = [hit.series[0] for hit in hits]
    if method == EXACT:
        assert seen == (["product", PROBLEM] if told else []) or seen == ([PROBLEM, "product"] if told else [])
    else:
        assert sorted(seen) == (sorted(["product", PROBLEM]) if told else [PROBLEM])


def test_history_before_the_first_complaint_counts_for_nothing() -> None:
    """Five weeks of ten: twelve are more than ever. Where the house stood longer, three weeks of nothing are weeks like others."""
    found: Any = {("product", ("x",)): daily(12, 10, 5)}
    assert len(watching.hits(rule(), found, TODAY, daily(12, 10, 5), always)) == 1
    assert watching.hits(rule(), found, TODAY, daily(12, 10, 5) | {63: 1}, always) == []


def test_small_series_are_looked_at_and_told_of_nothing_and_the_least_likely_stands_first() -> None:
    series = {
        ("product", (name,)): daily(now, before)
        for name, now, before in (("few", 4, 0), ("much", 40, 2), ("z", 60, 3), ("usual", 10, 9))
    }
    hits = watching.hits(rule(method=EXACT, level=5.0), series, TODAY, daily(9, 9), always)  # type: ignore[arg-type]
    assert [hit.series[1] for hit in hits] == [("z",), ("much",)]
    grown = watching.hits(rule(), series, TODAY, daily(9, 9), always)  # type: ignore[arg-type]
    assert [hit.series[1] for hit in grown] == [("z",), ("much",), ("usual",)], (
        "the largest first where no chance is asked"
    )


def test_what_a_day_off_weighs() -> None:
    def works(day: date) -> bool:
        return day.weekday() < 5

    def arrived(work: int, rest: int) -> dict[int, int]:
        return {ago: work if works(TODAY - timedelta(days=ago)) else rest for ago in range(14)}

    for work, rest, share in ((10, 5, 0.5), (10, 0, 1.0), (0, 5, 1.0), (100, 1, 0.05), (1, 100, 5.0), (4, 8, 2.0)):
        assert watching.rest_share(arrived(work, rest), TODAY, 14, works) == pytest.approx(share), (work, rest)
    assert watching.week_weights(TODAY, 2, 0.5, works) == [6.0, 6.0]
    assert watching.week_weights(TODAY, 1, 0.0, lambda day: day == TODAY) == [1.0]


def test_whose_warning_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Any] = []
    monkeypatch.setattr(watching, "current_organisation_id", lambda: D)
    monkeypatch.setattr(watching, "current_organisation", lambda: Row(language="en", time_zone="Asia/Shanghai"))
    monkeypatch.setattr(watching, "calendar_in_force", lambda: None)
    monkeypatch.setattr(
        watching, "add_working_days", lambda at, days, calendar: datetime(2026, 3, 14 + days, 16, tzinfo=UTC)
    )
    monkeypatch.setattr(watching.transaction, "atomic", lambda durable: contextlib.nullcontext())
    monkeypatch.setattr(watching, "automation", lambda *given: None)
    monkeypatch.setattr(watching, "begin_entry", lambda **given: opened.append(given["opening"]) or Row(entry="entry"))
    monkeypatch.setattr(watching.Alarm, "save", lambda row, force_insert: None)
    hit = Hit(rule(), ("product", ("x",)), Seen(9, 2.04, 0.01))
    monkeypatch.setattr(watching, "Alarm", lambda **given: Row(save=lambda force_insert: None, **given))
    for held, owner in (
        ({"qa": A, "supervisor": B}, A),
        ({"supervisor": B, "top_mgmt": C}, B),
        ({"top_mgmt": C}, C),
        ({}, None),
    ):
        monkeypatch.setattr(
            watching.people,
            "active_members",
            lambda roles, held=held: [Row(pk=held[roles[0]])] if roles[0] in held else [],
        )
        monkeypatch.setattr(watching.Entry, "objects", Row(filter=lambda pk: Row(exists=lambda: False)))
        assert watching.open_warning(hit, TODAY) == "entry"
        values = opened[-1].values
        assert (opened[-1].said["what"].code, opened[-1].said["what"].values) == (
            "warning",
            {"stream": "product", "value": ["x"]},
        )
        assert values == {
            "stream": "product", "rule": "r", "count": 9, "expected": "2.0", "since": "2026-03-06", "until": "2026-03-12",
            "owner": str(owner) if owner else "", "due_on": "2026-03-18",
        }  # fmt: skip
    monkeypatch.setattr(watching.Entry, "objects", Row(filter=lambda pk: Row(exists=lambda: True)))
    assert watching.open_warning(hit, TODAY) is None, "another worker has"
    assert len({one.id for one in opened}) == 1


@pytest.mark.parametrize(
    ("last", "standing", "opens", "notes"),
    [(None, False, 1, 0), (0, True, 0, 2), (30, True, 0, 2), (6, False, 0, 0), (7, False, 1, 1)],
)  # fmt: skip
def test_one_warning_an_episode_however_many_rules_see_it(
    monkeypatch: pytest.MonkeyPatch, last: int | None, standing: bool, opens: int, notes: int
) -> None:
    """Two rules see the same series: the second notes the day in the warning that the first has opened."""
    series = ("product", ("x",))
    seen = Hit(rule(), series, Seen(9, 2.0, 0.01))
    alarm = {series: Row(on=TODAY - timedelta(days=last), entry_id=A)} if last is not None else {}
    kept: list[Any] = []
    monkeypatch.setattr(watching, "rules", lambda: [rule(code="one"), rule(code="two")])
    monkeypatch.setattr(watching, "today", lambda: TODAY)
    monkeypatch.setattr(watching.series, "daily", lambda streams, on, days: {})
    monkeypatch.setattr(watching, "working_days", lambda: None)
    monkeypatch.setattr(watching, "hits", lambda rule, *given: [Hit(rule, series, seen.seen)])
    monkeypatch.setattr(watching, "_known", lambda told: (dict(alarm), {A} if standing else set()))
    monkeypatch.setattr(watching, "open_warning", lambda hit, on: Row(pk=B))
    fake: Any = lambda **given: Row(**given)  # noqa: E731
    fake.objects = Row(bulk_create=lambda rows, **more: kept.extend(rows))
    monkeypatch.setattr(watching, "Alarm", fake)
    assert len(watching.watch()) == opens
    assert len(kept) == (notes if last is not None else 1)
    assert {one.entry_id for one in kept} <= {A if standing else B}


def test_each_job_goes_through_every_organisation(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    monkeypatch.setattr(tasks, "each_organisation", lambda: [1, 2])
    monkeypatch.setattr(watching, "watch", lambda: done.append("watch"))
    monkeypatch.setattr(trying, "try_all", lambda: done.append("try"))
    tasks.watch.func(0)
    tasks.try_rules.func(0)
    assert done == ["watch", "watch", "try", "try"]


def test_the_last_alarm_of_a_series_is_its_newest(monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[Any] = []
    newest = Row(stream="product", value=["x"], entry_id=A)
    rows = Row(order_by=lambda *names: order.append(names) or Row(distinct=lambda *by: [newest]))
    monkeypatch.setattr(watching, "Alarm", Row(objects=Row(filter=lambda **given: rows)))
    monkeypatch.setattr(
        watching.Entry, "objects", Row(filter=lambda **given: Row(values_list=lambda *names, flat: [A]))
    )
    monkeypatch.setattr(watching, "registers", lambda: {watching.REGISTER: Row(open_states=("open",))})
    monkeypatch.setattr(watching, "rules", lambda: [rule()])
    monkeypatch.setattr(watching, "today", lambda: TODAY)
    monkeypatch.setattr(watching.series, "daily", lambda streams, on, days: {})
    monkeypatch.setattr(watching, "working_days", lambda: None)
    monkeypatch.setattr(watching, "hits", lambda rule, *given: [])
    with pytest.raises(AttributeError):
        watching.watch()  # nothing to note: the table has no rows to make
    assert order == [("stream", "value", "-on")]
