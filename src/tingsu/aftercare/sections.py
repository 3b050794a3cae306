"""The settings pages of aftercare, collected by the desk."""

from typing import Any

from tingsu.aftercare.editors import AFTERCARE, RETENTION
from tingsu.people.access import Can

ICONS = {AFTERCARE.kind: "message-circle", RETENTION.kind: "archive"}

SECTIONS: list[dict[str, Any]] = [
    {
        "name": editor.kind,
        "title": editor.title,
        "hint": editor.intro,
        "icon": ICONS[editor.kind],
        "url_name": editor.url_name,
        "group": "rules",
        "needs": Can.RULEBOOKS,
    }
    for editor in (AFTERCARE, RETENTION)
]
