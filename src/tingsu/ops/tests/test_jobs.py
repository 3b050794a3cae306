"""A job that kills its workers gives up, is shown and can be tried again or dropped; seals and sessions are kept up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.cast import Cast
from tingsu.intake.tests.test_register_complaint import registered
from tingsu.kernel import seals
from tingsu.kernel.clock import travel_to
from tingsu.kernel.models import Event, Organisation, Seal
from tingsu.kernel.tasks import seal as seal_task
from tingsu.kernel.tenancy import acting_for
from tingsu.ops import jobs, tasks, verifying
from tingsu.ops.models import JobDeath
from tingsu.people.models import OpenSession

pytestmark = pytest.mark.django_db


def held_job(task: str = "letters.tasks.send", **arguments: str) -> int:
    """A job in the hands of a worker that is gone."""
    job_id = app.configure_task(task, allow_unknown=True).defer(**arguments)
    hold(job_id)
    return job_id


def hold(job_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", [job_id])


def kill(job_id: int, place: int = 0) -> ProcrastinateJob:
    """Its worker dies; the watchman looks."""
    row = ProcrastinateJob.objects.get(pk=job_id)
    jobs.after_a_death(row.procrastinate_job, place)
    return ProcrastinateJob.objects.get(pk=job_id)


def test_a_job_that_kills_its_workers_is_given_up_after_a_few_and_one_that_survives_is_not(cast: Cast) -> None:
    poisoned, innocent = held_job(), held_job()
    for _death in range(jobs.MOST_DEATHS - 1):
        assert kill(poisoned).status == "todo"
        hold(poisoned)
    assert kill(innocent).status == "todo"
    assert kill(poisoned).status == "failed"
    assert [(one.id, one.deaths) for one in jobs.failed()] == [(poisoned, jobs.MOST_DEATHS)]


def test_those_that_died_together_are_tried_apart(cast: Cast) -> None:
    first, second = kill(held_job(), 0), kill(held_job(), 1)
    assert second.scheduled_at - first.scheduled_at > jobs.APART - timedelta(seconds=5)


def test_a_failed_job_is_tried_again_or_dropped_and_verify_says_how(cast: Cast) -> None:
    one, two = held_job(), held_job()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE id IN (%s, %s)", [one, two])
    JobDeath.objects.create(job_id=one, deaths=3, last_at=datetime.now(UTC))
    said = " ".join(finding.sentence for finding in verifying.jobs())
    assert f"./tingsu jobs retry {one}" in said
    out = StringIO()
    call_command("jobs", stdout=out)
    assert f"{one} letters.tasks.send" in out.getvalue()
    assert "3 workers died with it" in out.getvalue()
    call_command("jobs", "retry", str(one), stdout=StringIO())
    assert ProcrastinateJob.objects.get(pk=one).status == "todo"
    assert not JobDeath.objects.exists()
    call_command("jobs", "drop", str(two), stdout=StringIO())
    assert not ProcrastinateJob.objects.filter(pk=two).exists()
    assert ProcrastinateJob.objects.filter(pk=one).exists()
    for wrong in (str(one), str(two), "x"):
        with pytest.raises(CommandError, match="is no job that failed"):
            call_command("jobs", "drop", wrong, stdout=StringIO())
    with pytest.raises(CommandError, match="Say which"):
        call_command("jobs", "drop", stdout=StringIO())


def test_an_organisation_sees_its_own_failed_jobs_and_what_belongs_to_nobody(cast: Cast, other_organisation) -> None:
    mine = held_job(organisation=str(cast.frontline.actor.organisation_id))
    other, nobodys = held_job(organisation=str(other_organisation.pk)), held_job()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed'")
    seen = {one.id for one in jobs.failed(str(cast.frontline.actor.organisation_id))}
    assert seen == {mine, nobodys}
    with pytest.raises(jobs.NotFound):
        jobs.drop(other, str(cast.frontline.actor.organisation_id))


def test_the_settings_page_shows_failed_work_and_tries_or_drops_it(cast: Cast, sign_in) -> None:
    one, two = held_job(organisation=str(cast.frontline.actor.organisation_id)), held_job()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE id IN (%s, %s)", [one, two])
    assert sign_in(cast.frontline).get(reverse("jobs:failed")).status_code == 403
    assert sign_in(cast.frontline).post(reverse("jobs:drop", args=[one])).status_code == 403
    client = sign_in(cast.mgmt_rep)
    page = client.get(reverse("jobs:failed")).content.decode()
    assert reverse("jobs:retry", args=[one]) in page
    assert "letters.tasks.send" in page
    assert client.post(reverse("jobs:retry", args=[one])).status_code == 303
    assert client.post(reverse("jobs:drop", args=[two])).status_code == 303
    assert list(ProcrastinateJob.objects.filter(pk__in=[one, two]).values_list("pk", "status")) == [(one, "todo")]
    assert client.post(reverse("jobs:drop", args=[one])).status_code == 404, "it is no longer one that failed"


def test_a_job_whose_like_waits_already_is_not_queued_twice(cast: Cast, sign_in) -> None:
    one = app.configure_task("ops.forget", queueing_lock="only", allow_unknown=True).defer()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE id = %s", [one])
    app.configure_task("ops.forget", queueing_lock="only", allow_unknown=True).defer()
    with pytest.raises(jobs.SameWaits):
        jobs.retry(one)
    assert ProcrastinateJob.objects.get(pk=one).status == "failed"
    # The watchman who finds such a one in the hands of the dead lets it go, and looks at the others too.
    hold(one)
    jobs.after_a_death(ProcrastinateJob.objects.get(pk=one).procrastinate_job, 0)
    assert not ProcrastinateJob.objects.filter(pk=one).exists()


def test_sessions_past_their_end_are_forgotten_and_others_kept() -> None:
    at = timezone.now()
    for key, end in (("old", at - timedelta(minutes=1)), ("new", at + timedelta(hours=1))):
        OpenSession.objects.create(session_key=key, session_data="x", expire_date=end, used_at=at)
    JobDeath.objects.create(job_id=10**9, deaths=1, last_at=at)
    tasks.forget(timestamp=0)
    assert list(OpenSession.objects.values_list("session_key", flat=True)) == ["new"]
    assert not JobDeath.objects.exists()


@pytest.mark.req("RC-06")
def test_a_missed_night_is_made_good_once_and_not_before_the_night_is_over(cast: Cast, settings, tmp_path) -> None:
    registered(cast)
    settings.HOME = tmp_path
    organisation = Organisation.objects.get(slug="test")
    early, late = datetime(2026, 3, 2, 17, 30, tzinfo=UTC), datetime(2026, 3, 3, 6, 20, tzinfo=UTC)
    with acting_for(organisation.pk):
        assert Event.objects.exists()
        with travel_to(early):  # half past one in Beijing
            seal_task(timestamp=0)
        assert not Seal.objects.exists()
        with travel_to(late):  # the worker was away at 02:20 and is back at two in the afternoon
            for _hour in range(2):
                seal_task(timestamp=0)
        assert [str(seal.on) for seal in Seal.objects.all()] == ["2026-03-03"]


@pytest.mark.req("RC-06")
def test_a_lost_seal_and_a_lost_line_outside_are_found(cast: Cast, settings, tmp_path, monkeypatch) -> None:
    registered(cast)
    settings.HOME = tmp_path
    organisation = Organisation.objects.get(slug="test")
    with acting_for(organisation.pk):
        assert list(verifying.seals_in_time()) == [], "what was written just now need not be sealed yet"
        monkeypatch.setattr(seals, "LATE", timedelta(seconds=-60))
        assert [finding.table for finding in verifying.seals_in_time()] == ["kernel_seal"]
        assert seals.seal_day(organisation) is not None
        assert list(verifying.seals_in_time()) == []
        assert list(verifying.seals_outside()) == []
        path = seals.outside(organisation)
        assert path.stat().st_mode & 0o077 == 0
        kept = path.read_text()
        path.unlink()
        (lost,) = verifying.seals_outside()
        assert "are not kept outside" in lost.sentence
        path.write_text(kept)
        # As if somebody with the owner's rights had taken the row away: the application's role may not.
        nothing = SimpleNamespace(objects=Seal.objects.none())
        monkeypatch.setattr(verifying, "Seal", nothing)
        monkeypatch.setattr(seals, "Seal", nothing)
        assert [finding.sentence for finding in verifying.seals_outside()] == [
            "a seal of this day was kept outside; the table has none"
        ]
        path.unlink()
        assert [finding.table for finding in verifying.seals_in_time()] == ["kernel_seal"], "both gone: still found"
