"""Is a number of complaints more than chance and season explain? Pure functions of counts; days are the organisation's own (MO-02)."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, lgamma, log, sqrt
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)
DAYS = 7
"""Length of a window: so every one holds each day of the week."""


@dataclass(frozen=True)
class Seen:
    """What a window held against what was to be expected. `chance`: how likely so many or more are without a cause; 1 where not asked."""

    count: int
    expected: float
    chance: float = 1.0


def weeks(daily: Mapping[int, int], number: int) -> list[int]:
    """Counts of windows of seven days, the newest first: `daily` counts by how many days ago, 0 is today."""
    found = [0] * number
    for ago, count in daily.items():
        if 0 <= ago < number * DAYS:
            found[ago // DAYS] += count
    return found


def grown(counts: Sequence[int], spread: float, least: int) -> Seen | None:
    """The rule of MO-02: the newest week is at least `least` and above mean + `spread` standard deviations of those before it."""
    now, before = counts[0], counts[1:]
    mean = sum(before) / len(before) if before else 0.0
    deviation = sqrt(sum((one - mean) ** 2 for one in before) / (len(before) - 1)) if len(before) > 1 else 0.0
    if now < least or now <= mean + spread * deviation:
        return None
    return Seen(now, mean)


def held_against(counts: Sequence[int], weights: Sequence[float]) -> Seen:
    """The newest week against those before it, exactly for small counts: with what chance so many or more come without a cause.

    `weights` says how much each week weighs (its working days, and its days off as far as people complain on them), so that a week of
    holidays is not compared with one of work. Counts are taken as Poisson; where weeks differ more than that, as negative binomial with
    the dispersion seen. Half a complaint is added to what came before: nothing seen is not the same as never.
    """
    expected = _expected(counts, weights)
    if counts[0] <= expected:
        return Seen(counts[0], expected)
    return Seen(counts[0], expected, upper_tail(counts[0], expected, _dispersion(counts[1:], weights[1:])))


def _expected(counts: Sequence[int], weights: Sequence[float]) -> float:
    """Of the newest week, by the rate of those before it."""
    weight = sum(weights[1:])
    return (sum(counts[1:]) + 0.5) / weight * weights[0] if weight else 0.0


def _dispersion(before: Sequence[int], weights: Sequence[float]) -> float:
    """By how much weeks differ more than chance lets them: 1 where they do not."""
    weight = sum(weights)
    rate = (sum(before) + 0.5) / weight if weight else 0.0
    excess = [(one - rate * w) ** 2 / (rate * w) for one, w in zip(before, weights, strict=True) if w > 0]
    return max(1.0, sum(excess) / max(len(excess) - 1, 1)) if excess else 1.0


def compared(counts: Sequence[int], weights: Sequence[float]) -> Seen:
    """The newest week against those before it, where what came before is itself only so many complaints.

    As `held_against`, but the rate of before is not taken for known: with few weeks or few complaints it may as well be twice that. Where weeks
    differ by chance alone this is the exact conditional test of two Poisson numbers: of all complaints together so many fall into the newest
    week. Three out of nothing in eight weeks have a chance of 1 in 729, not of 1 in 25,000.
    """
    expected, weight = _expected(counts, weights), sum(weights[1:])
    if not weight or counts[0] <= expected:
        return Seen(counts[0], expected)
    share = weights[0] / weight
    dispersion = _dispersion(counts[1:], weights[1:])
    chance = upper_tail(counts[0], (sum(counts[1:]) + 1) * share, dispersion * (1 + share))
    return Seen(counts[0], expected, min(chance, 1.0))


def upper_tail(count: int, mean: float, dispersion: float = 1.0) -> float:
    """P(X ≥ count) of a Poisson number with this mean, or of a negative binomial one whose variance is dispersion × mean."""
    if count <= 0:
        return 1.0
    if mean <= 0:
        return 0.0
    below = sum(exp(_log_chance(k, mean, dispersion)) for k in range(count))
    if below < 0.999:
        return 1.0 - below
    above, k = 0.0, count  # the difference from 1 would lose all digits: the tail itself
    while True:
        term = exp(_log_chance(k, mean, dispersion))
        above += term
        k += 1
        if term < above * 1e-9 or k > count + 10_000:
            return above


def _log_chance(k: int, mean: float, dispersion: float) -> float:
    if dispersion <= 1.0 + 1e-9:
        return k * log(mean) - mean - lgamma(k + 1)
    size = mean / (dispersion - 1)
    return (
        lgamma(k + size)
        - lgamma(size)
        - lgamma(k + 1)
        - size * log(dispersion)
        + k * log((dispersion - 1) / dispersion)
    )


def discovered(chances: Mapping[Key, float], rate: float, of: int = 0) -> set[Key]:
    """Which of many series stand out, so that at most a share `rate` of them is expected to be false (Benjamini and Hochberg).

    `of`: how many series were looked at, where those with nothing to tell are left out of the chances.
    """
    whole = max(of, len(chances))
    ordered = sorted(chances.items(), key=lambda pair: pair[1])
    last = 0
    for place, (_key, chance) in enumerate(ordered, 1):
        if chance <= rate * place / whole:
            last = place
    return {key for key, _chance in ordered[:last]}
