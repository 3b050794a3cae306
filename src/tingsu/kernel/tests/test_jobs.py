"""What is due to the minute does not wait behind a pile of letters (invariant 4)."""

import pytest
from procrastinate.contrib.django import app

from tingsu.kernel.jobs import SOONER


@pytest.mark.req("invariant-4")
def test_everything_in_the_queue_of_the_clocks_goes_first() -> None:
    tasks = {task.name: task.priority for task in app.tasks.values() if task.queue == "clocks"}
    assert {"clocks.sweep", "triage.pass_on_unconfirmed"} <= set(tasks)
    assert set(tasks.values()) == {SOONER}, tasks
    assert app.tasks["letters.tasks.send_letter"].priority < SOONER
