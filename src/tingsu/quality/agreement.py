"""How far two reviewers agree beyond chance: Cohen's kappa for pairs, Krippendorff's alpha where marks have an order (QC-01). No query."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

RELIABLE, TENTATIVE = 0.8, 0.667
"""Krippendorff's own bounds: from 0.8 on marks may be relied upon, below 0.667 not."""


def kappa(pairs: Iterable[tuple[str, str]]) -> float | None:
    """Cohen's kappa of pairs of marks; None where nothing was marked or both always gave one and the same mark."""
    given = list(pairs)
    if not given:
        return None
    seen = sum(one == other for one, other in given) / len(given)
    first, second = Counter(one for one, _other in given), Counter(other for _one, other in given)
    by_chance = sum(first[mark] * second[mark] for mark in first) / len(given) ** 2
    return None if by_chance == 1 else (seen - by_chance) / (1 - by_chance)


def alpha(units: Iterable[Sequence[int]], *, ordinal: bool = True) -> float | None:
    """Krippendorff's alpha of marks: each unit holds what its reviewers gave, missing marks left out.

    Units with fewer than two marks tell nothing. None where there are none, or no two marks differ anywhere.
    """
    kept = [list(unit) for unit in units if len(unit) > 1]
    weights: dict[tuple[int, int], float] = {}
    for unit in kept:
        counted = Counter(unit)
        for one in counted:
            for other in counted:
                number = counted[one] * (counted[other] - (one == other))
                weights[one, other] = weights.get((one, other), 0.0) + number / (len(unit) - 1)
    totals: dict[int, float] = {}
    for (one, _other), weight in weights.items():
        totals[one] = totals.get(one, 0.0) + weight
    whole = sum(totals.values(), 0.0)
    far = _ordinal(totals) if ordinal else _nominal
    observed = sum(weight * far(one, other) for (one, other), weight in weights.items())
    expected = sum(totals[one] * totals[other] * far(one, other) for one in totals for other in totals)
    return None if expected == 0 else 1 - (whole - 1) * observed / expected


def _nominal(one: int, other: int) -> float:
    return float(one != other)


def _ordinal(totals: dict[int, float]) -> Callable[[int, int], float]:
    """The distance of ranks: how many marks lie between two, each end counted half, squared."""

    def far(one: int, other: int) -> float:
        low, high = min(one, other), max(one, other)
        between = sum((weight for mark, weight in totals.items() if low <= mark <= high), 0.0)
        return (between - (totals[low] + totals[high]) / 2) ** 2

    return far
