"""Time-limit policies as data: which line gives a timer its limit, and what may not be published."""

import copy

import pytest
from django.utils.translation import override

from tingsu.calendars.arithmetic import Allowance, Unit
from tingsu.calendars.tests.calendars import china, local
from tingsu.clocks.policy import Facts, problems_of, read_policy, rule_for
from tingsu.clocks.profiles import strictest
from tingsu.clocks.timers import ABOUT, Timer

ORDINARY = Facts(mode="internet", grade="general", urgency="normal")


@pytest.mark.req("SL-01", "SL-03", "SL-04", "SL-05", "SL-06", "SL-07", "SL-08", "SL-09", "SL-10", "SL-11", "SL-13")
@pytest.mark.parametrize(
    ("timer", "facts", "limit"),
    [
        ("acknowledgement", ORDINARY, (5, "minute")),
        ("urgent_response", ORDINARY, (15, "minute")),
        ("first_reply", ORDINARY, (24, "hour")),
        ("first_reply", Facts(mode="email"), (24, "hour")),
        ("first_reply", Facts(mode="letter"), (15, "working_day")),
        ("handling_start", Facts(mode="letter"), (24, "hour")),
        ("push_to_investigation", ORDINARY, (15, "minute")),
        ("dedicated_contact", ORDINARY, (24, "hour")),
        ("progress_feedback", ORDINARY, (2, "working_day")),
        ("high_risk_report", Facts(grade="high_risk"), (15, "minute")),
        ("pre_plan", Facts(grade="high_risk"), (4, "hour")),
        ("repeat_solution", Facts(repeated=True), (48, "hour")),
        ("department_answer", ORDINARY, (1, "working_day")),
        ("investigation", Facts(), (5, "working_day")),
        ("investigation", ORDINARY, (5, "working_day")),
        ("investigation", Facts(grade="high_risk", urgency="urgent"), (2, "working_day")),
        ("investigation", Facts(grade="general", urgency="urgent"), (2, "working_day")),
        ("solution", ORDINARY, (2, "working_day")),
        ("solution", Facts(approved=True), (1, "hour")),
        ("answer", ORDINARY, (2, "working_day")),
        ("parties_opinion", ORDINARY, (7, "day")),
        ("refusal_review", ORDINARY, (30, "day")),
        ("callback", ORDINARY, (3, "working_day")),
        ("archiving", ORDINARY, (5, "working_day")),
    ],
)
def test_the_strictest_profile_has_the_limits_of_the_documents(timer: str, facts: Facts, limit: tuple) -> None:
    rule = rule_for(read_policy(strictest()), Timer(timer), facts, start=local("2026-03-02 10:00"), calendar=china())
    assert rule is not None
    assert rule.allowance == Allowance(limit[0], Unit(limit[1]))


@pytest.mark.req("SL-15")
def test_every_shipped_limit_warns_at_half_and_at_four_fifths() -> None:
    assert {rule.warn_at for rule in read_policy(strictest()).rules} == {(50, 80)}


@pytest.mark.req("SL-01")
def test_the_shipped_policy_may_be_published_and_knows_every_timer() -> None:
    assert problems_of(strictest()) == []
    with_limit = {rule.timer for rule in read_policy(strictest()).rules}
    assert with_limit == {timer for timer, about in ABOUT.items() if not about.dated}
    assert set(ABOUT) == set(Timer)


@pytest.mark.req("SL-01", "SL-19")
def test_the_line_with_more_conditions_wins_and_among_equals_the_earlier_end() -> None:
    body = strictest()
    body["rules"] += [
        {**line_of("investigation", body), "when": {"grade": ["general"], "repeated": ["yes"]}, "amount": 9},
        {**line_of("investigation", body), "when": {"repeated": ["yes"]}, "amount": 1},
    ]
    policy, start = read_policy(body), local("2026-03-02 10:00")

    def days(facts: Facts) -> int:
        rule = rule_for(policy, Timer.INVESTIGATION, facts, start=start, calendar=china())
        assert rule is not None
        return rule.allowance.amount

    assert days(Facts(grade="general", repeated=True)) == 9
    assert days(Facts(urgency="urgent", repeated=True)) == 1
    assert days(Facts(urgency="urgent")) == 2


def line_of(timer: str, body: dict) -> dict:
    return copy.deepcopy(next(row for row in body["rules"] if row["timer"] == timer))


@pytest.mark.req("SL-01", "VL-11")
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"timer": "T99"}, "choose a timer"),
        ({"timer": "promised_date"}, "takes no limit"),
        ({"unit": "fortnight"}, "choose a unit"),
        ({"amount": 0}, "whole number from 1 up"),
        ({"amount": -1}, "whole number from 1 up"),
        ({"amount": "many"}, "whole number from 1 up"),
        ({"amount": 10**9}, "whole number from 1 up"),
        ({"when": {"vip": ["yes"]}}, "conditions is not known"),
        ({"when": {"grade": ["awful"]}}, "conditions is not known"),
        ({"when": {"grade": []}}, "conditions is not known"),
        ({"when": {"mode": ["phone"]}}, "only the first reply may differ"),
        ({"when": {"approved": ["yes"]}}, "only sending a solution"),
        ({"warn_at": [80, 50]}, "rising order"),
        ({"warn_at": [50, 50]}, "rising order"),
        ({"warn_at": [0]}, "rising order"),
        ({"warn_at": [100]}, "rising order"),
        ({"on_breach": ["shout"]}, "when the limit is missed"),
        ({"when": {"grade": ["general"]}}, "needs a limit that holds when no condition does"),
    ],
)
def test_a_policy_that_breaks_a_rule_is_refused_in_words(change: dict, sentence: str) -> None:
    body = strictest()
    number = next(number for number, row in enumerate(body["rules"]) if row["timer"] == "answer")
    body["rules"][number] |= change
    with override("en"):
        assert any(sentence in problem for problem in problems_of(body))


@pytest.mark.req("SL-01")
def test_two_lines_for_the_same_case_are_refused() -> None:
    body = strictest()
    body["rules"].append(line_of("answer", body))
    with override("en"):
        assert any("same timer and conditions" in problem for problem in problems_of(body))
        assert problems_of({"rules": []}) == ["The policy has no limits."]
