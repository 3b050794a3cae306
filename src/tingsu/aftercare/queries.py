"""Reads of aftercare: the notice that counts, rating and callbacks of the present round, the tracking form."""

import uuid
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from tingsu.aftercare.models import Callback, Rating, ResultNotice, ReviewRequest
from tingsu.aftercare.reviews import FOLLOWERS
from tingsu.aftercare.rules import aftercare_rules
from tingsu.aftercare.stages import Stage, tracking_form
from tingsu.complaints.models import Complaint
from tingsu.complaints.terms import State
from tingsu.letters.models import Letter

__all__ = [
    "FOLLOWERS",
    "Round",
    "Stage",
    "callbacks_due",
    "current_notice",
    "notice_delivered",
    "round_of",
    "tracking_form",
]


def current_notice(complaint: Complaint) -> ResultNotice | None:
    """The formal notice of the result that stands; one of a refused result no longer does."""
    return next(iter(ResultNotice.of(complaint, superseded_at=None)), None)


@dataclass(frozen=True)
class Round:
    """What came back after the current notice."""

    notice: ResultNotice
    rating: Rating | None
    callbacks: list[Callback]

    @property
    def reached(self) -> bool:
        return any(call.reached for call in self.callbacks)

    @property
    def score(self) -> int | None:
        """The complainant's own rating, else the one given in the last callback that heard one."""
        if self.rating:
            found: int | None = self.rating.score
            return found
        return next((call.score for call in reversed(self.callbacks) if call.score), None)

    @property
    def is_low(self) -> bool:
        low = aftercare_rules()["low_rating"]
        scores = [call.score for call in self.callbacks if call.score] + ([self.rating.score] if self.rating else [])
        return any(score <= low for score in scores)

    @property
    def callback_done(self) -> bool:
        return self.reached or len(self.callbacks) >= aftercare_rules()["callback_attempts"]

    @property
    def review_left(self) -> Callback | None:
        """The last attempt that left a closing review, once nobody was reached as often as the rule asks (P23)."""
        if self.reached or not self.callback_done:
            return None
        return next((call for call in reversed(self.callbacks) if call.review), None)

    @property
    def low_followed(self) -> bool:
        """Somebody else has called and noted the cause, or has tried as often as the rule asks (SC-03)."""
        others = [call for call in self.callbacks if not call.handler]
        if any(call.reached and call.cause for call in others):
            return True
        return not any(call.reached for call in others) and len(others) >= aftercare_rules()["callback_attempts"]


def round_of(complaint: Complaint) -> Round | None:
    notice = current_notice(complaint)
    if notice is None:
        return None
    rating = next(iter(Rating.of(complaint, notice=notice)), None)
    return Round(notice, rating, sorted(Callback.of(complaint, notice=notice), key=lambda call: call.attempt))


def ready_to_close() -> QuerySet[ResultNotice]:
    """Results on which nothing is left but closing: the rating was asked for, the calls are made, a low rating was followed,
    no request for review waits."""
    rules = aftercare_rules()
    low, most = rules["low_rating"], rules["callback_attempts"]
    calls = Callback.objects.filter(notice=OuterRef("pk"))
    others = calls.filter(handler=False)
    rows = ResultNotice.objects.filter(
        superseded_at__isnull=True, rating_asked_at__isnull=False, complaint__state=State.EVALUATING
    ).annotate(
        low=Exists(Rating.objects.filter(notice=OuterRef("pk"), score__lte=low)) | Exists(calls.filter(score__lte=low)),
        tried=Count("callbacks"),
        tried_by_others=Count("callbacks", filter=Q(callbacks__handler=False)),
    )
    called = Q(Exists(calls.filter(reached=True))) | Q(tried__gte=most)
    heard = Q(Exists(others.filter(reached=True, cause__isnull=False)))
    given_up = Q(~Exists(others.filter(reached=True))) & Q(tried_by_others__gte=most)
    asked = Exists(ReviewRequest.objects.filter(complaint=OuterRef("complaint"), state=ReviewRequest.State.OPEN))
    return rows.filter(called & (Q(low=False) | heard | given_up)).exclude(asked)


def callbacks_due(member_id: uuid.UUID | None, *, follows: bool) -> QuerySet[ResultNotice, tuple[uuid.UUID, bool]]:
    """Cases that wait for a call by this person, and whether after a low rating, longest waiting first.

    The own cases, unless the rating was low: then somebody else calls, anybody who ``follows`` low ratings (SC-03).
    """
    rules = aftercare_rules()
    low, most = rules["low_rating"], rules["callback_attempts"]
    calls = Callback.objects.filter(notice=OuterRef("pk"))
    states = [State.EVALUATING, *((State.CLOSED, State.ARCHIVED) if follows else ())]
    rows = ResultNotice.objects.filter(superseded_at__isnull=True, complaint__state__in=states).annotate(
        low=Exists(Rating.objects.filter(notice=OuterRef("pk"), score__lte=low)) | Exists(calls.filter(score__lte=low)),
        tried=Count("callbacks"),
        tried_by_others=Count("callbacks", filter=Q(callbacks__handler=False)),
    )
    own = Q(low=False, complaint__state=State.EVALUATING, complaint__owner_id=member_id, tried__lt=most) & Q(
        ~Exists(calls.filter(reached=True))
    )
    by_others = calls.filter(handler=False)
    heard = Q(Exists(by_others.filter(reached=True, cause__isnull=False)))
    given_up = Q(~Exists(by_others.filter(reached=True))) & Q(tried_by_others__gte=most)
    others = Q(low=True) & ~Q(complaint__owner_id=member_id) & ~(heard | given_up)
    return rows.filter(own | others if follows else own).order_by("sent_at", "id").values_list("complaint_id", "low")


def notice_delivered(notice: ResultNotice, callbacks: list[Callback]) -> bool:
    """FB-10: the letter left, stands on the follow-up page, or the result was told in person."""
    if any(call.reached for call in callbacks):
        return True
    letter = Letter.objects.filter(stream_id=notice.complaint_id, intent=notice.intent).first()
    if letter is None:
        return False
    return letter.channel == "portal" or letter.state in {Letter.State.SENT, Letter.State.DELIVERED}
