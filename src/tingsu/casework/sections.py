"""The settings page of casework, collected by the desk."""

from typing import Any

from tingsu.casework.editors import LEVEL_EDITOR
from tingsu.people.access import Can

SECTIONS: list[dict[str, Any]] = [
    {
        "name": LEVEL_EDITOR.kind,
        "title": LEVEL_EDITOR.title,
        "hint": LEVEL_EDITOR.intro,
        "icon": "users",
        "url_name": LEVEL_EDITOR.url_name,
        "group": "rules",
        "needs": Can.RULEBOOKS,
    }
]
