"""Two policies side by side, line by line, with where each line comes from: what choosing another profile would change (SL-01)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from tingsu.clocks.models import Promise
from tingsu.clocks.policy import Policy, Rule, read_policy
from tingsu.clocks.profiles import PROFILES, completed, profile_body
from tingsu.clocks.timers import Label, TimerKind, timer
from tingsu.clocks.words import condition_words, limit_and_extensions
from tingsu.kernel import rulebooks

IN_FORCE = "in_force"
"""One side of a comparison: what the organisation has published and what holds today."""
COUNT_TO = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One line of one policy, in words; empty where the policy has no such line."""

    limit: str = ""
    basis: str = ""
    mark: str = ""
    """Where the number does not come from the profile's own document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One timer in one case, on both sides."""

    timer: TimerKind
    condition: str
    left: Side
    right: Side

    @property
    def differs(self) -> bool:
        """Whether the limits, their clauses or what confirms them are not the same."""
        return self.left != self.right


def sides() -> dict[str, Label]:
    """What may be compared: what is in force, then every profile that ships."""
    return {IN_FORCE: _("In force today"), **{code: one.label for code, one in PROFILES.items()}}


def body_of(side: str, kind: str) -> dict[str, Any]:
    """The policy behind one side. Raises KeyError for what is none."""
    return completed(rulebooks.in_force(kind).body) if side == IN_FORCE else profile_body(side)


def mark_of(profile: str, basis: str, *, ours: bool, pack: str = "", unconfirmed: bool = False) -> str:
    """What a reader must know of a number: that no document gives it, that nobody found it in the official text, or that another
    document than the profile's gives it.
    """
    if ours:
        return _("our own value")
    if unconfirmed:
        return _("not confirmed in the official text")
    if pack:
        return ""
    known = PROFILES.get(profile)
    return "" if known is None or known.speaks_in(basis) else _("not in this document, from the strictest")


def side_by_side(left: dict[str, Any], right: dict[str, Any]) -> list[Row]:
    """Every line of two policies, in the order of the timers."""
    told = [_lines(read_policy(body)) for body in (left, right)]
    keys = sorted(
        {*told[0], *told[1]}, key=lambda key: (not timer(key[0]).code, timer(key[0]).title, len(key[1]), str(key[1]))
    )
    return [
        Row(
            timer=timer(name),
            condition=condition_words(timer(name), when),
            left=_side(left["profile"], told[0].get((name, when))),
            right=_side(right["profile"], told[1].get((name, when))),
        )
        for name, when in keys
    ]  # fmt: skip


def changed_timers(old: dict[str, Any], new: dict[str, Any]) -> set[str]:
    """The timers that two policies limit differently in some case: by amount, unit, warning points or what follows a breach."""

    def weight(policy: Policy) -> Mapping[tuple[Any, ...], tuple[Any, ...]]:
        return {
            key: (rule.allowance, rule.warn_at, rule.on_breach, rule.extensions) for key, rule in _lines(policy).items()
        }

    before, after = weight(read_policy(old)), weight(read_policy(new))
    return {
        name
        for name, when in {*before, *after}
        if before.get((name, when), before.get((name, ()))) != after.get((name, when), after.get((name, ())))
    }


def running_cases(names: set[str] | None = None) -> int:
    """How many things have a limit (of some timers) that still runs and is not missed, counted no further than COUNT_TO."""
    asked = Q() if names is None else Q(kind__in=names)
    return (
        Promise.objects.filter(asked, ended_at=None, next_at__isnull=False)
        .order_by()
        .values("stream_id")
        .distinct()[:COUNT_TO]
        .count()
    )


def _lines(policy: Policy) -> dict[tuple[str, Any], Rule]:
    return {(rule.timer.name, rule.when): rule for rule in policy.rules}


def _side(profile: str, rule: Rule | None) -> Side:
    if rule is None:
        return Side()
    words = limit_and_extensions(rule)
    mark = mark_of(profile, rule.basis, ours=rule.ours, pack=rule.pack, unconfirmed=rule.unconfirmed)
    return Side(limit=words, basis=rule.basis, mark=mark)
