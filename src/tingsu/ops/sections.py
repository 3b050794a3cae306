"""The settings page of work that failed for good, collected by the desk."""

from django.utils.translation import gettext_lazy as _

from tingsu.people.access import Can

SECTIONS = [
    {
        "name": "jobs",
        "title": _("Failed work"),
        "hint": _("Letters, clocks and nightly work that the system gave up: try again or drop."),
        "icon": "adjustments",
        "url_name": "jobs:failed",
        "group": "system",
        "needs": Can.TOKENS,
    }
]
