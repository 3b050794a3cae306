"""What the navigation and the settings page list: other apps add their pages here when they load.

An entry names a URL and who may open it; the shell shows only what the role may open and never what does not exist.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tingsu.kernel.actor import Actor

Text = str | Promise


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A page in the navigation. ``group``: work, watch, improve, system. ``count`` gives the number beside it."""

    key: str
    label: Text
    icon: str
    url_name: str
    group: str = "work"
    order: int = 100
    roles: frozenset[str] | None = None
    count: Callable[[Actor], int] | None = None
    alarm: bool = False


@dataclass(frozen=True, kw_only=True)
class Section:
    """A page of the settings. ``needs`` answers whether the actor may open it."""

    key: str
    label: Text
    hint: Text
    icon: str
    url_name: str
    group: str = "rules"
    order: int = 100
    roles: frozenset[str] | None = None


GROUPS: dict[str, Text] = {"work": "", "watch": _("Supervision"), "improve": _("Improvement"), "system": _("System")}
SECTION_GROUPS: dict[str, Text] = {
    "people": _("People"),
    "rules": _("Rules"),
    "letters": _("Letters"),
    "system": _("System"),
}

_entries: dict[str, Entry] = {}
_sections: dict[str, Section] = {}


def add_entry(entry: Entry) -> None:
    """Register a navigation page. Raises RuntimeError for a key used twice."""
    if entry.key in _entries:
        raise RuntimeError(f"navigation entry {entry.key} registered twice")
    _entries[entry.key] = entry


def add_section(section: Section) -> None:
    """Register a settings page. Raises RuntimeError for a key used twice."""
    if section.key in _sections:
        raise RuntimeError(f"settings section {section.key} registered twice")
    _sections[section.key] = section


def entries() -> list[Entry]:
    return sorted(_entries.values(), key=lambda entry: (entry.order, entry.key))


def sections() -> list[Section]:
    return sorted(_sections.values(), key=lambda section: (section.order, section.key))


def may_open(thing: Entry | Section, actor: Actor) -> bool:
    return thing.roles is None or actor.has_role(*thing.roles)


def groups_for(request: HttpRequest, actor: Actor, counts: dict[str, int]) -> list[dict[str, Any]]:
    """The navigation of one person: groups with their items, the current one marked by the longest matching path."""
    shown = []
    for entry in entries():
        if not may_open(entry, actor):
            continue
        try:
            url = reverse(entry.url_name)
        except NoReverseMatch:
            continue
        shown.append((entry, url))
    here = max((url for _entry, url in shown if request.path.startswith(url)), key=len, default="")
    found = []
    for key, title in GROUPS.items():
        items = [
            {
                "label": entry.label,
                "icon": entry.icon,
                "url": url,
                "current": url == here,
                "count": capped(counts[entry.key]) if counts.get(entry.key) else "",
                "alarm": entry.alarm,
            }
            for entry, url in shown
            if entry.group == key
        ]
        if items:
            found.append({"title": title, "items": items})
    return found


def capped(number: int) -> str:
    """Counts stop at 999+ (invariant 13)."""
    return str(number) if number <= 999 else "999+"
