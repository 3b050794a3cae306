"""Statistics of equal treatment: two groups compared over like cases, and many comparisons held to account together (QC-08). No query.

Shares: the difference of Mantel and Haenszel over strata, its interval by Greenland and Robins, and the test of Cochran, Mantel and
Haenszel. Times: the ratio of geometric means over strata. Adjusted by Holm, so that of all comparisons together one in twenty errs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, exp, sqrt

from tingsu.figures.fairness import Z


@dataclass(frozen=True)
class Effect:
    """How far a group lies from the others: points of a share (-1 to 1) or a ratio of times, its 95 % interval, and how likely by chance."""

    size: float
    low: float
    high: float
    chance: float


@dataclass
class Counted:
    """What is added up of one group in one stratum: cases, those that count, and of times the sums of logarithms and of their squares."""

    cases: int = 0
    hits: float = 0.0
    squares: float = 0.0

    def add(self, value: float) -> None:
        self.cases += 1
        self.hits += value
        self.squares += value * value

    def without(self, part: "Counted") -> "Counted":
        """The rest of a whole."""
        return Counted(self.cases - part.cases, self.hits - part.hits, self.squares - part.squares)

    @property
    def mean(self) -> float:
        return self.hits / self.cases

    @property
    def variance(self) -> float:
        """Of the values, as a sample; of a single one 0."""
        if self.cases < 2:
            return 0.0
        return max(0.0, (self.squares - self.hits * self.hits / self.cases) / (self.cases - 1))


Pair = tuple[Counted, Counted]


def share_difference(strata: Sequence[Pair]) -> Effect | None:
    """The share in the group less that among the others, like with like; None where no stratum holds both."""
    kept = [(own, rest) for own, rest in strata if own.cases and rest.cases]
    weight = over = spread = apart = varied = 0.0
    for own, rest in kept:
        n, m = own.cases, rest.cases
        whole, hits = n + m, own.hits + rest.hits
        weight += n * m / whole
        over += (own.hits * m - rest.hits * n) / whole
        spread += (own.hits * (n - own.hits) * m**3 + rest.hits * (m - rest.hits) * n**3) / (n * m * whole**2)
        apart += own.hits - n * hits / whole
        varied += n * m * hits * (whole - hits) / (whole**2 * (whole - 1))
    if not weight:
        return None
    size, half = over / weight, Z * sqrt(spread) / weight
    chance = erfc(sqrt(apart * apart / varied / 2)) if varied else 1.0
    return Effect(size, max(-1.0, size - half), min(1.0, size + half), chance)


def time_ratio(strata: Sequence[Pair]) -> Effect | None:
    """How many times as long it takes in the group as among the others, of logarithms of times; None where nothing can be compared."""
    kept = [(own, rest) for own, rest in strata if own.cases > 1 and rest.cases > 1]
    weight = over = spread = 0.0
    for own, rest in kept:
        w = own.cases * rest.cases / (own.cases + rest.cases)
        weight += w
        over += w * (own.mean - rest.mean)
        spread += w * w * (own.variance / own.cases + rest.variance / rest.cases)
    if not weight:
        return None
    size, error = over / weight, sqrt(spread) / weight
    chance = erfc(abs(size) / error / sqrt(2)) if error else (1.0 if size == 0 else 0.0)
    return Effect(exp(size), exp(size - Z * error), exp(size + Z * error), chance)


def holm(chances: Sequence[float]) -> list[float]:
    """The same chances adjusted for how many there are, in their order."""
    order = sorted(range(len(chances)), key=lambda place: chances[place])
    found, highest = [0.0] * len(chances), 0.0
    for rank, place in enumerate(order):
        highest = max(highest, min(1.0, (len(chances) - rank) * chances[place]))
        found[place] = highest
    return found
