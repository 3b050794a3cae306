"""Time-limit policies as data: which line gives a timer its limit, and what may not be published."""

import copy
import uuid

import pytest
from django.utils.translation import override

from tingsu.calendars.arithmetic import Allowance, Unit, due_at
from tingsu.calendars.queries import calendar_in_force
from tingsu.calendars.tests.calendars import china, local
from tingsu.clocks.actions import publish_time_limits
from tingsu.clocks.conditions import Facts
from tingsu.clocks.engine import new_promise
from tingsu.clocks.forms import lines_of
from tingsu.clocks.policy import problems_of, read_policy, rule_for
from tingsu.clocks.profiles import completed, strictest
from tingsu.clocks.timers import timer, timers
from tingsu.kernel.clock import travel_to

ORDINARY = Facts(mode="internet", grade="general", urgency="normal")


@pytest.mark.req("SL-01", "SL-03", "SL-04", "SL-05", "SL-06", "SL-07", "SL-08", "SL-09", "SL-10", "SL-11", "SL-13")
@pytest.mark.parametrize(
    ("name", "facts", "limit"),
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
def test_the_strictest_profile_has_the_limits_of_the_documents(name: str, facts: Facts, limit: tuple) -> None:
    rule = rule_for(read_policy(strictest()), timer(name), facts, start=local("2026-03-02 10:00"), calendar=china())
    assert rule is not None
    assert rule.allowance == Allowance(limit[0], Unit(limit[1]))


@pytest.mark.req("SL-15")
def test_every_shipped_limit_warns_at_half_and_at_four_fifths() -> None:
    assert {rule.warn_at for rule in read_policy(strictest()).rules} == {(50, 80)}


@pytest.mark.req("SL-01")
def test_the_shipped_policy_may_be_published_and_knows_every_timer() -> None:
    assert problems_of(strictest()) == []
    with_limit = {rule.timer.name for rule in read_policy(strictest()).rules}
    assert with_limit == {name for name, kind in timers().items() if not kind.dated and not kind.optional}


@pytest.mark.req("SL-01")
def test_every_timer_says_what_starts_and_what_stops_it_in_both_languages() -> None:
    for kind in timers().values():
        for language in ("zh-hans", "en"):
            with override(language):
                assert all(map(str, (kind.label, kind.starts, kind.stops))), kind.name
                assert str(kind.starts) != str(kind.stops), kind.name


@pytest.mark.req("SL-01")
@pytest.mark.parametrize(
    ("answers", "amount"),
    [
        ({}, 9),
        ({"mode": "letter"}, 8),
        ({"channel": "shop"}, 7),
        ({"channel": "shop", "mode": "letter"}, 6),
        ({"grade": "high_risk"}, 5),
        ({"urgency": "urgent"}, 4),
        ({"repeated": True}, 3),
        ({"grade": "high_risk", "urgency": "urgent", "repeated": True}, 2),
    ],
)
def test_a_line_is_chosen_by_channel_severity_urgency_and_repetition_and_kept_with_its_unit_warnings_and_action(
    organisation, cast, answers: dict, amount: int
) -> None:
    """Timer × channel × severity × urgency × repeat flag → duration, unit, warning points, action on breach, version."""
    asked = [
        (9, {}), (8, {"mode": ["letter"]}), (7, {"channel": ["shop"]}), (6, {"channel": ["shop"], "mode": ["letter"]}),
        (5, {"grade": ["high_risk"]}), (4, {"urgency": ["urgent"]}), (3, {"repeated": ["yes"]}),
        (2, {"grade": ["high_risk"], "urgency": ["urgent"], "repeated": ["yes"]}),
    ]  # fmt: skip
    body = strictest()
    line = {
        "timer": "first_reply",
        "unit": "working_hour",
        "warn_at": [25],
        "on_breach": ["alert"],
        "basis": "§",
        "ours": True,
    }
    others = [row for row in body["rules"] if row["timer"] != "first_reply"]
    body["rules"] = [*({**line, "amount": n, "when": when} for n, when in asked), *others]
    start = local("2026-03-02 10:00")
    with travel_to(start):
        publish_time_limits(actor=cast.top_mgmt.actor, body=body)
        facts = Facts(mode="phone", channel="hotline", grade="general", urgency="normal", repeated=False).but(**answers)
        promise = new_promise(uuid.uuid4(), "first_reply", at=start, facts=facts)
    assert (promise.rule["amount"], promise.rule["unit"]) == (amount, "working_hour")
    assert (promise.rule["warn_at"], promise.rule["on_breach"], promise.policy_version) == ([25], ["alert"], 1)
    assert len(promise.warnings) == 1
    assert promise.due_at == due_at(start, Allowance(amount, Unit.WORKING_HOUR), calendar_in_force())


@pytest.mark.req("SL-12")
@pytest.mark.parametrize(
    ("facts", "limit"),
    [
        (Facts(kind="complaint", topic="product"), (1, "working_day")),
        (Facts(kind="report", topic="product"), (4, "hour")),
        (Facts(kind="complaint", topic="ip"), (4, "hour")),
    ],
)
def test_reports_and_infringement_are_answered_by_departments_at_the_first_moment(facts: Facts, limit: tuple) -> None:
    rule = rule_for(
        read_policy(strictest()), timer("department_answer"), facts, start=local("2026-03-02 10:00"), calendar=china()
    )
    assert rule is not None
    assert rule.allowance == Allowance(limit[0], Unit(limit[1]))


@pytest.mark.req("SL-12", "SL-13")
@pytest.mark.parametrize("name", ["department_answer", "investigation", "solution", "answer"])
@pytest.mark.parametrize(
    "when", [{"grade": ["high_risk"]}, {"urgency": ["urgent"]}, {"difficult": ["yes"]}, {"topic": ["product"]}]
)
def test_answers_investigation_and_solution_may_differ_by_type_severity_urgency_and_complexity(
    name: str, when: dict
) -> None:
    body = strictest()
    body["rules"] = [row for row in body["rules"] if not row["when"]]
    body["rules"].append({**line_of(name, body), "when": when, "amount": 40, "unit": "minute"})
    assert problems_of(body) == []
    (condition, answers), *_rest = when.items()
    policy, start = read_policy(body), local("2026-03-02 10:00")
    for facts, special in ((Facts(**{condition: answers[0]}), True), (Facts(**{condition: "no"}), False)):
        rule = rule_for(policy, timer(name), facts, start=start, calendar=china())
        assert rule is not None
        assert (rule.allowance == Allowance(40, Unit.MINUTE)) == special


@pytest.mark.req("SL-01", "VL-11")
def test_no_rule_can_ask_who_complains(organisation) -> None:
    with pytest.raises(ValueError, match="no rule may ask about"):
        new_promise(uuid.uuid4(), "answer", at=local("2026-03-02 10:00"), facts=Facts(vip="yes"))


@pytest.mark.req("SL-01", "invariant-4")
def test_a_timer_that_came_after_the_policy_was_published_has_its_shipped_limit(organisation, cast) -> None:
    body = strictest()
    body["rules"] = [row for row in body["rules"] if row["timer"] != "answer"]
    later = [row for row in lines_of(body).initial if row.get("timer") == "answer"]
    assert [row["amount"] for row in later] == [2]
    assert [rule.allowance.amount for rule in read_policy(completed(body)).rules_for(timer("answer"))] == [2]
    assert completed(strictest()) == strictest()


def test_the_line_with_more_conditions_wins_and_among_equals_the_earlier_end() -> None:
    body = strictest()
    body["rules"] += [
        {**line_of("investigation", body), "when": {"grade": ["general"], "repeated": ["yes"]}, "amount": 9},
        {**line_of("investigation", body), "when": {"repeated": ["yes"]}, "amount": 1},
    ]
    policy, start = read_policy(body), local("2026-03-02 10:00")

    def days(facts: Facts) -> int:
        rule = rule_for(policy, timer("investigation"), facts, start=start, calendar=china())
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
        ({"amount": True}, "whole number from 1 up"),
        ({"amount": 1099, "unit": "day"}, "whole number from 1 up"),
        ({"amount": 157, "unit": "week"}, "whole number from 1 up"),
        ({"amount": 733, "unit": "working_day"}, "whole number from 1 up"),
        ({"amount": 8785, "unit": "working_hour"}, "whole number from 1 up"),
        ({"amount": 26353, "unit": "hour"}, "whole number from 1 up"),
        ({"amount": 1581121, "unit": "minute"}, "whole number from 1 up"),
        ({"when": None}, "conditions is not known"),
        ({"when": {"channel": ["weibo"]}}, "only the first reply may differ"),
        ({"warn_at": ["50"]}, "rising order"),
        ({"warn_at": None}, "rising order"),
        ({"on_breach": None}, "when the limit is missed"),
    ],
)
def test_a_policy_that_breaks_a_rule_is_refused_in_words(change: dict, sentence: str) -> None:
    body = strictest()
    number = next(number for number, row in enumerate(body["rules"]) if row["timer"] == "answer")
    body["rules"][number] |= change
    with override("en"):
        (problem,) = problems_of(body)
    assert sentence in problem
    assert f"Line {number + 1}:" in problem or "needs a limit" in sentence


@pytest.mark.parametrize(
    ("timer", "change"),
    [
        ("answer", {"amount": 1}), ("answer", {"amount": 1098, "unit": "day"}), ("answer", {"amount": 156, "unit": "week"}),
        ("answer", {"amount": 732, "unit": "working_day"}), ("answer", {"amount": 8784, "unit": "working_hour"}),
        ("answer", {"amount": 26352, "unit": "hour"}), ("answer", {"amount": 1581120, "unit": "minute"}), ("answer", {"warn_at": []}),
        ("answer", {"warn_at": [1, 99]}), ("answer", {"on_breach": []}), ("answer", {"on_breach": ["escalate"]}),
    ],
)  # fmt: skip
def test_a_policy_at_the_edge_of_the_rules_may_be_published(timer: str, change: dict) -> None:
    body = strictest()
    next(row for row in body["rules"] if row["timer"] == timer).update(change)
    assert problems_of(body) == []


@pytest.mark.parametrize(
    ("timer", "when"),
    [
        ("first_reply", {"channel": ["weibo"]}), ("first_reply", {"mode": ["phone", "email", "internet", "in_person", "other"]}),
        ("solution", {"approved": ["no"], "grade": ["general"]}), ("answer", {"grade": ["general", "high_risk"]}),
        ("answer", {"topic": ["qualification", "product", "ip", "consumer", "operation"]}), ("answer", {"repeated": ["yes", "no"]}),
        ("answer", {"urgency": ["normal", "urgent"]}),
    ],
)  # fmt: skip
def test_every_condition_that_is_known_may_be_asked(timer: str, when: dict) -> None:
    body = strictest()
    body["rules"].append({**line_of(timer, body), "when": when, "amount": 3})
    assert problems_of(body) == []


def test_facts_are_compared_as_the_codes_a_rule_uses() -> None:
    facts = Facts(
        channel="weibo", mode="letter", grade="general", urgency="urgent", repeated=True, approved=False, topic="ip"
    )
    told = {
        name: facts.value(name) for name in ("channel", "mode", "grade", "urgency", "repeated", "approved", "topic")
    }
    assert told == {
        "channel": "weibo", "mode": "letter", "grade": "general", "urgency": "urgent", "repeated": "yes", "approved": "no", "topic": "ip",
    }  # fmt: skip


@pytest.mark.req("SL-01")
def test_two_lines_for_the_same_case_are_refused() -> None:
    body = strictest()
    body["rules"].append(line_of("answer", body))
    with override("en"):
        (problem,) = problems_of(body)
        first = next(number for number, row in enumerate(body["rules"], 1) if row["timer"] == "answer")
        assert problem == f"Line {len(body['rules'])} has the same timer and conditions as line {first}."
        for empty in ({"rules": []}, {"rules": None}, {}):
            assert problems_of(empty) == ["The policy has no limits."]
