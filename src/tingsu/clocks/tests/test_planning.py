"""From a policy to a promise: due times, warning points and what a promise keeps of its rule."""

import pytest

from tingsu.calendars.tests.calendars import china, local
from tingsu.clocks.conditions import Facts
from tingsu.clocks.planning import NoLimit, extended, next_extension, percent_of, plan, plan_until, recounted
from tingsu.clocks.policy import Policy, read_policy
from tingsu.clocks.profiles import strictest
from tingsu.clocks.timers import timer

POLICY = read_policy(strictest(), version=4)
FRIDAY_EVENING = local("2026-03-06 19:00")


def planned(name: str, start=FRIDAY_EVENING, facts: Facts | None = None):
    return plan(timer(name), start=start, facts=facts or Facts(mode="internet"), policy=POLICY, calendar=china())


@pytest.mark.req("SL-01", "SL-15")
@pytest.mark.parametrize(
    ("name", "facts", "due", "half", "most"),
    [
        ("acknowledgement", Facts(), "2026-03-06 19:05:00", "2026-03-06 19:02:30", "2026-03-06 19:04:00"),
        (
            "urgent_response",
            Facts(urgency="urgent"),
            "2026-03-06 19:15:00",
            "2026-03-06 19:07:30",
            "2026-03-06 19:12:00",
        ),
        ("first_reply", Facts(mode="email"), "2026-03-07 19:00:00", "2026-03-07 07:00:00", "2026-03-07 14:12:00"),
        ("first_reply", Facts(mode="letter"), "2026-03-27 18:00:00", "2026-03-18 14:15:00", "2026-03-24 18:00:00"),
        ("progress_feedback", Facts(), "2026-03-10 18:00:00", "2026-03-09 18:00:00", "2026-03-10 15:00:00"),
        (
            "investigation",
            Facts(grade="high_risk"),
            "2026-03-10 18:00:00",
            "2026-03-09 18:00:00",
            "2026-03-10 15:00:00",
        ),
        ("parties_opinion", Facts(), "2026-03-14 00:00:00", "2026-03-10 09:30:00", ""),
    ],
)
def test_a_plan_has_its_due_time_and_its_warning_points(
    name: str, facts: Facts, due: str, half: str, most: str
) -> None:
    made = planned(name, facts=facts)
    assert made.due_at == local(due)
    assert made.warnings[0] == local(half)
    if most:
        assert made.warnings[1] == local(most)


@pytest.mark.req("SL-01", "invariant-4")
def test_a_plan_names_its_versions_and_keeps_its_line() -> None:
    made = planned("first_reply", facts=Facts(mode="letter"))
    assert (made.policy_version, made.calendar_version, made.calendar_assumed) == (4, 1, False)
    assert made.rule == {
        "amount": 15,
        "unit": "working_day",
        "when": {"mode": ["letter"]},
        "warn_at": [50, 80],
        "on_breach": ["alert", "escalate"],
        "basis": "ISC 9.1.1.3",
        "ours": False,
    }


@pytest.mark.req("SL-02")
def test_only_limits_in_working_time_depend_on_an_assumed_calendar() -> None:
    new_years_eve = local("2026-12-31 10:00")
    assert planned("progress_feedback", new_years_eve).calendar_assumed
    assert not planned("first_reply", new_years_eve).calendar_assumed
    assert not planned("parties_opinion", new_years_eve).calendar_assumed


@pytest.mark.req("SL-19")
def test_a_named_date_is_kept_as_it_was_named() -> None:
    due = local("2026-03-09 12:00")
    made = plan_until(timer("outside_deadline"), start=FRIDAY_EVENING, due=due, policy=POLICY, calendar=china())
    assert made.due_at == due
    assert made.rule["unit"] == "date"
    assert made.warnings == (local("2026-03-08 03:30"), local("2026-03-08 23:00"))


@pytest.mark.req("SL-19")
def test_a_date_that_has_passed_leaves_nothing_to_warn_about() -> None:
    made = plan_until(
        timer("outside_deadline"), start=FRIDAY_EVENING, due=FRIDAY_EVENING, policy=POLICY, calendar=china()
    )
    assert made.warnings == ()


@pytest.mark.req("SL-01")
def test_a_timer_without_a_limit_is_a_defect_and_not_a_silent_gap() -> None:
    with pytest.raises(NoLimit):
        plan(
            timer("acknowledgement"),
            start=FRIDAY_EVENING,
            facts=Facts(),
            policy=Policy(version=1, profile="strictest", rules=()),
            calendar=china(),
        )


@pytest.mark.req("SL-02")
def test_a_kept_line_is_counted_again_on_another_calendar() -> None:
    made = planned("progress_feedback", local("2026-02-13 10:00"))
    due, warnings, assumed = recounted(made.rule, made.started_at, china())
    assert (due, warnings, assumed) == (made.due_at, made.warnings, False)


@pytest.mark.req("SL-15")
def test_the_next_warning_point_is_known_from_how_many_are_left() -> None:
    assert [percent_of({"warn_at": [50, 80]}, left) for left in (2, 1)] == [50, 80]


@pytest.mark.req("SL-01")
def test_each_extension_is_the_next_one_and_all_that_it_was_before_is_kept() -> None:
    rule = extended(extended({"amount": 15, "extensions": [30, 60]}))
    assert rule == {"amount": 60, "extensions": [], "extended_from": [15, 30]}
    assert (next_extension(rule), next_extension({"extensions": [30, 60]})) == (None, 30)
