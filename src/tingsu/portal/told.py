"""Everything a complainant told us, as the own page shows it to the end: wishes, dates, ticks, what they would not say."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from tingsu.complaints.models import Complaint, Demand
from tingsu.complaints.terms import Kind
from tingsu.kernel.hours import hour_words
from tingsu.kernel.money import yuan
from tingsu.pages.words import day_words
from tingsu.portal.causes import DEMAND_WORDS
from tingsu.portal.wizard import CHOICES, LABELS

CHOSEN = ("province", "customer_type", "group", "format", "language")
UNSAID = {"group": "", "format": "standard"}
"""What stands there when nobody chose anything: not shown."""


def rows(complaint: Complaint) -> list[tuple[Any, str]]:
    """Label and words of what is not shown with the parties and the personal texts."""
    return list(_rows(complaint))


def _rows(complaint: Complaint) -> Iterator[tuple[Any, str]]:
    if complaint.occurred_on:
        yield LABELS["occurred_on"], day_words(complaint.occurred_on)
    if complaint.occurred_time:
        yield LABELS["occurred_time"], hour_words(complaint.occurred_time)
    if wishes := [_wish(one) for one in sorted(complaint.demands.all(), key=lambda one: one.position)]:
        yield _("You ask for"), "\n".join(wishes)
    for name in CHOSEN:
        value = getattr(complaint, name)
        if value and value != UNSAID.get(name):
            yield LABELS[name], str(dict(CHOICES[name]).get(value, value))
    if complaint.kind == Kind.REPORT:
        yield _("You also said"), _("I report a violation; it does not concern me personally")
    if not complaint.reply_expected:
        yield _("You also said"), _("I only want you to know; no reply needed")
    if withheld := [str(LABELS[name]) for name in complaint.withheld if name in LABELS]:
        yield _("You would rather not say"), _(", ").join(withheld)


def _wish(one: Demand) -> str:
    words = str(DEMAND_WORDS.get(one.kind) or one.get_kind_display())
    return f"{words} {yuan(one.amount_fen)}" if one.amount_fen else words
