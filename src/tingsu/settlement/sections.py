"""The settings pages of settlement, collected by the desk."""

from typing import Any

from tingsu.people.access import Can
from tingsu.settlement.editors import ADVANCE, BASES, PAYMENTS, QUICK_CHECKS, REMEDIES, WAYS

ICONS = {
    BASES.kind: "scale",
    REMEDIES.kind: "adjustments",
    ADVANCE.kind: "archive",
    PAYMENTS.kind: "cash",
    WAYS.kind: "arrow-up-right",
    QUICK_CHECKS.kind: "eye",
}

SECTIONS: list[dict[str, Any]] = [
    {
        "name": editor.kind,
        "title": editor.title,
        "hint": editor.intro,
        "icon": ICONS[editor.kind],
        "url_name": editor.url_name,
        "group": "rules",
        "needs": Can.RULEBOOKS,
    }
    for editor in (BASES, REMEDIES, ADVANCE, PAYMENTS, QUICK_CHECKS, WAYS)
]
