"""The settings page of the figures, collected by the desk."""

from tingsu.figures.editors import INDICATORS
from tingsu.people.access import Can

SECTIONS = [
    {
        "name": INDICATORS.kind,
        "title": INDICATORS.title,
        "hint": INDICATORS.intro,
        "icon": "chart-bar",
        "url_name": INDICATORS.url_name,
        "group": "rules",
        "needs": Can.RULEBOOKS,
    }
]
