"""Verify names promises that lost their rule or their watch."""

from datetime import timedelta

import pytest

from tingsu.calendars.tests.calendars import local
from tingsu.clocks.models import Promise, SweepFailure
from tingsu.clocks.tests.promises import open_case_with
from tingsu.clocks.verify import promises_nobody_watches, promises_without_policy
from tingsu.kernel.clock import travel_to

START = local("2026-03-02 10:00")


def sentences() -> list[str]:
    return [finding.sentence for check in (promises_without_policy, promises_nobody_watches) for finding in check()]


@pytest.mark.req("invariant-4", "SL-01")
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({}, None),
        ({"policy_version": 9}, "time_limits version 9"),
        ({"calendar_version": 9}, "calendar version 9"),
        ({"next_at": None}, "no next moment"),
        ({"next_at": START + timedelta(days=9)}, "after its due time"),
        ({"ended_at": START, "ending": "met"}, "has ended"),
    ],
)
def test_a_promise_that_is_not_as_it_should_be_is_named(organisation, change: dict, sentence: str | None) -> None:
    (promise,) = open_case_with("first_reply", at=START)
    Promise.objects.filter(pk=promise.pk).update(**change)
    with travel_to(START):
        found = sentences()
    assert (not found) if sentence is None else any(sentence in told for told in found)


@pytest.mark.req("invariant-4")
def test_a_promise_that_the_sweep_stumbles_over_is_named_until_it_is_through(organisation) -> None:
    (promise,) = open_case_with("first_reply", at=START)
    later = START + timedelta(minutes=4)
    SweepFailure.objects.create(promise=promise, failed_at=START, retry_at=later, error="builtins.LookupError")
    with travel_to(START):
        assert any("builtins.LookupError" in told for told in sentences())
    with travel_to(later):
        assert not sentences()
