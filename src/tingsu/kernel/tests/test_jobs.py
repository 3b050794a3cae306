"""What is due to the minute does not wait behind a pile of letters (invariant 4)."""

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from procrastinate.contrib.django import app

from tingsu.kernel import jobs
from tingsu.kernel.jobs import SOONER


@pytest.mark.req("invariant-4")
def test_everything_in_the_queue_of_the_clocks_goes_first() -> None:
    tasks = {task.name: task.priority for task in app.tasks.values() if task.queue == "clocks"}
    assert {"clocks.sweep", "triage.pass_on_unconfirmed"} <= set(tasks)
    assert set(tasks.values()) == {SOONER}, tasks
    assert app.tasks["letters.tasks.send_letter"].priority < SOONER


@pytest.mark.req("invariant-4")
def test_periodic_work_goes_through_every_firm_but_those_that_are_emptied_and_counts_real_ones_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[Any] = []

    class Firms:
        def exclude(self, **given: Any) -> "Firms":
            asked.append(("not", given))
            return self

        def filter(self, **given: Any) -> "Firms":
            asked.append(given)
            return self

        def order_by(self, name: str) -> list[Any]:
            return [SimpleNamespace(pk=1), SimpleNamespace(pk=2)]

    acting: list[int] = []

    @contextlib.contextmanager
    def acting_for(pk: int) -> Iterator[None]:
        acting.append(pk)
        yield
        acting.pop()

    monkeypatch.setattr(jobs.Organisation, "objects", Firms())
    monkeypatch.setattr(jobs, "acting_for", acting_for)
    emptied = ("not", {"stage": "emptying"})
    for practice, narrowed in ((True, [emptied]), (False, [emptied, {"practice_of": None}])):
        asked.clear()
        assert [(one.pk, list(acting)) for one in jobs.each_organisation(practice=practice)] == [(1, [1]), (2, [2])]
        assert (asked, acting) == (narrowed, [])


def test_a_job_is_queued_for_the_firm_acted_for_and_not_before_its_instant(monkeypatch: pytest.MonkeyPatch) -> None:
    queued: list[Any] = []
    at = datetime(2026, 3, 2, tzinfo=UTC)
    later = SimpleNamespace(defer=lambda **given: queued.append(("later", given)))
    task = SimpleNamespace(
        configure=lambda schedule_at: queued.append(schedule_at) or later, defer=lambda **given: queued.append(("now", given)),
        batch_defer=lambda *rows: queued.append(rows),
    )  # fmt: skip
    monkeypatch.setattr(jobs, "current_organisation_id", lambda: "firm")
    one = object.__new__(jobs.Job)
    one.task = task
    one.defer(x=1)
    one.defer(at=at, x=2)
    one.defer_all([])
    one.defer_all([{"x": 3}, {"x": 4}])
    firm = {"organisation": "firm"}
    assert queued == [("now", firm | {"x": 1}), at, ("later", firm | {"x": 2}), (firm | {"x": 3}, firm | {"x": 4})]
