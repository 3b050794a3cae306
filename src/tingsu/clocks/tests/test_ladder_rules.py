"""The ladder as data: its levels, who is admitted to which, and drafts that may not be published."""

import copy
from typing import Any

import pytest
from django.utils.translation import override

from tests.cast import Cast
from tingsu.clocks import ladder_rules
from tingsu.clocks.conditions import Facts
from tingsu.clocks.ladder import TRIGGERS, Ask, lowest, read_ladder, read_rung, ways_up
from tingsu.clocks.ladder_rules import problems_of, shipped


def codes(kind: str) -> list[str]:
    return [rung.code for rung in read_ladder(shipped()).of(kind)]


@pytest.mark.req("AS-07")
def test_the_shipped_ladder_of_complaints_has_the_levels_of_the_documents_in_order() -> None:
    rungs = read_ladder(shipped()).of("complaint")
    assert [(rung.code, rung.receivers) for rung in rungs] == [
        ("frontline", ("owner",)), ("specialist", ("role:specialist",)), ("supervisor", ("role:supervisor",)),
        ("functions", ("role:function",)), ("committee", ("role:mgmt_rep", "units:committee")),
        ("outside", ("role:top_mgmt", "outside", "role:mgmt_rep")),
    ]  # fmt: skip
    assert [rung.limit is not None for rung in rungs] == [False, True, True, True, True, True]
    assert codes("anything else") == codes("") == ["owner", "unit_head", "lead", "representative", "top"]


@pytest.mark.req("AS-07")
@pytest.mark.parametrize(
    ("change", "ask", "admitted"),
    [
        ({}, {}, True),
        ({"on": {"breach": True}}, {"trigger": "hand"}, False),
        ({"on": {"breach": True}}, {"trigger": "breach"}, True),
        ({"timers": ["answer"]}, {"trigger": "breach", "timer": "answer"}, True),
        ({"timers": ["answer"]}, {"trigger": "breach", "timer": "callback"}, False),
        ({"timers": ["answer"]}, {"trigger": "hand"}, True),
        ({"when": {"grade": "high_risk"}}, {"facts": Facts(grade="high_risk")}, True),
        ({"when": {"grade": "high_risk"}}, {"facts": Facts(grade="general")}, False),
        ({"when": {"grade": "high_risk", "urgency": "urgent"}}, {"facts": Facts(grade="high_risk")}, False),
        ({"when": {"urgency": ""}}, {"facts": Facts(urgency="normal")}, True),
        ({"times": 2}, {"times": 1}, False),
        ({"times": 2}, {"times": 2}, True),
        ({"hours": 24}, {"hours": 23}, False),
        ({"hours": 24}, {"hours": 24}, True),
    ],
)
def test_a_level_is_entered_only_under_its_conditions(
    change: dict[str, Any], ask: dict[str, Any], admitted: bool
) -> None:
    rung = read_rung({**shipped()["rungs"][2], **change})
    asked = {"trigger": "hand", "facts": Facts(), **ask}
    assert rung.admits(Ask(**asked)) == admitted


@pytest.mark.req("AS-07", "AS-12", "AS-01")
@pytest.mark.parametrize(
    ("trigger", "level", "ways"),
    [
        ("breach", 1, [2, 3, 4, 5, 6]), ("hand", 4, [5, 6]), ("refused", 1, [3, 4, 5, 6]), ("repeated", 1, [3, 4, 5, 6]),
        ("unanswered", 5, [6]), ("breach", 6, []), ("breach", 9, []),
    ],
)  # fmt: skip
def test_the_ways_up_begin_above_the_present_level(trigger: str, level: int, ways: list[int]) -> None:
    rungs = read_ladder(shipped()).of("complaint")
    assert [place for place, _rung in ways_up(rungs, level, Ask(trigger=trigger, facts=Facts()))] == ways
    assert lowest(rungs, Ask(trigger="repeated", facts=Facts())) == 3


def broken(change: Any) -> list[str]:
    body = copy.deepcopy(shipped())
    change(body["rungs"])
    with override("en"):
        return list(problems_of(body))


@pytest.mark.req("AS-07")
def test_the_shipped_ladder_may_be_published(cast: Cast) -> None:
    assert broken(lambda rungs: None) == []
    assert broken(lambda rungs: rungs[2]["limit"].update(amount=None)) == []
    assert broken(lambda rungs: rungs[2]["to"].update(second=f"member:{2001}", third="unit:legal")) == []
    assert broken(lambda rungs: rungs[2].update(timers=["answer"], when={"urgency": "urgent"}, times=1, hours=9)) == []
    assert broken(lambda rungs: rungs.__delitem__(slice(0, 6))) == []


@pytest.mark.req("AS-07")
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda rungs: rungs.clear(), "from two to"),
        (lambda rungs: rungs.__delitem__(slice(6, 11)), "from two to"),
        (lambda rungs: rungs.__delitem__(slice(1, 6)), "from two to"),
        (lambda rungs: rungs[1].update(code="frontline"), "Level 2: give it a code"),
        (lambda rungs: rungs[1].update(code="With Blanks"), "Level 2: give it a code"),
        (lambda rungs: rungs[1].update(of="unicorn"), "Level 2: choose what it is for"),
        (lambda rungs: rungs[1].update(name={"en": "x"}), "Level 2: name it in both"),
        (lambda rungs: rungs[1].update(to={}), "Level 2: choose who is told"),
        (lambda rungs: rungs[1]["to"].update(first="role:king"), "Level 2: choose who is told"),
        (lambda rungs: rungs[1]["to"].update(first="member:9999"), "Level 2: choose who is told"),
        (lambda rungs: rungs[1].update(call="none"), "Level 2: choose how they are told"),
        (lambda rungs: rungs[1]["on"].update(whim=True), "Level 2: choose what leads to it"),
        (lambda rungs: rungs[1]["limit"].update(amount=-1), "Level 2: enter how long"),
        (lambda rungs: rungs[1]["limit"].update(amount="soon"), "Level 2: enter how long"),
        (lambda rungs: rungs[1]["limit"].update(unit="fortnight"), "Level 2: enter how long"),
        (lambda rungs: rungs[1].update(times=1.5), "Level 2: enter whole numbers"),
        (lambda rungs: rungs[1].update(hours=10**6), "Level 2: enter whole numbers"),
        (lambda rungs: rungs[1].update(timers=["lunch"]), "Level 2: one of its timers"),
        (lambda rungs: rungs[1].update(when={"mood": "bad"}), "Level 2: one of its conditions"),
        (lambda rungs: rungs[1].update(when={"grade": "awful"}), "Level 2: one of its conditions"),
    ],
)
def test_a_ladder_that_breaks_a_rule_is_refused_in_words(cast: Cast, change: Any, sentence: str) -> None:
    assert any(sentence in problem for problem in broken(change))


def test_every_trigger_leads_somewhere_from_the_first_level() -> None:
    for kind in ("complaint", ""):
        rungs = read_ladder(shipped()).of(kind)
        for trigger in TRIGGERS:
            assert next(ways_up(rungs, 1, Ask(trigger=trigger, facts=Facts())), None), (kind, trigger)


@pytest.mark.parametrize(
    ("value", "stands"),
    [(None, True), ("", True), (0, True), (1, True), (-1, False), (True, False), (1.5, False), ("1", False)],
)
def test_a_number_of_a_level_is_a_whole_one_and_no_yes(value: Any, stands: bool) -> None:
    assert ladder_rules._number(value) is stands
    assert [ladder_rules._number(ladder_rules.LONGEST + more) for more in (0, 1)] == [True, False]
