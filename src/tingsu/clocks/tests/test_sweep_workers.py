"""Any number of workers, and workers that die: in real transactions, with connections and processes of their own."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction

from tingsu.calendars.tests.calendars import local
from tingsu.clocks import tasks
from tingsu.clocks.models import Promise
from tingsu.clocks.sweep import sweep_due
from tingsu.clocks.tasks import sweep_organisation
from tingsu.clocks.tests.promises import fired, open_case_with
from tingsu.kernel.clock import travel_to
from tingsu.kernel.ledger import lock_chain
from tingsu.kernel.models import Event, Stream
from tingsu.kernel.tenancy import acting_for

pytestmark = pytest.mark.django_db(transaction=True)

START = local("2026-03-02 10:00")
LATE = START + timedelta(days=2)
SOURCE = Path(__file__).resolve().parents[3]

WORKER = """
import sys, uuid, django
django.setup()
from datetime import datetime
from tingsu.clocks.sweep import sweep_due
from tingsu.kernel.clock import travel_to
from tingsu.kernel.tenancy import acting_for
with acting_for(uuid.UUID(sys.argv[1])), travel_to(datetime.fromisoformat(sys.argv[2])):
    while sweep_due(limit=5).taken:
        print("batch", flush=True)
"""


def sweep_in_a_thread(organisation_id) -> int:
    try:
        with acting_for(organisation_id), travel_to(LATE):
            return sweep_organisation()
    finally:
        connection.close()


def everything_fired_once(promises: list[Promise]) -> None:
    counts = fired()
    assert set(counts.values()) == {1}
    assert len(counts) == 4 * len(promises)
    assert not Promise.objects.filter(next_at__isnull=False).exists()
    for stream in Stream.objects.filter(kind="matter"):
        events = Event.objects.filter(stream_id=stream.pk).order_by("seq")
        assert [event.seq for event in events] == list(range(1, stream.last_seq + 1))
        assert bytes(events.last().hash) == bytes(stream.last_hash)


@pytest.mark.req("SL-15", "invariant-4")
def test_four_workers_share_the_work_and_fire_everything_once(organisation) -> None:
    promises = [
        promise for _case in range(120) for promise in open_case_with("acknowledgement", "first_reply", at=START)
    ]
    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(sweep_in_a_thread, [organisation.pk] * 4))
    assert sum(taken) == len(promises)
    everything_fired_once(promises)


@pytest.mark.req("SL-15", "invariant-4")
def test_a_case_that_somebody_holds_is_left_for_the_next_minute(organisation) -> None:
    (held,), (free,) = open_case_with("acknowledgement", at=START), open_case_with("acknowledgement", at=START)
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        lock_chain(held.stream_id)
        assert pool.submit(sweep_in_a_thread, organisation.pk).result(timeout=20) == 1
    assert Event.objects.filter(stream_id=free.stream_id).exists()
    assert not Event.objects.filter(stream_id=held.stream_id).exists()
    with travel_to(LATE):
        assert sweep_due().taken == 1
    everything_fired_once([held, free])


@pytest.mark.req("SL-15", "invariant-4")
def test_what_another_worker_did_before_the_lock_is_seen(organisation) -> None:
    (promise,) = open_case_with("acknowledgement", at=START)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            chain = lock_chain(promise.stream_id)
            Promise.objects.filter(pk=promise.pk).update(ended_at=LATE, ending="met", next_at=None, warnings=[])
            assert pool.submit(sweep_in_a_thread, organisation.pk).result(timeout=20) == 0
            chain.flush()
        assert pool.submit(sweep_in_a_thread, organisation.pk).result(timeout=20) == 0
    assert not Event.objects.exists()


@pytest.mark.req("SL-15", "invariant-4")
def test_workers_killed_in_the_middle_lose_nothing_and_double_nothing(organisation) -> None:
    promises = [
        promise for _case in range(150) for promise in open_case_with("acknowledgement", "first_reply", at=START)
    ]
    environment = os.environ | {"PYTHONPATH": f"{SOURCE}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"}
    arguments = [sys.executable, "-c", WORKER, str(organisation.pk), LATE.isoformat()]
    for batches, more in ((1, 0.0), (3, 0.006)):
        worker = subprocess.Popen(arguments, env=environment, stdout=subprocess.PIPE)
        assert worker.stdout is not None
        assert [worker.stdout.readline() for _batch in range(batches)] == [b"batch\n"] * batches
        time.sleep(more)
        worker.send_signal(signal.SIGKILL)
        worker.wait(timeout=10)
        worker.stdout.close()
    assert 0 < Promise.objects.filter(next_at__isnull=False).count() <= len(promises) - 20
    with travel_to(LATE):
        deadline = time.monotonic() + 20
        while sweep_organisation() or Promise.objects.filter(next_at__isnull=False).exists():
            # A killed worker's locks last until the server notices that it is gone.
            assert time.monotonic() < deadline
            time.sleep(0.05)
    everything_fired_once(promises)


@pytest.mark.req("SL-15", "invariant-5")
def test_the_job_of_each_minute_sweeps_every_organisation_and_calls_help_when_much_is_due(
    organisation, other_organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = [promise for _case in range(8) for promise in open_case_with("acknowledgement", at=START)]
    monkeypatch.setattr(tasks, "BACKLOG_PER_HELPER", 3)
    with ThreadPoolExecutor(1) as pool:

        def one_minute() -> None:
            try:
                with acting_for(other_organisation.pk):
                    open_case_with("acknowledgement", at=START)
                with travel_to(LATE):
                    tasks.sweep(timestamp=0)
            finally:
                connection.close()

        pool.submit(one_minute).result(timeout=60)
    everything_fired_once(mine)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT args->>'organisation', scheduled_at FROM procrastinate_jobs WHERE task_name = %s ORDER BY id",
            [tasks.help_sweep.name],
        )
        called = cursor.fetchall()
    assert {organisation_id for organisation_id, _at in called} == {str(organisation.pk)}
    assert [at for _organisation, at in called] == [None, None, *(LATE + later for later in tasks.RELIEFS)]
