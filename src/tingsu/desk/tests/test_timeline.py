"""What is marked as new on the page of a case: what others wrote since the reader looked."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from tingsu.desk.timeline import mark_new
from tingsu.kernel.ids import new_id

LOOKED = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
ME, OTHER = new_id(), new_id()


@pytest.mark.parametrize(
    ("entries", "marked"),
    [
        ([(-1, OTHER), (1, OTHER), (2, OTHER)], 1),
        ([(-1, OTHER), (0, OTHER)], None),
        ([(1, ME), (2, None)], 1),
        ([(1, ME), (2, ME)], None),
    ],
)
@pytest.mark.parametrize("first_look", [False, True])
def test_the_first_line_of_somebody_else_after_the_last_look_is_marked(entries, marked, first_look) -> None:
    rows = [SimpleNamespace(at=LOOKED + timedelta(seconds=after), by=by, fresh="") for after, by in entries]
    mark_new(rows, SimpleNamespace(id=ME), None if first_look else LOOKED)
    expected = [bool(place == marked and not first_look) for place in range(len(rows))]
    assert [bool(row.fresh) for row in rows] == expected
