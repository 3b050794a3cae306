"""What two versions of a policy or of a calendar differ in, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from tingsu.calendars.body import WEEKDAYS, weekday_label
from tingsu.calendars.forms import hours_text
from tingsu.calendars.regions import BESIDE, OWN, hours_of, regions_of
from tingsu.clocks.packs import pack_name
from tingsu.clocks.policy import Policy, Rule, read_policy
from tingsu.clocks.region_words import places_words, units_words
from tingsu.clocks.timers import timer
from tingsu.clocks.words import breach_words, condition_words, limit_and_extensions, profile_words
from tingsu.kernel.fields import in_language
from tingsu.kernel.punctuation import after_label, apart, in_brackets, listed
from tingsu.pages.rulebooks import Change


def policy_differences(old: dict[str, Any], new: dict[str, Any]) -> list[Change]:
    """The lines that differ between two policies, in the order of the timers."""
    before, after = _lines(read_policy(old)), _lines(read_policy(new))
    keys = sorted({*before, *after}, key=lambda key: (timer(key[0]).title, len(key[1]), str(key[1])))
    found = []
    if old["profile"] != new["profile"]:
        names = [profile_words(body["profile"]) for body in (old, new)]
        found.append(Change(what=_("Profile"), before=names[0], after=names[1]))
    for key in keys:
        kind = timer(key[0])
        name = kind.title
        if condition := condition_words(kind, key[1]):
            name = f"{name}{in_brackets(condition)}"
        told = [_line_words(rules[key]) if key in rules else "" for rules in (before, after)]
        if told[0] != told[1]:
            found.append(Change(what=name, before=told[0], after=told[1]))
    return found


def _lines(policy: Policy) -> dict[tuple[Any, ...], Rule]:
    return {(rule.timer.name, rule.when): rule for rule in policy.rules}


def _line_words(rule: Rule) -> str:
    parts = [limit_and_extensions(rule)]
    parts.append(_("warns at %(points)s %%") % {"points": listed(map(str, rule.warn_at)) or "–"})
    parts.append(breach_words(rule.on_breach) or _("nothing follows"))
    if rule.basis:
        parts.append(rule.basis)
    if rule.ours:
        parts.append(_("our own value"))
    if rule.pack:
        parts.append(str(pack_name(rule.pack)))
    if rule.unconfirmed:
        parts.append(_("not confirmed in the official text"))
    return apart(parts)


def calendar_differences(old: dict[str, Any], new: dict[str, Any]) -> list[Change]:
    """What differs between two calendars: zone, hours, the end of days, and the years."""
    return [change for change in _calendar_changes(old, new) if change.before != change.after]


def _calendar_changes(old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
    yield from _hours_changes(old, new)
    for year in sorted({*old["years"], *new["years"]}):
        before, after = old["years"].get(year), new["years"].get(year)
        yield Change(what=year, before=_year_words(before, after), after=_year_words(after, before))
    yield from _region_changes(old, new)


def _region_changes(old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
    """What differs in each regional calendar, under its name; one that came or went as a whole in one line."""
    before, after = regions_of(old), regions_of(new)
    for code in dict.fromkeys([*before, *after]):
        name = in_language((after.get(code) or before[code])["name"])
        if code not in before or code not in after:
            told = _("a regional calendar of its own")
            yield Change(what=name, before=told if code in before else "", after=told if code in after else "")
            continue
        was, now = before[code], after[code]
        yield Change(what=after_label(name, _("Name")), before=in_language(was["name"]), after=in_language(now["name"]))
        yield Change(what=after_label(name, _("Provinces")), before=places_words(was), after=places_words(now))
        yield Change(what=after_label(name, _("Units")), before=units_words(was), after=units_words(now))
        days = {BESIDE: _("beside those of the main calendar"), OWN: _("its own alone")}
        yield Change(what=after_label(name, _("Holidays")), before=days[was["days"]], after=days[now["days"]])
        for one in _hours_changes(hours_of(old, code), hours_of(new, code)):
            yield replace(one, what=after_label(name, one.what))
        for year in sorted({*was["years"], *now["years"]}):
            left, right = was["years"].get(year), now["years"].get(year)
            none = _("no days of its own")
            said = [_year_words(days_, other) if days_ else none for days_, other in ((left, right), (right, left))]
            yield Change(what=after_label(name, year), before=said[0], after=said[1])


def _hours_changes(old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
    yield Change(what=_("Time zone"), before=old["time_zone"], after=new["time_zone"])
    ends = {"business": _("when business ends"), "midnight": _("at 24:00")}
    yield Change(what=_("End of a working day"), before=ends[old["day_ends"]], after=ends[new["day_ends"]])
    for day in WEEKDAYS:
        yield Change(
            what=weekday_label(day),
            before=hours_text(old["week"][day]) or _("day off"),
            after=hours_text(new["week"][day]) or _("day off"),
        )
    yield Change(what=weekday_label("make_up"), before=hours_text(old["make_up"]), after=hours_text(new["make_up"]))


def _year_words(days: dict[str, Any] | None, other: dict[str, Any] | None) -> str:
    """A year in words: how many days, and the dates that the other version does not have."""
    if days is None:
        return _("assumed")
    words = _("%(off)s days off, %(work)s make-up workdays") % {
        "off": len(days["days_off"]),
        "work": len(days["make_up_days"]),
    }
    only = [
        item["on"]
        for kind in ("days_off", "make_up_days")
        for item in days[kind]
        if other is not None and item["on"] not in {row["on"] for row in other[kind]}
    ]
    return after_label(words, listed(sorted(only))) if only else words
