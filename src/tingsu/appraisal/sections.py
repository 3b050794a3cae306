"""The settings page of the catalogue of awards, collected by the desk."""

from tingsu.appraisal.editors import EDITORS
from tingsu.people.access import Can

SECTIONS = [
    {
        "name": one.kind, "order": 62, "title": one.title, "hint": one.intro, "icon": "sparkles", "url_name": one.url_name,
        "group": "people", "needs": Can.RULEBOOKS,
    }
    for one in EDITORS
]  # fmt: skip
