"""The settings pages of the telephone, collected by the desk."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.people.access import Can
from tingsu.phone.editors import TELEPHONE

SECTIONS = [
    {
        "name": "hotlines",
        "title": pgettext_lazy("settings", "Hotlines and chats"),
        "hint": _(
            "Which system tells us of the calls of each hotline and the chats of each online service, and whether it does."
        ),
        "icon": "phone-call",
        "url_name": "phone:lines",
        "group": "system",
        "needs": Can.SETTINGS,
    },
    {
        "name": TELEPHONE.kind,
        "title": TELEPHONE.title,
        "hint": TELEPHONE.intro,
        "icon": "phone",
        "url_name": TELEPHONE.url_name,
        "group": "rules",
        "needs": Can.RULEBOOKS,
    },
]
