"""The tests of early warning as functions: what stands out, what does not, and how seldom chance does (MO-02)."""

import random
from datetime import date

import pytest

from tingsu.warning.detection import compared, discovered, grown, held_against, upper_tail, weeks
from tingsu.warning.watching import episodes

FLAT = [1.0] * 9


def test_days_become_weeks_the_newest_first() -> None:
    assert weeks({0: 1, 6: 2, 7: 4, 13: 8, 14: 16, 20: 32, 21: 64, -1: 99}, 3) == [3, 12, 48]


@pytest.mark.req("MO-02")
@pytest.mark.parametrize(
    ("counts", "spread", "least", "expected"),
    [
        ([5, 0, 0, 0, 0, 0, 0, 0, 0], 2, 5, 0.0), ([4, 0, 0, 0, 0, 0, 0, 0, 0], 2, 5, None), ([10, 2, 4, 2, 4, 2, 4, 2, 4], 2, 5, 3.0),
        ([5, 2, 4, 2, 4, 2, 4, 2, 4], 2, 5, None),  # mean 3, deviation 1.07: 5.14 is not passed
        ([6, 2, 4, 2, 4, 2, 4, 2, 4], 2, 5, 3.0), ([7, 7, 7, 7, 7, 7, 7, 7, 7], 2, 5, None), ([8, 7, 7, 7, 7, 7, 7, 7, 7], 2, 5, 7.0),
        ([9, 0], 2, 5, 0.0), ([9], 2, 5, 0.0), ([4], 2, 5, None), ([3, 0, 0, 0, 0, 0, 0, 0, 0], 2, 3, 0.0),
    ],
)  # fmt: skip
def test_mean_and_deviation_of_the_weeks_before(
    counts: list[int], spread: float, least: int, expected: float | None
) -> None:
    seen = grown(counts, spread, least)
    assert (None if seen is None else seen.expected) == expected


@pytest.mark.req("MO-02")
def test_chances_are_those_of_poisson_and_negative_binomial() -> None:
    for count, mean, dispersion, told in (
        (0, 3, 1, 1.0), (1, 3, 1, 0.950213), (5, 3, 1, 0.184737), (10, 3, 1, 0.0011025), (30, 3, 1, 4.27705e-20), (10, 0, 1, 0.0),
        (5, 3, 2, 0.226562), (10, 3, 2, 0.019287), (1, 3, 2, 0.875),
    ):  # fmt: skip
        assert upper_tail(count, mean, dispersion) == pytest.approx(told, rel=1e-4, abs=0), (count, mean, dispersion)


@pytest.mark.req("MO-02")
def test_a_week_of_holidays_is_held_against_its_own_weight() -> None:
    steady = [20, *[20] * 8]
    assert held_against(steady, FLAT).chance == 1
    after_holidays = [40, *[20] * 8]
    assert held_against(after_holidays, [2.0, *[1.0] * 8]).chance == 1
    assert held_against(after_holidays, FLAT).chance < 0.001
    assert held_against([5, *[0] * 8], FLAT).chance < 0.0001
    rough, smooth = (
        held_against([18, 2, 18, 1, 20, 0, 19, 3, 17], FLAT),
        held_against([18, 10, 10, 10, 10, 10, 10, 10, 10], FLAT),
    )
    assert rough.chance > 0.05 > smooth.chance
    assert held_against([3, *[0] * 8], [0.0] * 9).chance == 0


@pytest.mark.req("MO-02")
def test_what_came_before_is_only_so_many_complaints_too() -> None:
    """The conditional test of two Poisson numbers, by hand: of n complaints so many fall into one week of nine."""
    for counts, told in (
        ([3, *[0] * 8], (1 / 9) ** 3), ([6, *[0] * 8], (1 / 9) ** 6), ([2, 1, *[0] * 7], 3 * (1 / 9) ** 2 * (8 / 9) + (1 / 9) ** 3),
        ([0, 3, *[0] * 7], 1.0), ([1, *[1] * 8], 1.0),
    ):  # fmt: skip
        assert compared(counts, FLAT).chance == pytest.approx(told, rel=1e-6), counts
    few, many = [7, 2, 1, 2, 1, 2, 1, 2, 1], [350, *[75] * 8]
    assert compared(few, FLAT).chance > 2 * held_against(few, FLAT).chance, "twelve complaints tell little of a rate"
    assert compared(many, FLAT).chance < 1e-9
    assert compared([3, *[0] * 8], [0.0] * 9).chance == 1, "no history to be held against"
    assert compared([0] * 9, FLAT).count == 0
    rough = compared([18, 2, 18, 1, 20, 0, 19, 3, 17], FLAT)
    assert rough.chance > 0.05, "weeks that differ a lot by themselves"
    series = {number: compared([3, *[0] * 8], FLAT).chance for number in range(1)} | {
        "kettles": compared([6, *[0] * 8], FLAT).chance
    }
    assert discovered(series, 0.01, of=300) == {"kettles"}, "six out of nothing among 300 series, not three"


@pytest.mark.req("MO-02")
def test_false_alarms_of_many_series_are_held_down_together() -> None:
    assert discovered({"a": 0.001, "b": 0.02, "c": 0.5}, 0.01) == {"a"}
    assert discovered({"a": 0.012, "b": 0.019, "c": 0.029}, 0.03) == {"a", "b", "c"}
    assert discovered({}, 0.01) == set()
    drawn, weights, found = random.Random(7), [1.0] * 9, 0  # noqa: S311 drawn to be tried, not to be secret
    for _week in range(60):
        chances = {}
        for one in range(40):
            counts = [sum(drawn.random() < 0.1 for _try in range(30)) for _w in range(9)]
            chances[one] = compared(counts, weights).chance
        found += len(discovered(chances, 0.01))
    assert found <= 3, "chance alone raises next to nothing"


def test_alarms_less_than_a_week_apart_are_one_episode() -> None:
    assert episodes([]) == 0
    assert episodes([date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 8), date(2026, 3, 14)]) == 1
    assert episodes([date(2026, 3, 9), date(2026, 3, 1), date(2026, 3, 2)]) == 2
