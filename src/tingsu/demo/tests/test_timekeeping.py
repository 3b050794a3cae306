"""The demo's rules of time: published once, so that its settings show a rule pack in use and a regional calendar."""

from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest

from tests.cast import Cast
from tingsu.calendars.queries import KIND as CALENDAR
from tingsu.calendars.regions import regions_of
from tingsu.clocks.queries import KIND as LIMITS
from tingsu.demo import timekeeping
from tingsu.kernel import rulebooks
from tingsu.kernel.clock import now

pytestmark = pytest.mark.django_db


@pytest.mark.req("SL-01", "SL-02")
def test_a_pack_and_a_team_with_hours_of_its_own_are_published_once(cast: Cast) -> None:
    staff: Any = SimpleNamespace(unit_id=lambda code: cast.units["intake"].pk)
    at: datetime = now()
    for _twice in range(2):
        timekeeping.tell(staff, until=at)
    limits, calendar = (rulebooks.versions(kind)[0] for kind in (LIMITS, CALENDAR))
    assert (limits.version, calendar.version) == (1, 1)
    assert [row["timer"] for row in limits.body["rules"] if row.get("pack")] == ["decision"]
    assert list(regions_of(calendar.body)) == ["hotline2"]
