"""What a complainant can do with a result: rate it."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.aftercare.models import Rating, ResultNotice
from tingsu.complaints.models import Complaint
from tingsu.complaints.moves import Move, Speaker, Typed, declare_moves
from tingsu.complaints.terms import State
from tingsu.kernel.errors import InvalidInput, InvalidValue

SCORES = ("score", "timeliness", "effectiveness", "attitude", "redress")
"""Overall, then the single sides of it."""


def prepare_rating(speaker: Speaker, typed: Typed, values: dict[str, Any]) -> None:
    """The overall score is needed, the single ones are not."""
    if not typed.get("score"):
        raise InvalidInput({"score": InvalidValue(_("Choose one of the five."), code="required")})
    values |= {name: typed[name] for name in SCORES if typed.get(name)}


def may_rate(complaint: Complaint) -> bool:
    """The result was formally told, and not rated yet (notice precedes rating, process.md §8.3)."""
    if complaint.state not in {State.EVALUATING, State.CLOSED}:
        return False
    notice = ResultNotice.objects.filter(complaint=complaint, superseded_at__isnull=True).first()
    return notice is not None and not Rating.objects.filter(notice=notice).exists()


declare_moves(
    Move(
        name="rate",
        step="rate",
        title=_("Are you satisfied?"),
        button=_("Send the rating"),
        follows="",
        label=_("What should we know?"),
        text="comment",
        asks=SCORES,
        needs_text=False,
        own_page=False,
        prepare=prepare_rating,
        done=_("Thank you for your rating."),
        order=97,
    )
)
