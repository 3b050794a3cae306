"""A new organisation starts with what is written in tests/shipped.txt."""

import pytest

from tests import shipped


@pytest.mark.parametrize("part", sorted(shipped.written()))
def test_a_shipped_rulebook_is_what_was_written_down(part: str) -> None:
    """When a change is meant, the line the test shows goes into tests/shipped.txt by hand."""
    assert shipped.told().get(part) == shipped.written()[part], part


def test_no_shipped_part_is_added_unseen() -> None:
    assert set(shipped.told()) == set(shipped.written())
