"""Reads of aftercare: the notice that counts, rating and callbacks of the present round, the tracking form."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Exists,
    ExpressionWrapper,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast, Concat

from tingsu.aftercare.models import INTENT, Callback, Rating, ResultNotice, ReviewRequest
from tingsu.aftercare.reviews import FOLLOWERS
from tingsu.aftercare.rules import aftercare_rules
from tingsu.aftercare.stages import Stage, tracking_form
from tingsu.complaints import lists
from tingsu.complaints.models import Complaint
from tingsu.complaints.terms import Kind, ProblemType, State
from tingsu.letters.models import Letter
from tingsu.people import alone

__all__ = [
    "FOLLOWERS",
    "Proof",
    "Round",
    "Stage",
    "callbacks_due",
    "current_notice",
    "proof_of_delivery",
    "publishes",
    "reply_owed",
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


PUBLISH, PROVE, CLOSE, NOTHING = "publish", "prove", "close", "-"


def left_of(complaint: Q) -> QuerySet[ResultNotice]:
    """Results that stand, each with what is `left` to do about it: publish, prove that it arrived (FB-10), close; or nothing yet."""
    left = Case(
        When(publishing() & Q(published_at__isnull=True), then=Value(PUBLISH)),
        When(~followed(), then=Value(NOTHING)),
        When(delivered(), then=Value(CLOSE)),
        default=Value(PROVE),
        output_field=CharField(),
    )
    rows = ResultNotice.objects.filter(complaint, superseded_at__isnull=True, complaint__state=State.EVALUATING)
    return rows.annotate(left=left)


def ready_to_close() -> QuerySet[ResultNotice]:
    """Results on which nothing is left but closing: the notice arrived, a reply owed online stands there, no request waits."""
    return left_of(Q()).filter(left=CLOSE)


def to_prove() -> QuerySet[ResultNotice]:
    """Results that were followed up as far as it goes while nothing proves that the notice arrived (FB-10)."""
    return left_of(Q()).filter(followed() & ~delivered())


def to_publish() -> QuerySet[ResultNotice]:
    """Results of infringement and report cases whose reply does not stand in their channel yet (FB-14)."""
    return left_of(Q()).filter(left=PUBLISH)


def published_types() -> list[str]:
    """Problem types whose results are published: intellectual property, and own ones that count under it."""
    return lists.within(lists.PROBLEM_TYPE, ProblemType.IP)


def publishing() -> Q:
    """Of results: of a report, or of a complaint about intellectual property."""
    return Q(complaint__kind=Kind.REPORT) | Q(complaint__problem_type__in=published_types())


def followed() -> Q:
    """Of results: the rating was asked for, the calls are made, a low rating was followed, and no request for review waits."""
    tried, low, heard_or_given_up = _calls()
    called = Q(Exists(Callback.objects.filter(notice=OuterRef("pk"), reached=True))) | tried
    asked = ReviewRequest.objects.filter(complaint=OuterRef("complaint"), state=ReviewRequest.State.OPEN)
    return Q(rating_asked_at__isnull=False) & called & (~low | heard_or_given_up) & ~Q(Exists(asked))


def _calls() -> tuple[Q, Q, Q]:
    """Of results: was it called as often as the rule asks, was it rated low, has somebody else followed that up?"""
    rules = aftercare_rules()
    most, calls = rules["callback_attempts"], Callback.objects.filter(notice=OuterRef("pk"))
    others = calls.filter(handler=False)
    rated = Rating.objects.filter(notice=OuterRef("pk"), score__lte=rules["low_rating"])
    low = Q(Exists(rated)) | Q(Exists(calls.filter(score__lte=rules["low_rating"])))
    heard = Q(Exists(others.filter(reached=True, cause__isnull=False)))
    given_up = Q(~Exists(others.filter(reached=True))) & _as_often(others, most)
    return _as_often(calls, most), low, heard | given_up


def _as_often(calls: QuerySet[Callback], most: int) -> Q:
    """Are there so many calls? Asked by the last of them, so that nothing is counted and grouped."""
    return Q(Exists(calls[most - 1 : most]))


def callbacks_due(member_id: uuid.UUID | None, *, follows: bool) -> QuerySet[ResultNotice, tuple[uuid.UUID, bool]]:
    """Cases that wait for a call by this person, and whether after a low rating, longest waiting first.

    The own cases, unless the rating was low: then somebody else calls, anybody who ``follows`` low ratings (SC-03), and the
    handler only where nobody else is there (ME-11).
    """
    states = [State.EVALUATING, *((State.CLOSED, State.ARCHIVED) if follows else ())]
    tried, low, heard_or_given_up = _calls()
    rows = ResultNotice.objects.filter(superseded_at__isnull=True, complaint__state__in=states)
    rows = rows.annotate(low=ExpressionWrapper(low, output_field=BooleanField()))
    reached = Exists(Callback.objects.filter(notice=OuterRef("pk"), reached=True))
    own = Q(low=False, complaint__state=State.EVALUATING, complaint__owner_id=member_id) & ~tried & ~Q(reached)
    handled = Q(pk__in=[]) if alone.one_person() else Q(complaint__owner_id=member_id)
    others = Q(low=True) & ~handled & ~heard_or_given_up
    return rows.filter(own | others if follows else own).order_by("sent_at", "id").values_list("complaint_id", "low")


@dataclass(frozen=True, kw_only=True)
class Proof:
    """What proves that the formal notice arrived: how, when, and by which receipt."""

    how: str
    """told, rated, read, page, or the means that was recorded with a receipt."""
    at: datetime
    receipt: str = ""


def proof_of_delivery(complaint: Complaint, current: Round) -> Proof | None:
    """FB-10: that a letter left proves nothing. It arrived when the complainant was told the result, rated it, opened the
    letter or the page on which it stands, or when a receipt was recorded. An anonymous complainant can be reached by
    nobody: there it has arrived once it is published under the access code.
    """
    notice = current.notice
    if call := next((call for call in current.callbacks if call.reached), None):
        return Proof(how="told", at=call.called_at)
    if current.rating:
        return Proof(how="rated", at=current.rating.rated_at)
    if notice.delivered_at:
        return Proof(how=notice.proof_means, at=notice.delivered_at, receipt=notice.covered("proof"))
    letter = Letter.objects.filter(stream_id=notice.complaint_id, intent=notice.intent).first()
    if letter is None:
        return None
    if letter.read_at:
        return Proof(how="read", at=letter.read_at)
    if complaint.anonymous and letter.channel == "portal" and letter.delivered_at:
        return Proof(how="page", at=letter.delivered_at)
    return None


def delivered() -> Q:
    """The same of many notices at once."""
    letters = Letter.objects.filter(
        stream_id=OuterRef("complaint_id"), intent=Concat(Value(INTENT), Cast(OuterRef("round"), CharField()))
    )
    published = letters.filter(channel="portal", delivered_at__isnull=False)
    return (
        Q(delivered_at__isnull=False)
        | Q(Exists(Callback.objects.filter(notice=OuterRef("pk"), reached=True)))
        | Q(Exists(Rating.objects.filter(notice=OuterRef("pk"))))
        | Q(Exists(letters.filter(read_at__isnull=False)))
        | (Q(complaint__anonymous=True) & Q(Exists(published)))
    )


def reply_owed(complaint: Complaint, notice: ResultNotice) -> bool:
    """Does the reply still have to be published in the channel in which an infringement or report was raised (FB-14)?"""
    return publishes(complaint) and notice.published_at is None


def publishes(complaint: Complaint) -> bool:
    """Reports of violations, and complaints about intellectual property."""
    return complaint.kind == Kind.REPORT or lists.topic_of(complaint) == ProblemType.IP
