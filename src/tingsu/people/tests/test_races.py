"""Two managers at once: the member's stream is the lock (OG-11, architecture §1)."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from tingsu.kernel.clock import now
from tingsu.kernel.tenancy import acting_for
from tingsu.people import actions, errors
from tingsu.people.models import Post


@pytest.mark.req("OG-11")
@pytest.mark.django_db(transaction=True)
def test_of_two_overlapping_posts_given_at_once_one_is_refused(cast) -> None:
    start = threading.Barrier(2)
    since = now() + timedelta(hours=1)
    outcomes: list[str] = []

    def give() -> None:
        with acting_for(cast.organisation_id):
            start.wait(timeout=20)
            try:
                actions.give_post(
                    actor=cast.supervisor.actor,
                    member_id=cast.coach.id,
                    unit_id=cast.units["intake"].pk,
                    role="specialist",
                    since=since,
                )
                outcomes.append("given")
            except errors.PeriodsOverlap:
                outcomes.append("refused")
            finally:
                connection.close()

    threads = [threading.Thread(target=give) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(outcomes) == ["given", "refused"]
    assert Post.objects.filter(member_id=cast.coach.id, role="specialist").count() == 1
