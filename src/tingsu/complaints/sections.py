"""The settings page of letters, collected by the desk."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.complaints.editors import LETTERS
from tingsu.people.access import Can

SECTIONS: list[dict[str, Any]] = [
    {
        "name": "letters",
        "title": _("Letter templates"),
        "hint": _("What complainants read: acknowledgement, feedback, solution, notice, in both languages."),
        "icon": "mail",
        "url_name": LETTERS[0].url_name,
        "group": "rules",
        "needs": Can.RULEBOOKS,
    }
]
