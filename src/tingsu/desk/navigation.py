"""What the navigation and the settings page list: other apps add their pages here when they load.

An entry names a URL and who may open it; the shell shows only what the role may open and never what does not exist.
"""

from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_script_prefix, reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tingsu.kernel.kinds import kinds
from tingsu.kernel.models import Organisation
from tingsu.kernel.organisations import current_organisation
from tingsu.people.access import Can, actor_for

Text = str | Promise


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A page in the navigation. ``group`` is one of `GROUPS`; ``needs`` is the right it asks for."""

    key: str
    label: Text
    icon: str
    url_name: str
    group: str = "work"
    order: int = 100
    needs: Can | None = None
    alarm: bool = False
    args: tuple[str, ...] = ()
    roles: frozenset[str] = frozenset()
    whole: bool = False
    """A page of the whole management system: in micro mode it is not listed, and opens by its address (ME-01)."""
    folded: bool = False
    """It stands on the page of all registers of the system, not in the navigation itself: forty lists are no menu."""
    chapter: str = ""
    """Of `CHAPTERS`, where it is folded."""
    hint: Text = ""
    """What it is for, where there is room to say so."""


HUB = "system_registers"
"""The entry of the page that lists what is folded."""


@dataclass(frozen=True, kw_only=True)
class Section:
    """A page of the settings. ``needs`` is the right it asks for; None is open to all staff."""

    name: str
    title: Text
    url_name: str
    hint: Text = ""
    icon: str = "adjustments"
    group: str = "rules"
    order: int = 100
    needs: Can | None = None


GROUPS: dict[str, Text] = {
    "work": "",
    "intake": pgettext_lazy("navigation", "Receiving"),
    "handling": pgettext_lazy("navigation", "Handling"),
    "watch": _("Supervision"),
    "improve": _("Improvement"),
    "system": _("System"),
}
CHAPTERS: dict[str, Text] = {
    "leadership": pgettext_lazy("chapter", "Leadership and organisation"),
    "documents": pgettext_lazy("chapter", "Documents and knowledge"),
    "people": pgettext_lazy("chapter", "People and competence"),
    "review": pgettext_lazy("chapter", "Duties, audits and reviews"),
    "improvement": pgettext_lazy("chapter", "Improvement and quality"),
    "services": pgettext_lazy("chapter", "Services, channels and suppliers"),
    "data": pgettext_lazy("chapter", "Data and archive"),
    "": pgettext_lazy("chapter", "Others"),
}
FOLDS_FROM = 14
"""So many pages and more: the groups that a person does not work in are folded, until the person opens them."""
FOLDS_COOKIE = "tingsu_nav"
"""Which groups this device keeps open or shut: ``intake:1.watch:0``."""
SECTION_GROUPS: dict[str, Text] = {
    "people": _("People"),
    "rules": _("Rules"),
    "letters": _("Letters"),
    "system": _("System"),
}

_entries: dict[str, Entry] = {}


def add_entry(entry: Entry) -> None:
    """Register a navigation page. Raises RuntimeError for a key used twice."""
    if entry.key in _entries:
        raise RuntimeError(f"navigation entry {entry.key} registered twice")
    _entries[entry.key] = entry


def entries() -> list[Entry]:
    """The desk's own pages and the lists of the kinds of things, in their order."""
    places = [kind.place for kind in kinds().values() if kind.place is not None and kind.place.group]
    listed = [
        Entry(
            key=place.key,
            label=place.label,
            icon=place.icon,
            url_name=place.url_name,
            args=place.args,
            group=place.group,
            order=place.order,
            needs=Can(place.needs) if place.needs else None,
            roles=place.roles,
            folded=place.group == "system",
            chapter=place.chapter,
            hint=place.hint,
        )
        for place in places
    ]
    return sorted([*_entries.values(), *listed], key=lambda entry: (entry.order, entry.key))


def sections() -> list[Section]:
    """The settings pages that apps declare in their ``sections.py`` (lower floors do not import the desk)."""
    found = []
    for app in apps.get_app_configs():
        if app.name.startswith("tingsu.") and find_spec(f"{app.name}.sections"):
            found += [Section(**declared) for declared in import_module(f"{app.name}.sections").SECTIONS]
    return sorted(found, key=lambda section: (section.order, section.name))


def groups_for(request: HttpRequest, rights: frozenset[Can], counts: dict[str, int]) -> list[dict[str, Any]]:
    """The navigation of one person: groups with their items, the current one marked by the longest matching path."""
    roles = actor_for(request).roles
    shown = _reachable(get_script_prefix(), rights, roles, get_language() or "", len(_entries) + len(kinds()))
    micro = current_organisation().profile == Organisation.Profile.MICRO
    here = _current([url for _entry, _label, url in shown], request.path)
    folded = {entry.key: url for entry, _label, url in shown if entry.folded}
    waiting = {**counts, HUB: sum(counts.get(key, 0) for key in folded)}
    found = []
    for key, title in GROUPS.items():
        items = [
            {
                "label": label,
                "icon": entry.icon,
                "url": url,
                "current": url == here or (entry.key == HUB and here in folded.values()),
                "count": capped(waiting[entry.key]) if waiting.get(entry.key) else "",
                "alarm": entry.alarm,
            }
            for entry, label, url in shown
            if entry.group == key and not (entry.whole and micro) and not entry.folded and (folded or entry.key != HUB)
        ]
        if items:
            found.append({"key": key, "title": title, "items": items})
    _fold(found, request.COOKIES.get(FOLDS_COOKIE, ""))
    return found


def _fold(groups: list[dict[str, Any]], kept: str) -> None:
    """Say of each group with a title whether it stands open: as this device keeps it, where the page is, or where there is little."""
    chosen = dict(pair.split(":", 1) for pair in kept[:200].split(".") if ":" in pair)
    few = sum(len(group["items"]) for group in groups) < FOLDS_FROM
    for group in groups:
        here = any(item["current"] for item in group["items"])
        group["open"] = here or (chosen[group["key"]] == "1" if group["key"] in chosen else few)


def folded_for(request: HttpRequest, rights: frozenset[Can]) -> list[dict[str, Any]]:
    """What this person finds on the page of all registers of the system: chapters, each with its registers by their words."""
    roles = actor_for(request).roles
    shown = _reachable(get_script_prefix(), rights, roles, get_language() or "", len(_entries) + len(kinds()))
    chapters: dict[str, list[dict[str, Any]]] = {key: [] for key in CHAPTERS}
    for entry, label, url in shown:
        if entry.folded:
            item = {"title": label, "hint": entry.hint, "icon": entry.icon, "url": url}
            chapters[entry.chapter].append(item)
    return [
        {"title": CHAPTERS[key], "items": sorted(items, key=lambda item: item["title"].casefold())}
        for key, items in chapters.items()
        if items
    ]


@lru_cache(maxsize=256)
def _reachable(
    prefix: str, rights: frozenset[Can], roles: frozenset[str], language: str, declared: int
) -> tuple[tuple[Entry, str, str], ...]:
    """The pages that people of these rights and roles may open, with their words in a language and their addresses below a path:
    the same on every page.

    ``declared`` says how many pages there were then.
    """
    shown = []
    for entry in entries():
        if entry.needs is not None and entry.needs not in rights:
            continue
        if entry.roles and roles.isdisjoint(entry.roles):
            continue
        with suppress(NoReverseMatch):
            shown.append((entry, str(entry.label), reverse(entry.url_name, args=entry.args)))
    return tuple(shown)


def _current(urls: list[str], path: str) -> str:
    """The entry a page belongs to: the longest address it begins with; the shell's root stands for itself only, and a case
    belongs to the queue.
    """
    root, queue = reverse("desk:work"), reverse("desk:queue")
    if path.startswith(f"{root}cases/") and queue in urls:
        return queue
    return max((url for url in urls if path == url or (url != root and path.startswith(url))), key=len, default="")


def capped(number: int) -> str:
    """Counts stop at 999+ (invariant 13)."""
    return str(number) if number <= 999 else "999+"
