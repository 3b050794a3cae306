"""The settings page of early warning, collected by the desk."""

from tingsu.people.access import Can
from tingsu.warning.editors import RULES

SECTIONS = [
    {
        "name": RULES.kind,
        "title": RULES.title,
        "hint": RULES.intro,
        "icon": "alert-triangle",
        "url_name": RULES.url_name,
        "group": "rules",
        "needs": Can.RULEBOOKS,
    }
]
