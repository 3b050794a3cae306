"""The settings page of questionnaires, collected by the desk."""

from tingsu.people.access import Can
from tingsu.satisfaction.editors import EDITORS

SECTIONS = [
    {
        "name": "questionnaires",
        "title": EDITORS[0].title,
        "hint": EDITORS[0].intro,
        "icon": "forms",
        "url_name": EDITORS[0].url_name,
        "group": "rules",
        "needs": Can.RULEBOOKS,
    }
]
