"""Who is to take a case over, as tables: level, absence, conflict, and the least to do (AS-06, AS-16)."""

from types import SimpleNamespace
from typing import Any

import pytest

from tingsu.complaints.sharing import Colleague, able, shared_out, to_move
from tingsu.kernel.ids import new_id

pytestmark = pytest.mark.usefixtures("organisation")
OWNER, AGENT, EXPERT, COACH, ABSENT = (new_id() for _n in range(5))


def team(**loads: int) -> list[Colleague]:
    known = {"owner": (OWNER, "expert", True), "agent": (AGENT, "ordinary", True), "expert": (EXPERT, "expert", True),
             "coach": (COACH, "coach", True), "absent": (ABSENT, "coach", False)}  # fmt: skip
    return [
        Colleague(id=known[name][0], level=known[name][1], on_duty=known[name][2], load=load)
        for name, load in loads.items()
    ]


def case(required: str = "") -> Any:
    about = {"problem_type": "product", "product": "空气炸锅", "language": "zh-hans"}
    return SimpleNamespace(pk=new_id(), owner_id=OWNER, required_level=required, **about)


def free(one: Colleague, case: Any) -> bool:
    return False


@pytest.mark.req("AS-06", "AS-16")
@pytest.mark.parametrize(
    ("required", "names"),
    [
        ("", [EXPERT, AGENT, COACH]),
        ("expert", [EXPERT, COACH]),
        ("coach", [COACH]),
    ],
)
def test_the_least_laden_who_is_high_enough_and_at_work_comes_first(required: str, names: list[Any]) -> None:
    people = team(owner=0, agent=2, expert=1, coach=3, absent=0)
    assert [one.id for one in able(case(required), people, free)] == names


@pytest.mark.req("AS-06", "IV-03")
def test_a_conflict_of_interest_leaves_a_colleague_out() -> None:
    people = team(owner=9, agent=0, expert=1)
    assert [one.id for one in able(case(), people, lambda one, _case: one.id == AGENT)] == [EXPERT]


@pytest.mark.req("AS-06")
def test_each_case_given_counts_at_once_and_one_that_nobody_may_take_stays() -> None:
    people = team(owner=9, agent=0, expert=1)
    cases = [case(), case(), case(), case("expert"), case("coach")]
    found = shared_out(cases, people, free)
    assert [found[one.pk].id if one.pk in found else None for one in cases] == [AGENT, AGENT, EXPERT, EXPERT, None]


@pytest.mark.req("AS-06")
@pytest.mark.parametrize(
    ("loads", "many"),
    [
        ({"owner": 9, "agent": 0, "expert": 0}, 6),
        ({"owner": 3, "agent": 3, "expert": 3}, 0),
        ({"owner": 4, "agent": 3, "expert": 3}, 0),
        ({"owner": 0, "agent": 9, "expert": 3}, 0),
        ({"owner": 9, "agent": 0, "absent": 90}, 4),
    ],
)
def test_somebody_at_work_has_too_many_above_the_mean_of_those_at_work(loads: dict[str, int], many: int) -> None:
    people = team(**loads)
    assert to_move(people[0], people) == many


@pytest.mark.req("AS-06")
def test_of_somebody_absent_every_case_is_to_be_moved() -> None:
    people = team(absent=7, agent=90)
    assert to_move(people[0], people) == 7
