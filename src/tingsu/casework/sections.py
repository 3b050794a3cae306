"""The settings pages of casework, collected by the desk."""

from typing import Any

from tingsu.casework.editors import COMMITTEE_EDITOR, INTERFACES, LEVEL_EDITOR, PARTNERS, SOURCES
from tingsu.people.access import Can

SECTIONS: list[dict[str, Any]] = [
    {
        "name": editor.kind,
        "title": editor.title,
        "hint": editor.intro,
        "icon": "users",
        "url_name": editor.url_name,
        "group": "rules",
        "needs": Can.RULEBOOKS,
    }
    for editor in (LEVEL_EDITOR, COMMITTEE_EDITOR, INTERFACES, SOURCES, PARTNERS)
]
