"""The settings pages of the machine, collected by the desk: work that failed for good, and safekeeping."""

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
    },
    {
        "name": "safekeeping",
        "title": _("Backups"),
        "hint": _("Backups, drills, restores and renewed media: when, and how they ended."),
        "icon": "shield-lock",
        "url_name": "ops:safekeeping",
        "group": "system",
        "needs": Can.SETTINGS,
    },
]
