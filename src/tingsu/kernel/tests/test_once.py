"""A form sent twice happens once, and one that a killed process left behind is not lost (invariant 3)."""

import threading

import pytest
from django.db import connection

from tests.cast import Cast
from tingsu.kernel import once
from tingsu.kernel.tenancy import acting_for

pytestmark = [pytest.mark.django_db, pytest.mark.req("invariant-3")]


def test_a_repeat_is_told_from_the_first(cast: Cast) -> None:
    key, actor = once.fresh_key(), cast.specialist.actor
    with once.claimed(actor, key) as first:
        assert first
        assert not once.is_claimed(actor, key)
    assert once.is_claimed(actor, key)
    with once.claimed(actor, key) as first:
        assert not first
    with once.claimed(cast.supervisor.actor, key) as first:
        assert first, "another person's form"


def test_what_failed_may_be_sent_again(cast: Cast) -> None:
    key, actor = once.fresh_key(), cast.specialist.actor
    with pytest.raises(ZeroDivisionError), once.claimed(actor, key):
        raise ZeroDivisionError
    with once.claimed(actor, key) as first:
        assert first


def test_what_a_killed_process_began_is_taken_up_again(cast: Cast) -> None:
    key, actor = once.fresh_key(), cast.specialist.actor
    once._claim(actor, key)  # and killed before the step was committed: the turn ended with its connection
    assert not once.is_claimed(actor, key)
    with once.claimed(actor, key) as first:
        assert first
    with once.claimed(actor, key) as first:
        assert not first


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_happen_once(cast: Cast) -> None:
    key, actor = once.fresh_key(), cast.specialist.actor
    seen: list[bool] = []

    def second() -> None:
        with acting_for(actor.organisation_id), once.claimed(actor, key) as first:
            seen.append(first)
        connection.close()

    with once.claimed(actor, key) as first:
        thread = threading.Thread(target=second)
        thread.start()
        thread.join()
        assert first
    assert seen == [False]
