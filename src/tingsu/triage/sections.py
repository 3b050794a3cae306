"""The settings pages of triage, collected by the desk; each leads to the pages beside it."""

from typing import Any

from tingsu.people.access import Can
from tingsu.triage.editors import CATEGORIES, CRITERIA, LIST_TYPES, ON_CALL, RISK_RULES, ROUTING

ICONS = (
    (RISK_RULES, "alert-triangle"), (CATEGORIES, "list-details"), (LIST_TYPES, "layout-list"), (CRITERIA, "adjustments"), (ROUTING, "sitemap"),
    (ON_CALL, "phone"),
)  # fmt: skip

SECTIONS: list[dict[str, Any]] = [
    {
        "name": editor.kind,
        "title": editor.title,
        "hint": editor.intro,
        "icon": icon,
        "url_name": editor.url_name,
        "group": "rules",
        "needs": Can.RULEBOOKS,
    }
    for editor, icon in ICONS
]
