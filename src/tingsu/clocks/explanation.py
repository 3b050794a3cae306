"""“Explain this deadline”: start, rule and version, each day counted or skipped and why, warnings, waiting (SL-18)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise as Text
from django.utils.translation import gettext as _

from tingsu.calendars.arithmetic import Allowance, Unit
from tingsu.calendars.explanation import Explanation as Counting
from tingsu.calendars.explanation import explain
from tingsu.calendars.queries import calendar_version
from tingsu.clocks.comparison import mark_of
from tingsu.clocks.models import Promise, WaitingInterval
from tingsu.clocks.packs import pack_name
from tingsu.clocks.planning import warning_points
from tingsu.clocks.queries import policy_version, waits_of
from tingsu.clocks.timers import Extension, TimerKind, timer
from tingsu.clocks.words import condition_words, limit_words, profile_words
from tingsu.kernel.fields import in_language


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningPoint:
    """One warning of a promise: at which share, when, and whether it has been given."""

    percent: int
    at: datetime
    given: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """A time of waiting that overlaps a promise; ``until`` is None while it lasts."""

    on: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A promise with everything it was counted from. ``counting`` is None where no days were counted."""

    promise: Promise
    about: TimerKind
    name: str | Text
    profile: str
    """The name of the profile the limit came from; empty where somebody named the date."""
    basis: str
    ours: bool
    mark: str
    """Where the number does not come from the document of the profile."""
    pack: str | Text
    """The rule pack that the limit was taken from; empty for none."""
    extensions: tuple[Extension, ...]
    """Each extension that was allowed, oldest first."""
    time_zone: str
    calendar: str
    """The name of the regional calendar; empty for the main one."""
    counting: Counting | None
    warnings: tuple[WarningPoint, ...]
    waits: tuple[Wait, ...]

    @property
    def limit(self) -> str:
        """The limit in the language of the reader."""
        rule = self.promise.rule
        words = limit_words(rule.get("amount"), rule["unit"])
        if not rule.get("extended_from"):
            return words
        return str(_("%(limit)s, extended from %(first)s")) % {
            "limit": words,
            "first": limit_words(rule["extended_from"][0], rule["unit"]),
        }

    @property
    def condition(self) -> str:
        """The conditions of the line that was taken, in words; empty when it holds for every case."""
        return condition_words(self.about, sorted((self.promise.rule.get("when") or {}).items()))

    @property
    def dated(self) -> bool:
        """Whether somebody named the end, so that nothing was counted."""
        return self.promise.rule.get("amount") is None


def explain_promise(promise: Promise) -> Explanation:
    """Count a promise again on the calendar version it names, and say how it came about. Reads, never writes."""
    rule, about = promise.rule, timer(promise.kind)
    calendar = calendar_version(promise.calendar_version, promise.calendar_region)
    counting = None
    if rule.get("amount") is not None:
        counting = explain(promise.started_at, Allowance(rule["amount"], Unit(rule["unit"])), calendar)
    policy, basis = policy_version(promise.policy_version), rule.get("basis") or about.source
    points = warning_points(promise.started_at, promise.due_at, rule, calendar)
    return Explanation(
        promise=promise,
        about=about,
        name=about.label,
        profile=profile_words(policy.profile) if counting else "",
        basis=basis,
        ours=bool(rule.get("ours")),
        mark=_mark(policy.profile, basis, rule) if counting else "",
        pack=pack_name(rule["pack"]) if rule.get("pack") else "",
        extensions=tuple(about.extensions(promise)) if about.extensions and rule.get("extended_from") else (),
        time_zone=calendar.time_zone,
        calendar=in_language(dict(calendar.region_name)),
        counting=counting,
        warnings=tuple(
            WarningPoint(percent=percent, at=at, given=_given(promise, at))
            for percent, at in zip(rule["warn_at"], points, strict=True)
            if at <= promise.due_at
        ),
        waits=tuple(
            Wait(on=wait.on, since=wait.since, until=wait.until)
            for wait in waits_of(promise.stream_id)
            if _overlaps(wait, promise)
        ),
    )


def _mark(profile: str, basis: str, rule: dict[str, Any]) -> str:
    known = {"pack": rule.get("pack", ""), "unconfirmed": bool(rule.get("unconfirmed"))}
    return mark_of(profile, basis, ours=bool(rule.get("ours")), **known)


def _given(promise: Promise, at: datetime) -> bool:
    waiting = {datetime.fromisoformat(point) for point in promise.warnings}
    return at not in waiting and (promise.ended_at is None or at <= promise.ended_at)


def _overlaps(wait: WaitingInterval, promise: Promise) -> bool:
    ends = promise.ended_at
    return (ends is None or wait.since < ends) and (wait.until is None or wait.until > promise.started_at)
