"""Letters with a solution or an answer, as documents (RC-11)."""

from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tingsu.complaints.letter_papers import items, letter
from tingsu.complaints.models import Complaint
from tingsu.complaints.paperwork import Item, Paper, Text, declare
from tingsu.settlement.models import Solution

SOLUTION = ("solution", "respondent_notice")


def solution_missing(complaint: Complaint) -> Text:
    sent = any(row.sent_at for row in Solution.of(complaint, origin=Solution.Origin.HANDLING))
    return "" if sent else _("no solution has been sent yet")


def solution_items(complaint: Complaint) -> list[Item]:
    return items(complaint, *SOLUTION)


declare(
    Paper(
        code="solution_letter",
        to_party=True,
        title=gettext_lazy("Letter with the solution"),
        hint=gettext_lazy("What was offered, as it was sent."),
        content=partial(letter, templates=SOLUTION),
        order=60,
        missing=solution_missing,
        items=solution_items,
    )
)
