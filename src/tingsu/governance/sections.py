"""The settings pages of governance, collected by the desk."""

from tingsu.governance.editors import ANSWERS, PRIVACY_NOTICE, REGISTERS
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
    },
    {
        "name": ANSWERS.kind,
        "title": ANSWERS.title,
        "hint": ANSWERS.intro,
        "icon": "forms",
        "url_name": ANSWERS.url_name,
        "group": "rules",
        "needs": Can.RULEBOOKS,
    },
    {
        "name": REGISTERS.kind,
        "title": REGISTERS.title,
        "hint": REGISTERS.intro,
        "icon": "archive",
        "url_name": REGISTERS.url_name,
        "group": "rules",
        "needs": Can.RULEBOOKS,
    },
]
