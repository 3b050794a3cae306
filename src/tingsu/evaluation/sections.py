"""The settings page of recurring duties, collected by the desk."""

from tingsu.evaluation.editors import EDITORS
from tingsu.people.access import Can

SECTIONS = [
    {
        "name": one.kind,
        "title": one.title,
        "hint": one.intro,
        "icon": "calendar",
        "url_name": one.url_name,
        "group": "rules",
        "needs": Can.RULEBOOKS,
    }
    for one in EDITORS
]
