"""The remedies of a solution add up to what its words promise."""

import re
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tingsu.demo import library
from tingsu.demo.story.money import COMPENSATION, improve, remedies_of

AMOUNTS = {"price": 100_00, "claim": 30_00, "goodwill": 10_00}


def walk_of(family: library.Family) -> Any:
    slots = {"price": "100", "claim": "30", "goodwill": "10"}
    return cast(Any, SimpleNamespace(plan=SimpleNamespace(family=family), slots=slots))


@pytest.mark.req("RM-01", "RM-03")
@pytest.mark.parametrize("family", library.families().values(), ids=lambda family: family.code)
def test_what_the_words_promise_is_what_is_paid(family: library.Family) -> None:
    named = set(re.findall(r"\{(price|claim|goodwill)\}", family.offer))
    rows = remedies_of(walk_of(family))
    assert sum(fen or 0 for _code, fen in rows) == sum(AMOUNTS[name] for name in named)
    assert all(fen for code, fen in rows if code in {"47", "48", "49", "50"})
    assert len({code for code, _fen in rows}) == len(rows)


def test_a_second_offer_is_better_and_says_so() -> None:
    family = library.families()["refund_late"]
    walk = walk_of(family)
    before = dict(remedies_of(walk))[COMPENSATION]
    improve(walk)
    assert dict(remedies_of(walk))[COMPENSATION] == 2 * (before or 0)
    assert walk.slots["goodwill"] == "20"
