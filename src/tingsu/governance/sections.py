"""The settings pages of governance, collected by the desk."""

from tingsu.governance.editors import PRIVACY_NOTICE
from tingsu.people.access import Can

SECTIONS = [
    {
        "name": PRIVACY_NOTICE.kind,
        "title": PRIVACY_NOTICE.title,
        "hint": PRIVACY_NOTICE.intro,
        "icon": "shield-lock",
        "url_name": PRIVACY_NOTICE.url_name,
        "group": "rules",
        "needs": Can.RULEBOOKS,
    }
]
