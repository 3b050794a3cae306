"""The settings pages of the investigation room, collected by the desk."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.inquiry.editors import SCOPE_EDITOR
from tingsu.people.access import Can

SECTIONS: list[dict[str, Any]] = [
    {
        "name": "connection",
        "title": _("Customer and order systems"),
        "hint": _("Where customers, orders and messages are looked up for a case: address, secret, longest wait."),
        "icon": "link",
        "url_name": "inquiry:connection",
        "group": "system",
        "needs": Can.TOKENS,
    },
    {
        "name": SCOPE_EDITOR.kind,
        "title": SCOPE_EDITOR.title,
        "hint": SCOPE_EDITOR.intro,
        "icon": "search",
        "url_name": SCOPE_EDITOR.url_name,
        "group": "rules",
        "needs": Can.RULEBOOKS,
    },
]
