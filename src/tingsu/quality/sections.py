"""The settings pages of quality control, collected by the desk."""

from tingsu.people.access import Can
from tingsu.quality.editors import EDITORS

SECTIONS = [
    {
        "name": one.kind,
        "title": one.title,
        "hint": one.intro,
        "icon": "checks",
        "url_name": one.url_name,
        "group": "rules",
        "needs": Can.RULEBOOKS,
    }
    for one in EDITORS
]
