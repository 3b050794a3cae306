"""A job whose worker really dies, in processes of its own: taken up, given up, told by every command, and tried again."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from tests import database
from tests.cast import Cast
from tingsu.ops import checking, jobs, standing, verifying
from tingsu.ops.bootstrap import REPOSITORY

TASK = "tests.poison"
DIED = 13
PROCESS = """
import asyncio, os, sys
from types import SimpleNamespace
import django
django.setup()
from procrastinate.contrib.django import app as current
from tingsu.ops import tasks
tasks._SILENT_SECONDS = 0
what = sys.argv[1]

@current.task(name="tests.poison", queue="poison")
def poison():
    if what == "die":
        os._exit(13)

async def main():
    app = current.with_connector(current.connector.get_worker_connector())
    async with app.open_async():
        if what == "watch":
            await tasks.take_up_stalled_jobs(SimpleNamespace(app=app), timestamp=0)
        else:
            await app.run_worker_async(queues=["poison"], wait=False, install_signal_handlers=False)

asyncio.run(main())
"""


def process(what: str) -> int:
    """A worker that dies with its job, one that does it, or the watchman's round; gives its exit code."""
    given = database.environment_for(connection.settings_dict["NAME"], role="app")
    command = [sys.executable, "-c", PROCESS, what]
    done = subprocess.run(command, env=given, cwd=REPOSITORY, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode in {0, DIED}, done.stderr[-2000:]
    return done.returncode


def test_a_job_that_kills_its_worker_is_given_up_told_everywhere_and_can_be_tried_again(
    transactional_db: None, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = app.configure_task(TASK, queue="poison", allow_unknown=True).defer()
    states = []
    for _death in range(jobs.MOST_DEATHS):
        assert process("die") == DIED
        assert ProcrastinateJob.objects.get(pk=job_id).status == "doing", "nobody could say that it died"
        assert process("watch") == 0
        states.append(ProcrastinateJob.objects.get(pk=job_id).status)
    assert states == ["todo"] * (jobs.MOST_DEATHS - 1) + ["failed"]
    assert process("die") == 0, "nobody takes it any more"
    assert [(one.id, one.deaths) for one in jobs.failed()] == [(job_id, jobs.MOST_DEATHS)]
    monkeypatch.setattr(standing.migrating, "is_current", lambda: True)
    told = standing.gather(ask_outside=False)
    assert (told["jobs"]["failed"], told["jobs"]["killers"]) == (1, 1)
    assert "failed jobs    1, 1 of them killed their workers" in standing.lines(told)
    assert {"failed_jobs", "killing_jobs"} <= {one.code for one in checking.findings(told, at=datetime.now(UTC))}
    assert f"./tingsu jobs retry {job_id}" in " ".join(one.sentence for one in verifying.jobs())
    call_command("jobs", "retry", str(job_id), stdout=StringIO())
    assert standing.gather(ask_outside=False)["jobs"]["killers"] == 0
    assert process("live") == 0
    assert ProcrastinateJob.objects.get(pk=job_id).status == "succeeded"
