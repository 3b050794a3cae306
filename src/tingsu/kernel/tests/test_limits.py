"""How often something may be tried in a while: the last try that passes, the first that does not, and what is counted apart."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.cast import Cast
from tingsu.kernel import limits
from tingsu.kernel.clock import travel_to

HOUR = timedelta(hours=1)
AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


def passes(scope: str, subject: str, at: datetime, *, counted: bool) -> bool:
    with travel_to(at):
        try:
            if counted:
                limits.count_attempt(scope, subject, limit=3, window=HOUR)
            else:
                limits.refuse_when_spent(scope, subject, limit=3, window=HOUR)
        except limits.TooMany:
            return False
    return True


@pytest.mark.req("PS-03")
def test_three_tries_an_hour_are_three(cast: Cast) -> None:
    last = AT + HOUR - timedelta(seconds=1)
    for _try in range(3):
        assert passes("code", "a", AT, counted=False)
        assert passes("code", "a", AT, counted=True)
    assert not passes("code", "a", last, counted=False), "asked before the work is done"
    assert not passes("code", "a", last, counted=True)
    for scope, subject, at in (("code", "b", last), ("name", "a", last), ("code", "a", AT + HOUR)):
        assert passes(scope, subject, at, counted=False)
        assert passes(scope, subject, at, counted=True)
