"""What returns at an interval (RL-6): the next occurrence when one is done or missed, once, on a working day, shown everywhere."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from tests.cast import Cast
from tingsu.api.tokens import issue_token
from tingsu.clocks.models import Promise
from tingsu.clocks.tasks import sweep_organisation
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import travel_to
from tingsu.kernel.models import Event
from tingsu.kernel.tenancy import acting_for
from tingsu.registers import recurrence, tasks
from tingsu.registers.actions import Opening, open_entry, take_step
from tingsu.registers.declaration import Faulty, Recurs, declare, register_named
from tingsu.registers.intervals import first_after, occurrence
from tingsu.registers.models import Entry
from tingsu.registers.tests.test_every_register import findings

pytestmark = pytest.mark.req("RL-6", "MS-34")
AT = datetime(2026, 2, 2, 2, 0, tzinfo=UTC)


def evidence(cast: Cast, speaks_of: str = "2026-01-31", interval: str = "monthly", at: datetime = AT) -> Entry:
    """Evidence that returns, valid since `at`."""
    given = {"subject": "attention", "statement": "领导班子会议纪要", "speaks_of": speaks_of, "interval": interval}
    with travel_to(at):
        made = open_entry(actor=cast.auditor.actor, register=register_named("evidence"), opening=Opening(values=given))
    return take(cast.supervisor, made, "approve", at)


def take(person: Any, entry: Entry, name: str, at: datetime, **values: Any) -> Entry:
    row = Entry.objects.select_related("stream").get(pk=entry.pk)
    with travel_to(at):
        return take_step(actor=person.actor, entry=row, register=register_named("evidence"), step=name, values=values)


def owed(entry: Entry) -> list[tuple[date, bool]]:
    """Days of the running promises, and whether each was missed."""
    rows = Promise.objects.filter(stream_id=entry.pk, ended_at=None).order_by("due_at")
    return [(row.due_at.date(), row.breached_at is not None) for row in rows]


def sweep(at: datetime, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    """The sweep of a minute, and the jobs it queued for what was missed."""
    queued: list[dict[str, str]] = []
    monkeypatch.setattr(tasks.begin_next_occurrence, "defer_all", queued.extend)
    with travel_to(at):
        sweep_organisation()
    return queued


def begin(cast: Cast, job: dict[str, str], at: datetime) -> None:
    with travel_to(at):
        tasks.begin_next_occurrence.run(organisation=str(cast.organisation_id), **job)


def noon(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("first", "interval", "times", "day"),
    [
        ("2026-01-31", "monthly", 1, "2026-02-28"),
        ("2026-01-31", "monthly", 2, "2026-03-31"),  # never drifts to the 28th
        ("2024-02-29", "yearly", 1, "2025-02-28"),
        ("2024-02-29", "yearly", 4, "2028-02-29"),
        ("2026-12-31", "weekly", 3, "2027-01-21"),
        ("2026-08-31", "half_yearly", 3, "2028-02-29"),
        ("2026-11-30", "quarterly", 5, "2028-02-29"),
    ],
)
def test_days_are_counted_from_the_first(first: str, interval: str, times: int, day: str) -> None:
    assert occurrence(date.fromisoformat(first), interval, times) == date.fromisoformat(day)
    before = date.fromisoformat(day) - timedelta(days=1)
    assert first_after(date.fromisoformat(first), interval, before) == date.fromisoformat(day)
    assert first_after(date.fromisoformat(first), interval, date.fromisoformat(day)) == occurrence(
        date.fromisoformat(first), interval, times + 1
    )


@pytest.mark.parametrize(
    ("speaks_of", "interval", "due"),
    [
        ("2026-01-28", "monthly", date(2026, 2, 28)),  # a Saturday on which people work for the Spring Festival
        ("2026-01-21", "monthly", date(2026, 2, 24)),  # in the Spring Festival
        ("2025-10-01", "yearly", date(2026, 10, 8)),  # in the golden week
        ("2025-03-14", "yearly", date(2026, 3, 16)),  # a Saturday
        ("2025-03-12", "yearly", date(2026, 3, 12)),
    ],
)
def test_an_occurrence_is_due_on_a_day_on_which_people_work(
    speaks_of: str, interval: str, due: date, cast: Cast
) -> None:
    entry = evidence(cast, speaks_of, interval)
    assert owed(entry) == [(due, False)]
    assert entry.codes["review_on"] == due.isoformat()
    assert not findings()


def test_what_does_not_return_owes_nothing(cast: Cast) -> None:
    entry = evidence(cast, interval="")
    assert owed(entry) == []
    assert "review_on" not in entry.codes


def test_done_and_the_next_one_is_owed(cast: Cast) -> None:
    entry = evidence(cast)
    take(
        cast.mgmt_rep,
        entry,
        "renew",
        noon(2026, 2, 27),
        statement="二月纪要",
        speaks_of="2026-02-26",
        interval="monthly",
    )
    assert owed(entry) == []
    assert "review_on" not in Entry.objects.get(pk=entry.pk).codes
    entry = take(cast.supervisor, entry, "approve", noon(2026, 2, 27))
    assert owed(entry) == [(date(2026, 3, 26), False)]
    assert entry.codes["review_on"] == "2026-03-26"
    ended = Promise.objects.filter(stream_id=entry.pk).exclude(ended_at=None)
    assert [(row.due_at.date(), row.ending, row.owner_id) for row in ended] == [
        (date(2026, 2, 28), "met", cast.auditor.id)
    ]
    assert not findings()


def test_withdrawn_and_nothing_returns(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = evidence(cast)
    take(cast.supervisor, entry, "withdraw", noon(2026, 2, 10), reason="不再适用")
    assert owed(entry) == []
    assert sweep(noon(2026, 3, 1), monkeypatch) == []


def test_a_missed_one_runs_on_beside_the_next(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = evidence(cast)
    assert sweep(noon(2026, 2, 27), monkeypatch) == []
    assert Event.objects.filter(stream_id=entry.pk, kind="promise.warned").exists()
    at = noon(2026, 3, 1)
    (job,) = sweep(at, monkeypatch)
    assert Event.objects.filter(stream_id=entry.pk, kind="promise.escalated").exists()
    begin(cast, job, at)
    assert owed(entry) == [(date(2026, 2, 28), True), (date(2026, 3, 31), False)]
    begin(cast, job, at)  # delivered twice
    assert sweep(at, monkeypatch) == []
    assert len(owed(entry)) == 2
    kinds = list(Event.objects.filter(stream_id=entry.pk).values_list("kind", flat=True))
    assert kinds.count("evidence.recurred") == 1
    later = noon(2026, 4, 2)
    for job in sweep(later, monkeypatch):
        begin(cast, job, later)
    assert owed(entry) == [(date(2026, 2, 28), True), (date(2026, 3, 31), True), (date(2026, 4, 30), False)]
    take(cast.mgmt_rep, entry, "renew", later, statement="补上", speaks_of="2026-04-01", interval="monthly")
    assert owed(entry) == []
    assert not findings()


def test_a_job_that_comes_when_all_is_done_begins_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    entry, at = evidence(cast), noon(2026, 3, 1)
    (job,) = sweep(at, monkeypatch)
    take(cast.mgmt_rep, entry, "renew", at, statement="补上", speaks_of="2026-02-28", interval="monthly")
    begin(cast, job, at)
    assert owed(entry) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.req("invariant-4")
def test_two_workers_begin_the_next_one_once(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    entries, at = [evidence(cast) for _one in range(6)], noon(2026, 3, 1)
    jobs = sweep(at, monkeypatch)
    assert len(jobs) == len(entries)

    def work(_worker: int) -> list[bool]:
        try:
            with acting_for(cast.organisation_id), travel_to(at):
                return [
                    recurrence.plan_after_missed(job["register"], entry_id(job["entry"]), entry_id(job["promise"]))
                    for job in jobs
                ]
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(work, range(2)))
    assert [sum(pair) for pair in zip(*done, strict=True)] == [1] * len(entries)
    for entry in entries:
        assert owed(entry) == [(date(2026, 2, 28), True), (date(2026, 3, 31), False)]
    assert not findings()


def entry_id(text: str) -> Any:
    from uuid import UUID

    return UUID(text)


def test_the_next_day_stands_on_page_in_my_work_in_history_and_in_the_api(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, sign_in: Any, client: Any
) -> None:
    entry, at = evidence(cast), noon(2026, 3, 1)
    (job,) = sweep(at, monkeypatch)
    begin(cast, job, at)
    with travel_to(at):
        sign_in(cast.auditor)
        page = client.get(reverse("registers:entry", args=["evidence", entry.number])).content.decode()
        work = client.get(reverse("desk:work")).content.decode()
    assert re.search(r"<dt>下次应提供日期</dt><dd>\s*2026 年 3 月 31 日", page)
    assert "下一次已开始，上一次尚未完成" in page
    assert page.count("下次应提供日期：2026 年") == 2  # approved: 28 February, missed: 31 March
    assert entry.number in work
    token = issue_token(
        actor=automation("test", cast.organisation_id), name="due", scopes=["registers:read"], roles=cast.supervisor.actor.roles, acts_for=cast.supervisor.id
    )[1]  # fmt: skip
    answer = client.get(f"/api/v1/registers/evidence/{entry.number}", headers={"Authorization": f"Bearer {token}"})
    read = json.loads(answer.content)
    assert {one["name"]: one["value"] for one in read["fields"]}["review_on"] == "2026-03-31"
    assert [one["due_at"][:10] for one in read["promises"]] == ["2026-02-28", "2026-03-31"]
    assert "evidence.recurred" in {one["kind"] for one in read["history"]}


@pytest.mark.parametrize(
    "recurs",
    [
        {"interval": "nothing"},
        {"counts_from": "nothing"},
        {"next_on": "speaks_of"},
        {"timer": "nothing"},
        {"after": ("nothing",)},
    ],
)
def test_a_declaration_that_returns_to_nothing_is_refused_at_start(recurs: dict[str, Any]) -> None:
    from dataclasses import replace

    known = register_named("evidence")
    with pytest.raises(Faulty):
        declare(replace(known, name="other", recurs=replace(known.recurs, **recurs)))
    assert register_named("other") is None
    assert isinstance(known.recurs, Recurs)
