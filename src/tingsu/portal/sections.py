"""The settings page of the public side, collected by the desk."""

from django.utils.translation import gettext_lazy as _

from tingsu.people.access import Can
from tingsu.portal.tree import TREE

SECTIONS = [
    {
        "name": "question_tree",
        "title": TREE.title,
        "hint": _("What the general door asks, and the answers that people find without a complaint."),
        "icon": "sitemap",
        "url_name": TREE.url_name,
        "group": "rules",
        "needs": Can.RULEBOOKS,
    }
]
