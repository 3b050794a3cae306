"""The settings pages of competence, collected by the desk."""

from tingsu.competence.editors import SHOWN
from tingsu.people.access import Can

SECTIONS = [
    {
        "name": one.kind, "order": 60, "title": one.title, "hint": one.intro, "icon": "certificate", "url_name": one.url_name,
        "group": "people", "needs": Can.RULEBOOKS,
    }
    for one in SHOWN
]  # fmt: skip
