"""The settings page of improvement, collected by the desk."""

from tingsu.improvement.editors import LEADERS_IN_SERVICE
from tingsu.people.access import Can

SECTIONS = [
    {
        "name": LEADERS_IN_SERVICE.kind,
        "title": LEADERS_IN_SERVICE.title,
        "hint": LEADERS_IN_SERVICE.intro,
        "icon": "users",
        "url_name": LEADERS_IN_SERVICE.url_name,
        "group": "rules",
        "needs": Can.RULEBOOKS,
    },
]
