"""The settings page of practice copies, collected by the desk."""

from django.utils.translation import gettext_lazy as _

from tingsu.people.access import Can

SECTIONS = [
    {
        "name": "practice",
        "order": 3,
        "title": _("Practice"),
        "hint": _("Try everything with invented cases; then empty it in one act."),
        "icon": "copy",
        "url_name": "practice:home",
        "group": "people",
        "needs": Can.SETTINGS,
    },
]
