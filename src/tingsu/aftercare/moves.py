"""What a complainant can do with a result: rate it, ask for review or mediation."""

from typing import Any

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.aftercare.models import Rating, ResultNotice
from tingsu.aftercare.reviews import open_request
from tingsu.aftercare.rules import asks_shortly, thanks_words
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


def sides() -> tuple[str, ...]:
    """The single sides of it that the page asks for."""
    return () if asks_shortly() else SCORES[1:]


def may_rate(complaint: Complaint) -> bool:
    """The result was formally told, and not rated yet (notice precedes rating, process.md §8.3)."""
    if complaint.state not in {State.EVALUATING, State.CLOSED}:
        return False
    notice = ResultNotice.objects.filter(complaint=complaint, superseded_at__isnull=True).first()
    return notice is not None and not Rating.objects.filter(notice=notice).exists()


def may_ask(complaint: Complaint) -> bool:
    """There is something to review, and no request waits for its result."""
    if complaint.state == State.ANSWERING and complaint.answered_at is None:
        return False
    return open_request(complaint) is None


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
        done=lazy(thanks_words, str)(),
        order=97,
    ),
    Move(
        name="review",
        step="ask_review",
        title=_("Ask for review"),
        button=_("Ask for review"),
        follows=_(
            "A colleague who decided nothing on your complaint looks at it anew. You get the result in writing; by when, "
            "and from whom, stands on this page as soon as you ask. Nothing is closed before that."
        ),
        label=_("What is wrong with the result?"),
        text="words",
        fixed=(("kind", "review"),),
        files=True,
        open_if=may_ask,
        done=_("Your request for review is recorded. Who answers it, and by when, stands below."),
        order=80,
    ),
    Move(
        name="mediation",
        step="ask_review",
        title=pgettext_lazy("complainant", "Ask for mediation"),
        button=pgettext_lazy("complainant", "Ask for mediation"),
        follows=_(
            "A colleague who decided nothing on your complaint looks at whether a mediator can bring both sides together, and "
            "tells you in writing. By when, and from whom, stands on this page as soon as you ask. Other ways stay open to you."
        ),
        label=_("About what should we mediate, and what would you accept?"),
        text="words",
        fixed=(("kind", "mediation"),),
        files=True,
        open_if=may_ask,
        done=_("Your request for mediation is recorded. Who answers it, and by when, stands below."),
        order=81,
    ),
)
