"""A new organisation starts with what is written in tests/shipped.txt; registers and jobs are those of tests/declared.txt."""

import pytest

from tests import declared, shipped


@pytest.mark.parametrize("part", sorted(shipped.written()))
def test_a_shipped_rulebook_is_what_was_written_down(part: str) -> None:
    """When a change is meant, the line the test shows goes into tests/shipped.txt by hand."""
    assert shipped.told().get(part) == shipped.written()[part], part


def test_no_shipped_part_is_added_unseen() -> None:
    assert set(shipped.told()) == set(shipped.written())


def test_registers_and_jobs_are_what_was_written_down() -> None:
    """Who opens, reads and decides, what a step asks, when a job runs. When a change is meant, declared.txt is changed with it."""
    told, written = declared.all_told(), declared.written()
    assert set(told) == set(written)
    for name, block in told.items():
        assert block == written[name], name
